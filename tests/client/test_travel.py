"""Clients, buckets and what hangs on them travel to other processes, and are copied."""

from __future__ import annotations

import asyncio
import copy
import inspect
import multiprocessing
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from tests.conftest import BUCKET, make_client

from .tables import client_for
from .vector_buckets import vector_client

KEYS = ossc.Credentials("LTAI5tTraveller", "traveller-s3cret", "token")


def again(thing: Any) -> Any:
    """Pickled and unpickled."""
    return pickle.loads(pickle.dumps(thing))


WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": again,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def observe(record: ossc.RequestRecord) -> None:
    """What is told of requests; a function that pickle finds by its name."""
    observed.append(record.operation)


observed: list[str] = []


@pytest.mark.parametrize("how", WAYS)
def test_a_client_of_its_own(
    server: ossc.mock.Server, client: ossc.Client, how: str
) -> None:
    """Nothing is sent for it; each has its connections, its limits and its end."""
    client.bucket(BUCKET).put_object("k", b"data")
    assert len(server.requests) == 1
    other = WAYS[how](client)
    assert (len(server.requests), server.connections) == (1, 1)
    assert other.bucket(BUCKET).get_object("k").data == b"data"
    assert server.connections == 2
    assert repr(other) == repr(client)
    other.close()
    assert not client.closed
    assert client.bucket(BUCKET).get_object("k").data == b"data"


def work(bucket: ossc.Bucket, key: str) -> bytes:
    """What a process of a pool does."""
    return bucket.get_object(key).data


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_pool_of_processes(bucket: ossc.Bucket, method: str) -> None:
    """A bucket is an argument like others; threads have it at the same time."""
    for number in range(4):
        bucket.put_object(f"k{number}", str(number).encode())
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        jobs = [pool.submit(work, bucket, f"k{number}") for number in range(4)]
        assert [job.result(timeout=60) for job in jobs] == [b"0", b"1", b"2", b"3"]


OPTIONS: dict[str, Any] = {
    "endpoint": "https://oss.example.com:8443",
    "region": "cn-shanghai",
    "network": None,
    "credentials": KEYS,
    "signature": "v4",
    "addressing": "path",
    "connect_timeout": 3.0,
    "read_timeout": 7.0,
    "timeout": 11.5,
    "retry": ossc.Retry(5, deadline=60),
    "proxy": "http://user:proxy-s3cret@127.0.0.1:3128",
    "no_proxy": ("a.example.com", "b.example.com"),
    "verify": False,
    "connection": ossc.ConnectionOptions(ip_version="4", max_idle_seconds=9),
    "max_idle_connections": 3,
    "max_connections": 5,
    "max_memory": 1 << 26,
    "max_bandwidth": 1 << 20,
    "user_agent": "traveller/1",
    "additional_headers": ("host", "range"),
    "cloud_box_id": "cb-f8z7yvzgwfkl9q0h",
    "on_request": observe,
}


def facts(client: ossc.Client) -> dict[str, Any]:
    """What a client, or a view, has of how its calls are made."""
    return {
        "keys": client._credentials,
        "scope": client._scope,
        "retry": client._retry,
        "deadline": client._deadline,
        "timeout": client._timeout_ms,
        "additional": client._additional,
        "memory": client._budget.max_memory,
        "connections": client._budget.max_connections,
        "bandwidths": [limit.rate for limit in client._bandwidths],
        "observer": client._on_request,
    }


def test_every_option_travels() -> None:
    """Also those that are iterables, and were used up."""
    assert OPTIONS.keys() == inspect.signature(ossc.Client).parameters.keys()
    once = {name: iter(OPTIONS[name]) for name in ("no_proxy", "additional_headers")}
    with ossc.Client(**{**OPTIONS, **once}) as client:
        other = again(client)
        assert facts(other) == facts(client)
        for name, value in OPTIONS.items():
            if name not in ("endpoint", "additional_headers"):
                assert other._given()[name] == value, name
        third = again(other)
        assert facts(third) == facts(client)


def test_a_view_travels(client: ossc.Client) -> None:
    """With what it has otherwise, beside what its client has."""
    own = client.with_options(
        retry=None,
        timeout=2.5,
        deadline=9,
        additional_headers=["host"],
        max_bandwidth=1 << 16,
        on_request=observe,
    )
    view = own.with_options(timeout=3)
    other = again(view)
    assert facts(other) == facts(view)
    assert other._timeout_ms == 3000
    assert other._origin is not None
    assert facts(other._origin) == facts(client)
    running = again(view._running())
    assert running._ends is None


def test_what_is_together_stays_together(client: ossc.Client) -> None:
    """Buckets and views of one client have one client where they arrive."""
    view = client.with_options(timeout=3)
    one, two, three, four = again(
        (client, client.bucket(BUCKET), view.bucket("another"), view)
    )
    assert two._client is one
    assert three._client is four
    assert four._origin is one
    assert three._client._shared is one._shared
    one.close()


def test_what_was_not_given_is_looked_for_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Keys of the environment are not in the pickle; where requests go is."""
    monkeypatch.setenv("OSS_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OSS_REGION", "cn-beijing")
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "LTAI5tHere")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "here-s3cret")
    with ossc.Client() as client:
        told = pickle.dumps(client)
    assert b"here-s3cret" not in told
    for name, value in {
        "OSS_ENDPOINT": "http://127.0.0.1:2",
        "OSS_REGION": "cn-shanghai",
        "OSS_ACCESS_KEY_ID": "LTAI5tThere",
        "OSS_ACCESS_KEY_SECRET": "there-s3cret",
    }.items():
        monkeypatch.setenv(name, value)
    other = pickle.loads(told)
    assert (other.endpoint, other.region) == ("http://127.0.0.1:1", "cn-beijing")
    assert other._credentials.access_key_id == "LTAI5tThere"


def find_keys() -> ossc.Credentials:
    """A source that pickle finds by its name."""
    return KEYS


@pytest.mark.parametrize(
    "source",
    [
        ossc.ANONYMOUS,
        find_keys,
        ossc.EnvironmentCredentials(),
        ossc.ECSRoleCredentials("role"),
        ossc.RefreshingCredentials(find_keys),
    ],
    ids=repr,
)
def test_sources_travel_without_what_they_gave(source: Any) -> None:
    """They ask anew."""
    with ossc.Client(
        "http://127.0.0.1:1", region="cn-hangzhou", credentials=source
    ) as client:
        told = pickle.dumps(client)
        assert KEYS.access_key_secret.encode() not in told
        other = pickle.loads(told)
        assert repr(other._source) == repr(client._source)


def test_two_clients_share_their_source() -> None:
    """One that asks for them both."""
    source = ossc.RefreshingCredentials(find_keys)
    place: dict[str, Any] = {"region": "cn-hangzhou", "credentials": source}
    with (
        ossc.Client("http://127.0.0.1:1", **place) as one,
        ossc.Client("http://127.0.0.1:2", **place) as two,
    ):
        first, second = again((one, two))
    assert first._source is second._source


def test_nothing_shows_a_secret() -> None:
    """A client keeps what it was made with where no listing of its attributes shows it."""
    with ossc.Client(**OPTIONS) as client:
        for each in (client, again(client), client.with_options(timeout=1)):
            shown = f"{each!r} {vars(each)!r} {each.bucket(BUCKET)!r}"
            assert "s3cret" not in shown


def test_what_stays_behind(client: ossc.Client) -> None:
    """A token is of one process, and a closed client of none."""
    view = client.with_options(cancel=ossc.CancelToken())
    for each in (view, view.bucket(BUCKET)):
        with pytest.raises(TypeError, match="token stays in its process"):
            pickle.dumps(each)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(client.with_options(on_request=lambda _: None))
    with pytest.raises((TypeError, AttributeError)):
        pickle.dumps(client.bucket(BUCKET).list_objects())
    client.close()
    with pytest.raises(ossc.ClientClosed, match="pickled"):
        pickle.dumps(client)


def test_nobody_has_to_close_what_came(bucket: ossc.Bucket) -> None:
    """Its connections are closed when it is collected; nothing is said of that."""
    other = again(bucket)
    other.put_object("k", b"x")
    del other


def test_the_other_products(server: ossc.mock.Server) -> None:
    """Their clients travel, and what was made of them."""
    with vector_client(server) as vectors:
        index = vectors.create_bucket("vectors").create_index("i", dimension=2)
        index.put_vectors([("near", [1, 1])])
        other = again(index)
        assert repr(other) == repr(index)
        assert [each.key for each in other.list_vectors()] == ["near"]
        assert repr(again(vectors)) == repr(vectors)
        assert again(vectors.with_options(timeout=3))._client._timeout_ms == 3000
    with client_for(server) as tables:
        namespace = tables.create_table_bucket("analytics").namespace("sales")
        namespace.create()
        assert again(namespace).get() == namespace.get()


def test_copies_of_other_products(server: ossc.mock.Server) -> None:
    """Each has an end of its own; that of a view is the view's client's."""
    with vector_client(server) as vectors:
        for way in (copy.copy, copy.deepcopy):
            with way(vectors) as other:
                assert repr(other) == repr(vectors)
                other.create_bucket(f"made-by-{way.__name__}")
            assert not vectors.closed
        view = copy.copy(vectors.with_options(timeout=3))
        assert view._client._timeout_ms == 3000
        view.close()
        assert not vectors.closed
    assert view.closed


def test_twins_for_tasks(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """With threads of their own."""
    bucket.put_object("k", b"data")
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    options: dict[str, Any] = {"region": server.region, "credentials": keys}

    async def main() -> None:
        async with ossc.aio.Client(server.endpoint, max_threads=3, **options) as client:
            place = client.bucket(BUCKET)
            await place.get_object("k")
            one, two, view = again((client, place, client.with_options(timeout=3)))
            assert one._pool is two._pool is view._pool
            assert (one._pool.most, one._pool.threads) == (3, 0)
            assert (await two.get_object("k")).data == b"data"
            await view.close()
            assert not one.closed
            await one.close()
            assert two._client().closed
            assert not client.closed

    asyncio.run(main())
    assert not [t for t in threading.enumerate() if t.name == "ossc-aio"]


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy])
def test_copies_of_twins(client: ossc.Client, way: Callable[[Any], Any]) -> None:
    """Each has an end of its own; that of a view is the view's client's."""

    async def main() -> None:
        one = ossc.aio.Client.wrap(client, max_threads=3)
        bucket = one.bucket(BUCKET)
        await bucket.put_object("k", b"data")
        async with way(one) as two:
            assert (await two.bucket(BUCKET).get_object("k")).data == b"data"
            assert (two._pool.most, two._client() is client) == (3, False)
            view = copy.copy(two.with_options(timeout=3))
            assert view._client()._timeout_ms == 3000
            await view.close()
            assert not two.closed
        assert view.closed
        assert (await bucket.get_object("k")).data == b"data"
        await one.close()
        for each in (one, bucket):
            with pytest.raises(ossc.ClientClosed, match="copied"):
                copy.deepcopy(each)
        with pytest.raises(ossc.ClientClosed, match="copied"):
            copy.copy(one)

    asyncio.run(main())


def test_an_observer_goes_along(server: ossc.mock.Server) -> None:
    """Where it is a function with a name."""
    observed.clear()
    with make_client(server, on_request=observe) as client:
        again(client.bucket(BUCKET)).put_object("k", b"x")
    assert observed == ["PutObject"]
