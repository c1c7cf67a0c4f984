"""The build says in a sentence what it misses, and what it is told to link."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .commands import ROOT, run

PLAN = "import build_ffi"


@pytest.mark.parametrize(
    ("package", "debian"),
    [
        ("libcurl", "libcurl4-openssl-dev"),
        ("apr-1", "libapr1-dev"),
        ("expat", "libexpat1-dev"),
        ("libcrypto", "libssl-dev"),
    ],
)
def test_a_missing_library_is_named_with_its_package(
    tmp_path: Path, package: str, debian: str
) -> None:
    """A person can paste the package's name behind apt-get install."""
    for known in ("libcurl", "apr-1", "expat", "libcrypto"):
        if known != package:
            text = f"Name: {known}\nDescription: x\nVersion: 1\nLibs: -l{known}\n"
            (tmp_path / f"{known}.pc").write_text(text)
    done = run(
        sys.executable, "-c", PLAN, PKG_CONFIG_LIBDIR=str(tmp_path), OSSC_SDK="bundled"
    )
    assert done.returncode != 0
    assert f"the library {package} is not installed" in done.stderr
    assert f"Debian package: {debian}" in done.stderr


def test_a_missing_pkg_config_is_named(tmp_path: Path) -> None:
    """So is the tool that finds the libraries."""
    done = run(sys.executable, "-c", PLAN, PATH=str(tmp_path), OSSC_SDK="bundled")
    assert done.returncode != 0
    assert "Debian package: pkg-config" in done.stderr


def test_a_missing_official_sdk_says_where_it_was_looked_for(tmp_path: Path) -> None:
    """Prefix, vendor folder and the system's prefixes are all listed."""
    done = run(
        sys.executable,
        "-c",
        PLAN,
        OSSC_SDK="official",
        OSSC_SDK_PREFIX=str(tmp_path / "nowhere"),
    )
    assert done.returncode != 0
    for place in (tmp_path / "nowhere", ROOT / "vendor/aliyun-oss-c-sdk", "/usr/local"):
        assert str(place) in done.stderr


def test_a_library_without_the_functions_is_refused(tmp_path: Path) -> None:
    """The symbols pinned in vendor/ are looked for before anything is compiled."""
    (tmp_path / "include/oss_c_sdk").mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    for name in ("oss_api.h", "aos_http_io.h"):
        (tmp_path / "include/oss_c_sdk" / name).write_text("")
    source = tmp_path / "one.c"
    source.write_text("int aos_base64_encode(void) { return 0; }\n")
    assert run("cc", "-c", source, "-o", tmp_path / "one.o").returncode == 0
    library = tmp_path / "lib/liboss_c_sdk_static.a"
    assert run("ar", "rcs", library, tmp_path / "one.o").returncode == 0
    done = run(
        sys.executable,
        "-c",
        PLAN,
        OSSC_SDK="official",
        OSSC_SDK_PREFIX=str(tmp_path),
    )
    assert done.returncode != 0
    assert "does not define" in done.stderr
    assert "oss_do_put_object_from_buffer" in done.stderr
    assert "aos_base64_encode," not in done.stderr


def test_an_unknown_provider_is_refused() -> None:
    """OSSC_SDK has two values."""
    done = run(sys.executable, "-c", PLAN, OSSC_SDK="other")
    assert done.returncode != 0
    assert "'bundled' or 'official'" in done.stderr


@pytest.mark.parametrize(
    ("platform", "archs", "expected"),
    [
        (
            "linux",
            "x86_64,aarch64",
            {
                "cp310-manylinux_x86_64",
                "cp310-manylinux_aarch64",
                "cp310-musllinux_x86_64",
                "cp310-musllinux_aarch64",
                "cp314t-manylinux_x86_64",
                "cp314t-manylinux_aarch64",
                "cp314t-musllinux_x86_64",
                "cp314t-musllinux_aarch64",
            },
        ),
        (
            "macos",
            "x86_64,arm64",
            {
                "cp310-macosx_x86_64",
                "cp310-macosx_arm64",
                "cp314t-macosx_x86_64",
                "cp314t-macosx_arm64",
            },
        ),
    ],
)
def test_the_wheel_builders_configuration(
    platform: str, archs: str, expected: set[str]
) -> None:
    """One wheel for each platform that is promised, and a free-threaded one."""
    done = run(
        sys.executable,
        "-m",
        "cibuildwheel",
        "--platform",
        platform,
        "--archs",
        archs,
        "--print-build-identifiers",
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == expected


ASKS = """
import runpy, sys, sysconfig
import setuptools

wanted = sysconfig.get_config_var
sysconfig.get_config_var = lambda name: (
    int(sys.argv[1]) if name == "Py_GIL_DISABLED" else wanted(name)
)
asked = {}
setuptools.setup = lambda **options: asked.update(options)
runpy.run_path("setup.py")
made = runpy.run_path("build_ffi.py")["ffibuilder"]
tag = asked["options"]["bdist_wheel"].get("py_limited_api")
print(tag, made._assigned_source[3]["py_limited_api"])
"""


@pytest.mark.parametrize(("is_free", "asked"), [(0, "cp310 True"), (1, "None False")])
def test_the_limited_api_is_for_interpreters_that_have_it(
    is_free: int, asked: str
) -> None:
    """One that is free-threaded has none: neither the module nor its wheel asks."""
    done = run(sys.executable, "-c", ASKS, str(is_free), OSSC_SDK="bundled")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == asked
