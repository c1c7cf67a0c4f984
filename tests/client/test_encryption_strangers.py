"""Client-side encryption beside the official SDKs: each reads what the others wrote."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import alibabacloud_oss_v2 as v2
import oss2
import pytest
from alibabacloud_oss_v2 import crypto as v2_crypto
from alibabacloud_oss_v2 import encryption_client

import ossc
import ossc.mock
from ossc.crypto import EncryptionBucket, KMSKey, RSAKey

from .raw_server import BUCKET, client_of
from .test_encryption import DATA, OTHER, PRIVATE, PUBLIC, Vault, pem_of, public_of

DESCRIPTION = {"key": "the first", "of": "ä"}
SPANS = [(0, 15), (1, 40), (16, 31), (33, 5000), (10_000, None)]

Put = Callable[[str, bytes], object]
Get = Callable[[str, "tuple[int, int | None] | None"], bytes]


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket without encryption."""
    with client_of(server) as client:
        yield client.bucket(BUCKET)


def ours(bucket: ossc.Bucket, key: Any, *old: Any) -> tuple[Put, Get]:
    """Put and get of ossc."""
    safe = EncryptionBucket(bucket, key, *old)
    return safe.put_object, lambda name, span: safe.get_object(name, span).data


def of_oss2(server: ossc.mock.Server, provider: Any) -> tuple[Put, Get]:
    """Put and get of oss2."""
    made = crypto_bucket(server, provider)

    def get(name: str, span: tuple[int, int | None] | None) -> bytes:
        data = made.get_object(name, byte_range=span).read()
        assert isinstance(data, bytes)
        return data

    return made.put_object, get


def crypto_bucket(server: ossc.mock.Server, provider: Any) -> Any:
    """A CryptoBucket of the server."""
    auth = oss2.Auth(server.access_key_id, server.access_key_secret)
    return oss2.CryptoBucket(auth, server.endpoint, BUCKET, crypto_provider=provider)


def v2_client(server: ossc.mock.Server) -> Any:
    """A client of alibabacloud-oss-v2."""
    keys = v2.credentials.StaticCredentialsProvider(
        server.access_key_id, server.access_key_secret
    )
    config = v2.config.load_default()
    config.credentials_provider = keys
    config.region = server.region
    config.endpoint = server.endpoint
    return v2.Client(config)


def v2_encryption_client(server: ossc.mock.Server, cipher: Any, *old: Any) -> Any:
    """An EncryptionClient of the server."""
    return encryption_client.EncryptionClient(v2_client(server), cipher, list(old))


def of_v2(server: ossc.mock.Server, cipher: Any, *old: Any) -> tuple[Put, Get]:
    """Put and get of alibabacloud-oss-v2."""
    client = v2_encryption_client(server, cipher, *old)

    def put(name: str, data: bytes) -> object:
        request = v2.PutObjectRequest(bucket=BUCKET, key=name, body=data)
        return client.put_object(request)

    def get(name: str, span: tuple[int, int | None] | None) -> bytes:
        text = None
        if span is not None:
            text = f"bytes={span[0]}-{'' if span[1] is None else span[1]}"
        request = v2.GetObjectRequest(bucket=BUCKET, key=name, range_header=text)
        result = client.get_object(request)
        try:
            return b"".join(result.body.iter_bytes())
        finally:
            result.body.close()

    return put, get


def exchange(first: tuple[Put, Get], second: tuple[Put, Get]) -> None:
    """Each reads what both wrote, in whole and in ranges."""
    for number, (put, _) in enumerate((first, second)):
        put(f"k{number}", DATA)
        for _, get in (first, second):
            assert get(f"k{number}", None) == DATA
            for begin, end in SPANS:
                wanted = DATA[begin : None if end is None else end + 1]
                assert get(f"k{number}", (begin, end)) == wanted


@pytest.mark.parametrize("description", [None, DESCRIPTION], ids=["plain", "described"])
def test_rsa_and_oss2(
    server: ossc.mock.Server, bucket: ossc.Bucket, description: Any
) -> None:
    """`oss2.RsaProvider`."""
    pair = {"private_key": PRIVATE, "public_key": PUBLIC}
    provider = oss2.RsaProvider(pair, mat_desc=description)
    exchange(
        of_oss2(server, provider),
        ours(bucket, RSAKey(PRIVATE, description=description)),
    )


@pytest.mark.parametrize("description", [None, DESCRIPTION], ids=["plain", "described"])
def test_rsa_and_v2(
    server: ossc.mock.Server, bucket: ossc.Bucket, description: Any
) -> None:
    """`MasterRsaCipher` of alibabacloud-oss-v2."""
    cipher = v2_crypto.MasterRsaCipher(description, PUBLIC, PRIVATE)
    exchange(
        of_v2(server, cipher),
        ours(bucket, RSAKey(PRIVATE, description=description)),
    )


def test_oaep_and_oss2(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """`oss2.LocalRsaProvider` wraps in another way."""
    (tmp_path / "k.private_key.pem").write_text(PRIVATE)
    (tmp_path / "k.public_key.pem").write_text(PUBLIC)
    provider = oss2.LocalRsaProvider(dir=str(tmp_path), key="k")
    exchange(of_oss2(server, provider), ours(bucket, RSAKey(PRIVATE, padding="oaep")))


def test_several_keys(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Both find the older key of an object by its description."""
    old, new = {"key": "old"}, {"key": "new", "year": "2026"}
    other, public = pem_of(OTHER), public_of(OTHER)
    first = v2_crypto.MasterRsaCipher(old, PUBLIC, PRIVATE)
    second = v2_crypto.MasterRsaCipher(new, public, other)
    of_v2(server, first)[0]("theirs", DATA)
    ours(bucket, RSAKey(PRIVATE, description=old))[0]("ours", DATA)
    now = RSAKey(other, description=new), RSAKey(PRIVATE, description=old)
    exchange(of_v2(server, second, first), ours(bucket, *now))
    for name in ("theirs", "ours"):
        for _, get in (of_v2(server, second, first), ours(bucket, *now)):
            assert get(name, (33, 5000)) == DATA[33:5001]


class Kms:
    """What `oss2.AliKMSProvider` asks, answered by a vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def do_action_with_exception(self, request: Any) -> bytes:
        """The answer of KMS to a request of the SDK."""
        action = request.get_action_name()
        if action == "GenerateDataKey":
            plain = base64.b64encode(bytes(range(32))).decode()
            said = {"Plaintext": plain, "CiphertextBlob": self._vault.encrypt(plain)}
        elif action == "Encrypt":
            said = {"CiphertextBlob": self._vault.encrypt(request.get_Plaintext())}
        else:
            blob = request.get_CiphertextBlob()
            text = blob.decode() if isinstance(blob, bytes) else blob
            said = {"Plaintext": self._vault.decrypt(text)}
        return json.dumps(said).encode()


def test_kms_and_oss2(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """`oss2.AliKMSProvider`, with a KMS of the test's own behind both."""
    vault = Vault()
    provider = oss2.AliKMSProvider("id", "secret", "cn-hangzhou", "cmk")
    provider.kms_client = Kms(vault)
    exchange(
        of_oss2(server, provider), ours(bucket, KMSKey(vault.encrypt, vault.decrypt))
    )


def test_parts_of_ours(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """They read what was uploaded in parts, and with an odd number of bytes."""
    path = tmp_path / "f"
    data = DATA * 40
    path.write_bytes(data)
    safe = EncryptionBucket(bucket, RSAKey(PRIVATE))
    safe.upload_file("a", path, part_size=102_400, threshold=1)
    safe.upload_fileobj("b", io.BytesIO(data), part_size=102_400)
    pair = {"private_key": PRIVATE, "public_key": PUBLIC}
    cipher = v2_crypto.MasterRsaCipher(None, PUBLIC, PRIVATE)
    for name in ("a", "b"):
        assert bucket.head_object(name).object_type == "Multipart"
        for _, get in (of_oss2(server, oss2.RsaProvider(pair)), of_v2(server, cipher)):
            assert get(name, None) == data
            assert get(name, (102_410, 300_001)) == data[102_410:300_002]


def test_parts_of_oss2(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What a CryptoBucket uploads in parts is read."""
    pair = {"private_key": PRIVATE, "public_key": PUBLIC}
    theirs = crypto_bucket(server, oss2.RsaProvider(pair))
    data = DATA * 20
    context = oss2.models.MultipartUploadCryptoContext(len(data), 102_400)
    upload = theirs.init_multipart_upload("k", upload_context=context).upload_id
    parts = []
    for number, begin in enumerate(range(0, len(data), 102_400), 1):
        piece = data[begin : begin + 102_400]
        made = theirs.upload_part("k", upload, number, piece, upload_context=context)
        parts.append(oss2.models.PartInfo(number, made.etag))
    theirs.complete_multipart_upload("k", upload, parts)
    safe = EncryptionBucket(bucket, RSAKey(PRIVATE))
    assert safe.get_object("k").data == data
    with safe.open("k") as file:
        file.seek(102_397)
        assert file.read(9) == data[102_397:102_406]


def test_parts_of_v2(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What an EncryptionClient uploads in parts is read."""
    cipher = v2_crypto.MasterRsaCipher(DESCRIPTION, PUBLIC, PRIVATE)
    client = v2_encryption_client(server, cipher)
    data = DATA * 20
    begun = client.initiate_multipart_upload(
        v2.InitiateMultipartUploadRequest(
            bucket=BUCKET, key="k", cse_part_size=102_400, cse_data_size=len(data)
        )
    )
    parts = []
    for number, begin in enumerate(range(0, len(data), 102_400), 1):
        made = client.upload_part(
            v2.UploadPartRequest(
                bucket=BUCKET,
                key="k",
                upload_id=begun.upload_id,
                part_number=number,
                cse_multipart_context=begun.cse_multipart_context,
                body=data[begin : begin + 102_400],
            )
        )
        parts.append(v2.UploadPart(part_number=number, etag=made.etag))
    client.complete_multipart_upload(
        v2.CompleteMultipartUploadRequest(
            bucket=BUCKET,
            key="k",
            upload_id=begun.upload_id,
            complete_multipart_upload=v2.CompleteMultipartUpload(parts=parts),
        )
    )
    safe = EncryptionBucket(bucket, RSAKey(PRIVATE, description=DESCRIPTION))
    assert safe.get_object("k").data == data
    assert safe.get_object("k", (None, 3)).data == b"end"
