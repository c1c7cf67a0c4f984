"""The seam: names that Python uses of the compiled module, and the reverse.

Also what `import ossc` costs, and what it leaves alone.
"""

from __future__ import annotations

import ast
import importlib.resources
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ossc
from ossc._sdk._library import ffi, lib

ROOT = Path(__file__).parents[2]
PACKAGE = Path(ossc.__file__).parent

# Declared, but called by nothing in the package.
FOR_TESTS = {
    "HMAC_SHA1": "checks the provider's HMAC against the published POST policies",
    "ossc_request_authorization": "checks header signatures against the vectors",
}

# Modules that cost more than they are worth to somebody who puts and gets objects.
LEFT_ALONE = {
    "asyncio",
    "email",
    "hashlib",
    "json",
    "concurrent.futures",
    "http.client",
    "logging",
    "ossc.callback._builder",
    "ossc.mock",
    "secrets",
    "socket",
    "ssl",
    "urllib.request",
    "xml.etree.ElementTree",
    "xml.sax",
}


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


def declared_functions() -> set[str]:
    """Every function in the regions of the C headers that cffi reads."""
    found = set()
    for header in (
        "csrc/oss_c_sdk/src/http/ossi_transport.h",
        "csrc/shim/ossc_sdk_names.h",
        "csrc/shim/ossc_shim.h",
        "csrc/shim/ossc_batch.h",
    ):
        text = (ROOT / header).read_text("utf-8")
        region = text.partition("/* --- cffi: begin --- */")[2]
        region = region.partition("/* --- cffi: end --- */")[0]
        assert region
        bare = re.sub(r"/\*.*?\*/|\{.*?\}", "", region, flags=re.DOTALL)
        found |= set(re.findall(r"(?<!\()\b(\w+)\((?!\*)[^;]*\);", bare))
    return found


def test_every_name_that_is_used_exists() -> None:
    """Whatever Python asks of the compiled module, it has."""
    names = used_names()
    assert len(names) > 40
    assert [name for name in sorted(names) if not hasattr(lib, name)] == []


def test_every_function_that_is_declared_is_used() -> None:
    """Nothing is bound that nobody calls, but for what tests need."""
    declared = declared_functions()
    assert len(declared) > 30
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


def _python(code: str) -> str:
    """Runs code in a new interpreter; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_imports_leave_heavy_modules_alone() -> None:
    """`import ossc` loads none of the modules that only some callers need."""
    loaded = json.loads(
        _python("import ossc, sys, json; print(json.dumps(sorted(sys.modules)))")
    )
    bare = json.loads(
        _python("import sys, json; print(json.dumps(sorted(sys.modules)))")
    )
    assert sorted(LEFT_ALONE & set(loaded) - set(bare)) == []


def _import_seconds(modules: str) -> float:
    """Processor time that an import takes, in the best of five interpreters."""
    code = (
        f"import time; begin = time.process_time(); import {modules};"
        "print(time.process_time() - begin)"
    )
    return min(float(_python(code)) for _ in range(5))


def test_the_import_is_quick() -> None:
    """It costs at most 30 ms, or on a slow machine a few times what Python's own do."""
    own = _import_seconds("dataclasses, datetime, re, threading, typing, urllib.parse")
    times = 30 if ossc.sdk_info().sanitized else 8
    assert _import_seconds("ossc") < max(0.03, times * own)
