"""Smart clusters of datasets, and data pipelines of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.settings import (
    DataPipeline,
    DataPipelineDestination,
    DataPipelineEmbedding,
    DataPipelineSource,
    DatasetIndex,
    SmartClusterRule,
    SmartClusters,
    Tag,
)
from tests.conftest import BUCKET, make_client

ROLE = "acs:ram::1000000000000001:role/r"
WORDS = SmartClusterRule(rule_type="keywords", keywords=["boat"])


@pytest.fixture(name="clusters")
def make_clusters(bucket: ossc.Bucket) -> SmartClusters:
    """The clusters of a dataset, of which there are none."""
    bucket.datasets.open(DatasetIndex(route_tag_key="album"))
    bucket.datasets.create("d")
    bucket.put_object("alice.jpg", b"", content_type="image/jpeg")
    return bucket.datasets.clusters("d")


def face(*keys: str, **more: Any) -> SmartClusterRule:
    """A rule of a face."""
    uris = [f"oss://{BUCKET}/{key}" for key in keys]
    return SmartClusterRule(rule_type="face", base_uris=uris, **more)


def test_a_cluster(clusters: SmartClusters) -> None:
    """Made, got, changed, deleted."""
    rule = face("alice.jpg", sensitivity=0.75)
    object_id = clusters.create(
        "alice", "figure", [rule], description="s & <ü>", topic_name="topic"
    )
    got = clusters.get(object_id)
    assert (got.object_id, got.name, got.cluster_type) == (object_id, "alice", "figure")
    assert (got.description, got.topic_name) == ("s & <ü>", "topic")
    assert (got.rules, got.reason) == ((rule,), None)
    clusters.update(object_id, name="bob")
    changed = clusters.get(object_id)
    assert (changed.name, changed.rules) == ("bob", (rule,))
    # What it is called already is no other's name.
    clusters.update(object_id, name="bob", rules=[face("alice.jpg")])
    clusters.delete(object_id)
    for call in (
        lambda: clusters.get(object_id),
        lambda: clusters.update(object_id, name="x"),
        lambda: clusters.delete(object_id),
    ):
        with pytest.raises(ossc.NoSuchConfiguration) as caught:
            call()
        assert caught.value.code == "SmartClusterNotExist"


def test_names_of_clusters(clusters: SmartClusters) -> None:
    """No two of a dataset have the same."""
    clusters.create("a", "knowledge", [WORDS])
    other = clusters.create("b", "knowledge", [WORDS])
    for call in (
        lambda: clusters.create("a", "knowledge", [WORDS]),
        lambda: clusters.update(other, name="a"),
    ):
        with pytest.raises(ossc.ServerError) as caught:
            call()
        assert (caught.value.status, caught.value.code) == (
            409,
            "SmartClusterAlreadyExist",
        )


@pytest.mark.parametrize(
    ("name", "kind", "rules"),
    [
        ("n", "smell", [WORDS]),
        ("n" * 129, "knowledge", [WORDS]),
        ("n", "figure", [WORDS]),
        ("n", "knowledge", []),
        ("n", "knowledge", [SmartClusterRule(rule_type="keywords")]),
        ("n", "figure", [face()]),
        ("n", "figure", [face("nobody.jpg")]),
        ("n", "figure", [face(*["alice.jpg"] * 4)]),
        ("n", "figure", [face("alice.jpg", sensitivity=1.5)]),
        ("n", "figure", [SmartClusterRule(rule_type="face", base_uris=["alice.jpg"])]),
    ],
)
def test_clusters_that_oss_refuses(
    clusters: SmartClusters, name: str, kind: str, rules: list[SmartClusterRule]
) -> None:
    """Nothing is kept of them."""
    with pytest.raises(ossc.InvalidArgument):
        clusters.create(name, kind, rules)
    assert list(clusters.list()) == []


def test_lists_of_clusters(clusters: SmartClusters) -> None:
    """Filtered, page by page, and taken up again."""
    made = {clusters.create(f"k{i}", "knowledge", [WORDS]) for i in range(3)}
    figure = clusters.create("f", "figure", [face("alice.jpg")])
    listed = clusters.list(cluster_type="knowledge", page_size=2)
    first = next(listed)
    rest = clusters.list(cluster_type="knowledge", page_size=2, resume=listed.token)
    assert {first.object_id, *(each.object_id for each in rest)} == made
    for options in ({"rule_types": ["face"]}, {"cluster_type": "figure"}):
        found: Any = clusters.list(**options)
        assert [each.object_id for each in found] == [figure]
    both = clusters.list(rule_types=["face", "keywords"])
    assert {each.object_id for each in both} == {*made, figure}


def test_clusters_need_datasets_by_tags(bucket: ossc.Bucket) -> None:
    """And the dataset, and go with it."""
    bucket.datasets.open()
    bucket.datasets.create("d")
    with pytest.raises(ossc.InvalidArgument, match="routes"):
        bucket.datasets.clusters("d").create("n", "knowledge", [WORDS])
    bucket.datasets.close()
    bucket.datasets.open(DatasetIndex(route_tag_key="album"))
    with pytest.raises(ossc.NoSuchConfiguration, match="dataset"):
        bucket.datasets.clusters("d").create("n", "knowledge", [WORDS])
    bucket.datasets.create("d")
    clusters = bucket.datasets.clusters("d")
    clusters.create("n", "knowledge", [WORDS])
    bucket.datasets.delete("d")
    bucket.datasets.create("d")
    assert list(clusters.list()) == []
    assert repr(clusters) == f"<SmartClusters of 'd' of {BUCKET!r}>"


def pipeline(**more: Any) -> DataPipeline:
    """A pipeline as it is put."""
    values = {
        "sources": [DataPipelineSource(input_bucket=BUCKET)],
        "embedding": DataPipelineEmbedding(
            embedding_provider="bailian", api_key="sk-s3cret", model="m"
        ),
        "destination": DataPipelineDestination(
            vector_bucket_name="vectors", vector_index_names=["i"]
        ),
        **more,
    }
    return DataPipeline(**values)


def test_a_pipeline(client: ossc.Client, bucket: ossc.Bucket) -> None:
    """Made, got, paused, restarted, deleted."""
    pipelines = client.data_pipelines
    pipelines.put("p", pipeline(description="about", error_mode="abort"), role=ROLE)
    got = pipelines.get("p")
    assert (got.name, got.role, got.status) == ("p", ROLE, "Running")
    assert (got.description, got.error_mode) == ("about", "abort")
    assert got.sources == pipeline().sources
    assert got.destination == pipeline().destination
    with pytest.raises(ossc.ServerError) as again:
        pipelines.put("p", pipeline(), role=ROLE)
    assert again.value.status == 409
    with pytest.raises(ossc.ServerError) as caught:
        pipelines.restart("p")
    assert caught.value.status == 409
    pipelines.pause("p")
    assert pipelines.get("p").status == "Paused"
    pipelines.restart("p")
    assert pipelines.get("p").status == "Running"
    pipelines.delete("p")
    for call in (
        pipelines.get,
        pipelines.delete,
        pipelines.pause,
        pipelines.restart,
    ):
        with pytest.raises(ossc.NoSuchConfiguration) as missing:
            call("p")
        assert missing.value.code == "NoSuchDataPipeline"
    assert bucket.exists()


def test_keys_of_providers_are_secret(
    client: ossc.Client, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """They are not printed, not told, not kept."""
    made = pipeline()
    assert "s3cret" not in repr(made)
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server:
        with make_client(server) as own:
            own.data_pipelines.put("p", made, role=ROLE)
            embedding = own.data_pipelines.get("p").embedding
            assert embedding is not None
            assert embedding.api_key == "sk-****"
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert b"sk-****" in kept
    assert b"s3cret" not in kept


@pytest.mark.parametrize(
    ("name", "role", "wrong"),
    [
        ("a b", ROLE, {}),
        ("p" * 65, ROLE, {}),
        ("p", "role", {}),
        ("p", ROLE, {"sources": []}),
        ("p", ROLE, {"sources": [DataPipelineSource(input_bucket="nobody-has-it")]}),
        ("p", ROLE, {"destination": None}),
        ("p", ROLE, {"model_tier": "golden"}),
    ],
)
def test_pipelines_that_oss_refuses(
    client: ossc.Client, name: str, role: str, wrong: Any
) -> None:
    """Nothing is kept of them."""
    with pytest.raises(ossc.ServerError) as caught:
        client.data_pipelines.put(name, pipeline(**wrong), role=role)
    assert caught.value.status in (400, 404)
    assert list(client.data_pipelines.list()) == []


def test_lists_of_pipelines(client: ossc.Client) -> None:
    """By prefix, by bucket, page by page, and taken up again."""
    pipelines = client.data_pipelines
    client.create_bucket("other-bucket")
    other = pipeline(sources=[DataPipelineSource(input_bucket="other-bucket")])
    for name in ("a1", "a2", "a3"):
        pipelines.put(name, pipeline(), role=ROLE)
    pipelines.put("b1", other, role=ROLE)
    listed = pipelines.list(page_size=2)
    assert [next(listed).name for _ in range(2)] == ["a1", "a2"]
    rest = pipelines.list(page_size=2, resume=listed.token)
    assert [each.name for each in rest] == ["a3", "b1"]
    assert [each.name for each in pipelines.list("a")] == ["a1", "a2", "a3"]
    found = pipelines.list(input_bucket="other-bucket")
    assert [each.name for each in found] == ["b1"]


def test_what_makes_no_sense_is_not_sent(
    client: ossc.Client, bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """It is refused before."""
    pipelines, clusters = client.data_pipelines, bucket.datasets.clusters("d")
    wrong: Any = Tag(key="k")
    text: Any = "face"
    for call in (
        lambda: pipelines.get(""),
        lambda: pipelines.put("p", pipeline(), role=""),
        lambda: pipelines.list(page_size=0),
        lambda: pipelines.list(input_bucket="No"),
        lambda: clusters.create("", "figure", [WORDS]),
        lambda: clusters.create("n", "", [WORDS]),
        lambda: clusters.get(""),
        lambda: clusters.update("id"),
        lambda: clusters.list(page_size=201),
    ):
        with pytest.raises(ossc.ParameterError):
            call()
    for put in (
        lambda: pipelines.put("p", wrong, role=ROLE),
        lambda: clusters.create("n", "figure", [wrong]),
        lambda: clusters.list(rule_types=text),
    ):
        with pytest.raises(TypeError):
            put()
    assert server.requests == []
