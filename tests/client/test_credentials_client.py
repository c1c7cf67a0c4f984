"""Clients whose credentials come from a source: when it is asked, and refusals by OSS."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock

from .raw_server import BUCKET, REGION, RawServer, answer, client_of, object_answer
from .services import FIRST, SECOND, Metadata, Service, bare_environment, document
from .test_credentials_refresh import Source

AGO = datetime.now(timezone.utc) - timedelta(hours=1)
REFUSALS = ["SecurityTokenExpired", "InvalidAccessKeyId"]


@pytest.fixture
def twice(server: ossc.mock.Server) -> ossc.mock.Server:
    """A server that knows the first keys as expired and the second as good."""
    server.add_sts(*FIRST, expires=AGO)
    server.add_sts(*SECOND)
    return server


def make_client(server: ossc.mock.Server, **options: Any) -> ossc.Client:
    """A client of the server that repeats, but does not wait for long."""
    return client_of(server, **{"retry": ossc.Retry(backoff=0.01), **options})


def source() -> Source:
    """Gives the first keys once, then the second."""
    return Source(ossc.Credentials(*FIRST), ossc.Credentials(*SECOND))


def signers(server: ossc.mock.Server) -> list[str]:
    """Whose keys the requests were signed with."""
    heads = [dict(request.headers)["authorization"] for request in server.requests]
    return [head.partition("Credential=")[2].partition("/")[0] for head in heads]


def test_a_source_is_asked_by_the_first_request(twice: ossc.mock.Server) -> None:
    """Not before, and not again by the next."""
    keys = Source(ossc.Credentials(*SECOND))
    with make_client(twice, credentials=keys) as client:
        assert keys.asked == 0
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", b"data")
        assert bucket.get_object("k").data == b"data"
        assert bucket.with_options(deadline=30).get_object("k").data == b"data"
        assert keys.asked == 1
    assert signers(twice) == [SECOND[0]] * 3


def test_expired_keys_are_renewed_and_the_request_repeated(
    twice: ossc.mock.Server,
) -> None:
    """The caller sees nothing of it."""
    keys = source()
    with make_client(twice, credentials=keys) as client:
        bucket = client.bucket(BUCKET)
        assert bucket.append_object("k", b"data", 0).next_position == 4
        assert bucket.get_object("k").data == b"data"
    assert keys.asked == 2
    assert signers(twice) == [FIRST[0], SECOND[0], SECOND[0]]


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("watched", [False, True])
def test_both_refusals(code: str, *, watched: bool) -> None:
    """An unknown key id and an expired token are the same; a HEAD tells it in a header."""
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    with RawServer(answer(body, "403 Forbidden"), object_answer(b"x")) as server:
        options: dict[str, Any] = {"credentials": source(), "retry": ossc.Retry(2)}
        with server.client(**options) as client:
            view = client.with_options(deadline=30) if watched else client
            assert view.bucket(BUCKET).get_object("k").data == b"x"
    first, second = (each.headers["authorization"] for each in server.received)
    assert FIRST[0] in first
    assert SECOND[0] in second


def test_keys_that_stay_refused(server: ossc.mock.Server) -> None:
    """One repetition, then the server's error, which tells of both."""
    server.add_sts(*FIRST, expires=AGO)
    server.add_sts(*SECOND, expires=AGO)
    with make_client(server, credentials=source()) as client:
        with pytest.raises(ossc.SecurityTokenExpired) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.attempts == 2
    assert len(caught.value.history) == 1
    assert signers(server) == [FIRST[0], SECOND[0]]


def test_keys_that_stay_the_same(server: ossc.mock.Server) -> None:
    """Where the source has no others the request is not repeated."""
    server.add_sts(*FIRST, expires=AGO)
    keys = Source(ossc.Credentials(*FIRST))
    with make_client(server, credentials=keys) as client:
        for _ in range(3):
            with pytest.raises(ossc.SecurityTokenExpired) as caught:
                client.bucket(BUCKET).get_object("k")
            assert caught.value.attempts == 1
    assert keys.asked == 2
    assert len(server.requests) == 3


def test_a_source_that_fails_after_a_refusal(server: ossc.mock.Server) -> None:
    """The server's error stays, and says why there is no other attempt."""
    server.add_sts(*FIRST, expires=AGO)
    keys = Source(ossc.Credentials(*FIRST), ossc.CredentialsError("no answer"))
    with make_client(server, credentials=keys) as client:
        with pytest.raises(ossc.SecurityTokenExpired, match="no answer"):
            client.bucket(BUCKET).get_object("k")


@pytest.mark.parametrize("options", [{"retry": None}, {"retry": ossc.Retry(1)}])
def test_a_client_that_repeats_nothing(
    twice: ossc.mock.Server, options: dict[str, Any]
) -> None:
    """Neither does it for new keys; the next request has them."""
    with make_client(twice, credentials=source(), **options) as client:
        with pytest.raises(ossc.SecurityTokenExpired):
            client.bucket(BUCKET).get_object("k")
    assert len(twice.requests) == 1


def test_keys_that_are_given_are_not_renewed(server: ossc.mock.Server) -> None:
    """A refusal of a plain pair is final at once."""
    server.add_sts(*FIRST, expires=AGO)
    with make_client(server, credentials=ossc.Credentials(*FIRST)) as client:
        with pytest.raises(ossc.SecurityTokenExpired) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.attempts == 1


def test_a_source_that_fails(server: ossc.mock.Server) -> None:
    """Its error says which call it stopped; nothing is sent."""
    keys = Source(ossc.CredentialsError("no answer"))
    with make_client(server, credentials=keys) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.CredentialsError) as caught:
            bucket.get_object("k")
        assert str(caught.value) == "no answer (GetObject examplebucket/k)"
        with pytest.raises(ossc.CredentialsError):
            bucket.with_options(deadline=9).get_object("k")
        with pytest.raises(ossc.CredentialsError):
            list(bucket.get_objects(["a", "b"]))
        with pytest.raises(ossc.CredentialsError):
            bucket.presign("GET", "k")
    assert server.requests == []


def test_a_closed_client_asks_nobody(server: ossc.mock.Server) -> None:
    """It is closed, and says so."""
    keys = Source(ossc.Credentials(*FIRST))
    with make_client(server, credentials=keys) as client:
        bucket = client.bucket(BUCKET)
        slow = bucket.with_options(deadline=9)
    for closed in (bucket, slow):
        with pytest.raises(ossc.ClientClosed):
            closed.get_object("k")
    with pytest.raises(ossc.ClientClosed):
        bucket.presign("GET", "k")
    assert keys.asked == 0


def test_presigned_urls(twice: ossc.mock.Server) -> None:
    """They are signed with what there is."""
    keys = Source(ossc.Credentials(*SECOND))
    with make_client(twice, credentials=keys) as client:
        url = client.bucket(BUCKET).presign("GET", "k")
    assert f"x-oss-credential={SECOND[0]}" in url


@pytest.mark.parametrize("ordered", [True, False])
def test_batches_renew(twice: ossc.mock.Server, *, ordered: bool) -> None:
    """Keys that expired in the midst of a batch do not end it."""
    names = [f"k{number}" for number in range(600)]
    for name in names:
        twice.put_object(BUCKET, name, name.encode())
    keys = source()
    with make_client(twice, credentials=keys) as client:
        results = client.bucket(BUCKET).get_objects(names, ordered=ordered)
        data = {each.key: each.result.data for each in results}
    assert data == {name: name.encode() for name in names}
    assert keys.asked == 2
    assert signers(twice).count(FIRST[0]) < 600


def test_batches_of_puts_renew(twice: ossc.mock.Server) -> None:
    """Uploads too."""
    items = [(f"k{number}", b"%d" % number) for number in range(300)]
    with make_client(twice, credentials=source()) as client:
        for each in client.bucket(BUCKET).put_objects(items):
            assert each.result.etag
    assert twice.get_object(BUCKET, "k299") == b"299"


def test_transfers_renew(twice: ossc.mock.Server, tmp_path: Path) -> None:
    """Each part is a request of its own."""
    path = tmp_path / "f"
    path.write_bytes(bytes(1_000_000))
    with make_client(twice, credentials=source()) as client:
        bucket = client.bucket(BUCKET)
        bucket.upload_file("k", path, part_size=102_400, threshold=102_400)
        assert bucket.get_object("k").data == bytes(1_000_000)


def test_many_threads_renew_once(twice: ossc.mock.Server) -> None:
    """64 requests are refused, the source is asked once more."""
    twice.put_object(BUCKET, "k", b"data")
    keys, data = source(), []
    with make_client(twice, credentials=keys) as client:
        bucket = client.bucket(BUCKET)
        threads = [
            threading.Thread(target=lambda: data.append(bucket.get_object("k").data))
            for _ in range(64)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert data == [b"data"] * 64
    assert keys.asked == 2


def test_the_default_is_the_chain(
    server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the environment has no keys the sources are asked, and not before they must."""
    bare_environment(monkeypatch, tmp_path)
    server.add_sts(*FIRST)
    with Service(lambda _: document()) as service:
        with ossc.Client(server.endpoint, region=REGION) as client:
            assert service.received == []
            monkeypatch.setenv("ALIBABA_CLOUD_CREDENTIALS_URI", service.endpoint)
            client.bucket(BUCKET).put_object("k", b"data")
            client.bucket(BUCKET).get_object("k")
        assert len(service.received) == 1
    assert signers(server) == [FIRST[0]] * 2


def test_the_other_variables(
    server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The names that Alibaba Cloud's other tools use are good, too."""
    bare_environment(monkeypatch, tmp_path)
    server.add_sts(*FIRST)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", FIRST[0])
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", FIRST[1])
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", FIRST[2])
    with ossc.Client(server.endpoint, region=REGION) as client:
        assert client._source is None
        client.bucket(BUCKET).put_object("k", b"data")


def test_nothing_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first request says of each source why it has none."""
    bare_environment(monkeypatch, tmp_path)
    with ossc.Client("http://127.0.0.1:1", region=REGION) as client:
        with pytest.raises(ossc.CredentialsNotFound) as caught:
            client.bucket(BUCKET).get_object("k")
    for words in (
        "ossc.ANONYMOUS",
        "EnvironmentCredentials: neither OSS_ACCESS_KEY_ID nor",
        "OIDCCredentials: ALIBABA_CLOUD_ROLE_ARN is not set",
        f"OssutilCredentials: ossutil: there is no file '{tmp_path}/.ossutilconfig'",
        ".aliyun/config.json'",
        ".alibabacloud/credentials.ini'",
        "ECSRoleCredentials: ALIBABA_CLOUD_ECS_METADATA_DISABLED is set",
        "URICredentials: ALIBABA_CLOUD_CREDENTIALS_URI is not set",
    ):
        assert words in str(caught.value)


def test_a_v4_client_of_a_source_needs_a_region(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """That is said at once."""
    bare_environment(monkeypatch, tmp_path)
    with pytest.raises(ossc.ParameterError, match="region"):
        ossc.Client("http://127.0.0.1:1", credentials=source())


def test_an_ecs_role(server: ossc.mock.Server) -> None:
    """From the metadata service to an object."""
    server.add_sts(*FIRST)
    with Service(Metadata()) as service:
        role = ossc.ECSRoleCredentials(host=service.authority)
        with client_of(server, credentials=role) as client:
            client.bucket(BUCKET).put_object("k", b"data")
    assert server.get_object(BUCKET, "k") == b"data"
