"""Vector buckets: what the newer SDK puts, ossc gets, and the reverse."""

from __future__ import annotations

import itertools
from array import array
from typing import TYPE_CHECKING

import alibabacloud_oss_v2 as oss
import alibabacloud_oss_v2.vectors as oss_vectors
import pytest
import requests
from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
from alibabacloud_oss_v2.transport import RequestsHttpClient
from alibabacloud_oss_v2.vectors import models, paginator

import ossc
from ossc import vectors

from . import strangers
from .oss_v2_client import service_error
from .strangers import REGION, Server, Untyped

if TYPE_CHECKING:
    from collections.abc import Iterator

server = pytest.fixture(strangers.run_server, scope="module", name="server")

_names = itertools.count(1)

FIELDS = [
    {"name": "shape", "type": "vector", "dataType": "float32", "dimension": 2},
    {"name": "title", "type": "string", "text": {"enabled": True}},
    {"name": "price", "type": "double"},
]


def make_client(server: Server, keys: tuple[str, str, str | None]) -> Untyped:
    """Make the SDK's client."""
    session = requests.Session()
    session.mount("http://", strangers.LoopbackAdapter())
    config = oss.config.load_default()
    config.region = REGION
    config.account_id = server.account_id
    config.endpoint = server.vectors_endpoint
    config.credentials_provider = StaticCredentialsProvider(*keys)
    config.http_client = RequestsHttpClient(session=session)
    config.retry_max_attempts = 2
    return oss_vectors.Client(config)


@pytest.fixture(params=["keys", "sts"], name="theirs")
def make_theirs(server: Server, request: pytest.FixtureRequest) -> Iterator[Untyped]:
    """Make the SDK's client, with both kinds of keys."""
    own = server.access_key_id, server.access_key_secret, None
    yield make_client(server, strangers.STS if request.param == "sts" else own)
    strangers.close_adapters()


@pytest.fixture(name="ours")
def make_ours(server: Server) -> Iterator[vectors.Client]:
    """Make our client."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with vectors.Client(
        server.vectors_endpoint,
        region=REGION,
        account_id=server.account_id,
        credentials=keys,
    ) as client:
        yield client


@pytest.fixture
def name() -> str:
    """Name a bucket that no other test uses."""
    return f"vectors-{next(_names)}"


def test_buckets(theirs: Untyped, ours: vectors.Client, name: str) -> None:
    """Both make, see, list and delete the same ones, field by field."""
    put = models.PutVectorBucketRequest(bucket=name, resource_group_id="rg-7")
    assert theirs.put_vector_bucket(put).status_code == 200
    ours.create_bucket(f"{name}x")
    seen = theirs.get_vector_bucket(models.GetVectorBucketRequest(bucket=name))
    info = ours.bucket(name).info()
    same = [
        "name",
        "location",
        "creation_date",
        "extranet_endpoint",
        "intranet_endpoint",
        "region",
        "resource_group_id",
    ]
    for field in same:
        assert getattr(seen.bucket_info, field) == getattr(info, field), field
    assert info.resource_group_id == "rg-7"
    pages = paginator.ListVectorBucketsPaginator(theirs, limit=1).iter_page(
        models.ListVectorBucketsRequest(prefix=name)
    )
    listed = [(page, each) for page in pages for each in page.buckets]
    expected = list(ours.list_buckets(name))
    assert [each.name for each in expected] == [name, f"{name}x"]
    for (page, their), our in zip(listed, expected, strict=True):
        assert (page.prefix, page.max_keys) == (name, 1)
        for field in same:
            assert getattr(their, field) == getattr(our, field), field
    assert listed[0][0].is_truncated is True
    assert listed[1][0].is_truncated is False
    delete = models.DeleteVectorBucketRequest(bucket=f"{name}x")
    assert theirs.delete_vector_bucket(delete).status_code == 204
    ours.delete_bucket(name)
    missing = models.GetVectorBucketRequest(bucket=name)
    error = service_error(lambda: theirs.get_vector_bucket(missing))
    with pytest.raises(ossc.NoSuchBucket) as caught:
        ours.bucket(name).info()
    assert (error.code, error.status_code) == ("NoSuchBucket", 404)
    assert (error.code, error.message) == (caught.value.code, caught.value.message)
    assert error.error_fileds["BucketName"] == name


def test_indexes(theirs: Untyped, ours: vectors.Client, name: str) -> None:
    """Both make, see, list and delete the same ones."""
    bucket = ours.create_bucket(name)
    theirs.put_vector_index(
        models.PutVectorIndexRequest(
            bucket=name,
            index_name="one",
            data_type="float32",
            dimension=3,
            distance_metric="cosine",
            metadata={"nonFilterableMetadataKeys": ["note"]},
        )
    )
    bucket.create_index("two", dimension=5)
    info = bucket.index("one").info()
    got = theirs.get_vector_index(
        models.GetVectorIndexRequest(bucket=name, index_name="one")
    )
    assert info.creation_date is not None
    assert got.index == {
        "bucketArn": f"acs:ossvector:{REGION}:{ours.account_id}:{name}",
        "indexName": info.name,
        "createTime": info.creation_date.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "status": info.status,
        "dataType": info.data_type,
        "dimension": info.dimension,
        "distanceMetric": info.distance_metric,
        "metadata": {"nonFilterableMetadataKeys": ["note"]},
    }
    pages = paginator.ListVectorIndexesPaginator(theirs, limit=1).iter_page(
        models.ListVectorIndexesRequest(bucket=name)
    )
    listed = [each["indexName"] for page in pages for each in page.indexes]
    assert listed == [each.name for each in bucket.list_indexes()] == ["one", "two"]
    again = models.PutVectorIndexRequest(
        bucket=name, index_name="one", dimension=3, distance_metric="cosine"
    )
    error = service_error(lambda: theirs.put_vector_index(again))
    assert (error.code, error.status_code) == ("VectorBucketIndexAlreadyExist", 409)
    delete = models.DeleteVectorIndexRequest(bucket=name, index_name="two")
    assert theirs.delete_vector_index(delete).status_code == 204
    error = service_error(lambda: theirs.delete_vector_index(delete))
    assert (error.code, error.status_code) == ("NoSuchVectorIndex", 404)
    assert [each.name for each in bucket.list_indexes()] == ["one"]


def test_vectors(theirs: Untyped, ours: vectors.Client, name: str) -> None:
    """What one puts the other gets, lists, finds and deletes."""
    index = ours.create_bucket(name).create_index("one", dimension=2)
    place = {"bucket": name, "index_name": "one"}
    theirs.put_vectors(
        models.PutVectorsRequest(
            **place,
            vectors=[
                {
                    "key": "theirs",
                    "data": {"float32": [0.5, 0.25]},
                    "metadata": {"kind": ["a", "b"], "\u00fc": "\u4e2d"},
                }
            ],
        )
    )
    index.put_vectors([("ours", array("f", [3, 4]), {"kind": "c"})])
    (got,) = index.get_vectors(["theirs"])
    assert got.data == array("f", [0.5, 0.25])
    assert got.metadata == {"kind": ["a", "b"], "\u00fc": "\u4e2d"}
    read = models.GetVectorsRequest(
        **place, keys=["ours", "no"], return_data=True, return_metadata=True
    )
    assert theirs.get_vectors(read).vectors == [
        {"key": "ours", "data": {"float32": [3.0, 4.0]}, "metadata": {"kind": "c"}}
    ]
    pages = paginator.ListVectorsPaginator(theirs, limit=1).iter_page(
        models.ListVectorsRequest(**place, return_metadata=True)
    )
    listed = [each for page in pages for each in page.vectors]
    assert listed == [
        {"key": each.key, "metadata": each.metadata}
        for each in index.list_vectors(return_metadata=True)
    ]
    asked = models.QueryVectorsRequest(
        **place,
        query_vector={"float32": [0, 0]},
        top_k=5,
        filter={"kind": {"$in": ["b", "c"]}},
        return_distance=True,
        return_metadata=True,
    )
    found = theirs.query_vectors(asked).vectors
    hits = index.query_vectors([0, 0], 5, filter={"kind": {"$in": ["b", "c"]}})
    assert [each["key"] for each in found] == ["theirs", "ours"]
    assert found == [
        {"key": hit.key, "distance": hit.distance, "metadata": hit.metadata}
        for hit in hits
    ]
    bare = models.QueryVectorsRequest(
        **place, query_vector={"float32": [0, 0]}, top_k=1
    )
    assert theirs.query_vectors(bare).vectors == [{"key": "theirs"}]
    delete = models.DeleteVectorsRequest(**place, keys=["ours", "no"])
    assert theirs.delete_vectors(delete).status_code == 204
    assert [each.key for each in index.list_vectors()] == ["theirs"]
    wrong = models.PutVectorsRequest(
        **place, vectors=[{"key": "k", "data": {"float32": [1]}}]
    )
    error = service_error(lambda: theirs.put_vectors(wrong))
    assert (error.code, error.status_code) == ("VectorIndexParameterInvalid", 400)


def test_fusion(theirs: Untyped, ours: vectors.Client, name: str) -> None:
    """Fusion indexes of one are those of the other."""
    bucket = ours.create_bucket(name)
    theirs.put_vector_index_fusion(
        models.PutVectorIndexFusionRequest(
            bucket=name, index_name="goods", schema_configuration={"fields": FIELDS}
        )
    )
    index = bucket.index("goods")
    assert list(index.info().schema) == FIELDS
    rows = [("a", [0, 0], "red cloud", 1.5), ("b", [3, 4], "blue cloud", 2.5)]
    index.put_vectors(
        [(k, {"shape": v}, {"title": title, "price": p}) for k, v, title, p in rows]
    )
    for asked in (
        {"knn": {"field": "shape", "queryVector": [1, 1], "topK": 2}},
        {"query": {"title": {"$textMatch": "cloud"}}, "limit": 1},
        {"query": {}, "sort": [{"price": {"order": "desc"}}]},
    ):
        found, token = [], None
        while True:
            page = theirs.query_vectors_fusion(
                models.QueryVectorsFusionRequest(
                    bucket=name,
                    index_name="goods",
                    next_token=token,
                    return_metadata=True,
                    **asked,
                )
            )
            found += page.vectors
            token = page.next_token
            if not token:
                break
        assert len(found) == 2
        assert found == [
            {"key": hit.key, "score": hit.score, "metadata": hit.metadata}
            for hit in index.query_vectors_fusion(**asked)
        ]


def test_settings(theirs: Untyped, ours: vectors.Client, name: str) -> None:
    """Policy and logging of one are those of the other."""
    bucket = ours.create_bucket(name)
    server_bucket = "logs-of-vectors"
    policy = {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": ["2000000000000002"],
                "Action": ["oss:GetVectors"],
                "Resource": [f"acs:ossvector:*:*:{name}/*"],
            }
        ],
    }
    bucket.policy.put(policy)
    got = theirs.get_bucket_policy(oss.GetBucketPolicyRequest(bucket=name))
    assert got.status_code == 200
    theirs.delete_bucket_policy(oss.DeleteBucketPolicyRequest(bucket=name))
    error = service_error(
        lambda: theirs.get_bucket_policy(oss.GetBucketPolicyRequest(bucket=name))
    )
    assert error.code == "NoSuchBucketPolicy"
    body = '{"Version": "1", "Statement": [{"Effect": "Deny", "Principal": ["*"],'
    body += f' "Action": ["oss:*"], "Resource": ["acs:ossvector:*:*:{name}"]}}]}}'
    theirs.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=name, body=body))
    assert bucket.policy.get()["Statement"][0]["Effect"] == "Deny"
    enabled = oss.LoggingEnabled(target_bucket=server_bucket, target_prefix="v/")
    status = oss.BucketLoggingStatus(logging_enabled=enabled)
    put = oss.PutBucketLoggingRequest(bucket=name, bucket_logging_status=status)
    error = service_error(lambda: theirs.put_bucket_logging(put))
    assert error.code == "InvalidTargetBucketForLogging"


def test_logging(
    server: Server, theirs: Untyped, ours: vectors.Client, name: str
) -> None:
    """Both see what the other put."""
    bucket = ours.create_bucket(name)
    target = strangers.new_bucket(server)
    enabled = oss.LoggingEnabled(target_bucket=target, target_prefix="v/")
    status = oss.BucketLoggingStatus(logging_enabled=enabled)
    theirs.put_bucket_logging(
        oss.PutBucketLoggingRequest(bucket=name, bucket_logging_status=status)
    )
    assert bucket.logging.get() == vectors.Logging(target, "v/")
    bucket.logging.put(vectors.Logging(target, logging_role="r"))
    seen = theirs.get_bucket_logging(oss.GetBucketLoggingRequest(bucket=name))
    kept = seen.bucket_logging_status.logging_enabled
    assert (kept.target_bucket, kept.target_prefix) == (target, None)
    assert kept.logging_role == "r"
    theirs.delete_bucket_logging(oss.DeleteBucketLoggingRequest(bucket=name))
    assert bucket.logging.get() == vectors.Logging()


def test_a_wrong_secret(server: Server, name: str) -> None:
    """It is refused in the form that the SDK reads."""
    stranger = make_client(server, (server.access_key_id, "wrong", None))
    request = models.PutVectorBucketRequest(bucket=name)
    error = service_error(lambda: stranger.put_vector_bucket(request))
    assert (error.code, error.status_code) == ("SignatureDoesNotMatch", 403)
    assert f"acs%3Aossvector%3A{REGION}" in error.error_fileds["CanonicalRequest"]
    strangers.close_adapters()
