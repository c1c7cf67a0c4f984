"""Makes a request: one call into C without the interpreter lock, watched while it lasts."""

from __future__ import annotations

from _thread import _local as local
from time import monotonic

from ossc._sdk._library import ffi, lib
from ossc._sdk._request import (
    MAX_ANSWER,
    MAX_IDLE_LANES,
    OUTCOME,
    Call,
    Lane,
    Progress,
    Session,
    Settings,
    borrow,
)
from ossc.errors import (
    ClientClosed,
    MalformedResponse,
    MemoryLimitExceeded,
    OSSError,
)
from ossc.models import Headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any

    from ossc._bandwidth import Meter
    from ossc._sdk._failures import Outcome
    from ossc.credentials import Credentials

__all__ = ["KEPT", "RESENT", "STORED", "WHOLE", "Answer", "perform", "text_of"]


class Answer:
    """A successful answer; its headers are read when they are first asked for.

    Attributes:
        status: The HTTP status.
        headers: Its headers.
        body: Its body, unless it went elsewhere.
        request_id: OSS's id of the request.
        upload_id: The multipart upload's id, for its initiation.
        stored: Bytes that went into the caller's buffer or file.
        crc64: Of the body that came, as it was computed here.
        facts: What the headers are known to hold, well-formed, where somebody looked;
            and whether the request was sent once more.
    """

    __slots__ = ("_headers", "body", "facts", "outcome", "upload_id")

    upload_id: str

    def __init__(self, outcome: tuple[int, ...], head: bytes, body: bytes) -> None:
        self.outcome = outcome
        self.facts = outcome[2]
        self._headers: bytes | Headers = head
        self.body = body

    @classmethod
    def made(
        cls,
        status: int,
        headers: Headers,
        body: bytes = b"",
        *,
        upload_id: str = "",
        stored: int = 0,
        crc64: int = 0,
        facts: int = 0,
        times: tuple[int, ...] = (),
    ) -> Answer:
        """An answer from its parts."""
        self = cls((status, status, facts, 0, 0, stored, crc64, *times), b"", body)
        self._headers = headers
        self.upload_id = upload_id
        return self

    @property
    def headers(self) -> Headers:
        """The headers of the answer."""
        if isinstance(self._headers, bytes):
            self._headers = Headers._of_block(self._headers)
        return self._headers

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.outcome[0]

    @property
    def stored(self) -> int:
        """Bytes that went into the caller's buffer or file."""
        return self.outcome[5]

    @property
    def crc64(self) -> int:
        """CRC-64 of the body that came, as it was computed here."""
        return self.outcome[6]

    @property
    def times(self) -> tuple[int, ...]:
        """How long its steps took, in microseconds; empty where nobody looked."""
        return self.outcome[7:]

    @property
    def request_id(self) -> str:
        """OSS's id of the request; empty when it told none."""
        return self.headers.get("x-oss-request-id", "")


WHOLE: int = lib.OSSC_FACT_WHOLE
"""Among an answer's facts: a whole object of announced length, well-formed headers."""

STORED: int = lib.OSSC_FACT_STORED
"""Among an answer's facts: an upload that names its ETag, well-formed headers."""

RESENT: int = lib.OSSC_FACT_RESENT
"""Among an answer's facts: a kept connection turned out dead, and it took a new one."""

KEPT: int = lib.OSSC_FACT_KEPT
"""Among an answer's facts: a kept connection served."""

_OBJECTS = frozenset({"GetObject", "SelectObject"})
_HEAD = lib.OSSC_SCRATCH_HEAD
_read_outcome = OUTCOME.unpack_from


_PAUSE_S = 0.0995
"""Progress is told no more often; C's ticks come by a clock that is a little coarse."""


class _Lost(local):
    """What was raised before a call from C into Python could keep it."""

    error: BaseException | None = None


_lost = _Lost()


def _keep_error(
    _type: type[BaseException],
    error: BaseException,
    _traceback: TracebackType | None,
) -> None:
    _lost.error = error


def _take_lost_error() -> BaseException | None:
    """What was raised in a call from C in this thread, once."""
    error, _lost.error = _lost.error, None
    return error


@ffi.def_extern(name="_ossc_tick", error=1, onerror=_keep_error)
def _tick(arg: Any, done: int, total: int) -> int:
    """Between slices of a long request: signals are seen here, and progress told.

    Entering Python is what lets a pending KeyboardInterrupt out; it ends the request.
    """
    watch = ffi.from_handle(arg)
    if watch.most is not None and watch.state.received_bytes > watch.most:
        raise _too_much(watch.most)
    if watch.pace is not None:
        watch.pace()
    if watch.progress is not None:
        now = monotonic()
        if now - watch.told >= _PAUSE_S:
            watch.told = now
            watch.progress(done, total if total >= 0 else None)
    return 0


@ffi.def_extern(name="_ossc_allocate", onerror=_keep_error)
def _allocate(arg: Any, size: int) -> Any:
    """Memory for a body: that of a `bytes` which nobody else has seen yet."""
    watch = ffi.from_handle(arg)
    if watch.most is not None and size > watch.most:
        raise _too_much(watch.most)
    try:
        memory = bytes(size)
    except (MemoryError, OverflowError):
        raise MemoryLimitExceeded(
            f"there is no memory for a body of {size} bytes"
        ) from None
    watch.memory = memory
    return ffi.from_buffer(memory)


def _too_much(most: int) -> MalformedResponse:
    return MalformedResponse(
        f"the answer is larger than any that OSS gives here: more than {most} bytes"
    )


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
    try:
        texts = call.texts()
        # A lane that is not given back, as something was raised, goes with its memory.
        lane = session.take(settings, credentials)
        if _run(lane, call, texts):
            outcome = _read_outcome(lane.outcome)
            scratch = lane.scratch
            body = lane.watch.memory
            if body is None:
                body = scratch[_HEAD : _HEAD + outcome[4]]
            else:
                lane.watch.memory = None
            answer = Answer(outcome, scratch[: outcome[3]], body)
        else:
            answer = _look_closer(lane, call)
    except BaseException:
        # A traceback that somebody keeps holds this frame, but no connections; and
        # what was raised in a call from C is not left for another request. Nor does it
        # hold the texts: a signed URL is among them.
        session = None
        texts = b""
        _lost.error = None
        raise
    if len(session.idle) < MAX_IDLE_LANES:
        session.idle.append(lane)
    if call.plain:
        return answer
    texts = b""  # as above
    return _finished(call, answer)


def _run(lane: Lane, call: Call, texts: bytes) -> Any:
    """Runs the SDK's function; 1 for a plain success (see `ossc_request_run`)."""
    request, run, body = lane.request, call.run, call.body
    lane.watch.most = (
        call.most if call.operation in _OBJECTS or call.any_size else MAX_ANSWER
    )
    borrowed: list[Any] = []
    try:
        if body is None:
            body, size = ffi.NULL, 0
        else:
            if type(body) is not bytes:
                body = borrow(body, writable=False)
            size = len(body)
        if type(run) is not int:
            run = run(request)
        if not call.plain:
            borrowed = lane.ask(call)
            if call.progress is not None:
                lane.watch.progress = _counted(call, call.progress, request)
            if call.meter is not None:
                lane.watch.pace = _paced(call.meter, request)
        return lib.ossc_request_run(request, run, texts, len(texts), body, size)
    finally:
        # Collected as garbage while it is borrowed, a memoryview crashes CPython.
        body = None
        texts = b""
        borrowed.clear()
        lane.watch.progress = lane.watch.pace = None


def _finished(call: Call, answer: Answer) -> Answer:
    """What a call that says more wants of its answer."""
    if call.meter is not None:
        call.meter.pace(_moved(call, answer))
    if call.partial is not None:
        answer = call.partial.join(call, answer)
    if call.progress is not None:
        moved = call.size
        if moved is None:
            moved = answer.stored or len(answer.body)
        call.progress(moved, moved)
    return answer


def _counted(call: Call, progress: Progress, request: Any) -> Progress:
    """Progress of an upload counts what is sent, not the answer that follows.

    That of a download that goes on counts what came before, too.
    """
    size, partial = call.size, call.partial
    if size is not None:
        return lambda _done, _total: progress(min(request.call.sent_bytes, size), size)
    if partial is not None:
        return lambda done, _total: progress(partial.done + done, partial.size)
    return progress


def _paced(meter: Meter, request: Any) -> Callable[[], None]:
    """Has a request wait for what it has moved so far."""
    return lambda: meter.pace(request.call.sent_bytes + request.call.received_bytes)


def _moved(call: Call, answer: Answer) -> int:
    """The bytes of both bodies."""
    sent = call.size
    if sent is None:
        sent = 0 if call.body is None else memoryview(call.body).nbytes
    return sent + (answer.stored or len(answer.body))


def _look_closer(lane: Lane, call: Call) -> Answer:
    """The answer of a request that is no plain success, or its failure raised."""
    # Imported here: most programs see no failure at all.
    from ossc._sdk._failures import add_answer, failure_of  # noqa: PLC0415

    error = _take_lost_error()
    outcome = _outcome(lane)
    if error is None:
        error = failure_of(outcome, lane.credentials, call.url)
    elif isinstance(error, MalformedResponse):
        add_answer(error, outcome, lane.credentials, call.url)
    if error is not None:
        # A frame that holds the error it raised is a cycle, and holds the body too.
        try:
            if isinstance(error, OSSError):
                _tell_times(error, lane)
            if call.operation == "GetObject" and isinstance(error, OSSError):
                _keep(lane, call, outcome)
            call.moved = lane.request.call.sent_bytes, lane.request.outcome.stored
            raise error
        finally:
            lane.watch.memory = None
            lane.reset()
            del error
    request = lane.request
    # Of a head that does not fit into the scratch memory the other facts tell half.
    answer = Answer.made(
        outcome.status,
        outcome.headers,
        _body(lane),
        upload_id=text_of(request.upload_id_made),
        stored=request.outcome.stored,
        crc64=request.outcome.crc64,
        facts=request.outcome.facts & (RESENT | KEPT),
        times=_read_outcome(lane.outcome)[7:],
    )
    lane.reset()
    return answer


def _keep(lane: Lane, call: Call, outcome: Outcome) -> None:
    """Remembers what a broken download brought, unless it was small enough to ask anew."""
    from ossc._sdk._resume import keep_partial  # noqa: PLC0415 - as above

    memory = lane.watch.memory
    if memory is not None:
        call.into = memory
    if call.into is not None or call.fd is not None:
        stored, crc = lane.request.outcome.stored, lane.request.outcome.crc64
        keep_partial(call, outcome.status, outcome.headers, stored, crc)
        if call.partial is None and memory is not None:
            call.into = None


def _body(lane: Lane) -> bytes:
    memory, lane.watch.memory = lane.watch.memory, None
    if memory is not None:
        return memory
    size = lane.request.outcome.body_size
    if size < 0:
        return _collect(lane.request.answer_body)
    return bytes(lane.scratch[_HEAD : _HEAD + size])


def text_of(pointer: Any) -> str:
    """A C text as str; empty for NULL."""
    if pointer == ffi.NULL:
        return ""
    return str(ffi.string(pointer).decode("utf-8", "replace"))


def _outcome(lane: Lane) -> Outcome:
    from ossc._sdk._failures import Outcome  # noqa: PLC0415 - as above

    request = lane.request
    body = b""
    if request.error_body != ffi.NULL:
        body = bytes(ffi.buffer(request.error_body, request.error_body_size))
    call = request.call
    return Outcome(
        status=request.outcome.status,
        code=request.outcome.code,
        failure=call.failure,
        error_code=text_of(request.error_code),
        message=text_of(request.error_message),
        reason=text_of(request.reason),
        os_error=call.os_error,
        sink_error=request.sink_error,
        headers=_headers(request.answer_headers),
        body=body,
        signed=text_of(request.signed_text),
    )


def _tell_times(error: OSSError, lane: Lane) -> None:
    """Writes into an error how its request was made."""
    outcome = _read_outcome(lane.outcome)
    facts = outcome[2]
    error.resent = bool(facts & RESENT)
    error._times = (*outcome[7:], facts & KEPT)


def _headers(table: Any) -> Headers:
    name, value = ffi.new("char **"), ffi.new("char **")
    pairs = {}
    for index in range(lib.ossc_table_size(table)):
        lib.ossc_table_entry(table, index, name, value)
        text = ffi.string(value[0]).decode("utf-8", "surrogateescape")
        pairs[ffi.string(name[0]).decode("latin-1")] = text
    return Headers(pairs)


def _collect(buffers: Any) -> bytes:
    """A buffer list as one `bytes`, with one copy."""
    cursor = ffi.new("aos_list_t **")
    data, size = ffi.new("void **"), ffi.new("size_t *")
    pieces = []
    while lib.ossc_list_next(buffers, cursor, data, size):
        pieces.append(ffi.buffer(data[0], size[0]))
    return bytes(pieces[0]) if len(pieces) == 1 else b"".join(pieces)
