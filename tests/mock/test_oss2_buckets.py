"""The mock server, used by oss2: listings, buckets, access, deleting many."""

from __future__ import annotations

import oss2
import pytest

from . import oss2_client, strangers
from .strangers import (
    LOGINS,
    ODD_KEYS,
    REGION,
    Login,
    Server,
    Untyped,
    md5_etag,
)

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)
bucket = pytest.fixture(oss2_client.fresh_bucket, name="bucket")


@pytest.fixture
def full(bucket: Untyped) -> Untyped:
    """Fill a bucket with objects of all the odd names."""
    for key in ODD_KEYS:
        bucket.put_object(key, b"x")
    return bucket


IN_ORDER = sorted(ODD_KEYS, key=lambda key: key.encode())


def test_listing_v1(full: Untyped) -> None:
    """All keys come in byte order, in one page or many."""
    page = full.list_objects()
    assert [item.key for item in page.object_list] == IN_ORDER
    assert not page.is_truncated
    item = page.object_list[0]
    assert (item.size, item.etag, item.type) == (1, md5_etag(b"x"), "Normal")
    assert item.storage_class == "Standard"
    keys = [item.key for item in oss2.ObjectIterator(full, max_keys=3)]
    assert keys == IN_ORDER
    keys = [item.key for item in oss2.ObjectIterator(full, max_keys=1)]
    assert keys == IN_ORDER


def test_listing_v2(full: Untyped) -> None:
    """Version 2 has tokens, start-after and owners."""
    page = full.list_objects_v2(max_keys=5)
    assert [item.key for item in page.object_list] == IN_ORDER[:5]
    assert page.is_truncated
    rest = full.list_objects_v2(continuation_token=page.next_continuation_token)
    assert [item.key for item in rest.object_list] == IN_ORDER[5:]
    keys = [item.key for item in oss2.ObjectIteratorV2(full, max_keys=2)]
    assert keys == IN_ORDER
    page = full.list_objects_v2(start_after=IN_ORDER[2], fetch_owner=True)
    assert [item.key for item in page.object_list] == IN_ORDER[3:]
    assert page.object_list[0].owner.id
    plain = full.list_objects_v2(prefix="dir/", encoding_type="")
    assert [item.key for item in plain.object_list] == ["dir/sub/name"]


@pytest.mark.parametrize("delimiter", ["/", "//", "\u4e2d\u6587", "%", " "], ids=repr)
def test_listing_with_delimiters(full: Untyped, delimiter: str) -> None:
    """Folded prefixes come in order, whatever the page size."""
    expected = []
    for key in IN_ORDER:
        head, found, _ = key.partition(delimiter)
        entry = (head + found, bool(found))
        if entry not in expected:
            expected.append(entry)
    for size in (1000, 2, 1):
        for iterator in (oss2.ObjectIterator, oss2.ObjectIteratorV2):
            listed = iterator(full, delimiter=delimiter, max_keys=size)
            entries = [(item.key, item.is_prefix()) for item in listed]
            assert sorted(entries) == sorted(expected)


def test_listing_with_prefixes(full: Untyped) -> None:
    """A prefix may have any character, and hides nothing behind it."""
    for key in ODD_KEYS:
        for prefix in (key, key[:3]):
            expected = [other for other in IN_ORDER if other.startswith(prefix)]
            listed = full.list_objects(prefix=prefix)
            assert [item.key for item in listed.object_list] == expected
    page = full.list_objects(prefix="a/", delimiter="/")
    assert (page.object_list, page.prefix_list) == ([], ["a//"])


def test_bad_pages_are_refused(bucket: Untyped) -> None:
    """max-keys is 1000 at most, and tokens are not guessed."""
    with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
        bucket.list_objects(max_keys=1001)
    assert caught.value.name == "max-keys"
    with pytest.raises(oss2.exceptions.InvalidArgument):
        bucket.list_objects_v2(continuation_token="no token")


def test_buckets(server: Server, login: Login) -> None:
    """Buckets are made, listed in pages, described, and deleted when empty."""
    options = oss2_client.client_options(server, login)
    service = oss2.Service(oss2_client.make_auth(server, login), **options)
    prefix = f"list-{login}-"
    names = [f"{prefix}{number}" for number in range(3)]
    for name in names:
        made = oss2_client.make_bucket(server, login, name)
        made.create_bucket(oss2.BUCKET_ACL_PUBLIC_READ)
        assert made.get_bucket_acl().acl == "public-read"
    listed = list(oss2.BucketIterator(service, prefix=prefix, max_keys=2))
    assert [item.name for item in listed] == names
    assert listed[0].location == f"oss-{REGION}"
    bucket = oss2_client.make_bucket(server, login, names[0])
    assert bucket.get_bucket_location().location == f"oss-{REGION}"
    info = bucket.get_bucket_info()
    assert (info.name, info.acl.grant) == (names[0], "public-read")
    bucket.put_object("k", b"data")
    stat = bucket.get_bucket_stat()
    assert (stat.object_count, stat.storage_size_in_bytes) == (1, 4)
    with pytest.raises(oss2.exceptions.BucketNotEmpty) as caught:
        bucket.delete_bucket()
    assert caught.value.status == 409
    bucket.delete_object("k")
    for name in names:
        oss2_client.make_bucket(server, login, name).delete_bucket()
    assert service.list_buckets(prefix=prefix).buckets == []


def test_acls_decide_who_may_read(server: Server, bucket: Untyped) -> None:
    """Object and bucket ACLs are kept, and rule anonymous reading."""
    bucket.put_object("k", b"data")
    assert bucket.get_bucket_acl().acl == "private"
    assert bucket.get_object_acl("k").acl == "default"
    session = oss2.Session(adapter=strangers.LoopbackAdapter())
    anonymous = oss2.Bucket(
        oss2.AnonymousAuth(), server.endpoint, bucket.bucket_name, session=session
    )
    with pytest.raises(oss2.exceptions.AccessDenied) as caught:
        anonymous.get_object("k")
    assert caught.value.ec == "0003-00000001"
    bucket.put_object_acl("k", oss2.OBJECT_ACL_PUBLIC_READ)
    assert bucket.get_object_acl("k").acl == "public-read"
    assert anonymous.get_object("k").read() == b"data"
    bucket.put_object_acl("k", oss2.OBJECT_ACL_DEFAULT)
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ_WRITE)
    assert anonymous.put_object("k", b"theirs").status == 200
    assert bucket.get_object("k").read() == b"theirs"


def test_deleting(bucket: Untyped) -> None:
    """Deleting what is not there is fine, one by one and many at once."""
    assert bucket.delete_object("none").status == 204
    for key in ODD_KEYS:
        bucket.put_object(key, b"x")
    # XML 1.0 cannot carry a control character; oss2 sends it as it is.
    keys = [key for key in ODD_KEYS if "\x01" not in key]
    result = bucket.batch_delete_objects([*keys, "none"])
    assert sorted(result.deleted_keys) == sorted([*keys, "none"])
    left = [item.key for item in bucket.list_objects().object_list]
    assert left == [key for key in ODD_KEYS if "\x01" in key]
    with pytest.raises(oss2.exceptions.MalformedXml):
        bucket.batch_delete_objects(left)
