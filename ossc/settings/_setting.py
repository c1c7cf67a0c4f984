"""`Setting`: something that a bucket (or an account) has, to be got, put and deleted.

A row of a table says what a setting is: the class that has its verbs, what OSS calls it,
the query parameter that it is reached by, and its model::

    VERSIONING = Row(Setting, "BucketVersioning", "versioning", VersioningConfiguration)

A setting that can do more than get, put and delete has a subclass.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ossc._model import Model
from ossc._sdk import Answer, Call, base64_encode, functions
from ossc._verbs import done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc.client import Client

__all__ = ["AnySetting", "ReadSetting", "RemovableSetting", "Row", "Setting"]

T = TypeVar("T")
M = TypeVar("M", bound=Model)
S = TypeVar("S", bound="AnySetting")


class Row(Generic[S]):
    """What a setting is; makes the settings of buckets.

    Attributes:
        kind: The class of the settings.
        noun: What OSS calls it in the names of its operations: `"BucketVersioning"`.
        query: The query parameter that it is reached by; several, with `&` between.
        model: The class of its values.
    """

    __slots__ = ("kind", "model", "noun", "query")

    def __init__(self, kind: type[S], noun: str, query: str, model: type[Any]) -> None:
        self.kind = kind
        self.noun = noun
        self.query = query
        self.model = model

    def of(self, client: Client, bucket: str | None) -> S:
        """The setting of a bucket; of the account, where no bucket is named."""
        return self.kind(self, client, bucket)


class AnySetting:
    """What all settings have. Thread-safe; nothing is kept between calls."""

    __slots__ = ("_bucket", "_client", "_row")

    def __init__(self, row: Row[Any], client: Client, bucket: str | None) -> None:
        self._row = row
        self._client = client
        self._bucket = bucket

    def _send(
        self,
        method: str,
        read: Callable[[Answer], T],
        *,
        body: bytes | None = None,
        operation: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        creates: bool = False,
    ) -> T:
        """Makes a request about the setting and reads its answer.

        Args:
            method: GET, PUT, DELETE or POST; a POST is not repeated.
            read: Reads the answer.
            body: What is put.
            operation: For errors; by method and setting where it is not given.
            params: Query parameters instead of the setting's own.
            headers: Further request headers.
            creates: Whether it makes what may not be there yet: it is not repeated.
        """
        once = creates or method == "POST"
        call = self._asking(
            method, operation, params, body=body, headers=headers, once=once
        )
        return self._client._perform(call, read)

    def _asking(
        self,
        method: str,
        operation: str = "",
        params: Mapping[str, str] | None = None,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> Call:
        """A request about the setting, as `_send` makes it."""
        lines = dict(headers or {})
        if body is not None:
            lines = {"Content-Type": _kind_of(body), "Content-MD5": _md5(body), **lines}
        own = dict.fromkeys(self._row.query.split("&"), "")
        return Call(
            operation or method.capitalize() + self._row.noun,
            functions.send(method),
            bucket=self._bucket,
            params=own if params is None else params,
            headers=lines,
            body=body,
            once=once,
        )

    def __repr__(self) -> str:
        """What it is, and of which bucket."""
        owner = "the account" if self._bucket is None else repr(self._bucket)
        return f"<{self._row.noun} of {owner}>"


class ReadSetting(AnySetting, Generic[M]):
    """A setting that can be read."""

    __slots__ = ()

    def get(self) -> M:
        """The setting as OSS has it now.

        Raises:
            NoSuchConfiguration: There is none, and OSS has no default for it.
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not see it.
        """
        return self._send("GET", self._read)

    def _read(self, answer: Answer) -> M:
        """The value of an answer."""
        model: type[M] = self._row.model
        return model.from_xml(answer.body)


class Setting(ReadSetting[M]):
    """A setting that can be read and replaced."""

    __slots__ = ()

    def put(self, value: M) -> None:
        """Replaces the setting.

        What `get` returned and `replace` changed loses nothing, not even what this
        version of ossc does not know.

        Args:
            value: All of the setting.

        Raises:
            InvalidArgument, ServerError: OSS refuses the value.
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not change it.
        """
        self._send("PUT", done, body=self._written(value))

    def _written(self, value: M) -> bytes:
        model = self._row.model
        if not isinstance(value, model):
            kind = type(value).__name__
            raise TypeError(f"put() takes a {model.__name__}, not {kind}")
        body: bytes = value.to_xml()
        return body


class RemovableSetting(Setting[M]):
    """A setting that can be read, replaced and deleted."""

    __slots__ = ()

    def delete(self) -> None:
        """Deletes the setting. That there is none is no error.

        Raises:
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not change it.
        """
        self._send("DELETE", done)


def _kind_of(body: bytes) -> str:
    return "application/xml" if body.startswith(b"<") else "application/json"


def _md5(body: bytes) -> str:
    # Imported here: it loads OpenSSL, and only what is put needs it.
    import hashlib  # noqa: PLC0415

    return base64_encode(hashlib.md5(body, usedforsecurity=False).digest())
