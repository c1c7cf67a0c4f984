"""Searches in datasets: by metadata, which can be counted, too, and by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ossc._model import Model
from ossc._names import check_whole
from ossc._sdk import Answer
from ossc.errors import ParameterError
from ossc.settings._actions import ActionSettings
from ossc.settings._pages import TokenListing
from ossc.settings._several import checked_name
from ossc.settings.dataset_config import DatasetQuery, DatasetResult
from ossc.settings.dataset_files import DatasetFile
from ossc.settings.meta_query import (
    MetaQueryAggregation,
    MetaQueryWish,
    Order,
    _json,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc._paging import Listing
    from ossc._sdk import Call

__all__ = ["DatasetSearches", "document_of", "named", "reader_of"]

M = TypeVar("M", bound=Model)

_MOST = 100


class _Found(TokenListing[DatasetFile]):
    """SimpleQuery."""

    __slots__ = ()
    _kind = "files"

    def _read(
        self, answer: Answer
    ) -> tuple[list[DatasetFile], Mapping[str, str] | None]:
        page = DatasetResult.from_xml(answer.body)
        return list(page.files), self._ahead(page.next_token)


class DatasetSearches(ActionSettings):
    """Searches in the datasets of a bucket."""

    __slots__ = ()

    def search(
        self,
        name: str,
        query: Mapping[str, Any] | str | None = None,
        *,
        sort: str | None = None,
        order: Order | None = None,
        fields: Iterable[str] | None = None,
        page_size: int = 100,
        resume: str | None = None,
    ) -> Listing[DatasetFile]:
        """The files of a dataset that a search finds (SimpleQuery).

        They are fetched page by page while iterating.

        Args:
            name: The dataset's name.
            query: A condition as in `meta_query.search`; None: all files.
            sort: The field by which they are in order; several, with commas between.
            order: `"asc"`, or `"desc"`, which is OSS's default.
            fields: What is told of each file, such as `["Filename", "Size"]`; None:
                everything.
            page_size: How many are fetched at once, 1 to 100.
            resume: Goes on behind the file at which an earlier search had this `token`.

        Raises:
            NoSuchConfiguration: There is no such dataset.
            InvalidArgument: OSS does not understand the search.
        """
        params = {
            **named(name),
            **_query(query),
            **_fields(fields),
            "maxResults": str(check_whole("page_size", page_size, _MOST, 1)),
            "withoutTotalHits": "true",
        }
        for what, text in (("sort", sort), ("order", order)):
            if text is not None:
                params[what] = checked_name(what, text)

        def ask(following: Mapping[str, str]) -> Call:
            return self._acting("simpleQuery", {**params, **following}, reads=True)

        return _Found(self._client, ask, resume)

    def aggregate(
        self,
        name: str,
        query: Mapping[str, Any] | str | None,
        *wishes: tuple[str, str],
    ) -> tuple[MetaQueryAggregation, ...]:
        """What is counted over the files that a search finds (SimpleQuery).

        Args:
            name: The dataset's name.
            query: As in `search`.
            *wishes: Fields and what is done with each: `("Size", "sum")`.
        """
        from ossc._model_json import json_of  # noqa: PLC0415 - few searches need it

        if not wishes:
            raise ParameterError("there is nothing to count")
        asked = [MetaQueryWish(name=field, operation=what) for field, what in wishes]
        params = {**named(name), **_query(query), "aggregations": json_of(asked)}
        return tuple(self._look(DatasetResult, "simpleQuery", params).aggregations)

    def count(self, name: str, query: Mapping[str, Any] | str | None = None) -> int:
        """How many files of a dataset a search finds (SimpleQuery).

        Args:
            name: The dataset's name.
            query: As in `search`.
        """
        params = {**named(name), **_query(query), **_fields(["Filename"])}
        params["maxResults"] = "1"
        return self._look(DatasetResult, "simpleQuery", params).total_hits or 0

    def semantic_query(
        self,
        name: str,
        text: str,
        *,
        media_types: Iterable[str] | None = None,
        query: Mapping[str, Any] | str | None = None,
        fields: Iterable[str] | None = None,
        max_results: int | None = None,
    ) -> tuple[DatasetFile, ...]:
        """The files of a dataset that a text describes, the best first (SemanticQuery).

        Args:
            name: The dataset's name.
            text: What is looked for, in plain words; at most 1024 characters.
            media_types: Only `"image"`, `"video"`, `"audio"`, `"document"`.
            query: Only files that this condition, as in `search`, lets through.
            fields: What is told of each file; None: everything.
            max_results: How many are wanted at the most; None: as many as OSS likes.

        Raises:
            NoSuchConfiguration: There is no such dataset.

        Example:
            >>> bucket.datasets.open()
            >>> made = bucket.datasets.create("all")
            >>> found = bucket.datasets.semantic_query("all", "a friendly greeting")
            >>> found[0].filename
            'greeting.txt'
        """
        params = {
            **named(name),
            "query": checked_name("text", text),
            **_query(query, "simpleQuery"),
            **_fields(media_types, "mediaTypes"),
            **_fields(fields),
        }
        if max_results is not None:
            most = check_whole("max_results", max_results, 1000, 1)
            params["maxResults"] = str(most)
        return tuple(self._look(DatasetResult, "semanticQuery", params).files)

    def do(self, query: DatasetQuery, *, mode: str | None = None) -> DatasetResult:
        """One page of a search over all of the bucket, as it stands (DoMetaQuery).

        Args:
            query: The search.
            mode: `"basic"` or `"semantic"`.

        Raises:
            NoSuchConfiguration: There is no index.
        """
        params = {} if mode is None else {"mode": checked_name("mode", mode)}
        body = document_of(DatasetQuery, query)
        return self._look(DatasetResult, "doMetaQuery", params, body=body)

    def _look(
        self,
        model: type[M],
        action: str,
        params: Mapping[str, str],
        *,
        body: bytes | None = None,
    ) -> M:
        """The answer to an action that changes nothing."""
        return self._act(action, reader_of(model), params, body=body, reads=True)


def reader_of(model: type[M]) -> Callable[[Answer], M]:
    """What reads answers as a model."""
    return lambda answer: model.from_xml(answer.body)


def named(name: str) -> dict[str, str]:
    """The query parameter that names a dataset."""
    return {"datasetName": checked_name("name", name)}


def document_of(kind: type[Model], value: Model | None) -> bytes | None:
    """The document of a model of that class; None: there is none."""
    if value is None:
        return None
    if not isinstance(value, kind):
        raise TypeError(f"a {kind.__name__} is taken, not {type(value).__name__}")
    return value.to_xml()


def _query(
    query: Mapping[str, Any] | str | None, name: str = "query"
) -> dict[str, str]:
    return {} if query is None else {name: _json(query)}


def _fields(names: Iterable[str] | None, name: str = "withFields") -> dict[str, str]:
    import json  # noqa: PLC0415 - few searches need it

    if names is None:
        return {}
    if isinstance(names, str):
        raise TypeError(f"{name} must be several texts, not str")
    return {name: json.dumps([checked_name("a name", each) for each in names])}
