"""What the documentation shows is run: Python on its pages, examples in docstrings."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import logging
import pkgutil
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import oss2
import pytest

import ossc
import ossc.callback
import ossc.mock
import ossc.tables

from .application import PlainApplication
from .telemetry import stand_in
from .test_encryption import PRIVATE
from .vector_buckets import example_names

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
ENDPOINTS = (
    "https://oss-cn-hangzhou.aliyuncs.com",
    "http://127.0.0.1:9000",
    "https://cn-hangzhou.oss-tables.aliyuncs.com",
)


def modules() -> list[ModuleType]:
    """All modules of the package but the server's, which no client has to have."""
    found = [ossc]
    for package in (
        "ossc",
        "ossc._credentials",
        "ossc._doctor",
        "ossc._folder",
        "ossc._sdk",
        "ossc._select",
        "ossc._stream",
        "ossc._transfer",
        "ossc.aio",
        "ossc.callback",
        "ossc.crypto",
        "ossc.fsspec",
        "ossc.settings",
        "ossc.tables",
        "ossc.vectors",
    ):
        folder = importlib.import_module(package)
        names = [each.name for each in pkgutil.iter_modules(folder.__path__)]
        found += [
            importlib.import_module(f"{package}.{name}")
            for name in names
            if name not in ("mock", "_native")
        ]
    return found


def examples() -> list[doctest.DocTest]:
    """The docstrings that show something."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = {
        test.name: test
        for module in modules()
        for test in finder.find(module)
        if test.examples
    }
    return list(found.values())


def select_answer() -> bytes:
    """The end frame of a query that has looked at 100 bytes."""
    payload = struct.pack(">QQI", 100, 100, 200)
    head = struct.pack(">III", 0x01800005, len(payload), 0)
    return head + payload + struct.pack(">I", zlib.crc32(payload))


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    yield
    # A page shows how to make it talkative.
    logging.getLogger("ossc").setLevel(logging.NOTSET)


@pytest.fixture
def names(
    server: ossc.mock.Server, bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """What examples take for granted; the environment names the server and its keys."""
    monkeypatch.setenv("OSS_REGION", server.region)
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", server.access_key_id)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", server.access_key_secret)
    monkeypatch.setattr(
        "ossc._product.endpoint_of_product",
        lambda domain, *_place: f"http://{domain}.localhost:{server.port}",
    )
    bucket.put_object("greeting.txt", b"hello")
    usual = {
        **{name: getattr(ossc.callback, name) for name in ossc.callback.__all__},
        "Credentials": ossc.Credentials,
        "body": [select_answer()],
        "bucket": bucket,
        "data": b"x",
        "key_id": server.access_key_id,
        "key_secret": server.access_key_secret,
        "ossc": ossc,
        "private_pem": PRIVATE,
        "sink": io.BytesIO(),
        "timedelta": timedelta,
    }
    with example_names(server) as of_vectors:
        yield {**usual, **of_vectors}


def table_names(client: ossc.tables.Client) -> dict[str, Any]:
    """What examples of tables take for granted."""
    table_bucket = client.create_table_bucket("analytics")
    namespace = table_bucket.namespace("sales")
    namespace.create()
    table = namespace.create_table("orders")
    return {"namespace": namespace, "table": table, "table_bucket": table_bucket}


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)
def test_docstrings(
    example: doctest.DocTest, names: dict[str, Any], server: ossc.mock.Server
) -> None:
    """An example does what it shows."""
    for step in example.examples:
        for endpoint in ENDPOINTS:
            step.source = step.source.replace(endpoint, server.endpoint)
    said: list[str] = []
    with contextlib.ExitStack() as stack:
        if example.name.startswith("ossc.tables."):
            client = stack.enter_context(ossc.tables.Client(server.endpoint))
            names |= table_names(client)
        example.globs = {**example.globs, **names}
        result = doctest.DocTestRunner().run(example, out=said.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)


def pieces_of(page: Path) -> list[str]:
    """The pieces of Python on a page."""
    return re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if pieces_of(page)], ids=lambda page: page.stem
)
def test_pages(
    page: Path,
    names: dict[str, Any],
    server: ossc.mock.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page's pieces of Python run, one after the other."""
    spans = stand_in(monkeypatch)
    # Of an address oss2 takes the first number for a bucket's name.
    monkeypatch.setattr(oss2, "Bucket", partial(oss2.Bucket, is_path_style=True))
    # The folder that the pages know as /data, and the files that they make there.
    backup = bytes(range(256)) * 5000
    (tmp_path / "backup.tar").write_bytes(backup)
    made = {"backup.tar": backup, "restored.tar": backup, "hello.txt": b"hello"}
    names |= {"chunks": [bytes(102_400), b"end"], "endpoint": server.endpoint}
    pieces = pieces_of(page)
    with PlainApplication() as application, ossc.Client(server.endpoint) as client:
        for piece in pieces:
            text = piece.replace(ENDPOINTS[0], server.endpoint)
            text = text.replace(ENDPOINTS[2], server.endpoint)
            text = text.replace("https://app.example.com", application.url)
            exec(text.replace("/data/", f"{tmp_path}/"), names)
            # A piece may have closed what it was shown with.
            names |= {"bucket": client.bucket("examplebucket"), "client": client}
    called_back = any("callback=callback" in piece for piece in pieces)
    assert names.get("answer") == (application.answer if called_back else None)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == made[path.name]
    if any("opentelemetry" in piece for piece in pieces):
        got, head = spans
        assert (got.name, got.status) == ("OSS GetObject", None)
        assert got.attributes["http.response.body.size"] == len(b"hello")
        assert head.attributes["error.type"] == "NoSuchKey"
        assert head.end_time > got.end_time > got.start_time


def test_the_readme_names_every_call() -> None:
    """Whoever reads the README has seen what a bucket and a client can do."""
    words = set(re.findall(r"\w+", README.read_text("utf-8")))
    for kind in (ossc.Bucket, ossc.Client):
        named = [name for name in dir(kind) if not name.startswith("_")]
        assert {name for name in named if callable(getattr(kind, name))} <= words


def test_the_backup_example() -> None:
    """It runs as it stands, in a process of its own."""
    done = subprocess.run(
        [sys.executable, ROOT / "examples/backup.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("every byte is back.\n")


def test_links_of_pages_lead_somewhere() -> None:
    """Files that the pages refer to are there, and so are the headings."""
    for page in [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md"]:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            if "://" in target:
                continue
            path, _, heading = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.exists(), f"{page.name}: {target}"
            if heading:
                titles = re.findall(
                    r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE
                )
                slugs = {
                    re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles
                }
                assert heading in slugs, f"{page.name}: {target}"
