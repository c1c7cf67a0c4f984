"""What the groups of verbs have in common: the bucket's name and a way to ask."""

from __future__ import annotations

from ossc._arguments import token_of
from ossc._names import encode_key
from ossc._sdk import Answer, Call, LinkedToken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from typing_extensions import Self

    from ossc._sdk import CancelToken
    from ossc._sdk._request import Run
    from ossc.client import Client

    T = TypeVar("T")

__all__ = ["Verbs", "done"]


def done(_answer: Answer) -> None:
    """Reads an answer that says no more than that it is one."""


class Verbs:
    """Base of the groups of verbs that `Bucket` is made of."""

    __slots__ = ("_client", "_name")

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    @property
    def name(self) -> str:
        """The bucket's name."""
        return self._name

    def _running(self) -> Self:
        """The same with one deadline running, for a call of several requests."""
        client = self._client._running()
        return self if client is self._client else type(self)(client, self._name)

    def _ended_by(self, cancel: CancelToken | None) -> Self:
        """The same whose requests the token ends; so does the one that it has already.

        Raises:
            TypeError: It is no token.
        """
        client, token = self._client, token_of(cancel)
        if token is None or token is client._cancel:
            return self
        if client._cancel is not None:
            token = LinkedToken(token, client._cancel)
        return type(self)(client.with_options(cancel=token), self._name)

    def _object(
        self,
        operation: str,
        run: Run,
        key: str,
        read: Callable[[Answer], T],
        **parts: Any,
    ) -> T:
        """Makes a request on an object and reads its answer."""
        raw = encode_key(key)
        call = Call(operation, run, bucket=self._name, key=raw, **parts)
        return self._client._perform(call, read)
