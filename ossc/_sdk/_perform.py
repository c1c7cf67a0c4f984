"""Makes a request: one SDK call without the interpreter lock, watched while it lasts."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ossc._sdk._failures import Outcome, failure_of
from ossc._sdk._library import ffi, lib
from ossc._sdk._request import Call, Pool, Progress, Session, Settings
from ossc.errors import ClientClosed
from ossc.models import Headers

if TYPE_CHECKING:
    from ossc.credentials import Credentials

__all__ = ["Answer", "perform", "text_of"]


@dataclass(slots=True)
class Answer:
    """A successful answer.

    Attributes:
        status: The HTTP status.
        headers: Its headers.
        body: Its body, unless it went elsewhere.
        request_id: OSS's id of the request.
        upload_id: The multipart upload's id, for its initiation.
        stored: Bytes that went into the caller's buffer or file.
        crc64: Of the body that came, as it was computed here.
    """

    status: int
    headers: Headers
    body: bytes
    request_id: str
    upload_id: str = ""
    stored: int = 0
    crc64: int = 0


class _Watch(threading.local):
    """What the transport's tick of this thread reports to."""

    progress: Progress | None = None
    error: BaseException | None = None


_watch = _Watch()


def _keep_error(
    _type: type[BaseException],
    error: BaseException,
    _traceback: TracebackType | None,
) -> None:
    _watch.error = error


@ffi.def_extern(name="_ossc_tick", error=1, onerror=_keep_error)
def _tick(_arg: Any, done: int, total: int) -> int:
    """Between slices of a long request: signals are seen here, and progress told.

    Entering Python is what lets a pending KeyboardInterrupt out; it ends the request.
    """
    if _watch.progress is not None:
        _watch.progress(done, total if total >= 0 else None)
    return 0


def perform(
    call: Call,
    settings: Settings,
    credentials: Credentials | None,
    session: Session | None,
) -> Answer:
    """Makes the request.

    Raises:
        OSSError: It failed; the class and the attributes tell how.
        KeyboardInterrupt: Ctrl-C arrived; the request was given up.
    """
    if session is None:
        raise ClientClosed("the client is closed", operation=call.operation)
    with Pool(settings, credentials, session) as pool:
        pool.fill(call)
        status = _watched(call, pool.request)
        if status != ffi.NULL:
            lib.ossc_request_finish(pool.request, status)
        outcome = _outcome(pool.request)
        error = failure_of(outcome, credentials)
        if error is not None:
            # A frame that holds the error it raised is a cycle, and holds the body too.
            try:
                raise error
            finally:
                del error
        answer = _answer(pool.request, outcome)
    if call.progress is not None:
        moved = call.size if call.size is not None else len(answer.body) + answer.stored
        call.progress(moved, moved)
    return answer


def _watched(call: Call, request: Any) -> Any:
    """Runs the SDK function with this thread's tick pointed at the call."""
    before = _watch.progress, _watch.error
    _watch.progress = call.progress
    if call.progress is not None and call.size is not None:
        _watch.progress = _uploading(call.progress, call.size, request)
    _watch.error = None
    try:
        status = call.run(request)
        error = _watch.error
    finally:
        _watch.progress, _watch.error = before
    if error is not None:
        try:
            raise error
        finally:
            del error
    return status


def _uploading(progress: Progress, size: int, request: Any) -> Progress:
    """Progress of an upload counts what is sent, not the answer that follows."""
    return lambda _done, _total: progress(min(request.call.sent_bytes, size), size)


def text_of(pointer: Any) -> str:
    """A C text as str; empty for NULL."""
    if pointer == ffi.NULL:
        return ""
    return str(ffi.string(pointer).decode("utf-8", "replace"))


def _outcome(request: Any) -> Outcome:
    body = b""
    if request.error_body != ffi.NULL:
        body = bytes(ffi.buffer(request.error_body, request.error_body_size))
    call = request.call
    return Outcome(
        status=request.http_status,
        code=request.code,
        failure=call.failure,
        error_code=text_of(request.error_code),
        message=text_of(request.error_message),
        reason=text_of(request.reason),
        os_error=call.os_error,
        sink_error=request.sink_error,
        headers=_headers(request.answer_headers),
        body=body,
    )


def _headers(table: Any) -> Headers:
    name, value = ffi.new("char **"), ffi.new("char **")
    pairs = {}
    for index in range(lib.ossc_table_size(table)):
        lib.ossc_table_entry(table, index, name, value)
        text = ffi.string(value[0]).decode("utf-8", "surrogateescape")
        pairs[ffi.string(name[0]).decode("latin-1")] = text
    return Headers(pairs)


def _answer(request: Any, outcome: Outcome) -> Answer:
    return Answer(
        status=outcome.status,
        headers=outcome.headers,
        body=_collect(request.answer_body),
        request_id=outcome.headers.get("x-oss-request-id", ""),
        upload_id=text_of(lib.ossc_string_text(request.upload_id)),
        stored=request.sink_used,
        crc64=request.call.received_crc64,
    )


def _collect(buffers: Any) -> bytes:
    """A buffer list as one `bytes`, with one copy."""
    cursor = ffi.new("aos_list_t **")
    data, size = ffi.new("void **"), ffi.new("size_t *")
    pieces = []
    while lib.ossc_list_next(buffers, cursor, data, size):
        pieces.append(ffi.buffer(data[0], size[0]))
    return bytes(pieces[0]) if len(pieces) == 1 else b"".join(pieces)
