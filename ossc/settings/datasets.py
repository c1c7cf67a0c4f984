"""Datasets: groups of a bucket's files whose metadata is searched on its own.

They need an index that was opened here, which is OSS's newer MetaQuery; `meta_query` has
the older one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ossc._model import Model
from ossc._names import check_text, check_whole, encode_key, encode_text
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.errors import ParameterError
from ossc.settings._pages import TokenListing
from ossc.settings._setting import Row
from ossc.settings._several import checked_name
from ossc.settings.dataset_config import (
    Dataset,
    DatasetConfig,
    DatasetIndex,
    DatasetIndexStatus,
    DatasetPage,
    WorkflowParameter,
)
from ossc.settings.dataset_search import (
    DatasetSearches,
    document_of,
    named,
    reader_of,
)
from ossc.settings.smart_clusters import SmartClusters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._paging import Listing
    from ossc._sdk import Call

__all__ = ["Datasets"]

_MOST = 200


class _Made(Model, root="CreateDatasetResponse"):
    __slots__ = ()

    dataset: Dataset


class _Got(_Made, root="GetDatasetResponse"):
    __slots__ = ()


class _Changed(_Made, root="UpdateDatasetResponse"):
    __slots__ = ()


class _List(TokenListing[Dataset]):
    """ListDatasets."""

    __slots__ = ()
    _kind = "datasets"

    def _read(self, answer: Answer) -> tuple[list[Dataset], Mapping[str, str] | None]:
        page = DatasetPage.from_xml(answer.body)
        return list(page.datasets), self._ahead(page.next_token)


class Datasets(DatasetSearches):
    """Datasets of a bucket, and searches in them.

    Example:
        >>> bucket.datasets.open()
        >>> made = bucket.datasets.create("photos", description="of the summer")
        >>> large = {"Field": "Size", "Value": "3", "Operation": "gt"}
        >>> [each.filename for each in bucket.datasets.search("photos", large)]
        ['greeting.txt']
        >>> bucket.datasets.close()
    """

    __slots__ = ()

    def open(
        self,
        index: DatasetIndex | None = None,
        *,
        mode: str = "semantic",
        role: str | None = None,
    ) -> None:
        """Has OSS make an index of the bucket (OpenMetaQuery).

        Args:
            index: How; what it routes cannot be changed before `close`.
            mode: `"semantic"`, which datasets need, or `"basic"`.
            role: The role that OSS reads as.

        Raises:
            ServerError: There is an index.
        """
        params = {"mode": checked_name("mode", mode)}
        if role is not None:
            params["role"] = checked_name("role", role)
        self._act("openMetaQuery", done, params, body=document_of(DatasetIndex, index))

    def status(self) -> DatasetIndexStatus:
        """How far OSS has come with the index (GetMetaQueryStatus).

        Raises:
            NoSuchConfiguration: There is none.
        """
        return self._look(DatasetIndexStatus, "getMetaQueryStatus", {})

    def close(self) -> None:
        """Has OSS forget the index and all datasets (CloseMetaQuery)."""
        self._act("closeMetaQuery", done, {})

    def create(
        self,
        name: str,
        *,
        description: str | None = None,
        config: DatasetConfig | None = None,
        workflow_parameters: Iterable[WorkflowParameter] | None = None,
    ) -> Dataset:
        """Makes a dataset (CreateDataset).

        Args:
            name: 1 to 128 letters, digits, hyphens and underscores.
            description: At most 256 characters about it.
            config: What OSS is to find out about its files.
            workflow_parameters: Switches of older programs.

        Raises:
            NoSuchConfiguration: The bucket has no index.
            ServerError: There is a dataset of that name, or OSS refuses it.
        """
        said = _said(description, config, workflow_parameters)
        params = {**named(name), **said}
        return self._act("createDataset", reader_of(_Made), params).dataset

    def get(self, name: str, *, statistics: bool = False) -> Dataset:
        """A dataset (GetDataset).

        Args:
            name: Its name.
            statistics: Whether OSS is to count its files.

        Raises:
            NoSuchConfiguration: There is none of that name.
        """
        params = named(name)
        if statistics:
            params["withStatistics"] = "true"
        return self._look(_Got, "getDataset", params).dataset

    def update(
        self,
        name: str,
        *,
        description: str | None = None,
        config: DatasetConfig | None = None,
        workflow_parameters: Iterable[WorkflowParameter] | None = None,
    ) -> Dataset:
        """Changes what is given of a dataset (UpdateDataset).

        It counts for files that are indexed from now on.

        Args:
            name: Its name.
            description: As in `create`.
            config: As in `create`; replaces all of it.
            workflow_parameters: As in `create`.

        Raises:
            NoSuchConfiguration: There is none of that name.
            ParameterError: Nothing is given.
        """
        said = _said(description, config, workflow_parameters)
        if not said:
            raise ParameterError("there is nothing to change in the dataset")
        params = {**named(name), **said}
        return self._act("updateDataset", reader_of(_Changed), params).dataset

    def delete(self, name: str) -> None:
        """Deletes a dataset that has no files (DeleteDataset).

        The files are taken out with `delete_file_meta`.

        Raises:
            NoSuchConfiguration: There is none of that name.
            ServerError: It has files.
        """
        self._act("deleteDataset", done, named(name))

    def list(
        self, prefix: str = "", *, page_size: int = 100, resume: str | None = None
    ) -> Listing[Dataset]:
        """The bucket's datasets by name (ListDatasets), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: How many are fetched at once, 1 to 200.
            resume: Goes on behind the dataset at which an earlier list had this `token`.
        """
        params = {"maxResults": str(check_whole("page_size", page_size, _MOST, 1))}
        if check_text("prefix", prefix):
            params["prefix"] = prefix

        def ask(following: Mapping[str, str]) -> Call:
            return self._acting("listDatasets", {**params, **following}, reads=True)

        return _List(self._client, ask, resume)

    def delete_file_meta(self, name: str, key: str) -> None:
        """Takes a file out of a dataset (DeleteFileMeta). The object stays.

        That it is not in there is no error.

        Args:
            name: The dataset's name.
            key: The object's key.

        Raises:
            NoSuchConfiguration: There is no such dataset.
        """
        encode_key(key)
        params = {**named(name), "uri": f"oss://{self._bucket}/{key}"}
        self._act("deleteFileMeta", done, params)

    def clusters(self, name: str) -> SmartClusters:
        """The clusters of a dataset. Nothing is sent.

        Args:
            name: The dataset's name.
        """
        return SmartClusters(self, name)


def _said(
    description: str | None,
    config: DatasetConfig | None,
    workflow_parameters: Iterable[WorkflowParameter] | None,
) -> dict[str, str]:
    """What is given of a dataset."""
    from ossc._model_json import json_of  # noqa: PLC0415 - few programs make datasets

    said = {}
    if description is not None:
        encode_text("description", description)
        said["description"] = description
    if config is not None:
        document_of(DatasetConfig, config)
        said["datasetConfig"] = json_of(config)
    if workflow_parameters is not None:
        given = list(workflow_parameters)
        for each in given:
            document_of(WorkflowParameter, each)
        said["workflowParameters"] = json_of(given)
    return said


DATASETS = Row(Datasets, "Dataset", "metaQuery", Dataset)
