"""The seam: names that Python uses of the compiled module, and the reverse.

Also what `import ossc` costs, and what it leaves alone.
"""

from __future__ import annotations

import ast
import importlib.resources
import re
import subprocess
import sys
from pathlib import Path

import _cffi_backend
import pytest

import ossc
import ossc.mock
from ossc._sdk._library import ffi, lib

ROOT = Path(__file__).parents[2]
PACKAGE = Path(ossc.__file__).parent

# Declared, but called by nothing in the package.
FOR_TESTS = {
    "ossc_request_authorization": "checks header signatures against the vectors",
}

# Modules that cost more than they are worth to somebody who puts and gets objects.
LEFT_ALONE = {
    "_decimal",
    "ast",
    "asyncio",
    "base64",
    "collections",
    "concurrent.futures",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "email",
    "enum",
    "functools",
    "hashlib",
    "http.client",
    "inspect",
    "ipaddress",
    "json",
    "logging",
    "ossc.arrow",
    "ossc._bandwidth",
    "ossc._batch",
    "ossc._credentials",
    "ossc._crew",
    "ossc._doctor",
    "ossc._error_codes",
    "ossc._folder",
    "ossc._glob",
    "ossc._invoke",
    "ossc._log",
    "ossc._model",
    "ossc._many_ranges",
    "ossc._object_answers",
    "ossc._observe",
    "ossc._object_results",
    "ossc._onto_itself",
    "ossc._lists",
    "ossc._paging",
    "ossc._product",
    "ossc._sdk._failures",
    "ossc._sdk._json_errors",
    "ossc._sdk._resume",
    "ossc._sdk._scrub",
    "ossc._live",
    "ossc._select",
    "ossc._select_frames",
    "ossc._stream",
    "ossc._temporary",
    "ossc._timings",
    "ossc._transfer",
    "ossc.aio",
    "ossc.callback",
    "ossc.crypto",
    "ossc.fsspec",
    "ossc.mock",
    "ossc.options",
    "ossc.settings",
    "ossc.tables",
    "ossc.vectors",
    "pyexpat",
    "random",
    "re",
    "secrets",
    "socket",
    "ssl",
    "threading",
    "typing",
    "urllib.parse",
    "urllib.request",
    "xml.parsers.expat",
}

PUT_AND_GET = """
with ossc.Client({endpoint!r}, region="cn-hangzhou", credentials=keys) as client:
    bucket = client.bucket("examplebucket")
    assert bucket.put_object("greeting.txt", b"hello", content_type="text/plain").etag
    assert bucket.get_object("greeting.txt").data == b"hello"
"""


def used_names() -> set[str]:
    """Every `lib.NAME` in the Python code of the seam."""
    found = set()
    for path in sorted((PACKAGE / "_sdk").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_lib = isinstance(node, ast.Attribute) and (
                isinstance(node.value, ast.Name) and node.value.id == "lib"
            )
            if is_lib:
                assert isinstance(node, ast.Attribute)
                found.add(node.attr)
    return found


def read_headers() -> dict[str, str]:
    """The regions of the C headers that cffi reads, by the header's name."""
    found = {}
    for path in sorted((ROOT / "csrc").rglob("*.h")):
        _, mark, region = path.read_text("utf-8").partition("/* --- cffi: begin --- */")
        if mark:
            found[path.name] = region.partition("/* --- cffi: end --- */")[0]
    return found


def declared_functions() -> set[str]:
    """Every function in those regions."""
    found = set()
    for region in read_headers().values():
        bare = re.sub(r"/\*.*?\*/|\{.*?\}", "", region, flags=re.DOTALL)
        names = set(re.findall(r"(?<!\()\b(\w+)\((?!\*)[^;]*\);", bare))
        assert names
        found |= names
    return found


def test_every_name_that_is_used_exists() -> None:
    """Whatever Python asks of the compiled module, it has."""
    names = used_names()
    assert len(names) > 40
    assert [name for name in sorted(names) if not hasattr(lib, name)] == []


def test_each_region_is_read_by_the_build() -> None:
    """The headers with a region are those that the build gives to cffi."""
    build = (ROOT / "build_ffi.py").read_text("utf-8")
    listed = build.partition("REGION_HEADERS = (")[2].partition("\n)")[0]
    assert set(re.findall(r"(\w+\.h)\"", listed)) == set(read_headers())


def test_the_seam_is_what_it_is_meant_to_be() -> None:
    """A record is opened, asked, run and closed; the SDK is called on the other side."""
    groups: dict[str, set[str]] = {}
    for name in declared_functions():
        prefix, _, rest = name.rpartition("_")
        groups.setdefault(prefix, set()).add(rest)
    assert groups["ossi_session"] == {"create", "release"}
    assert {"open", "close", "reset", "run", "part"} <= groups["ossc_request"]
    assert {"open", "close", "run"} <= groups["ossc_batch"]
    assert groups["ossc_request_into"] == {"memory", "file"}
    of_the_sdk = {name for name in declared_functions() if not name.startswith("oss")}
    assert of_the_sdk == {
        "HMAC_SHA1",
        "aos_base64_encode",
        "aos_crc64",
        "aos_crc64_combine",
    }


def test_every_function_that_is_declared_is_used() -> None:
    """Nothing is bound that nobody calls, but for what tests need."""
    declared = declared_functions()
    assert declared - used_names() == set(FOR_TESTS)
    assert [name for name in sorted(declared) if not hasattr(lib, name)] == []


def test_the_module_has_no_other_functions() -> None:
    """What the compiled module offers is what the headers declare."""
    offered = {name for name in dir(lib) if callable(getattr(lib, name))}
    assert offered - declared_functions() == {
        "_ossc_allocate",
        "_ossc_tick",
    }


def test_every_name_of_ffi_in_the_stub_exists() -> None:
    """The type checker's view of `ffi` is true."""
    stub = ast.parse((PACKAGE / "_native.pyi").read_text("utf-8"))
    (record,) = (node for node in stub.body if isinstance(node, ast.ClassDef))
    names = {node.name for node in record.body if isinstance(node, ast.FunctionDef)}
    names |= {
        node.target.id
        for node in record.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert len(names) > 5
    assert [name for name in sorted(names) if not hasattr(ffi, name)] == []


def test_only_the_seam_imports_the_compiled_module() -> None:
    """Above `ossc._sdk` there is no C."""
    importers = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if re.search(r"_native|_library|\bffi\b", path.read_text("utf-8"))
    }
    assert importers == {"_sdk"}


@pytest.mark.parametrize("name", ossc.__all__)
def test_public_names_exist(name: str) -> None:
    """Everything that `ossc.__all__` promises can be had."""
    assert getattr(ossc, name) is not None


def test_other_names_do_not_exist() -> None:
    """The lazy attributes do not hide a misspelt name."""
    with pytest.raises(AttributeError, match="no attribute 'nothing_of_this_name'"):
        ossc.nothing_of_this_name  # noqa: B018 - the attribute is what is tested


def test_types_are_shipped() -> None:
    """Type checkers find the marker beside the package."""
    assert importlib.resources.files("ossc").joinpath("py.typed").is_file()


def _python(code: str, cache: Path) -> str:
    """Runs code in a new interpreter that knows no more than it must; what it prints.

    Without `site`, because the hooks of an installation to edit load half the standard
    library. The byte code goes to `cache`, so that it is there the second time.
    """
    places = [str(PACKAGE.parent), str(Path(_cffi_backend.__file__).parent)]
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-S", "-X", f"pycache_prefix={cache}"),
            *("-c", f"import sys; sys.path += {places}\n{code}"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def _modules(code: str, cache: Path) -> set[str]:
    """The modules that are loaded behind some code."""
    return set(_python(f"{code}\nprint(*sys.modules)", cache).split())


def test_imports_leave_heavy_modules_alone(tmp_path: Path) -> None:
    """`import ossc` loads none of the modules that only some callers need."""
    loaded = _modules("import ossc", tmp_path)
    assert sorted(LEFT_ALONE & loaded - _modules("", tmp_path)) == []


def test_the_first_requests_load_nothing(
    server: ossc.mock.Server, tmp_path: Path
) -> None:
    """What `import ossc` leaves alone is not loaded by the first put and get instead."""
    pair = server.access_key_id, server.access_key_secret
    imports = f"import ossc; keys = ossc.Credentials(*{pair!r})"
    script = imports + PUT_AND_GET.format(endpoint=server.endpoint)
    assert sorted(_modules(script, tmp_path) - _modules(imports, tmp_path)) == []


def _import_seconds(modules: str, cache: Path) -> float:
    """Processor time that an import takes."""
    code = (
        f"import time; begin = time.process_time(); import {modules};"
        "print(time.process_time() - begin)"
    )
    return float(_python(code, cache))


def test_the_import_is_quick(tmp_path: Path) -> None:
    """It costs less than some of Python's own that many programs import anyway.

    Both are measured by turns, and the best of each counts, so that a machine that is
    busy or slow does not matter.
    """
    own = "dataclasses, datetime, re, threading, typing, urllib.parse"
    turns = [
        (_import_seconds("ossc", tmp_path), _import_seconds(own, tmp_path))
        for _ in range(8)
    ]
    times = 30 if ossc.sdk_info().sanitized else 1.25
    ours, theirs = map(min, zip(*turns, strict=True))
    assert ours < times * theirs
