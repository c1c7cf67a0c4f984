"""`Batch`: many small objects in one call into C (see `ossc_batch.h`).

What the items have in common is said once; their answers come back in one arena and are
cut out of it here.
"""

from __future__ import annotations

from struct import Struct

from ossc._sdk._library import ffi, lib
from ossc._sdk._perform import Answer, take_lost_error
from ossc._sdk._request import Session, Settings, Watch, borrow, check_code
from ossc.errors import OSSError
from ossc.models import Headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ossc._sdk._cancel import CancelToken
    from ossc.credentials import Credentials

__all__ = ["Batch", "Item"]

_ITEM = Struct("=qqqqqqqQqqqqqqq")
if ffi.sizeof("ossc_item_t") != _ITEM.size:
    raise ImportError("the compiled module's records are not those of this version")

_DONE: int = lib.OSSC_ITEM_DONE
_FAILED: int = lib.OSSC_ITEM_FAILED
_of_block = Headers._of_block


class Item:
    """What became of one key.

    Attributes:
        index: Its place among the keys.
        answer: The answer of a success, else None.
        error: Why it failed; None for a success and for what was not tried, or whose
            answer the arena had no room for.
    """

    __slots__ = ("answer", "error", "index")

    def __init__(
        self, index: int, answer: Answer | None, error: OSSError | None = None
    ) -> None:
        self.index = index
        self.answer = answer
        self.error = error


class Batch:
    """Owns a C batch; one thread at a time.

    Args:
        settings: As for a request.
        credentials: As for a request.
        session: Whose connections are used.
        width: Requests at a time.
        most_items: Keys in one run.
        arena_size: Bytes that the answers of one run may have together.
    """

    __slots__ = (
        "_arena",
        "_credentials",
        "_handle",
        "_owner",
        "_rows",
        "_watch",
        "width",
    )

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials | None,
        session: Session,
        *,
        width: int,
        most_items: int,
        arena_size: int,
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
        owner = ffi.gc(ffi.new("ossc_batch_t **"), lib.ossc_batch_close)
        check_code(
            lib.ossc_batch_open(
                owner,
                settings.pointer,
                keys,
                session.pointer,
                width,
                most_items,
                arena_size,
            )
        )
        self._owner = owner
        self.width = width
        self._credentials = credentials
        self._watch = Watch()
        self._handle = ffi.new_handle(self._watch)
        self._arena = ffi.buffer(owner[0].arena, arena_size)
        self._rows = ffi.buffer(owner[0].items, most_items * _ITEM.size)

    def close(self) -> None:
        """Frees the batch."""
        ffi.release(self._owner)

    def run(
        self,
        function: int,
        texts: bytes,
        keys: Sequence[bytes],
        bodies: Sequence[Any] | None,
        cancel: CancelToken,
        *,
        ordered: bool,
    ) -> list[Item]:
        """Runs the SDK's function for every key; one `Item` each.

        Args:
            function: `functions.get_to_buffer` or `functions.put_from_buffer`.
            texts: What the keys have in common (see `Call.texts`).
            keys: Object keys as UTF-8.
            bodies: What to put, as buffers; None for a get.
            cancel: Ends the run.
            ordered: In the order of the keys, else as they finished.

        Raises:
            KeyboardInterrupt: Ctrl-C arrived; the run was given up.
        """
        block = b"\0".join([*keys, b""])
        views: list[Any] = []
        pointers = sizes = ffi.NULL
        try:
            if bodies is not None:
                views.extend(borrow(body, writable=False) for body in bodies)
                pointers = ffi.new("void *[]", [_address(view) for view in views])
                sizes = ffi.new("size_t[]", [len(view) for view in views])
            check_code(
                lib.ossc_batch_run(
                    self._owner[0],
                    function,
                    texts,
                    len(texts),
                    block,
                    len(block),
                    len(keys),
                    pointers,
                    sizes,
                    cancel.flag,
                    lib._ossc_tick,
                    self._handle,
                )
            )
        finally:
            views.clear()
            pointers = None
        error = take_lost_error()
        if error is not None:
            raise error
        rows = list(_ITEM.iter_unpack(self._rows[: len(keys) * _ITEM.size]))
        order: Sequence[int] = range(len(keys))
        if not ordered:
            order = sorted(order, key=lambda index: rows[index][-1])
        return [self._item(index, rows[index]) for index in order]

    def _item(self, index: int, row: tuple[int, ...]) -> Item:
        state, _, _, _, head, body, _, _, _, _, at, body_at, *_ = row
        if state != _DONE:
            return Item(index, None, self._failure(row) if state == _FAILED else None)
        arena = self._arena
        answer = Answer(
            row[1:8], arena[at : at + head], arena[body_at : body_at + body]
        )
        return Item(index, answer)

    def _failure(self, row: tuple[int, ...]) -> OSSError | None:
        # Imported here: most programs see no failure at all.
        from ossc._sdk._failures import Outcome, failure_of  # noqa: PLC0415

        _, status, code, _, head, body, _, _, failure, os_error, *places = row
        head_at, body_at, reason_at, reason_size, _ = places
        arena = self._arena
        text = arena[reason_at : reason_at + reason_size].decode("utf-8", "replace")
        outcome = Outcome(
            status=status,
            code=code,
            failure=failure,
            error_code="",
            message="",
            reason=text,
            os_error=os_error,
            sink_error=0,
            headers=_of_block(arena[head_at : head_at + head]),
            body=arena[body_at : body_at + body] if status else b"",
        )
        return failure_of(outcome, self._credentials)


def _address(view: Any) -> Any:
    return ffi.cast("void *", view)
