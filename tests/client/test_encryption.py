"""Client-side encryption: what is stored, what comes back, and what cannot be read."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as s11n
from cryptography.hazmat.primitives.asymmetric import rsa

import ossc
import ossc.mock
from ossc.crypto import EncryptionBucket, KMSKey, MasterKey, RSAKey
from ossc.crypto._envelope import Secret
from ossc.mock import faults

from .raw_server import BUCKET, client_of

DATA = bytes(range(256)) * 40 + b"end"


def pem_of(key: rsa.RSAPrivateKey, passphrase: bytes | None = None) -> str:
    """A private key as PEM."""
    how: Any = s11n.NoEncryption()
    if passphrase:
        how = s11n.BestAvailableEncryption(passphrase)
    raw = key.private_bytes(s11n.Encoding.PEM, s11n.PrivateFormat.PKCS8, how)
    return raw.decode()


def public_of(key: rsa.RSAPrivateKey) -> str:
    """Its public half as PEM."""
    form = s11n.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(s11n.Encoding.PEM, form).decode()


PAIR = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
PRIVATE, PUBLIC = pem_of(PAIR), public_of(PAIR)


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket without encryption."""
    with client_of(server, retry=ossc.Retry(backoff=0.01)) as client:
        yield client.bucket(BUCKET)


@pytest.fixture
def safe(bucket: ossc.Bucket) -> EncryptionBucket:
    """The same with it."""
    return EncryptionBucket(bucket, RSAKey(PRIVATE))


def test_what_is_put_comes_back(safe: EncryptionBucket) -> None:
    """OSS has other bytes, as many, and an envelope."""
    result = safe.put_object("k", DATA, content_type="text/x", metadata={"a": "b"})
    stored = safe.bucket.get_object("k")
    assert stored.data != DATA
    assert stored.size == len(DATA)
    assert stored.metadata["client-side-encryption-cek-alg"] == "AES/CTR/NoPadding"
    assert stored.metadata["client-side-encryption-wrap-alg"] == "RSA/NONE/PKCS1Padding"
    found = safe.get_object("k")
    assert found.data == DATA
    assert found.metadata == {"a": "b"}
    assert (found.content_type, found.etag) == ("text/x", result.etag)
    assert safe.head_object("k").size == len(DATA)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 100_003])
def test_sizes(safe: EncryptionBucket, size: int) -> None:
    """Of any number of bytes, none included."""
    data = (DATA * (size // len(DATA) + 1))[:size]
    safe.put_object("k", bytearray(data))
    assert safe.get_object("k").data == data
    with safe.open("k") as file:
        assert file.read() == data


def test_each_object_has_a_key_of_its_own(safe: EncryptionBucket) -> None:
    """The same bytes are never stored twice as the same."""
    stored = set()
    for name in ("a", "b", "a"):
        safe.put_object(name, DATA)
        stored.add(safe.bucket.get_object(name).data)
    assert len(stored) == 3


@pytest.mark.parametrize(
    "span",
    [
        (0, 0),
        (1, 1),
        (15, 16),
        (16, 31),
        (17, 5000),
        (10_000, None),
        (None, 1),
        (None, 33),
    ],
    ids=str,
)
def test_ranges(safe: EncryptionBucket, span: tuple[int | None, int | None]) -> None:
    """They begin anywhere; no more is fetched than asked for."""
    safe.put_object("k", DATA)
    found = safe.get_object("k", span)
    first, last = span
    if first is None:
        assert last is not None
        assert found.data == DATA[-last:]
    else:
        assert found.data == DATA[first : None if last is None else last + 1]
    assert found.content_range is not None
    assert found.size == len(DATA)


def test_a_stream_seeks(safe: EncryptionBucket) -> None:
    """A file to read, from any position, line by line."""
    lines = [b"line %d\n" % number for number in range(50_000)]
    data = b"".join(lines)
    safe.put_object("k", data)
    with safe.open("k", read_ahead=0) as file:
        assert file.read(10) == data[:10]
        assert file.seek(400_001) == 400_001
        assert file.read(100) == data[400_001:400_101]
        assert file.seek(-7, io.SEEK_END) == len(data) - 7
        assert file.read() == data[-7:]
        assert file.seek(3) == file.tell() == 3
        assert file.read(5) == data[3:8]
        file.seek(0)
        assert list(file) == lines
    assert file.closed


@pytest.mark.parametrize(("threshold", "kind"), [(1 << 20, "Normal"), (1, "Multipart")])
def test_files(
    safe: EncryptionBucket, tmp_path: Path, threshold: int, kind: str
) -> None:
    """Small ones in one request, large ones in parts, in whole."""
    path, back = tmp_path / "f", tmp_path / "g"
    data, told = DATA * 40, []
    path.write_bytes(data)

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))

    safe.upload_file(
        "dir/f.txt",
        path,
        part_size=102_401,
        threshold=threshold,
        progress=progress,
        metadata={"a": "b"},
    )
    assert told.pop() == (len(data), len(data))
    info = safe.head_object("dir/f.txt")
    assert (info.object_type, info.content_type) == (kind, "text/plain")
    assert info.metadata["a"] == "b"
    if kind == "Multipart":
        assert info.metadata["client-side-encryption-part-size"] == "102416"
        assert info.metadata["client-side-encryption-data-size"] == str(len(data))
    part = safe.get_object("dir/f.txt", (102_390, 204_820)).data
    assert part == data[102_390:204_821]
    safe.download_file("dir/f.txt", back, progress=progress)
    assert back.read_bytes() == data
    assert told.pop() == (len(data), len(data))


def test_sources_of_unknown_length(safe: EncryptionBucket) -> None:
    """Pieces of any length."""
    pieces = [DATA[:7], b"", DATA * 30, b"x"]
    safe.upload_fileobj("k", iter(pieces), part_size=102_400)
    assert safe.get_object("k").data == b"".join(pieces)
    safe.upload_fileobj("k", io.BytesIO(b"short"), size=5)
    assert safe.get_object("k").data == b"short"


def test_a_client_with_little_memory(server: ossc.mock.Server) -> None:
    """Parts are as large as its memory allows."""
    with client_of(server, max_memory=2_000_000) as client:
        safe = EncryptionBucket(client.bucket(BUCKET), RSAKey(PRIVATE))
        data = DATA * 300
        safe.upload_fileobj("k", io.BytesIO(data), size=len(data), concurrency=2)
        with safe.open("k", read_ahead=0) as file:
            assert file.read() == data


def test_broken_connections_are_no_matter(
    safe: EncryptionBucket, server: ossc.mock.Server
) -> None:
    """A repeated upload sends the same bytes; a broken download goes on."""
    server.faults.add(faults.status(503), operation="PutObject")
    safe.put_object("k", DATA * 10)
    server.faults.add(faults.cut(at=70_001), operation="GetObject")
    assert safe.get_object("k").data == DATA * 10


def test_files_that_cannot_be(safe: EncryptionBucket, tmp_path: Path) -> None:
    """They are told by name."""
    with pytest.raises(ossc.LocalFileError) as caught:
        safe.upload_file("k", tmp_path / "missing")
    assert caught.value.filename == str(tmp_path / "missing")
    safe.put_object("k", DATA)
    with pytest.raises(ossc.LocalFileError):
        safe.download_file("k", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_halves_of_a_pair(bucket: ossc.Bucket) -> None:
    """The public one writes, the private one reads."""
    writer = EncryptionBucket(bucket, RSAKey(public_key=PUBLIC))
    writer.put_object("k", DATA)
    with pytest.raises(ossc.DecryptionError, match="no private key"):
        writer.get_object("k")
    locked = pem_of(PAIR, b"pass phrase").encode()
    reader = EncryptionBucket(bucket, RSAKey(locked, passphrase="pass phrase"))
    assert reader.get_object("k").data == DATA


def test_several_keys(bucket: ossc.Bucket) -> None:
    """Each object is read with the key that its description names."""
    old = RSAKey(PRIVATE, description={"name": "old", "year": "2020"})
    new = RSAKey(pem_of(OTHER), description={"name": "new"}, padding="oaep")
    EncryptionBucket(bucket, old).put_object("old", DATA)
    both = EncryptionBucket(bucket, new, old)
    both.put_object("new", DATA)
    text = both.head_object("new").metadata["client-side-encryption-matdesc"]
    assert json.loads(text) == {"name": "new"}
    for name in ("old", "new"):
        assert both.get_object(name).data == DATA
    with pytest.raises(ossc.ParameterError, match="same description"):
        EncryptionBucket(bucket, old, RSAKey(PRIVATE), RSAKey(PRIVATE))


def test_another_key(bucket: ossc.Bucket) -> None:
    """What was wrapped with another key is an error that names the object."""
    EncryptionBucket(bucket, RSAKey(PRIVATE)).put_object("k", DATA)
    for padding in ("pkcs1", "oaep"):
        EncryptionBucket(bucket, RSAKey(PRIVATE, padding=padding)).put_object("k", DATA)
        with pytest.raises(ossc.DecryptionError, match="another") as caught:
            EncryptionBucket(bucket, RSAKey(pem_of(OTHER))).get_object("k")
        assert (caught.value.bucket, caught.value.key) == (BUCKET, "k")


def test_plain_objects(safe: EncryptionBucket) -> None:
    """They are read only where that was allowed."""
    safe.bucket.put_object("k", DATA)
    for read in (safe.get_object, safe.open):
        with pytest.raises(ossc.DecryptionError, match="not encrypted"):
            read("k")
    lenient = EncryptionBucket(safe.bucket, RSAKey(PRIVATE), allow_plain=True)
    assert lenient.get_object("k", (1, 3)).data == DATA[1:4]
    with lenient.open("k") as file:
        assert file.read() == DATA


def test_the_md5_of_the_plain_bytes(safe: EncryptionBucket) -> None:
    """It is kept in the envelope and compared with the whole object."""
    digest = hashlib.md5(DATA, usedforsecurity=False).digest()
    for md5 in (digest, base64.b64encode(digest).decode()):
        safe.put_object("k", DATA, content_md5=md5)
        assert safe.get_object("k").data == DATA
    safe.put_object("k", DATA + b"!", content_md5=digest)
    with pytest.raises(ossc.ChecksumMismatch):
        safe.get_object("k")
    assert safe.get_object("k", (0, 1)).data == DATA[:2]
    with pytest.raises(ossc.ParameterError):
        safe.put_object("k", DATA, content_md5="junk")


ENVELOPE = "client-side-encryption-"


@pytest.mark.parametrize(
    "over",
    [
        {"key": "%%%"},
        {"key": ""},
        {"key": base64.b64encode(b"short").decode()},
        {"start": ""},
        # Above any modulus. What merely has no padding is deciphered to random bytes
        # of a random length, so that nobody learns of it: 16 of them may be a start.
        {"start": base64.b64encode(b"\xff" * 256).decode()},
        {"cek-alg": "AES/GCM/NoPadding"},
        {"cek-alg": ""},
        {"wrap-alg": "KMS/ALICLOUD"},
        {"wrap-alg": "RSA/NONE/OAEPWithSHA-1AndMGF1Padding"},
        {"wrap-alg": ""},
        {"matdesc": "[" * 1500, "key": ""},
        {"matdesc": "{", "key": ""},
    ],
    ids=str,
)
def test_envelopes_that_make_no_sense(
    safe: EncryptionBucket, over: dict[str, str]
) -> None:
    """They are errors, of any of the readers."""
    safe.put_object("k", DATA)
    stored = safe.bucket.get_object("k")
    changed = {ENVELOPE + name: value or "x" for name, value in over.items()}
    safe.bucket.put_object("k", DATA, metadata={**stored.metadata, **changed})
    with pytest.raises(ossc.DecryptionError):
        safe.get_object("k")
    with pytest.raises(ossc.DecryptionError):
        safe.open("k")


def test_an_older_format(safe: EncryptionBucket) -> None:
    """It is told as such."""
    safe.bucket.put_object("k", DATA, metadata={"oss-crypto-key": "eA=="})
    with pytest.raises(ossc.DecryptionError, match="older format"):
        safe.get_object("k")


def test_the_envelopes_names_are_taken(safe: EncryptionBucket) -> None:
    """Metadata of the caller's cannot replace it."""
    with pytest.raises(ossc.ParameterError, match="envelope"):
        safe.put_object("k", DATA, metadata={"Client-Side-Encryption-Key": "x"})
    headers = {"X-OSS-Meta-Client-Side-Encryption-Start": "x"}
    with pytest.raises(ossc.ParameterError, match="envelope"):
        safe.put_object("k", DATA, headers=headers)
    with pytest.raises(ossc.ParameterError, match="envelope"):
        safe.upload_fileobj("k", [DATA], headers=headers)
    safe.put_object("k", DATA, headers={"x-oss-meta-a": "b"})
    assert safe.get_object("k").metadata == {"a": "b"}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"private_key": "junk"},
        {"private_key": PUBLIC},
        {"private_key": pem_of(PAIR, b"word")},
        {"private_key": pem_of(PAIR, b"word"), "passphrase": "other"},
        {"private_key": PRIVATE, "passphrase": "needless"},
        {"public_key": PRIVATE},
        {"public_key": b"\xff"},
        {"private_key": PRIVATE, "padding": "none"},
    ],
)
def test_keys_that_are_none(arguments: dict[str, Any]) -> None:
    """They are refused without being quoted."""
    with pytest.raises(ossc.ParameterError) as caught:
        RSAKey(**arguments)
    assert "PRIVATE KEY" not in str(caught.value)


class Vault:
    """A KMS of the test's own."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def encrypt(self, plaintext: str) -> str:
        """A name for a text."""
        blob = base64.b64encode(f"blob {len(self.kept)}".encode()).decode()
        self.kept[blob] = plaintext
        return blob

    def decrypt(self, blob: str) -> str:
        """The text of a name."""
        return self.kept[blob]


def test_kms(bucket: ossc.Bucket) -> None:
    """Callables do what KMS does; their errors come out."""
    vault = Vault()
    key = KMSKey(vault.encrypt, vault.decrypt, description={"cmk": "1"})
    safe = EncryptionBucket(bucket, key)
    safe.put_object("k", DATA)
    assert safe.get_object("k", (9, 99)).data == DATA[9:100]
    wrap = safe.head_object("k").metadata["client-side-encryption-wrap-alg"]
    assert wrap == "KMS/ALICLOUD"
    with pytest.raises(ossc.DecryptionError, match="RSA key"):
        EncryptionBucket(bucket, RSAKey(PRIVATE)).get_object("k")
    vault.kept = dict.fromkeys(vault.kept, "%%%")
    with pytest.raises(ossc.DecryptionError, match="no key"):
        safe.get_object("k")
    vault.kept.clear()
    with pytest.raises(KeyError):
        safe.get_object("k")


def test_a_master_key_of_ones_own(bucket: ossc.Bucket) -> None:
    """Whatever wraps and unwraps will do."""

    class Reverse:
        algorithm = "TEST/REVERSE"
        description = {"by": "us"}  # noqa: RUF012 - the protocol's

        def wrap(self, secret: bytes) -> bytes:
            return secret[::-1]

        def unwrap(self, wrapped: bytes, algorithm: str) -> bytes:
            assert algorithm == self.algorithm
            return wrapped[::-1]

    assert isinstance(Reverse(), MasterKey)
    safe = EncryptionBucket(bucket, Reverse())
    safe.put_object("k", DATA)
    assert safe.get_object("k").data == DATA


def test_a_published_vector() -> None:
    """NIST SP 800-38A, F.5.5: AES-256 in counter mode, from any byte on."""
    key = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
    start = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
    plain = bytes.fromhex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    )
    expected = bytes.fromhex(
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
        "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"
    )
    secret = Secret(bytes.fromhex(key), bytes.fromhex(start))
    assert secret.apply(plain) == expected
    for offset in range(64):
        assert secret.apply(plain[offset:], offset) == expected[offset:]


def test_a_counter_that_runs_over() -> None:
    """It goes on at nought."""
    secret = Secret(bytes(32), b"\xff" * 16)
    following = Secret(bytes(32), bytes(16))
    assert secret.apply(bytes(32))[16:] == following.apply(bytes(16))


def test_nothing_shows_a_key(safe: EncryptionBucket) -> None:
    """Neither the bucket nor what it is made of."""
    text = f"{safe!r} {RSAKey(public_key=PUBLIC)!r} {KMSKey(str, str)!r}"
    assert "RSAKey(private, description={})" in text
    assert "BEGIN" not in text


def test_strings_are_no_bytes(safe: EncryptionBucket) -> None:
    """As everywhere."""
    with pytest.raises(TypeError):
        safe.put_object("k", "text")  # type: ignore[arg-type]


def test_a_missing_package_names_the_extra() -> None:
    """The message can be pasted behind a prompt."""
    program = "import sys; sys.modules['cryptography'] = None; import ossc.crypto"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "pip install 'ossc[crypto]'" in done.stderr


def test_what_a_download_returns_is_of_what_it_got(
    safe: EncryptionBucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """One look at the object, which another one may replace at any time."""
    safe.put_object("k", DATA)
    server.reset_counts()
    info = safe.download_file("k", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == DATA
    assert info.etag == safe.head_object("k").etag
    heads = [each for each in server.requests if each.operation == "HeadObject"]
    assert len(heads) == 2  # the download's, and the one above
