"""Storage options, instances and their clients; threads, processes, pickles."""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.asyn_wrapper import AsyncFileSystemWrapper

import ossc
import ossc.mock
from ossc.fsspec import OSSFileSystem
from ossc.mock import faults

from .systems import ROOT, forget, options_of, system_of

if sys.version_info >= (3, 11):
    import tomllib


@pytest.fixture(autouse=True)
def _object(server: ossc.mock.Server) -> Any:
    server.put_object(ROOT, "a", b"1")
    yield
    forget()


def read(fs: OSSFileSystem) -> bytes:
    """What another process does."""
    data: bytes = fs.cat_file(f"{ROOT}/a")
    return data


class TestOptions:
    @pytest.mark.parametrize(
        "names",
        [
            ("key", "secret"),
            ("access_key_id", "access_key_secret"),
        ],
    )
    def test_names_of_the_keys(
        self, server: ossc.mock.Server, names: tuple[str, str]
    ) -> None:
        """Those of ossfs, and those of others."""
        pair = server.access_key_id, server.access_key_secret
        keys: dict[str, Any] = dict(zip(names, pair, strict=True))
        fs = OSSFileSystem(endpoint=server.endpoint, region=server.region, **keys)
        assert read(fs) == b"1"

    @pytest.mark.parametrize("name", ["token", "security_token"])
    def test_temporary_keys(self, server: ossc.mock.Server, name: str) -> None:
        """Have a token, by either name."""
        keys = ("STS.id", "sts-secret", "sts-token")
        server.add_sts(*keys)
        more: dict[str, Any] = {name: keys[2], "region": server.region}
        fs = OSSFileSystem(server.endpoint, keys[0], keys[1], **more)
        assert read(fs) == b"1"

    def test_credentials(self, server: ossc.mock.Server) -> None:
        """Any source; secrets that do not print tell instances apart nevertheless."""
        pair = server.access_key_id, server.access_key_secret
        right = options_of(server)
        del right["key"], right["secret"]
        fs = OSSFileSystem(**right, credentials=ossc.Credentials(*pair))
        wrong = OSSFileSystem(**right, credentials=ossc.Credentials(pair[0], "wrong"))
        assert read(fs) == b"1"
        with pytest.raises(PermissionError):
            read(wrong)
        for given in (pair, (pair[0], "wrong")):
            fs = OSSFileSystem(**right, credentials=lambda given=given: given)
            if given == pair:
                assert read(fs) == b"1"
            else:
                with pytest.raises(PermissionError):
                    read(fs)

    def test_anonymous(self, server: ossc.mock.Server) -> None:
        """Nothing is signed."""
        server.create_bucket("publicbucket", "public-read")
        server.put_object("publicbucket", "a", b"2")
        chosen: list[dict[str, Any]] = [{"anon": True}, {"credentials": ossc.ANONYMOUS}]
        for options in chosen:
            fs = OSSFileSystem(server.endpoint, region=server.region, **options)
            assert fs.cat("publicbucket/a") == b"2"
            with pytest.raises(PermissionError):
                fs.cat(f"{ROOT}/a")

    def test_the_environment(
        self, server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It has what no option says."""
        monkeypatch.setenv("OSS_ENDPOINT", server.endpoint)
        monkeypatch.setenv("OSS_REGION", server.region)
        monkeypatch.setenv("OSS_ACCESS_KEY_ID", server.access_key_id)
        monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", server.access_key_secret)
        assert read(fsspec.filesystem("ossc")) == b"1"

    def test_options_of_the_client(self, server: ossc.mock.Server) -> None:
        """All others that it has."""
        seen: list[Any] = []
        fs = system_of(
            server,
            client_kwargs={"on_request": seen.append, "signature": "v1"},
            config_kwargs={"max_connections": 1},
        )
        assert read(fs) == b"1"
        assert [record.operation for record in seen] == ["GetObject"]

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            ({"no_such_option": 1}, TypeError),
            ({"access_key_id": "again"}, ValueError),
            ({"anon": True}, ValueError),
            ({"credentials": ossc.ANONYMOUS}, ValueError),
            ({"secret": None}, ValueError),
            ({"client_kwargs": {"region": "x"}}, ValueError),
            ({"client_kwargs": {"no_such": 1}}, TypeError),
        ],
    )
    def test_what_cannot_be_meant(
        self, server: ossc.mock.Server, options: dict[str, Any], error: type[Exception]
    ) -> None:
        """Contradictions, and options that there are not."""
        with pytest.raises(error):
            system_of(server, **options)

    def test_asynchronous_programs_wrap_it(self, server: ossc.mock.Server) -> None:
        """They ask for more than there is, and make do."""
        fs = system_of(server, asynchronous=True)
        assert not fs.async_impl
        wrapped = AsyncFileSystemWrapper(fs)
        assert asyncio.run(wrapped._cat_file(f"{ROOT}/a")) == b"1"

    def test_secrets_do_not_show(self, fs: OSSFileSystem) -> None:
        """In no text; in JSON only where it is to be read again."""
        secret = fs.storage_options["secret"]
        assert secret not in repr(fs) + fs.fsid
        assert secret not in fs.to_json(include_password=False)
        again = fsspec.AbstractFileSystem.from_json(fs.to_json())
        assert again == fs
        positional = OSSFileSystem(
            "http://127.0.0.1:1", "id", "hush", "hush", region="x"
        )
        said = positional.to_dict(include_password=False)
        assert "hush" not in json.dumps(said)

    def test_the_file_system_is_registered(self) -> None:
        """By an entry point, for those who never import it."""
        if sys.version_info >= (3, 11):
            root = Path(__file__).parents[2]
            project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
            entry = project["project"]["entry-points"]["fsspec.specs"]
            assert entry == {"ossc": "ossc.fsspec:OSSFileSystem"}
        assert fsspec.get_filesystem_class("ossc") is OSSFileSystem


class TestClients:
    def test_instances_share_one(self, server: ossc.mock.Server) -> None:
        """Fsspec makes an instance for each thread."""
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: system_of(server), range(8)))
        assert {id(fs.client) for fs in found} == {id(system_of(server).client)}
        assert read(found[0]) == b"1"
        other = system_of(server, client_kwargs={"read_timeout": 5})
        assert other.client is not found[0].client

    def test_it_is_closed_with_the_last(self, server: ossc.mock.Server) -> None:
        """And not before."""
        first, second = system_of(server), system_of(server, version_aware=True)
        client = first.client
        assert client is second.client
        del first
        forget()
        assert not client.closed
        del second
        gc.collect()
        assert client.closed

    def test_other_surroundings_make_another(
        self, server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was found in the environment may be another by now."""
        options: dict[str, Any] = {
            "endpoint": server.endpoint,
            "skip_instance_cache": True,
        }
        monkeypatch.setenv("OSS_REGION", "cn-hangzhou")
        first = OSSFileSystem(**options)
        monkeypatch.setenv("OSS_REGION", "cn-beijing")
        assert OSSFileSystem(**options).client.region == "cn-beijing"
        assert first.client.region == "cn-hangzhou"


class TestElsewhere:
    def test_pickles(self, fs: OSSFileSystem, server: ossc.mock.Server) -> None:
        """By its options; here it is the same instance."""
        assert pickle.loads(pickle.dumps(fs)) is fs

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_in_other_processes(self, fs: OSSFileSystem, method: str) -> None:
        """Forked or begun anew, they read by connections of their own."""
        assert read(fs) == b"1"
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            assert pool.map(read, [fs] * 4) == [b"1"] * 4
            pool.close()
            pool.join()
        assert read(fs) == b"1"

    def test_a_forked_child_goes_on(self, fs: OSSFileSystem) -> None:
        """With the instance that it inherited, and a file that is open."""
        fs.pipe_file(f"{ROOT}/large", bytes(1 << 20))
        with fs.open(f"{ROOT}/large") as file:
            file.read(10)
            child = os.fork()
            if not child:
                whole = len(file.read()) == (1 << 20) - 10
                many = fs.cat([f"{ROOT}/a", f"{ROOT}/large"])
                os._exit(0 if whole and len(many) == 2 else 1)
            assert os.waitpid(child, 0)[1] == 0
            assert len(file.read()) == (1 << 20) - 10

    def test_threads(self, fs: OSSFileSystem) -> None:
        """Share an instance, and its listings."""

        def work(number: int) -> bool:
            path = f"{ROOT}/threads/{number}"
            fs.pipe_file(path, b"%d" % number)
            shown = path in fs.ls(f"{ROOT}/threads", detail=False)
            right = fs.cat_file(path) == b"%d" % number
            fs.rm(path)
            return shown and right and not fs.exists(path)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(work, range(64)))


@pytest.mark.parametrize("what", ["ranges", "remove", "get"])
def test_an_interrupt_ends_a_stalled_call(
    server: ossc.mock.Server, what: str, tmp_path: Path
) -> None:
    """Nobody waits for the time limit of what is under way."""
    fs = system_of(server, use_listings_cache=False)
    paths = [f"{ROOT}/{name}" for name in "ab"]
    calls: dict[str, Callable[[], object]] = {
        "ranges": lambda: fs.cat_ranges(paths, 0, 1),
        "remove": lambda: fs.rm(paths),
        "get": lambda: fs.get(paths, [f"{tmp_path}/a", f"{tmp_path}/b"]),
    }
    server.put_object(ROOT, "b", b"2")
    server.faults.add(faults.stall(30), times=2)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    begin = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        calls[what]()
    assert time.monotonic() - begin < 10
    timer.join()
