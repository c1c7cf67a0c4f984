"""Datasets of buckets: the index behind them, what they hold, searches in them."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import Credential, faults
from ossc.settings import (
    DatasetConfig,
    DatasetIndex,
    DatasetQuery,
    MetaQuery,
    Tag,
    WorkflowParameter,
)
from tests.conftest import BUCKET, make_client

ROUTED = DatasetIndex(route_tag_key="album", auto_create_dataset=True)


@pytest.fixture(name="filled")
def make_filled(bucket: ossc.Bucket) -> ossc.Bucket:
    """A bucket with some objects, of which two are in albums."""
    bucket.put_object("cats/grey cat.jpg", b"1", content_type="image/jpeg")
    bucket.put_object("cats/red cat.mp4", b"22", content_type="video/mp4")
    bucket.put_object("report.txt", b"333", tags={"album": "work"})
    bucket.put_object("grey dog.txt", b"4444", tags={"album": "home"})
    return bucket


@pytest.fixture(name="album")
def make_album(filled: ossc.Bucket) -> ossc.Bucket:
    """The same with an index, and a dataset of everything."""
    filled.datasets.open()
    filled.datasets.create("all")
    return filled


def names(files: Any) -> list[str]:
    """Their keys."""
    return [each.filename for each in files]


def test_an_index(bucket: ossc.Bucket) -> None:
    """It is opened and closed, and everything needs it."""
    datasets = bucket.datasets
    for call in (
        datasets.status,
        lambda: datasets.create("d"),
        lambda: datasets.get("d"),
        lambda: list(datasets.list()),
        lambda: list(datasets.search("d")),
        lambda: datasets.do(DatasetQuery(query="{}")),
        lambda: list(datasets.clusters("d").list()),
    ):
        with pytest.raises(ossc.NoSuchConfiguration) as caught:
            call()
        assert caught.value.code == "MetaQueryNotExist"
    datasets.open()
    assert datasets.status().mode == "semantic"
    # It is the one that the older interface tells of, too.
    assert bucket.meta_query.get().mode == "semantic"
    with pytest.raises(ossc.ServerError) as again:
        datasets.open()
    assert (again.value.status, again.value.code) == (409, "MetaQueryAlreadyExist")
    datasets.create("d")
    datasets.close()
    datasets.open(role="reader")
    assert list(datasets.list()) == []
    datasets.create("d")
    bucket.meta_query.close()
    datasets.open()
    assert list(datasets.list()) == []


@pytest.mark.parametrize(
    ("index", "mode"),
    [
        (DatasetIndex(route_tag_key="k"), "basic"),
        (DatasetIndex(ignore_object_delete=True), "basic"),
        (DatasetIndex(config=DatasetConfig(language="en")), "basic"),
        (DatasetIndex(auto_create_dataset=True), "semantic"),
        (DatasetIndex(config=DatasetConfig(language="xx")), "semantic"),
        (None, "other"),
    ],
)
def test_indexes_that_oss_refuses(
    bucket: ossc.Bucket, index: DatasetIndex | None, mode: str
) -> None:
    """Nothing is kept of them."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.datasets.open(index, mode=mode)
    assert caught.value.status == 400
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.datasets.status()


def test_datasets_need_the_mode_semantic(bucket: ossc.Bucket) -> None:
    """An index of the mode basic is for searches over all of the bucket."""
    bucket.datasets.open(mode="basic")
    for call in (
        lambda: bucket.datasets.create("d"),
        lambda: list(bucket.datasets.list()),
        lambda: bucket.datasets.do(DatasetQuery(query="x"), mode="semantic"),
    ):
        with pytest.raises(ossc.InvalidArgument, match="semantic"):
            call()
    assert bucket.datasets.do(DatasetQuery()).total_hits == 0


def test_a_dataset(album: ossc.Bucket) -> None:
    """Made, got, changed, deleted."""
    config = DatasetConfig(language="en", image_caption=True)
    switches = [WorkflowParameter(name="ImageInsightEnable", value="True")]
    made = album.datasets.create(
        "photos", description="s & <ü>", config=config, workflow_parameters=switches
    )
    assert made == album.datasets.get("photos")
    assert (made.dataset_name, made.description) == ("photos", "s & <ü>")
    assert (made.config, made.workflow_parameters) == (config, tuple(switches))
    assert made.file_count is None
    counted = album.datasets.get("photos", statistics=True)
    assert (counted.file_count, counted.total_file_size) == (4, 10)
    changed = album.datasets.update("photos", description="")
    assert (changed.description, changed.config) == ("", config)
    other = DatasetConfig(video_caption=False)
    assert album.datasets.update("photos", config=other).config == other
    with pytest.raises(ossc.ServerError) as caught:
        album.datasets.create("photos")
    assert (caught.value.status, caught.value.code) == (400, "ResourceAlreadyExists")
    with pytest.raises(ossc.ServerError) as full:
        album.datasets.delete("photos")
    assert (full.value.status, full.value.code) == (409, "StatusConflict")
    for found in album.list_objects():
        album.datasets.delete_file_meta("photos", found.key)
    album.datasets.delete("photos")
    for call in (
        lambda: album.datasets.get("photos"),
        lambda: album.datasets.update("photos", description="x"),
        lambda: album.datasets.delete("photos"),
        lambda: album.datasets.delete_file_meta("photos", "k"),
        lambda: list(album.datasets.search("photos")),
        lambda: album.datasets.semantic_query("photos", "x"),
    ):
        with pytest.raises(ossc.NoSuchConfiguration) as missing:
            call()
        assert missing.value.code == "DatasetNotExist"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a b", {}),
        ("x" * 129, {}),
        ("d", {"description": "x" * 257}),
        ("d", {"config": DatasetConfig(language="xx")}),
        ("d", {"workflow_parameters": [WorkflowParameter(name="n", value="yes")]}),
    ],
)
def test_datasets_that_oss_refuses(
    album: ossc.Bucket, name: str, options: dict[str, Any]
) -> None:
    """Nothing is kept of them."""
    with pytest.raises(ossc.InvalidArgument):
        album.datasets.create(name, **options)
    assert [each.dataset_name for each in album.datasets.list()] == ["all"]


def test_lists_of_datasets(album: ossc.Bucket) -> None:
    """Page by page, by prefix, and taken up again."""
    for number in range(5):
        album.datasets.create(f"d{number}")
    everything = album.datasets.list("d", page_size=2)
    first = [next(everything).dataset_name for _ in range(3)]
    assert first == ["d0", "d1", "d2"]
    rest = album.datasets.list("d", page_size=2, resume=everything.token)
    assert [each.dataset_name for each in rest] == ["d3", "d4"]
    # Whoever takes up an end finds nothing; a list that nobody asked has no place.
    assert list(album.datasets.list("d", page_size=2, resume=rest.token)) == []
    assert album.datasets.list().token is None
    begun = album.datasets.list("d", page_size=2)
    next(begun)
    again = album.datasets.list("d", page_size=2, resume=begun.token)
    assert again.token == begun.token
    assert [each.dataset_name for each in again] == ["d1", "d2", "d3", "d4"]
    for wrong in ("datasets:x", "datasets:x:y", "files:x:1", "x"):
        with pytest.raises(ossc.ParameterError, match="token"):
            album.datasets.list(resume=wrong)


def test_a_page_that_comes_again(album: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A server that never comes to an end is noticed."""
    page = (
        b"<ListDatasetsResponse><Datasets><Dataset><DatasetName>d</DatasetName>"
        b"</Dataset></Datasets><NextToken>t</NextToken></ListDatasetsResponse>"
    )
    server.faults.add(faults.body(page), operation="ListDatasets", times=2)
    with pytest.raises(ossc.MalformedResponse, match="was there before"):
        list(album.datasets.list())


def test_objects_get_into_datasets_by_a_tag(filled: ossc.Bucket) -> None:
    """Their tags name datasets, which are made when they are first named."""
    filled.datasets.open(ROUTED)
    filled.datasets.create("empty")
    found = {each.dataset_name for each in filled.datasets.list()}
    assert found == {"work", "home", "empty"}
    assert names(filled.datasets.search("work")) == ["report.txt"]
    filled.put_object("later.txt", b"", tags={"album": "work"})
    filled.put_object("never.txt", b"", tags={"album": "not a name"})
    assert filled.datasets.count("work") == 2
    assert filled.datasets.count("empty") == 0
    assert filled.datasets.get("home").dataset_name == "home"
    filled.delete_object("later.txt")
    assert filled.datasets.count("work") == 1


def test_without_a_tag_nothing_is_made(filled: ossc.Bucket) -> None:
    """Datasets that nobody made are not there."""
    filled.datasets.open(DatasetIndex(route_tag_key="album"))
    assert list(filled.datasets.list()) == []
    filled.datasets.create("work")
    assert names(filled.datasets.search("work")) == ["report.txt"]


def test_metadata_is_deleted_until_an_object_is_written(album: ossc.Bucket) -> None:
    """The object stays; when it is written again, it is found again."""
    album.datasets.create("other")
    album.datasets.delete_file_meta("all", "report.txt")
    album.datasets.delete_file_meta("all", "nobody has it")
    assert album.datasets.count("all") == 3
    assert album.datasets.count("other") == 4
    assert album.get_object("report.txt").data == b"333"
    album.put_object("report.txt", b"55555")
    assert album.datasets.count("all") == 4


def test_any_action(album: ossc.Bucket) -> None:
    """What ossc has no verb for."""
    answer = album.datasets.action("getDataset", {"datasetName": "all"})
    assert b"<DatasetName>all</DatasetName>" in answer.body
    assert answer.request_id
    with pytest.raises(ossc.InvalidArgument, match="no such action"):
        album.datasets.action("dance", body="<x/>")
    with pytest.raises(ossc.InvalidArgument):
        album.datasets.action(
            "createDataset", {"datasetName": "d", "datasetConfig": "{"}
        )
    # As deep as the SDK's memory for a parameter allows.
    deep = "[" * (3000 if ossc.sdk_info().provider == "bundled" else 680)
    for odd in ("[1]", '{"a b": 1}', '{"Insights": null}', '"\\u0001"', deep):
        with pytest.raises(ossc.InvalidArgument, match="datasetConfig"):
            album.datasets.action(
                "createDataset", {"datasetName": "d", "datasetConfig": odd}
            )
    for odd in ("1", '["a", 1]', '{"a": 1}'):
        with pytest.raises(ossc.InvalidArgument, match="withFields"):
            album.datasets.action(
                "simpleQuery", {"datasetName": "all", "withFields": odd}
            )
    for uri in ("report.txt", "oss://other/k", "oss://examplebucket/"):
        with pytest.raises(ossc.InvalidArgument, match="uri"):
            album.datasets.action("deleteFileMeta", {"datasetName": "all", "uri": uri})


def test_what_makes_no_sense_is_not_sent(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """It is refused before."""
    datasets = bucket.datasets
    wrong: Any = Tag(key="k")
    text: Any = "Size"
    for call in (
        lambda: datasets.create(""),
        lambda: datasets.update("d"),
        lambda: datasets.list(page_size=201),
        lambda: datasets.search("d", page_size=101),
        lambda: datasets.search("d", sort=""),
        lambda: datasets.aggregate("d", None),
        lambda: datasets.semantic_query("d", ""),
        lambda: datasets.semantic_query("d", "x", max_results=0),
        lambda: datasets.delete_file_meta("d", ""),
        lambda: datasets.clusters(""),
        lambda: datasets.action(""),
    ):
        with pytest.raises(ossc.ParameterError):
            call()
    for put in (
        lambda: datasets.open(wrong),
        lambda: datasets.create("d", config=wrong),
        lambda: datasets.create("d", workflow_parameters=[wrong]),
        lambda: datasets.do(wrong),
        lambda: datasets.search("d", fields=text),
    ):
        with pytest.raises(TypeError):
            put()
    with pytest.raises(TypeError, match="DatasetQuery"):
        datasets.do(MetaQuery())  # type: ignore[arg-type]
    assert server.requests == []


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_both_signatures(server: ossc.mock.Server, signature: str) -> None:
    """Actions and their parameters are signed as the server expects."""
    with make_client(server, signature=signature) as client:
        datasets = client.bucket("examplebucket").datasets
        datasets.open()
        datasets.create("d", description="a b/ü")
        assert [each.description for each in datasets.list()] == ["a b/ü"]


def test_others_need_to_be_allowed() -> None:
    """By a policy that says MetaQuery."""
    owner = Credential("owner", "secret")
    stranger = Credential("stranger", "other-secret", account="2000000000000002")
    with ossc.mock.serve(credentials=[owner, stranger], buckets=[BUCKET]) as server:
        keys = ossc.Credentials("stranger", "other-secret")
        with (
            make_client(server) as client,
            make_client(server, credentials=keys) as another,
        ):
            own, other = client.bucket(BUCKET), another.bucket(BUCKET)
            own.datasets.open()
            own.datasets.create("d")
            with pytest.raises(ossc.AccessDenied):
                list(other.datasets.list())
            statement = {
                "Effect": "Allow",
                "Principal": ["2000000000000002"],
                "Action": ["oss:MetaQuery"],
                "Resource": [f"acs:oss:*:*:{BUCKET}"],
            }
            own.policy.put({"Version": "1", "Statement": [statement]})
            assert [each.dataset_name for each in other.datasets.list()] == ["d"]


def test_reads_are_repeated_and_changes_are_not(
    album: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """A broken connection costs a list nothing; a dataset may have been made."""
    server.faults.add(faults.reset("after"), operation="GetDataset")
    assert album.datasets.get("all").dataset_name == "all"
    server.faults.add(faults.reset("after"), operation="CreateDataset")
    with pytest.raises(ossc.TransportError):
        album.datasets.create("other")
