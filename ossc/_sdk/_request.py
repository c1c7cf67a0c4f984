"""What a request is made with, on the C side: sessions, settings, and its memory.

A `Lane` owns a C request record and serves one request after the other; a `Session` keeps
the idle ones. A `Call` says what is asked for.
"""

from __future__ import annotations

from struct import Struct

from ossc._names import check_callable, check_header, check_mapping, encode_text
from ossc._sdk._guard import OFFICIAL, check_fits
from ossc._sdk._library import ffi, lib, start
from ossc.errors import OSSError, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeAlias

    from ossc._bandwidth import Meter
    from ossc._sdk._cancel import CancelToken
    from ossc._sdk._resume import Partial
    from ossc.credentials import Credentials

__all__ = [
    "Call",
    "Lane",
    "PartETag",
    "Progress",
    "Run",
    "Session",
    "Settings",
    "check_code",
    "keys_for_c",
]

Progress: TypeAlias = "Callable[[int, int | None], object]"
Run: TypeAlias = "int | Callable[[Any], int]"


class Session:
    """Kept connections; closed when the last user lets go of it. Thread-safe."""

    __slots__ = ("idle", "pointer")

    def __init__(self, max_idle: int) -> None:
        start()
        pointer = lib.ossi_session_create(max_idle)
        if pointer == ffi.NULL:
            raise MemoryError
        self.pointer = ffi.gc(pointer, lib.ossi_session_release)
        self.idle: list[Lane] = []

    def take(self, settings: Settings, credentials: Credentials | None) -> Lane:
        """A lane for these settings and credentials; give it back with `give`."""
        try:
            lane = self.idle.pop()
        except IndexError:
            return Lane(settings, credentials, self)
        if lane.settings is settings and lane.credentials is credentials:
            return lane
        return self._look_for(lane, settings, credentials)

    def _look_for(
        self, lane: Lane, settings: Settings, credentials: Credentials | None
    ) -> Lane:
        """The lane below those of other views, which stay; one of old keys goes."""
        others: list[Lane] = []
        found = None
        try:
            while True:
                if lane.settings is not settings:
                    others.append(lane)
                elif lane.credentials is credentials:
                    found = lane
                    break
                lane = self.idle.pop()
        except IndexError:
            pass
        self.idle[:0] = others[MAX_OTHER_LANES - 1 :: -1]
        return found or Lane(settings, credentials, self)

    def give(self, lane: Lane) -> None:
        """Keeps a lane that has nothing left to do."""
        if len(self.idle) < MAX_IDLE_LANES:
            self.idle.append(lane)


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
        user_agent: str | None = None,
        additional_headers: str = "",
        cloud_box_id: str | None = None,
        dns_cache_s: int = 60,
        network: Mapping[str, str | int] | None = None,
    ) -> None:
        self.pointer = ffi.new("ossc_settings_t *")
        self._texts: list[Any] = []
        texts = {
            "endpoint": endpoint,
            "region": region,
            "user_agent": user_agent,
            "proxy_host": proxy_host,
            "proxy_auth": proxy_auth,
            "ca_file": ca_file,
            "ca_path": ca_path,
            "additional_headers": additional_headers or None,
            "cloud_box_id": cloud_box_id,
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
        self.pointer.dns_cache_timeout_s = dns_cache_s
        if network:
            self._set_network(network)

    def _set_network(self, network: Mapping[str, str | int]) -> None:
        """The fields of `ossi_network_t` that are not as by default."""
        record = ffi.new("ossi_network_t *")
        for name, value in network.items():
            kept = self._keep(name, value) if isinstance(value, str) else value
            setattr(record, name, kept)
        self._texts.append(record)
        self.pointer.network = record

    def _keep(self, name: str, text: str | None) -> Any:
        if text is None:
            return ffi.NULL
        kept = ffi.new("char[]", encode_text(name, text))
        self._texts.append(kept)
        return kept


class PartETag:
    """A part to complete an upload with."""

    __slots__ = ("etag", "part_number")

    def __init__(self, part_number: int, etag: str) -> None:
        self.part_number = part_number
        self.etag = etag


_NOTHING: Mapping[str, str] = {}


class Call:
    """One request, before it is made.

    Attributes:
        operation: The OSS operation, for errors.
        run: The SDK's function (see `functions`).
        bucket: Bucket name, or None for the service level.
        key: Object key as UTF-8, or None for the bucket level.
        headers: Request headers.
        params: Query parameters; an empty value is sent as the name alone.
        body: Anything with the buffer protocol; borrowed, not copied.
        path: Local file for the calls that read one.
        url: Signed URL for the calls by one; bucket and key are then for errors only.
        upload_id: Of a multipart upload.
        parts: To complete an upload with.
        into: Writable buffer that a 2xx body goes into instead of memory of ours.
        fd: File descriptor that a 2xx body goes into, from `offset` on; the file's
            position is neither used nor moved.
        offset: Where in the buffer or the file the body begins.
        partial: What earlier attempts at a download brought.
        file: Body in an open file: descriptor, offset, size. Its position is neither
            used nor moved.
        cancel: Ends the request from any thread.
        once: Never sent twice, not even when a kept connection turns out dead; after
            that only where the server cannot have acted.
        timeout_ms: Of this request instead of what is settled; None: what is settled.
        moved: Bytes of both bodies that a failed attempt had sent and received.
        before_repeat: Called with the error before another attempt, so that the verb
            can change the call; what it raises ends the call.
        meter: Has the bytes that move wait for bandwidth.
        path_encoded: The key is percent-encoded already, and sent as it is.
        progress: Called with (bytes moved, total or None).
        size: Bytes the caller sends, for progress; None for a download.
        any_size: Whether the answer's body may be of any size, as an object is.
        most: Bytes that a download can bring, where a range says so; more end it.
        plain: Nothing is said of it but names, headers, parameters and a body.
    """

    bucket: str | None = None
    key: bytes | None = None
    headers: Mapping[str, str] = _NOTHING
    params: Mapping[str, str] | None = None
    body: Any = None
    path: bytes | None = None
    url: str | None = None
    upload_id: str | None = None
    parts: Iterable[PartETag] = ()
    into: Any = None
    fd: int | None = None
    offset: int = 0
    partial: Partial | None = None
    file: tuple[int, int, int] | None = None
    cancel: CancelToken | None = None
    once: bool = False
    timeout_ms: int | None = None
    progress: Progress | None = None
    size: int | None = None
    moved: tuple[int, int] | None = None
    before_repeat: Callable[[OSSError], None] | None = None
    meter: Meter | None = None
    any_size = False
    most: int | None = None
    path_encoded: bool = False
    plain = True

    def __init__(
        self,
        operation: str,
        run: Any,
        bucket: str | None = None,
        key: bytes | None = None,
        headers: Mapping[str, str] = _NOTHING,
        params: Mapping[str, str] | None = None,
        *,
        body: Any = None,
        size: int | None = None,
        progress: Progress | None = None,
        once: bool = False,
        **special: Any,
    ) -> None:
        self.operation = operation
        self.run = run
        self.bucket = bucket
        self.key = key
        self.headers = headers
        self.params = params
        self.body = body
        self.size = size
        if progress is not None or once or special:
            check_callable("progress", progress)
            self.progress = progress
            self.once = once
            self.__dict__.update(special)
            self.plain = not (progress or once or special.keys() - _PLAIN)

    def texts(self) -> bytes:
        """Names, headers and parameters in one block (see `ossc_request_run`)."""
        upload_id = self.upload_id
        parts = [
            (self.bucket or "").encode(),
            self.key or b"",
            encode_text("the upload id", upload_id) if upload_id else b"",
            self.path or b"",
        ]
        if self.url is not None:
            parts = [b"", b"", b"", encode_text("the URL", self.url)]
        if not self.headers and not self.params and not OFFICIAL:
            parts.append(b"")
            return b"\0".join(parts)
        for header, value in self.headers.items():
            parts += check_header(header, value)
        parts.append(b"")
        if self.params:
            for param, value in check_mapping("params", self.params).items():
                if not param:
                    raise ParameterError("a parameter's name is empty")
                parts.append(encode_text("a parameter's name", param))
                parts.append(encode_text(f"the parameter {param}", value))
            parts.append(b"")
        if OFFICIAL and self.url is None:
            check_fits(self.bucket, self.key, self.params or {})
        return b"\0".join(parts)


_PLAIN = {"any_size", "before_repeat", "most", "upload_id", "path", "url"}

# More than any answer of OSS that is no object; what goes on for ever is ended.
MAX_ANSWER = 64 * 1024 * 1024


class Watch:
    """What C's calls into Python during a request work on.

    Attributes:
        progress: Told of the bytes that moved.
        told: When, on `time.monotonic`'s clock.
        memory: Of the answer's body.
        most: Bytes that the answer's body may have; None: any number.
        pace: Waits until more may move; None: nothing is waited for.
        state: C's record of what has moved.
    """

    __slots__ = ("memory", "most", "pace", "progress", "state", "told")

    def __init__(self, state: Any) -> None:
        self.state = state
        self.most: int | None = None
        self.progress: Progress | None = None
        self.memory: bytes | None = None
        self.pace: Callable[[], object] | None = None
        self.told = 0.0


class Lane:
    """Owns one C request record; one thread at a time."""

    __slots__ = (
        "_handle",
        "_owner",
        "credentials",
        "outcome",
        "request",
        "scratch",
        "settings",
        "watch",
    )

    def __init__(
        self, settings: Settings, credentials: Credentials | None, session: Session
    ) -> None:
        keys, _texts = keys_for_c(credentials)
        # The owner comes first: a signal between opening and owning would leak.
        owner = ffi.gc(ffi.new("ossc_request_t **"), lib.ossc_request_close)
        check_code(
            lib.ossc_request_open(owner, settings.pointer, keys, session.pointer)
        )
        self._owner = owner
        self.settings = settings
        self.credentials = credentials
        self.request = request = owner[0]
        self.watch = Watch(request.call)
        self._handle = ffi.new_handle(self.watch)
        request.call.tick = lib._ossc_tick
        request.call.tick_arg = self._handle
        request.allocate = lib._ossc_allocate
        self.outcome = ffi.buffer(ffi.addressof(request[0], "outcome"))
        self.scratch = ffi.buffer(request.scratch, _SCRATCH)

    def ask(self, call: Call) -> list[Any]:
        """Tells the record what is special about a call; what it borrows from Python."""
        request = self.request
        for part in call.parts:
            etag = encode_text("an ETag", part.etag)
            number = part.part_number
            check_code(lib.ossc_request_part(request, number, etag, len(etag)))
        request.call.once = call.once
        request.call.path_encoded = call.path_encoded
        if call.timeout_ms is not None:
            request.call.total_timeout_ms = call.timeout_ms
        if call.cancel is not None:
            request.call.cancel_when = call.cancel.flag
        if call.meter is not None:
            request.call.tick_interval_ms = _PACE_MS
        if call.fd is not None:
            lib.ossc_request_into_file(request, call.fd, call.offset)
        if call.file is not None:
            lib.ossc_request_body_from_file(request, *call.file)
        if call.into is None:
            return []
        # `bytes` are ours: those that a download broke off in, seen by nobody yet.
        view = borrow(call.into, writable=type(call.into) is not bytes)
        lib.ossc_request_into_memory(
            request, view + call.offset, len(view) - call.offset
        )
        return [view]

    def reset(self) -> None:
        """Frees what the last request left."""
        lib.ossc_request_reset(self.request)


_SCRATCH = lib.OSSC_SCRATCH_HEAD + lib.OSSC_SCRATCH_BODY
_PACE_MS = 5
MAX_IDLE_LANES = 64
# Of other views of the client, that one which looks for its own leaves to them.
MAX_OTHER_LANES = 16

OUTCOME = Struct("=qqqqqqQqqqqq")
"""`ossc_outcome_t`: status, code, facts, head_size, body_size, stored, crc64, 5 times."""

if ffi.sizeof("ossc_outcome_t") != OUTCOME.size:
    raise ImportError("the compiled module's records are not those of this version")


def keys_for_c(credentials: Credentials | None) -> tuple[Any, list[Any]]:
    """Credentials as C reads them, and their texts, which must live as long."""
    keys = ffi.new("ossc_credentials_t *")
    texts: list[Any] = []
    if credentials is not None:
        texts = [
            ffi.new("char[]", credentials.access_key_id.encode()),
            ffi.new("char[]", credentials.access_key_secret.encode()),
        ]
        keys.access_key_id, keys.access_key_secret = texts
        if credentials.security_token is not None:
            texts.append(ffi.new("char[]", credentials.security_token.encode()))
            keys.security_token = texts[2]
    return keys, texts


def borrow(buffer: Any, *, writable: bool) -> Any:
    """A buffer's memory for C, alive as long as what is returned."""
    try:
        return ffi.from_buffer(buffer, require_writable=writable)
    except (BufferError, TypeError) as error:
        need = "writable, contiguous" if writable else "contiguous"
        raise TypeError(
            f"{type(buffer).__name__} is not a {need} buffer: {error}"
        ) from None


def check_code(code: int) -> None:
    """Raises what a code of the C side says."""
    if code == lib.AOSE_OUT_MEMORY:
        raise MemoryError
    if code != lib.AOSE_OK:
        raise ParameterError("a text of the request contains a NUL or is too long")
