"""`Resource`: what requests are about, and how they are made of its ARN and its path."""

from __future__ import annotations

import json
from copy import copy
from typing import TypeVar
from urllib.parse import quote

from ossc._product import ProductCall
from ossc._sdk import base64_encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from typing_extensions import Self, Unpack

    from ossc._sdk import Answer
    from ossc.options import CallOptions
    from ossc.tables._arn import BucketARN
    from ossc.tables._client import Client

    T = TypeVar("T")

__all__ = ["Resource", "call_about"]

_PRODUCT = "osstables"


def call_about(
    client: Client,
    arn: BucketARN | None,
    operation: str,
    method: str,
    path: tuple[str, ...],
    *,
    key: str | None = None,
    params: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    once: bool = False,
) -> ProductCall:
    """A request on the path of these names, about a table bucket or about none.

    Each name is one step of the path, so that the slash in an ARN is encoded. What is
    signed is the decoded path behind the bucket's ARN.
    """
    lines, raw = dict(headers or {}), None
    if body is not None:
        raw = json.dumps(body).encode()
        lines |= {"Content-Type": "application/json", "Content-MD5": _md5(raw)}
    of_region = f"acs:{_PRODUCT}:{client.region}::bucket/"
    place = of_region if arn is None else arn.text
    return ProductCall(
        operation,
        method,
        f"{place}/{'/'.join(path)}",
        product=_PRODUCT,
        host=None if arn is None else client._host_of(arn),
        sent_key="/".join([quote(step, safe="") for step in path]).encode(),
        path_encoded=True,
        bucket=None if arn is None else arn.name,
        key=key,
        headers=lines,
        params=params,
        body=raw,
        once=once,
    )


class Resource:
    """Base of table buckets, namespaces and tables."""

    __slots__ = ("_arn", "_client")

    _root: str
    """The first step of the paths of what is configured of it."""

    _noun: str
    """What operations call it."""

    def __init__(self, client: Client, arn: BucketARN) -> None:
        self._client = client
        self._arn = arn

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """The same with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.

        Example:
            >>> table_bucket.with_options(timeout=5).get().name
            'analytics'
        """
        view = copy(self)
        view._client = self._client.with_options(**options)
        return view

    def _steps(self) -> tuple[str, ...]:
        """The names behind the bucket's ARN in paths."""
        return ()

    def _ask(
        self,
        operation: str,
        method: str,
        read: Callable[[Answer], T],
        *tail: str,
        **parts: Any,
    ) -> T:
        """Makes a request about it, or what is configured of it, and reads the answer."""
        steps = self._steps()
        return self._send(
            operation,
            method,
            read,
            (self._root, self._arn.text, *steps, *tail),
            **parts,
        )

    def _send(
        self,
        operation: str,
        method: str,
        read: Callable[[Answer], T],
        path: tuple[str, ...],
        **parts: Any,
    ) -> T:
        key = "/".join(self._steps()) or None
        call = call_about(
            self._client, self._arn, operation, method, path, key=key, **parts
        )
        return self._client._perform(call, read)


def _md5(body: bytes) -> str:
    # Imported here: it loads OpenSSL, and only what is put needs it.
    import hashlib  # noqa: PLC0415

    return base64_encode(hashlib.md5(body, usedforsecurity=False).digest())
