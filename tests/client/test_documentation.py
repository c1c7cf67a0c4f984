"""What the documentation shows is run: the README's Python and the docstrings' examples."""

from __future__ import annotations

import doctest
import importlib
import io
import pkgutil
import re
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ossc
import ossc.callback
import ossc.mock

from .application import PlainApplication

README = Path(__file__).parents[2] / "README.md"
ENDPOINTS = ("https://oss-cn-hangzhou.aliyuncs.com", "http://127.0.0.1:9000")


def modules() -> list[ModuleType]:
    """All modules of the package but the server's, which no client has to have."""
    found = [ossc]
    for package in ("ossc", "ossc._sdk", "ossc.callback"):
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


@pytest.fixture
def names(
    server: ossc.mock.Server, bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """What examples take for granted; the environment names the server and its keys."""
    monkeypatch.setenv("OSS_REGION", server.region)
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", server.access_key_id)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", server.access_key_secret)
    bucket.put_object("greeting.txt", b"hello")
    return {
        **{name: getattr(ossc.callback, name) for name in ossc.callback.__all__},
        "Credentials": ossc.Credentials,
        "body": [select_answer()],
        "bucket": bucket,
        "data": b"x",
        "key_id": server.access_key_id,
        "key_secret": server.access_key_secret,
        "ossc": ossc,
        "sink": io.BytesIO(),
        "timedelta": timedelta,
    }


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)
def test_docstrings(
    example: doctest.DocTest, names: dict[str, Any], server: ossc.mock.Server
) -> None:
    """An example does what it shows."""
    for step in example.examples:
        for endpoint in ENDPOINTS:
            step.source = step.source.replace(endpoint, server.endpoint)
    example.globs = {**example.globs, **names}
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)


def test_readme(
    names: dict[str, Any], server: ossc.mock.Server, tmp_path: Path
) -> None:
    """The README's pieces of Python run, one after the other."""
    pieces = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    names |= {"chunks": [bytes(102_400), b"end"]}
    with PlainApplication() as application, ossc.Client(server.endpoint) as client:
        for piece in pieces:
            text = piece.replace(ENDPOINTS[0], server.endpoint)
            text = text.replace("https://app.example.com", application.url)
            exec(text.replace("/data/", f"{tmp_path}/"), names)
            names["bucket"] = client.bucket("examplebucket")
    assert len(pieces) == 4
    assert names["answer"] == application.answer
    assert (tmp_path / "hello.txt").read_bytes() == b"hello"
