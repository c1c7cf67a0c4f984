"""The mock server, used by alibabacloud-oss-v2: listings, buckets, access."""

from __future__ import annotations

import alibabacloud_oss_v2 as oss
import pytest

from . import oss_v2_client, strangers
from .oss_v2_client import DOT_SEGMENTS, WORKING_LOGINS, read, service_error
from .strangers import ODD_KEYS, REGION, Login, Server, Untyped, fetch, md5_etag

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=WORKING_LOGINS, ids=str, name="login")(
    strangers.give_login
)
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")

KEYS = [key for key in ODD_KEYS if key != DOT_SEGMENTS]
IN_ORDER = sorted(KEYS, key=lambda key: key.encode())


@pytest.fixture(name="client")
def make_client(server: Server, login: Login) -> Untyped:
    """Make the SDK's client for a login."""
    return oss_v2_client.make_client(server, login)


@pytest.fixture
def full(client: Untyped, bucket: str) -> str:
    """Fill a bucket with objects of the odd names."""
    for key in KEYS:
        client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=b"x"))
    return bucket


def test_listing_v1(client: Untyped, full: str) -> None:
    """All keys come in byte order, in one page or many."""
    page = client.list_objects(oss.ListObjectsRequest(bucket=full))
    assert [item.key for item in page.contents] == IN_ORDER
    assert (page.name, page.is_truncated) == (full, False)
    item = page.contents[0]
    assert (item.size, item.etag) == (1, f'"{md5_etag(b"x")}"')
    assert (item.object_type, item.storage_class) == ("Normal", "Standard")
    assert item.owner.id
    for size in (1, 3):
        paginator = client.list_objects_paginator(limit=size)
        pages = paginator.iter_page(oss.ListObjectsRequest(bucket=full))
        assert [i.key for page in pages for i in page.contents] == IN_ORDER


def test_listing_v2(client: Untyped, full: str) -> None:
    """Version 2 has tokens, counts, start-after and owners."""
    for size in (1, 4):
        paginator = client.list_objects_v2_paginator(limit=size)
        pages = list(paginator.iter_page(oss.ListObjectsV2Request(bucket=full)))
        assert [i.key for page in pages for i in page.contents] == IN_ORDER
        assert sum(page.key_count for page in pages) == len(IN_ORDER)
        assert pages[0].contents[0].owner is None
    request = oss.ListObjectsV2Request(
        bucket=full, start_after=IN_ORDER[2], fetch_owner=True
    )
    page = client.list_objects_v2(request)
    assert [item.key for item in page.contents] == IN_ORDER[3:]
    assert page.start_after == IN_ORDER[2]
    assert page.contents[0].owner.id
    request = oss.ListObjectsV2Request(bucket=full, continuation_token="no token")
    error = service_error(lambda: client.list_objects_v2(request))
    assert (error.status_code, error.code) == (400, "InvalidArgument")


@pytest.mark.parametrize("delimiter", ["/", "//", "\u4e2d\u6587", "%", " "], ids=repr)
def test_listing_with_delimiters(client: Untyped, full: str, delimiter: str) -> None:
    """Keys are folded at the delimiter, whatever the page size."""
    expected = set()
    for key in IN_ORDER:
        head, found, _ = key.partition(delimiter)
        expected.add((head + found, bool(found)))
    for size in (1000, 2, 1):
        paginator = client.list_objects_v2_paginator(limit=size)
        request = oss.ListObjectsV2Request(bucket=full, delimiter=delimiter)
        entries = []
        for page in paginator.iter_page(request):
            entries += [(item.key, False) for item in page.contents or []]
            entries += [(item.prefix, True) for item in page.common_prefixes or []]
            assert page.key_count <= size
        assert len(entries) == len(expected)
        assert set(entries) == expected


def test_listing_with_prefixes(client: Untyped, full: str) -> None:
    """A prefix may have any character, and hides nothing behind it."""
    for key in KEYS:
        for prefix in (key, key[:3]):
            expected = [other for other in IN_ORDER if other.startswith(prefix)]
            request = oss.ListObjectsRequest(bucket=full, prefix=prefix)
            page = client.list_objects(request)
            assert [item.key for item in page.contents] == expected
            assert page.prefix == prefix


def test_buckets(client: Untyped, login: Login) -> None:
    """Buckets are made, listed in pages, described, and deleted when empty."""
    prefix = f"list-{login}-"
    names = [f"{prefix}{number}" for number in range(3)]
    for name in names:
        client.put_bucket(oss.PutBucketRequest(bucket=name, acl="public-read"))
    paginator = client.list_buckets_paginator(limit=2)
    pages = list(paginator.iter_page(oss.ListBucketsRequest(prefix=prefix)))
    assert [item.name for page in pages for item in page.buckets] == names
    assert len(pages) == 2
    assert pages[0].buckets[0].location == f"oss-{REGION}"
    name = names[0]
    location = client.get_bucket_location(oss.GetBucketLocationRequest(bucket=name))
    assert location.location == f"oss-{REGION}"
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=name)).bucket_info
    assert (info.name, info.acl) == (name, "public-read")
    client.put_object(oss.PutObjectRequest(bucket=name, key="k", body=b"data"))
    stat = client.get_bucket_stat(oss.GetBucketStatRequest(bucket=name))
    assert (stat.object_count, stat.storage) == (1, 4)
    request = oss.DeleteBucketRequest(bucket=name)
    error = service_error(lambda: client.delete_bucket(request))
    assert (error.status_code, error.code) == (409, "BucketNotEmpty")
    client.delete_object(oss.DeleteObjectRequest(bucket=name, key="k"))
    for name in names:
        client.delete_bucket(oss.DeleteBucketRequest(bucket=name))
    assert not client.is_bucket_exist(names[0])


def test_acls_decide_who_may_read(server: Server, client: Untyped, bucket: str) -> None:
    """Object and bucket ACLs are kept, and rule anonymous access."""
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="k", body=b"data"))
    request = oss.GetBucketAclRequest(bucket=bucket)
    assert client.get_bucket_acl(request).acl == "private"
    request = oss.GetObjectAclRequest(bucket=bucket, key="k")
    assert client.get_object_acl(request).acl == "default"
    url = f"{server.endpoint}/{bucket}/k"
    refused = fetch("GET", url)
    assert refused.status == 403
    assert b"<EC>0003-00000001</EC>" in refused.body
    change = oss.PutObjectAclRequest(bucket=bucket, key="k", acl="public-read")
    client.put_object_acl(change)
    assert client.get_object_acl(request).acl == "public-read"
    assert fetch("GET", url).body == b"data"
    change = oss.PutObjectAclRequest(bucket=bucket, key="k", acl="default")
    client.put_object_acl(change)
    change = oss.PutBucketAclRequest(bucket=bucket, acl="public-read-write")
    client.put_bucket_acl(change)
    assert fetch("PUT", url, body=b"theirs").status == 200
    got = client.get_object(oss.GetObjectRequest(bucket=bucket, key="k"))
    assert read(got) == b"theirs"


def test_deleting_many(client: Untyped, full: str) -> None:
    """Many keys go in one request, existing or not, quietly or not."""
    # XML 1.0 cannot carry a control character.
    keys = [key for key in KEYS if "\x01" not in key]
    objects = [oss.DeleteObject(key=key) for key in [*keys, "none"]]
    request = oss.DeleteMultipleObjectsRequest(
        bucket=full, objects=objects, encoding_type="url"
    )
    result = client.delete_multiple_objects(request)
    deleted = [item.key for item in result.deleted_objects]
    assert sorted(deleted) == sorted([*keys, "none"])
    page = client.list_objects_v2(oss.ListObjectsV2Request(bucket=full))
    assert [item.key for item in page.contents] == [
        key for key in KEYS if "\x01" in key
    ]
    client.put_object(oss.PutObjectRequest(bucket=full, key="k", body=b"x"))
    request = oss.DeleteMultipleObjectsRequest(
        bucket=full, objects=[oss.DeleteObject(key="k")], quiet=True
    )
    assert not client.delete_multiple_objects(request).deleted_objects
    assert not client.is_object_exist(full, "k")
