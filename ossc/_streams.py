"""Verbs that open objects as streams; what does the work is loaded by the first use."""

from __future__ import annotations

from ossc._names import check_text, version_params
from ossc._verbs import Verbs
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal, overload

    from typing_extensions import Unpack

    from ossc._ranges import ByteRange
    from ossc._sdk import CancelToken
    from ossc._stream import ObjectData, ObjectReader, ObjectWriter
    from ossc.bucket import Bucket
    from ossc.callback import Callback
    from ossc.options import Conditions, ObjectOptions

__all__ = ["StreamVerbs"]

KIB = 1 << 10
MIB = 1 << 20


class StreamVerbs(Verbs):
    """Objects as files and as chunks."""

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def open(
            self,
            key: str,
            mode: Literal["rb"] = "rb",
            *,
            buffer_size: int = 256 * KIB,
            read_ahead: int = 16 * MIB,
            cancel: CancelToken | None = None,
            version_id: str | None = None,
            params: Mapping[str, str] | None = None,
            **conditions: Unpack[Conditions],
        ) -> ObjectReader: ...

        @overload
        def open(
            self,
            key: str,
            mode: Literal["wb", "xb"],
            *,
            part_size: int = 8 * MIB,
            concurrency: int = 3,
            cancel: CancelToken | None = None,
            callback: Callback | None = None,
            **options: Unpack[ObjectOptions],
        ) -> ObjectWriter: ...

    def open(
        self, key: str, mode: str = "rb", **options: Any
    ) -> ObjectReader | ObjectWriter:
        r"""Opens an object as a binary file.

        Reading begins with one request for the first bytes. Writing uploads in the
        background, and the object appears when the file is closed without an error. For
        text, wrap the file in `io.TextIOWrapper`.

        Args:
            key: The object's key.
            mode: `"rb"` to read, `"wb"` to write, `"xb"` to write what must not exist
                yet (found out when something is sent, at the latest by `close`).
            **options: For reading: `buffer_size`, what the first request fetches;
                `read_ahead`, how many bytes are fetched ahead of the position at most,
                0 for none and no threads; `version_id`, `params` and conditions as in
                `get_object`.
                For writing: `part_size` of a multipart upload, 100 KiB to 5 GiB, which
                grows with very large objects; `concurrency`, how many parts are on their
                way at a time, each in memory; `callback` and options as in `put_object`.
                For both: `cancel`, a token that ends it.

        Raises:
            NoSuchKey: There is no such object to read.
            ParameterError: An argument is not usable; also of what is sent later.

        Example:
            >>> with bucket.open("lines.txt", "wb") as file:
            ...     file.writelines([b"one\n", b"two\n"])
            >>> with bucket.open("lines.txt") as file:
            ...     [line for line in file]
            [b'one\n', b'two\n']
        """
        # Loaded here: a program without streams needs neither them nor threads.
        from typing import cast  # noqa: PLC0415

        from ossc import _stream  # noqa: PLC0415

        if check_text("mode", mode) == "rb":
            return _stream.open_reader(self, key, **options)
        if mode == "xb":
            options["forbid_overwrite"] = True
        elif mode != "wb":
            raise ParameterError(f"mode is {mode!r:.20}, not 'rb', 'wb' or 'xb'")
        return _stream.open_writer(cast("Bucket", self), key, **options)

    def stream_object(
        self,
        key: str,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        chunk_size: int = MIB,
        read_ahead: int = 16 * MIB,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectData:
        """Reads an object, or a range of it, chunk by chunk.

        Args:
            key: The object's key.
            range: As in `get_object`.
            chunk_size: Bytes of each chunk but the last.
            read_ahead: How many bytes are fetched ahead at most; 0 for none.
            cancel: Ends it from any thread.
            version_id: As in `get_object`.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object.
            InvalidRange: The range lies outside the object.

        Example:
            >>> for chunk in bucket.stream_object("greeting.txt"):
            ...     print(chunk)
            b'hello'
        """
        from ossc import _stream  # noqa: PLC0415 - as in `open`

        return _stream.open_data(
            self,
            key,
            range,
            chunk_size=chunk_size,
            read_ahead=read_ahead,
            cancel=cancel,
            params=version_params(params, version_id),
            **conditions,
        )
