"""Rules of the sources that a script can hold: layers, banned calls, sizes, names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SDK = ROOT / "csrc/oss_c_sdk"
SOURCES = sorted(
    path
    for folder in ("csrc/oss_c_sdk/src", "csrc/oss_c_sdk/include", "csrc/shim")
    for path in (ROOT / folder).rglob("*.[ch]")
)
MODULES = sorted((ROOT / "ossc").rglob("*.py"))

# Unbounded, locale-dependent, racy, or ending somebody else's process.
BANNED = {
    "sprintf",
    "strcpy",
    "strcat",
    "strtok",
    "sscanf",
    "atoi",
    "atol",
    "strtol",
    "strtoul",
    "gmtime",
    "localtime",
    "rand",
    "srand",
    "system",
    "alloca",
    "exit",
    "abort",
    "assert",
    "printf",
    "puts",
    "gets",
    "sleep",
    "usleep",
    "nanosleep",
    "apr_sleep",
    "malloc",
    "calloc",
    "realloc",
    "free",
}

# Floors from the ground up: each may include headers of its own and of those before it.
FLOORS = ["base", "hash", "http", "auth", "oss"]


def _ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _code(path: Path) -> str:
    """The text without comments and string literals."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


@pytest.mark.parametrize("path", SOURCES, ids=_ids)
def test_c_source(path: Path) -> None:
    """One licence line, no banned call, no file past 500 lines, no line past 100."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "/* SPDX-License-Identifier: Apache-2.0 */"
    assert len(lines) <= 500
    called = set(re.findall(r"\b([a-z_]\w*)\s*\(", _code(path)))
    assert not called & BANNED
    assert not [line for line in lines if len(line) > 100]


@pytest.mark.parametrize("path", [p for p in SOURCES if p.suffix == ".c"], ids=_ids)
def test_c_functions_fit_a_screen(path: Path) -> None:
    """No function is longer than 80 lines."""
    text = path.read_text(encoding="utf-8")
    for body in re.finditer(
        r"^[^\s#/][^;={}]*\)\s*\{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL
    ):
        assert body.group(1).count("\n") <= 80, body.group(0).splitlines()[0]


@pytest.mark.parametrize("floor", FLOORS)
def test_no_floor_knows_the_one_above(floor: str) -> None:
    """Includes point downwards only."""
    above = FLOORS[FLOORS.index(floor) + 1 :]
    if floor in ("http", "auth"):  # neighbours: auth signs what http describes
        above = [name for name in above if name != "auth"]
    forbidden = {p.name for name in above for p in (SDK / "src" / name).glob("*.h")}
    for path in (SDK / "src" / floor).glob("*.[ch]"):
        included = set(re.findall(r'#include "([^"]+)"', path.read_text()))
        assert not included & forbidden, path.name


def test_curl_is_included_by_the_http_floor_only() -> None:
    """And by no header."""
    users = [_ids(p) for p in SOURCES if "<curl/curl.h>" in p.read_text()]
    assert users
    assert all(re.fullmatch(r"csrc/oss_c_sdk/src/http/\w+\.c", user) for user in users)


@pytest.mark.parametrize("header", [p for p in SOURCES if p.suffix == ".h"], ids=_ids)
def test_each_header_compiles_alone(header: Path) -> None:
    """Whoever includes it needs nothing before it."""
    flags = subprocess.run(
        ["pkg-config", "--cflags", "apr-1"], capture_output=True, text=True, check=True
    ).stdout.split()
    folders = [SDK / "include/oss_c_sdk", ROOT / "csrc/shim"]
    folders += [SDK / "src" / floor for floor in FLOORS]
    done = subprocess.run(
        [
            "cc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
            "-fsyntax-only", "-xc", "-include", str(header),
            *(f"-I{folder}" for folder in folders), *flags, "/dev/null",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_internal_names_carry_the_prefix() -> None:
    """Functions that are not static are public ones, or begin with ossi_ or ossc_."""
    public = set()
    for header in (SDK / "include/oss_c_sdk").glob("*.h"):
        public |= set(re.findall(r"\b(\w+)\s*\(", _code(header)))
    for path in SOURCES:
        if path.suffix != ".c":
            continue
        pattern = r"^(?!static)[a-z][\w \*]*?\b(\w+)\([^;{]*\)\s*\{"
        for name in re.findall(pattern, _code(path), re.MULTILINE):
            known = name in public or name.startswith(("ossi_", "ossc_"))
            assert known, f"{path.name}: {name}"


def test_the_library_exports_the_public_names_only() -> None:
    """As a shared library it can clash with nobody."""
    library = ROOT / "build/exports/liboss_c_sdk.so"
    build = [
        "make",
        "-s",
        "-j2",
        "-C",
        str(SDK),
        "shared",
        f"BUILD={library.parent}",
        "CFLAGS=-O0",
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", str(library)],
        capture_output=True,
        text=True,
        check=True,
    )
    exported = {line.split()[-1] for line in listed.stdout.splitlines()}
    declared = set()
    for header in (SDK / "include/oss_c_sdk").glob("*.h"):
        declared |= set(re.findall(r"\b(\w+)(?:\(|\[\]|;)", _code(header)))
    assert "oss_do_put_object_from_buffer" in exported
    assert exported <= declared


@pytest.mark.parametrize("path", MODULES, ids=_ids)
def test_python_module(path: Path) -> None:
    """No module is past 500 lines; only ossc._sdk touches the compiled module."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 500
    if "_sdk" not in path.parts:
        assert "_native" not in text


def test_the_mock_imports_nothing_of_ossc() -> None:
    """So that one mistake cannot hide on both sides."""
    for path in (ROOT / "ossc/mock").rglob("*.py"):
        for name in re.findall(
            r"^\s*(?:from|import) (ossc[\w.]*)", path.read_text(), re.MULTILINE
        ):
            assert name == "ossc.mock" or name.startswith("ossc.mock."), path.name


def test_spelling() -> None:
    """No misspelt word, least of all in a public name."""
    listed = subprocess.run(
        ["git", "ls-files", ":!tests/vectors/*", ":!LICENSE"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *listed.stdout.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
