"""Settings of buckets: got, put, changed, deleted, each through its attribute."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from ossc.settings import (
    AccessMonitor,
    ArchiveDirectRead,
    BucketEncryption,
    BucketLogging,
    BucketResourceGroup,
    BucketTagging,
    BucketVersioning,
    CipherSuite,
    HttpsConfig,
    Model,
    PublicAccessBlock,
    RequestPayment,
    StorageCapacity,
    Tag,
    TransferAcceleration,
    UserDefinedLogFields,
)
from tests.conftest import BUCKET, make_client

# Attribute, what there is at first (None: an error), values to put.
TABLE: list[tuple[str, Model | None, list[Model]]] = [
    (
        "access_monitor",
        AccessMonitor(status="Disabled"),
        [AccessMonitor(status="Enabled")],
    ),
    (
        "archive_direct_read",
        ArchiveDirectRead(enabled=False),
        [ArchiveDirectRead(enabled=True)],
    ),
    (
        "encryption",
        None,
        [
            BucketEncryption(sse_algorithm="AES256"),
            BucketEncryption(sse_algorithm="KMS", kms_master_key_id="key-1"),
            BucketEncryption(
                sse_algorithm="KMS", kms_master_key_id="k", kms_data_encryption="SM4"
            ),
        ],
    ),
    (
        "https_config",
        HttpsConfig(enable=False),
        [
            HttpsConfig(enable=True, tls_versions=["TLSv1.2", "TLSv1.3"]),
            HttpsConfig(
                enable=False,
                cipher_suite=CipherSuite(
                    enable=True,
                    strong_cipher_suite=False,
                    custom_cipher_suites=["ECDHE-ECDSA-AES128-SHA256"],
                    tls13_custom_cipher_suites=["TLS_AES_128_GCM_SHA256"],
                ),
            ),
        ],
    ),
    (
        "logging",
        BucketLogging(),
        [
            BucketLogging(target_bucket=BUCKET, target_prefix="logs/"),
            BucketLogging(target_bucket=BUCKET, logging_role="role"),
            BucketLogging(),
        ],
    ),
    (
        "public_access_block",
        PublicAccessBlock(block_public_access=False),
        [PublicAccessBlock(block_public_access=True)],
    ),
    (
        "request_payment",
        RequestPayment(payer="BucketOwner"),
        [RequestPayment(payer="Requester")],
    ),
    (
        "resource_group",
        BucketResourceGroup(resource_group_id="rg-default"),
        [BucketResourceGroup(resource_group_id="rg-aek27tc")],
    ),
    (
        "storage_capacity",
        StorageCapacity(gigabytes=-1),
        [StorageCapacity(gigabytes=100), StorageCapacity(gigabytes=-1)],
    ),
    (
        "tagging",
        BucketTagging(),
        [BucketTagging.of({"team": "blue", "empty": ""}), BucketTagging()],
    ),
    ("transfer_acceleration", None, [TransferAcceleration(enabled=True)]),
    (
        "user_defined_log_fields",
        None,
        [UserDefinedLogFields(headers=["x-a", "x-b"], parameters=["p"])],
    ),
    (
        "versioning",
        BucketVersioning(),
        [BucketVersioning(status="Enabled"), BucketVersioning(status="Suspended")],
    ),
]
REMOVABLE = {
    *("encryption", "logging", "public_access_block", "tagging"),
    "user_defined_log_fields",
}
ROWS = pytest.mark.parametrize(
    ("name", "first", "values"), TABLE, ids=[row[0] for row in TABLE]
)


def check_first(setting: Any, first: Model | None) -> None:
    """The setting is as that of a new bucket."""
    if first is not None:
        assert setting.get() == first
        return
    with pytest.raises(ossc.NoSuchConfiguration) as caught:
        setting.get()
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.bucket == BUCKET


@ROWS
def test_put_and_get(
    bucket: ossc.Bucket, name: str, first: Model | None, values: list[Model]
) -> None:
    """What is put is what is got; putting it again is no error."""
    setting = getattr(bucket, name)
    check_first(setting, first)
    for value in values:
        setting.put(value)
        assert setting.get() == value
        setting.put(setting.get())
        assert setting.get() == value


@ROWS
def test_what_is_not_known_is_not_lost(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    name: str,
    first: Model | None,
    values: list[Model],
) -> None:
    """An element of tomorrow is there still after a change by today's ossc."""
    setting = getattr(bucket, name)
    setting.put(values[0])
    document = values[0].to_xml()
    end = document.rindex(b"</")
    new = document[:end] + b"<Tomorrow><A>1</A></Tomorrow>" + document[end:]
    server.faults.add(faults.body(new), method="GET")
    got = setting.get()
    changed = got.replace(**{name: getattr(values[0], name) for name in got._fields})
    assert b"<Tomorrow><A>1</A></Tomorrow>" in changed.to_xml()
    assert got != values[0]


@pytest.mark.parametrize("signature", ["v4", "v1"])
@ROWS
def test_delete(
    server: ossc.mock.Server,
    name: str,
    first: Model | None,
    values: list[Model],
    signature: str,
) -> None:
    """The setting is as at first; deleting it again is no error. Both signatures do."""
    with make_client(server, signature=signature) as client:
        setting = getattr(client.bucket(BUCKET), name)
        setting.put(values[0])
        if name not in REMOVABLE:
            assert not hasattr(setting, "delete")
            return
        setting.delete()
        check_first(setting, first)
        setting.delete()


@ROWS
def test_settings_of_no_bucket(
    client: ossc.Client, name: str, first: Model | None, values: list[Model]
) -> None:
    """The error says what was asked of which bucket."""
    setting = getattr(client.bucket("nobody-has-it"), name)
    for call, verb in ((setting.get, "Get"), (lambda: setting.put(values[0]), "Put")):
        with pytest.raises(ossc.NoSuchBucket) as caught:
            call()
        assert caught.value.bucket == "nobody-has-it"
        assert (caught.value.operation or "").startswith(verb)


@ROWS
def test_only_its_own_model_can_be_put(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    name: str,
    first: Model | None,
    values: list[Model],
) -> None:
    """Another one, or none, is refused before anything is sent."""
    wrongs: list[Any] = [Tag(key="k"), None, "text", {}]
    for wrong in wrongs:
        with pytest.raises(
            TypeError, match=f"put.. takes a {type(values[0]).__name__}"
        ):
            getattr(bucket, name).put(wrong)
    assert server.requests == []


def test_a_put_is_checked_by_its_digest(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """What OSS keeps is what was sent, and a failure that passes is no failure."""
    server.faults.add(faults.status(503), method="PUT")
    bucket.versioning.put(BucketVersioning(status="Enabled"))
    headers = dict(server.requests[-1].headers)
    assert headers["content-type"] == "application/xml"
    assert len(headers["content-md5"]) == 24
    assert len(server.requests) == 2


def test_tags_are_deleted_one_by_one(bucket: ossc.Bucket) -> None:
    """Those that are named, and others that are not there; without names all."""
    bucket.tagging.put(BucketTagging.of({"a": "1", "b": "2", "ü /+&": "3"}))
    bucket.tagging.delete("a", "ü /+&", "none")
    assert bucket.tagging.get().as_dict() == {"b": "2"}
    bucket.tagging.delete("b")
    assert bucket.tagging.get().tags == ()
    bucket.tagging.put(BucketTagging.of({"a": "1"}))
    bucket.tagging.delete()
    assert bucket.tagging.get() == BucketTagging()


@pytest.mark.parametrize("key", ["", "a,b"])
def test_tags_that_cannot_be_named(
    bucket: ossc.Bucket, server: ossc.mock.Server, key: str
) -> None:
    """An empty name would mean all tags; a comma, two."""
    with pytest.raises(ossc.ParameterError, match="must not be empty or have a comma"):
        bucket.tagging.delete(key)
    assert server.requests == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("tagging", BucketTagging(tags=[Tag(key="")]), "MalformedXML"),
        ("tagging", BucketTagging(tags=[Tag(key="a"), Tag(key="a")]), "RepeatedTags"),
        ("tagging", BucketTagging(tags=[Tag(key="https://a")]), "InvalidTag"),
        (
            "tagging",
            BucketTagging.of({str(number): "" for number in range(21)}),
            "TooManyTags",
        ),
        ("tagging", BucketTagging(tags=[Tag(key="k" * 65)]), "MalformedXML"),
        (
            "encryption",
            BucketEncryption(sse_algorithm="ROT13"),
            "InvalidEncryptionAlgorithmError",
        ),
        (
            "encryption",
            BucketEncryption(sse_algorithm="AES256", kms_master_key_id="k"),
            "MalformedXML",
        ),
        ("https_config", HttpsConfig(enable=True), "MalformedXML"),
        ("https_config", HttpsConfig(enable=True, tls_versions=["1"]), "MalformedXML"),
        (
            "logging",
            BucketLogging(target_bucket="nobody-has-it"),
            "InvalidTargetBucketForLogging",
        ),
        ("logging", BucketLogging(target_prefix="p"), "MalformedXML"),
        ("storage_capacity", StorageCapacity(gigabytes=-2), "InvalidArgument"),
        ("user_defined_log_fields", UserDefinedLogFields(), "MalformedXML"),
        ("versioning", BucketVersioning(), "MalformedXML"),
    ],
)
def test_values_that_oss_refuses(
    bucket: ossc.Bucket, name: str, value: Model, code: str
) -> None:
    """They are errors by their code, and change nothing."""
    setting: Any = getattr(bucket, name)
    try:
        before = setting.get()
    except ossc.NoSuchConfiguration:
        before = None
    with pytest.raises(ossc.ServerError) as caught:
        setting.put(value)
    assert (caught.value.status, caught.value.code) == (400, code)
    check_first(setting, before)


def test_settings_belong_to_their_bucket(client: ossc.Client) -> None:
    """A bucket of the same name starts anew."""
    other = client.create_bucket("other-bucket")
    client.bucket(BUCKET).versioning.put(BucketVersioning(status="Enabled"))
    assert other.versioning.get().status is None
    other.tagging.put(BucketTagging.of({"a": "1"}))
    client.delete_bucket("other-bucket")
    client.create_bucket("other-bucket")
    assert other.tagging.get().as_dict() == {}


def test_settings_follow_the_options_of_their_bucket(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """A view's settings are asked for as the view says."""
    server.faults.add(faults.status(500), method="GET")
    with pytest.raises(ossc.ServiceUnavailable) as caught:
        bucket.with_options(retry=None).versioning.get()
    assert caught.value.attempts == 1


def test_a_setting_is_no_value(bucket: ossc.Bucket) -> None:
    """It prints as what it is and cannot be assigned."""
    assert repr(bucket.versioning) == f"<BucketVersioning of {BUCKET!r}>"
    with pytest.raises(AttributeError, match="call its put"):
        bucket.versioning = BucketVersioning()  # type: ignore[assignment,misc]
    with pytest.raises(AttributeError):
        bucket.versionings  # type: ignore[attr-defined]  # noqa: B018
    assert "versioning" in dir(ossc.Bucket)
    assert repr(ossc.Bucket.versioning).startswith("<")


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"", "not well-formed"),
        (b"<Other/>", "not <VersioningConfiguration>"),
        (b"<!DOCTYPE a><VersioningConfiguration/>", "DOCTYPE"),
    ],
)
def test_answers_that_are_none(
    bucket: ossc.Bucket, server: ossc.mock.Server, answer: bytes, complaint: str
) -> None:
    """They are errors of the operation."""
    server.faults.add(faults.body(answer))
    with pytest.raises(ossc.MalformedResponse, match=complaint) as caught:
        bucket.versioning.get()
    assert caught.value.operation == "GetBucketVersioning"
    assert caught.value.request_id


def test_settings_outlive_the_server(tmp_path: Any) -> None:
    """A server that keeps its state in a folder keeps settings, too."""
    with ossc.mock.serve(buckets=[BUCKET], root=tmp_path) as server:
        with make_client(server) as client:
            bucket = client.bucket(BUCKET)
            bucket.versioning.put(BucketVersioning(status="Enabled"))
            bucket.tagging.put(BucketTagging.of({"ü": "1"}))
            client.public_access_block.put(PublicAccessBlock(block_public_access=True))
    with ossc.mock.serve(root=tmp_path) as server:
        with make_client(server) as client:
            bucket = client.bucket(BUCKET)
            assert bucket.versioning.get().status == "Enabled"
            assert bucket.tagging.get().as_dict() == {"ü": "1"}
            assert client.public_access_block.get().block_public_access
