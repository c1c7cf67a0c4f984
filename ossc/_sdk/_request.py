"""What a request is made with, on the C side: sessions, settings, and its memory.

`Pool` owns the C memory of one request and fills the SDK's tables from a `Call`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ossc._names import check_header, check_mapping, encode_text
from ossc._sdk._cancel import CancelToken
from ossc._sdk._guard import OFFICIAL, check_fits
from ossc._sdk._library import ffi, lib, start
from ossc.errors import OSSError, ParameterError

if TYPE_CHECKING:
    from typing_extensions import Self

    from ossc.credentials import Credentials

__all__ = ["Call", "PartETag", "Pool", "Progress", "Run", "Session", "Settings"]

Progress = Callable[[int, "int | None"], object]
Run = Callable[[Any], Any]


class Session:
    """Kept connections; closed when the last user lets go of it. Thread-safe."""

    __slots__ = ("pointer",)

    def __init__(self, max_idle: int) -> None:
        start()
        pointer = lib.ossi_session_create(max_idle)
        if pointer == ffi.NULL:
            raise MemoryError
        self.pointer = ffi.gc(pointer, lib.ossi_session_release)


class Settings:
    """What a client has settled, as the C side reads it. Immutable."""

    __slots__ = ("_texts", "pointer")

    def __init__(
        self,
        *,
        endpoint: str,
        region: str,
        signature_version: int,
        is_cname: bool,
        path_style: bool,
        verify_tls: bool,
        ca_file: str | None,
        ca_path: str | None,
        proxy_host: str | None,
        proxy_auth: str | None,
        connect_timeout_s: int,
        stall_timeout_ms: int,
        total_timeout_ms: int,
        max_memory: int,
    ) -> None:
        self.pointer = ffi.new("ossc_settings_t *")
        self._texts: list[Any] = []
        texts = {
            "endpoint": endpoint,
            "region": region,
            "proxy_host": proxy_host,
            "proxy_auth": proxy_auth,
            "ca_file": ca_file,
            "ca_path": ca_path,
        }
        for name, text in texts.items():
            setattr(self.pointer, name, self._keep(name, text))
        self.pointer.signature_version = signature_version
        self.pointer.is_cname = is_cname
        self.pointer.path_style = path_style
        self.pointer.verify_tls = verify_tls
        self.pointer.connect_timeout_s = connect_timeout_s
        self.pointer.stall_timeout_ms = stall_timeout_ms
        self.pointer.total_timeout_ms = total_timeout_ms
        self.pointer.max_memory_size = max_memory

    def _keep(self, name: str, text: str | None) -> Any:
        if text is None:
            return ffi.NULL
        kept = ffi.new("char[]", encode_text(name, text))
        self._texts.append(kept)
        return kept


@dataclass(slots=True)
class PartETag:
    """A part to complete an upload with."""

    part_number: int
    etag: str


@dataclass(slots=True)
class Call:
    """One request, before it is made.

    Attributes:
        operation: The OSS operation, for errors.
        run: Calls the SDK function on the C request and returns its status.
        bucket: Bucket name, or None for the service level.
        key: Object key as UTF-8, or None for the bucket level.
        headers: Request headers.
        params: Query parameters; an empty value is sent as the name alone.
        body: Anything with the buffer protocol; borrowed, not copied.
        path: Local file for the calls that read one.
        upload_id: Of a multipart upload.
        parts: To complete an upload with.
        into: Writable buffer that a 2xx body goes into instead of memory of ours.
        fd: File descriptor that a 2xx body goes into, from `offset` on; the file's
            position is neither used nor moved.
        offset: See `fd`.
        file: Body in an open file: descriptor, offset, size. Its position is neither
            used nor moved.
        cancel: Ends the request from any thread.
        once: Never sent twice, not even when a kept connection turns out dead; after
            that only where the server cannot have acted.
        timeout_ms: Of this request instead of what is settled; None: what is settled.
        before_repeat: Called with the error before another attempt, so that the verb
            can change the call; what it raises ends the call.
        progress: Called with (bytes moved, total or None).
        size: Bytes the caller sends, for progress; None for a download.
    """

    operation: str
    run: Run
    bucket: str | None = None
    key: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    path: bytes | None = None
    upload_id: str | None = None
    parts: Iterable[PartETag] = ()
    into: Any = None
    fd: int | None = None
    offset: int = 0
    file: tuple[int, int, int] | None = None
    cancel: CancelToken | None = None
    once: bool = False
    timeout_ms: int | None = None
    before_repeat: Callable[[OSSError], None] | None = None
    progress: Progress | None = None
    size: int | None = None


class Pool:
    """Owns the memory of one request and frees it on every path.

    A context manager; `request` is the C record. One thread at a time.
    """

    __slots__ = ("_borrowed", "_owner", "request")

    def __init__(
        self, settings: Settings, credentials: Credentials | None, session: Session
    ) -> None:
        keys = ffi.new("ossc_credentials_t *")
        texts = []
        if credentials is not None:
            texts = [
                ffi.new("char[]", credentials.access_key_id.encode()),
                ffi.new("char[]", credentials.access_key_secret.encode()),
            ]
            keys.access_key_id, keys.access_key_secret = texts
            if credentials.security_token is not None:
                texts.append(ffi.new("char[]", credentials.security_token.encode()))
                keys.security_token = texts[2]
        # The owner comes first: a signal between opening and owning would leak.
        owner = ffi.gc(ffi.new("ossc_request_t **"), lib.ossc_request_close)
        _check(lib.ossc_request_open(owner, settings.pointer, keys, session.pointer))
        self._owner = owner
        self.request = owner[0]
        self._borrowed: list[Any] = []

    def __enter__(self) -> Self:
        """The pool itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Frees the request, then lets go of borrowed buffers."""
        self.request = ffi.NULL
        ffi.release(self._owner)
        self._borrowed.clear()

    def fill(self, call: Call) -> None:
        """Copies the call's names and headers in and borrows its buffers."""
        request = self.request
        if call.bucket is not None:
            name = call.bucket.encode("ascii")
            _check(lib.ossc_request_bucket(request, name, len(name)))
        if call.key is not None:
            _check(lib.ossc_request_key(request, call.key, len(call.key)))
        if call.upload_id is not None:
            upload_id = encode_text("the upload id", call.upload_id)
            _check(lib.ossc_request_upload_id(request, upload_id, len(upload_id)))
        if call.path is not None:
            _check(lib.ossc_request_path(request, call.path, len(call.path)))
        for header, value in call.headers.items():
            raw, text = check_header(header, value)
            _check(lib.ossc_request_header(request, raw, len(raw), text, len(text)))
        for param, value in check_mapping("params", call.params).items():
            raw = encode_text("a parameter's name", param)
            text = encode_text(f"the parameter {param}", value)
            _check(lib.ossc_request_param(request, raw, len(raw), text, len(text)))
        for part in call.parts:
            etag = encode_text("an ETag", part.etag)
            number = part.part_number
            _check(lib.ossc_request_part(request, number, etag, len(etag)))
        if OFFICIAL:
            check_fits(call.bucket, call.key, call.params)
        self._attach(call)

    def _attach(self, call: Call) -> None:
        request = self.request
        request.call.tick = lib._ossc_tick
        request.call.once = call.once
        if call.body is not None:
            view = self._borrow(call.body, writable=False)
            _check(lib.ossc_request_body(request, view, len(view)))
        if call.into is not None:
            view = self._borrow(call.into, writable=True)
            lib.ossc_request_into_memory(request, view, len(view))
        if call.fd is not None:
            lib.ossc_request_into_file(request, call.fd, call.offset)
        if call.file is not None:
            lib.ossc_request_body_from_file(request, *call.file)
        if call.cancel is not None:
            request.call.cancel_when = call.cancel.flag
        if call.timeout_ms is not None:
            request.call.total_timeout_ms = call.timeout_ms

    def _borrow(self, buffer: Any, *, writable: bool) -> Any:
        try:
            view = ffi.from_buffer(buffer, require_writable=writable)
        except (BufferError, TypeError) as error:
            need = "writable, contiguous" if writable else "contiguous"
            raise TypeError(
                f"{type(buffer).__name__} is not a {need} buffer: {error}"
            ) from None
        self._borrowed.append(view)
        return view


def _check(code: int) -> None:
    if code == lib.AOSE_OUT_MEMORY:
        raise MemoryError
    if code != lib.AOSE_OK:
        raise ParameterError("a text of the request contains a NUL or is too long")
