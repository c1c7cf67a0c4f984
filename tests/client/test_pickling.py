"""Clients and buckets travel to other processes by what they were made with."""

from __future__ import annotations

import copy
import gc
import multiprocessing
import pickle
import warnings
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _pickling
from tests.conftest import BUCKET, make_client


def read(bucket: ossc.Bucket, key: str = "k") -> bytes:
    """What another process does."""
    return bucket.get_object(key).data


def again(thing: Any) -> Any:
    """Pickled and unpickled."""
    return pickle.loads(pickle.dumps(thing))


@pytest.fixture(autouse=True)
def _object(server: ossc.mock.Server) -> None:
    server.put_object(BUCKET, "k", b"data")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_in_a_pool(bucket: ossc.Bucket, method: str) -> None:
    """Of processes that are forked, or begun anew."""
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        assert pool.map(read, [bucket] * 4) == [b"data"] * 4
        assert pool.map(partial(read, bucket), ["k"] * 4) == [b"data"] * 4
        pool.close()
        pool.join()


@pytest.mark.parametrize("make", [again, copy.copy, copy.deepcopy])
def test_all_of_one_are_one(
    client: ossc.Client, server: ossc.mock.Server, make: Any
) -> None:
    """They share connections, and nobody has to close them."""
    server.reset_counts()
    for _ in range(5):
        assert read(make(client).bucket(BUCKET)) == b"data"
    assert server.connections == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with make(client) as other:
            assert other.endpoint == client.endpoint
        assert not other.closed
        assert not make(client.bucket(BUCKET))._client.closed
        gc.collect()
    client.close()
    assert read(other.bucket(BUCKET)) == b"data"


def test_they_keep_how_calls_are_made(client: ossc.Client) -> None:
    """A view arrives as such."""
    view = client.with_options(
        retry=ossc.Retry(7), timeout=2.5, deadline=9, additional_headers=["host"]
    )
    other = again(view)
    names = ("_retry", "_timeout_ms", "_deadline", "_additional", "_region")
    assert [getattr(other, n) for n in names] == [getattr(view, n) for n in names]
    assert again(client)._deadline is None
    assert again(client)._shared is other._shared
    assert again(client.with_options(retry=None))._retry is None
    assert read(again(view.bucket(BUCKET))) == b"data"
    assert read(again(again(view)).bucket(BUCKET)) == b"data"


def test_all_arguments_travel(server: ossc.mock.Server) -> None:
    """None is forgotten on the way."""
    options: dict[str, Any] = {
        "addressing": "path",
        "signature": "v1",
        "connect_timeout": 3,
        "read_timeout": 4,
        "proxy": "http://user:word@127.0.0.1:1",
        "max_idle_connections": 2,
        "max_connections": 3,
        "max_memory": 1 << 20,
        "max_bandwidth": 1 << 30,
        "user_agent": "mine",
        "credentials": ossc.ANONYMOUS,
        "connection": ossc.ConnectionOptions(max_idle_seconds=7, ip_version="4"),
        "no_proxy": ("127.0.0.1",),
    }
    with make_client(server, **options) as client:
        other = again(client)
        assert other._credentials is None
        given, arrived = client._arguments(), other._arguments()
        assert given == arrived
        assert {**given, **options} == given
        assert other._bandwidths[0].rate == 1 << 30
        assert len(again(client.with_options(max_bandwidth=1 << 20))._bandwidths) == 2
        budgets = other._budget.max_connections, other._budget.max_memory
        assert budgets == (3, 1 << 20)


def test_what_can_be_looked_at_once_travels_too(server: ossc.mock.Server) -> None:
    """Iterators among the arguments are used up by the client itself."""
    once = (name for name in ("127.0.0.1", "localhost"))
    options: dict[str, Any] = {"proxy": "http://127.0.0.1:1", "no_proxy": once}
    with make_client(server, **options) as client:
        assert read(client.bucket(BUCKET)) == b"data"
        assert read(again(client).bucket(BUCKET)) == b"data"


def test_what_was_not_given_is_looked_for(
    server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys of the environment do not travel."""
    monkeypatch.setenv("OSS_ENDPOINT", server.endpoint)
    monkeypatch.setenv("OSS_REGION", server.region)
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", server.access_key_id)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", server.access_key_secret)
    with ossc.Client() as client:
        pickled = pickle.dumps(client)
    assert server.access_key_secret.encode() not in pickled
    assert read(pickle.loads(pickled).bucket(BUCKET)) == b"data"
    monkeypatch.delenv("OSS_ENDPOINT")
    _pickling._kept.clear()
    monkeypatch.delenv("OSS_REGION")
    with pytest.raises(ossc.ParameterError, match="endpoint"):
        pickle.loads(pickled)


def test_sources_travel_without_what_they_gave(server: ossc.mock.Server) -> None:
    """They are asked anew where they arrive."""
    source = ossc.RefreshingCredentials(Source(server.access_key_id))
    secrets[server.access_key_id] = server.access_key_secret
    with make_client(server, credentials=source) as client:
        assert read(client.bucket(BUCKET)) == b"data"
        pickled = pickle.dumps(client.bucket(BUCKET))
        assert server.access_key_secret.encode() not in pickled
        assert read(pickle.loads(pickled)) == b"data"


secrets: dict[str, str] = {}


class Source:
    """Looks secrets up."""

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id

    def __call__(self) -> tuple[str, str]:
        """The pair."""
        return self._key_id, secrets[self._key_id]


@pytest.mark.parametrize(
    "source",
    [
        ossc.Credentials("id", "secret", "token"),
        ossc.EnvironmentCredentials(),
        ossc.ECSRoleCredentials("role"),
        ossc.URICredentials("http://127.0.0.1/x"),
        ossc.ProcessCredentials(["true"]),
        ossc.OssutilCredentials(),
        ossc.CLICredentials(),
        ossc.IniCredentials(),
        ossc.default_chain(),
        ossc.CredentialsChain(ossc.Credentials("id", "secret"), Source("id")),
        ossc.RefreshingCredentials(ossc.Credentials("id", "secret")),
    ],
    ids=lambda source: type(source).__name__,
)
def test_every_source_travels(source: Any) -> None:
    """And is of the same kind afterwards."""
    assert repr(again(source)) == repr(source)


def test_expiring_keys_travel_with_their_time() -> None:
    """Which a chain and a client read of them."""
    ends = datetime.now(timezone.utc) + timedelta(hours=1)
    keys = ossc.Credentials("id", "secret", expiration=ends)
    assert again(ossc.RefreshingCredentials(keys))() == keys


def test_what_cannot_travel(client: ossc.Client) -> None:
    """A token works in one process; a closed client nowhere."""
    with pytest.raises(TypeError, match="cancel token"):
        pickle.dumps(client.with_options(cancel=ossc.CancelToken()))
    client.close()
    for what in (client, client.with_options(timeout=1), client.bucket(BUCKET)):
        with pytest.raises(ossc.ClientClosed):
            pickle.dumps(what)


def test_few_are_kept(server: ossc.mock.Server) -> None:
    """A process that is sent ever new ones does not keep them all."""
    for _ in range(_pickling.MAX_KEPT + 5):
        with make_client(server) as client:
            travelled = again(client)
    assert len(_pickling._kept) == _pickling.MAX_KEPT
    assert read(travelled.bucket(BUCKET)) == b"data"


class Mine(ossc.Client):
    """With arguments of its own."""

    def __init__(self, server: ossc.mock.Server) -> None:
        super().__init__(server.endpoint, credentials=ossc.ANONYMOUS)


def test_subclasses(server: ossc.mock.Server) -> None:
    """Arrive as what they are."""
    with Mine(server) as client:
        assert type(again(client)) is Mine
