"""Settings of which a bucket has several, told apart by their names."""

from __future__ import annotations

from typing import Any, TypeVar

from ossc._model import Model
from ossc._names import encode_text
from ossc._sdk import Answer
from ossc.errors import MalformedResponse, ParameterError
from ossc.settings._setting import AnySetting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["SeveralSettings", "checked_name"]

M = TypeVar("M", bound=Model)


def checked_name(what: str, name: Any) -> str:
    """A name that is a text and not empty; raises for another."""
    if not encode_text(what, name):
        raise ParameterError(f"{what} is empty")
    return str(name)


class SeveralSettings(AnySetting):
    """What settings have of which there are several."""

    __slots__ = ()

    def _ask(
        self,
        model: type[M],
        operation: str,
        params: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        creates: bool = False,
    ) -> M:
        """The answer to a request about one of them, as a model."""

        def read(answer: Answer) -> M:
            return model.from_xml(answer.body)

        return self._send(
            method,
            read,
            operation=operation,
            params=params,
            body=body,
            headers=headers,
            creates=creates,
        )

    def _pages(
        self,
        model: type[M],
        operation: str,
        next_token: Callable[[M], str],
        more: Mapping[str, str] | None = None,
    ) -> Iterator[M]:
        """The pages of a list, one request each.

        Args:
            model: Of a page.
            operation: Of the requests.
            next_token: Where the next page begins; empty behind the last.
            more: Further query parameters.
        """
        params = {self._row.query: "", **(more or {})}
        while True:
            page = self._ask(model, operation, dict(params))
            yield page
            token = next_token(page)
            if not token:
                return
            if token == params.get("continuation-token"):
                raise MalformedResponse(
                    "the next page of a list is the same as this one",
                    operation=operation,
                )
            params["continuation-token"] = token
