"""`EncryptionBucket`: a bucket whose objects are encrypted before they leave."""

from __future__ import annotations

import io
import os
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from ossc._names import check_callable, check_path
from ossc._option_headers import object_headers
from ossc.crypto._envelope import (
    PREFIX,
    Secret,
    check_md5,
    is_encrypted,
    new_secret,
    open_envelope,
)
from ossc.errors import (
    DecryptionError,
    LocalFileError,
    OSSError,
    ParameterError,
)
from ossc.models import GetObjectResult, ObjectInfo, PutObjectResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Buffer, Unpack

    from ossc._ranges import ByteRange
    from ossc._sdk import CancelToken, Progress
    from ossc._transfer._source import Readable
    from ossc.bucket import Bucket
    from ossc.callback import Callback
    from ossc.crypto._keys import MasterKey
    from ossc.options import Conditions, ObjectOptions

__all__ = ["EncryptionBucket"]

_BLOCK = 16
_THRESHOLD = 16 << 20
_READ_AHEAD = 16 << 20


class EncryptionBucket:
    """Encrypts what it writes into a bucket, and decrypts what it reads. Thread-safe.

    What OSS stores, and what its checksums, sizes and events are of, is the encrypted
    bytes, as many as the plain ones. Counter mode hides the bytes but does not seal them:
    who may write to the bucket can change them unseen.

    Args:
        bucket: The bucket.
        key: Wraps the keys of new objects, and unwraps those of objects that no other
            key's description fits.
        old_keys: Only unwrap, each for objects that have its description.
        allow_plain: Whether objects that are not encrypted can be read, as they are.

    Raises:
        ParameterError: Two keys have the same description.
    """

    def __init__(
        self,
        bucket: Bucket,
        key: MasterKey,
        *old_keys: MasterKey,
        allow_plain: bool = False,
    ) -> None:
        described = [sorted(each.description.items()) for each in (key, *old_keys)]
        if any(described.count(each) > 1 for each in described):
            raise ParameterError("two keys have the same description")
        self._bucket = bucket
        self._keys = (key, *old_keys)
        self._allow_plain = allow_plain

    @property
    def bucket(self) -> Bucket:
        """The bucket, for all that has nothing to do with the bytes of objects."""
        return self._bucket

    def put_object(
        self,
        key: str,
        data: Buffer,
        *,
        callback: Callback | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """Stores an object in one request, as `Bucket.put_object` does.

        Args:
            key: The object's key.
            data: Anything with the buffer protocol.
            callback: See there.
            progress: See there.
            params: See there.
            **options: See `ossc.ObjectOptions`. `content_md5` is that of the plain bytes:
                it is kept beside the object and compared by `get_object`.
        """
        if isinstance(data, str):
            raise TypeError("data is a str; encode it")
        view = memoryview(data).cast("B")
        secret, envelope = new_secret(self._keys[0])
        envelope[f"{PREFIX}unencrypted-content-length"] = str(view.nbytes)
        md5 = options.pop("content_md5", None)
        if md5 is not None:
            object_headers({"content_md5": md5})  # so that what is none is refused
            text = b64encode(md5).decode() if isinstance(md5, bytes) else md5
            envelope[f"{PREFIX}unencrypted-content-md5"] = text
        _add(envelope, options)
        return self._bucket.put_object(
            key,
            secret.apply(view),
            callback=callback,
            progress=progress,
            params=params,
            **options,
        )

    def get_object(
        self,
        key: str,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> GetObjectResult:
        """Reads an object, or a range of it, into memory, as `Bucket.get_object` does.

        Args:
            key: The object's key.
            range: See there; of a range no more than itself is fetched.
            progress: See there.
            params: See there.
            **conditions: See `ossc.Conditions`.

        Returns:
            The object with its plain bytes. Its `crc64` and `etag` are of the stored ones.

        Raises:
            DecryptionError: The object is not encrypted, or not for one of the keys.
            ChecksumMismatch: The bytes are not those whose MD5 was given.
        """
        found = self._bucket.get_object(
            key, range, progress=progress, params=params, **conditions
        )
        secret = self._secret_of(found)
        if secret is None:
            return found
        begin = 0 if found.content_range is None else found.content_range[0]
        fields = {name: getattr(found, name) for name in found._fields}
        fields["data"] = secret.apply(found.data, begin)
        fields["metadata"] = {
            name: value
            for name, value in found.metadata.items()
            if not name.startswith(PREFIX)
        }
        if found.content_range is None:
            check_md5(found, fields["data"])
        return GetObjectResult(**fields)

    def head_object(self, key: str, **conditions: Unpack[Conditions]) -> ObjectInfo:
        """An object's properties, as `Bucket.head_object`; the metadata has the envelope.

        Args:
            key: The object's key.
            **conditions: See `ossc.Conditions`.
        """
        return self._bucket.head_object(key, **conditions)

    def upload_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        threshold: int = _THRESHOLD,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """Uploads a local file, a large one in parts that are encrypted on their way.

        Args:
            key: The object's key.
            path: The local file; it must not change meanwhile.
            part_size: Bytes of a part, rounded up to a multiple of 16; default: 8 MiB.
            concurrency: How many parts are on their way at a time, each in memory.
            threshold: Files of at least so many bytes go in parts.
            callback: As in `put_object`.
            progress: Called with (bytes sent, total) in this thread.
            cancel: Ends the upload from any thread.
            **options: See `ossc.ObjectOptions`.

        Raises:
            LocalFileError: The file cannot be read.
            ParameterError: The file shrank or grew meanwhile.
        """
        name = check_path(path)
        try:
            with open(name, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < threshold:
                    safe = self._over(self._bucket._ended_by(cancel))
                    return safe.put_object(
                        key,
                        file.read(),
                        callback=callback,
                        progress=progress,
                        **options,
                    )
                return self.upload_fileobj(
                    key,
                    file,
                    size=size,
                    part_size=part_size,
                    concurrency=concurrency,
                    callback=callback,
                    progress=progress,
                    cancel=cancel,
                    **options,
                )
        except OSError as error:
            if isinstance(error, OSSError):
                raise
            raise LocalFileError(
                f"cannot read {name!r}: {error.strerror}",
                errno=error.errno,
                filename=name,
            ) from None

    def upload_fileobj(
        self,
        key: str,
        source: Readable | Iterable[Buffer],
        *,
        size: int | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """Uploads what can be read or iterated over, as `Bucket.upload_fileobj` does.

        Args:
            key: The object's key.
            source: An object with `read(n)`, or an iterable of bytes-like pieces.
            size: How many bytes will come, where that is known.
            part_size: See there; rounded up to a multiple of 16.
            concurrency: See there.
            callback: See there.
            progress: See there.
            cancel: See there.
            **options: See `ossc.ObjectOptions`.
        """
        from ossc._transfer._plan import part_size_for  # noqa: PLC0415 - as transfers
        from ossc._transfer._upload_stream import PART_SIZE  # noqa: PLC0415 - as above
        from ossc.crypto._streams import encrypted  # noqa: PLC0415 - as above

        secret, envelope = new_secret(self._keys[0])
        if part_size is not None:
            part_size = -(-part_size // _BLOCK) * _BLOCK
        bounded = self._bucket._client._budget.max_memory is not None
        if size is not None and (part_size or not bounded):
            # The official SDKs write how large a part is; they read without it.
            part_size = part_size_for(size, part_size or PART_SIZE)
            envelope[f"{PREFIX}part-size"] = str(part_size)
            envelope[f"{PREFIX}data-size"] = str(size)
        _add(envelope, options)
        return self._bucket.upload_fileobj(
            key,
            encrypted(source, secret),
            size=size,
            part_size=part_size,
            concurrency=concurrency,
            callback=callback,
            progress=progress,
            cancel=cancel,
            **options,
        )

    def open(
        self,
        key: str,
        *,
        read_ahead: int = _READ_AHEAD,
        cancel: CancelToken | None = None,
    ) -> io.BufferedReader:
        r"""Opens an object as a binary file to read, from any position on.

        Args:
            key: The object's key.
            read_ahead: How many bytes are fetched ahead of the position at most.
            cancel: Ends it from any thread.

        Raises:
            DecryptionError: As in `get_object`.

        Example:
            >>> safe = ossc.crypto.EncryptionBucket(
            ...     bucket, ossc.crypto.RSAKey(private_key=private_pem)
            ... )
            >>> r = safe.put_object("lines.txt", b"one\ntwo\n")
            >>> with safe.open("lines.txt") as file:
            ...     [line for line in file]
            [b'one\n', b'two\n']
        """
        return self._opened(key, read_ahead, cancel)[1]

    def _opened(
        self, key: str, read_ahead: int, cancel: CancelToken | None
    ) -> tuple[ObjectInfo, io.BufferedReader]:
        """What is opened, and its stream."""
        from typing import cast  # noqa: PLC0415 - as the streams themselves

        from ossc.crypto._streams import Decrypting  # noqa: PLC0415 - as above

        bucket = self._bucket._ended_by(cancel)
        info = bucket.head_object(key)
        secret = self._secret_of(info)
        options: dict[str, Any] = {"if_match": f'"{info.etag}"'}
        stored = bucket.open(key, read_ahead=read_ahead, **options)
        if secret is None:
            return info, cast("io.BufferedReader", stored)
        return info, io.BufferedReader(Decrypting(stored, secret), 256 << 10)

    def download_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> ObjectInfo:
        """Reads an object of any size into a local file, all or nothing.

        Args:
            key: The object's key.
            path: The local file; one that was there is replaced only by a whole one.
            progress: Called with (bytes written, total) in this thread.
            cancel: Ends the download from any thread.

        Raises:
            DecryptionError: As in `get_object`.
            LocalFileError: The file cannot be written.
        """
        from ossc.crypto._streams import write_file  # noqa: PLC0415 - as above

        check_callable("progress", progress)
        running = self._over(self._bucket._running())
        info, stream = running._opened(key, _READ_AHEAD, cancel)
        with stream as source:
            write_file(source, path, info.size, progress)
        return info

    def _over(self, bucket: Bucket) -> EncryptionBucket:
        return EncryptionBucket(bucket, *self._keys, allow_plain=self._allow_plain)

    def _secret_of(self, info: ObjectInfo) -> Secret | None:
        """The key of an object; None for a plain one that may be read."""
        try:
            if is_encrypted(info.metadata):
                return open_envelope(info.metadata, self._keys)
        except DecryptionError as error:
            error.bucket, error.key = self._bucket.name, info.key
            raise
        if self._allow_plain:
            return None
        raise DecryptionError(
            "the object is not encrypted", bucket=self._bucket.name, key=info.key
        )

    def __repr__(self) -> str:
        """The bucket and the keys' descriptions; no key."""
        return f"ossc.crypto.EncryptionBucket({self._bucket!r}, {self._keys[0]!r})"


def _add(envelope: Mapping[str, str], options: ObjectOptions) -> None:
    """Puts an envelope among the metadata of the options."""
    given = options.get("metadata") or {}
    named = [str(name).lower() for name in (*given, *(options.get("headers") or ()))]
    if any(name.removeprefix("x-oss-meta-").startswith(PREFIX) for name in named):
        raise ParameterError(f"metadata named {PREFIX}… belongs to the envelope")
    options["metadata"] = {**given, **envelope}
