"""The published vectors, and the C program that computes what they should be.

`cases` reads a file of `tests/vectors`; `Tool` runs steps of the C SDK under the
sanitizers, as `tests/c/tool_vectors.c` describes them.
"""

from __future__ import annotations

import functools
import json
import os
import struct
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

TESTS = Path(__file__).parents[1]
C_TESTS = TESTS / "c"

Case = dict[str, Any]
Field = str | bytes | int


def cases(name: str, kind: str | None = None) -> list[Case]:
    """The cases of a file, or those of one kind."""
    text = (TESTS / "vectors" / f"{name}.json").read_text("ascii")
    found: list[Case] = json.loads(text)["cases"]
    return [case for case in found if kind is None or case["kind"] == kind]


def case_id(case: Case) -> str:
    """A case's id, for parametrised tests."""
    return str(case["id"])


class Steps:
    """Steps for the C program: collected, run at once, looked up by case."""

    def __init__(self) -> None:
        self._names: list[tuple[str, str]] = []
        self._records: list[bytes] = []

    def add(self, case: str, step: str, *fields: Field) -> None:
        """Adds a step, to be found by the case's id and the step's name."""
        self._names.append((case, step))
        self._records.append(_record([step, *fields]))

    def run(self) -> dict[tuple[str, str], list[bytes]]:
        """Runs the program once and returns all results, the return codes first."""
        done = subprocess.run(
            [_program()],
            input=b"".join(self._records),
            capture_output=True,
            check=False,
            env=_environment(),
            timeout=300,
        )
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        answers = list(_split(done.stdout))
        assert len(answers) == len(self._names)
        return dict(zip(self._names, answers, strict=True))


def signing_fields(
    case: Case, *, headers: Iterable[Any] | None = None, query: Any = None
) -> list[Field]:
    """The arguments that every signing step of the program begins with."""
    request, keys = case["request"], case["credentials"]
    resource = "/" if request["bucket"] is None else f"/{request['bucket']}/"
    return [
        keys["access_key_id"],
        keys["access_key_secret"],
        keys["security_token"] or "",
        case.get("region", ""),
        case.get("product", "oss"),
        request["method"],
        resource + (request["key"] or ""),
        ";".join(case.get("additional_headers", [])),
        *_table(request["headers"] if headers is None else headers),
        *_table(request["query"] if query is None else query),
    ]


def header(case: Case, *names: str) -> str:
    """The first of the headers that the case's request has."""
    given = {name.lower(): value for name, value in case["request"]["headers"]}
    return next(str(given[name]) for name in names if name in given)


def split_url(url: str) -> tuple[str, str, bytes, list[tuple[str, str]]]:
    """Scheme, host, decoded path and sorted decoded query of a URL."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return parts.scheme, parts.netloc, unquote_to_bytes(parts.path), sorted(query)


def expected_query(case: Case) -> list[tuple[str, str]]:
    """The query of a URL as a sorted list; None and the empty text are one."""
    return sorted((name, value or "") for name, value in case["expect"]["query"])


def _table(pairs: Iterable[Any]) -> list[Field]:
    listed = [(name, value or "") for name, value in pairs]
    return [len(listed), *(text for pair in listed for text in pair)]


def _record(fields: list[Field]) -> bytes:
    raw = [f if isinstance(f, bytes) else str(f).encode() for f in fields]
    return struct.pack(">I", len(raw)) + b"".join(
        struct.pack(">I", len(field)) + field for field in raw
    )


def _split(data: bytes) -> Iterator[list[bytes]]:
    at = 0

    def number() -> int:
        nonlocal at
        at += 4
        return int.from_bytes(data[at - 4 : at], "big")

    def field() -> bytes:
        nonlocal at
        size = number()
        at += size
        assert at <= len(data)
        return data[at - size : at]

    while at < len(data):
        yield [field() for _ in range(number())]


@functools.cache
def _program() -> Path:
    """Builds the program, what is up to date left alone."""
    target = "build/sanitized/tool_vectors"
    done = subprocess.run(
        ["make", "-s", target],
        cwd=C_TESTS,
        capture_output=True,
        text=True,
        check=False,
        env=_environment(),
    )
    assert done.returncode == 0, done.stderr
    return C_TESTS / target


def _environment() -> dict[str, str]:
    """Without what the sanitized variant of the suite puts around Python."""
    left = ("LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS")
    return {name: value for name, value in os.environ.items() if name not in left}
