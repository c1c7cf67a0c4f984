"""Describes the extension `ossc._native` to cffi: what it declares, compiles and links.

The declarations are not typed twice: they are the regions between the `cffi: begin` and
`cffi: end` marks of four C headers, so the compiler and cffi read the same lines.

Environment:
    OSSC_SDK: `bundled` (default) compiles `csrc/oss_c_sdk` in; `official` links an
        installed aliyun-oss-c-sdk.
    OSSC_SDK_PREFIX: where the official SDK is installed (`include/oss_c_sdk`, `lib`).
    OSSC_SANITIZE: sanitizers to build with, such as `address,undefined`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import cffi

ROOT = Path(__file__).resolve().parent
SDK = Path("csrc/oss_c_sdk")
SHIM = Path("csrc/shim")

# Names of the SDK that Python holds but never looks into.
OPAQUE_TYPES = """
typedef ... aos_table_t;
typedef ... aos_list_t;
"""

# Filled in by the compiler, so no number is typed twice.
CONSTANTS = """
#define HTTP_GET ...
#define HTTP_HEAD ...
#define HTTP_PUT ...
#define HTTP_POST ...
#define HTTP_DELETE ...
#define AOSE_OK ...
#define AOSE_OUT_MEMORY ...
#define AOSE_OVER_MEMORY ...
#define AOSE_INVALID_ARGUMENT ...
#define AOSE_CRC_INCONSISTENT_ERROR ...
#define AOSE_XML_PARSE_ERROR ...
#define AOSE_OPEN_FILE_ERROR ...
"""

# Called by the transport between slices of a long request, and for a body's memory.
CALLBACKS = """
extern "Python" int _ossc_tick(void *arg, int64_t done, int64_t total);
extern "Python" void *_ossc_allocate(void *arg, size_t size);
"""

REGION_HEADERS = (
    SDK / "src/http/ossi_transport.h",
    SHIM / "ossc_sdk_names.h",
    SHIM / "ossc_shim.h",
    SHIM / "ossc_batch.h",
)

# The engine has names of its own only (aos_*.c are the SDK's names on top of it), so it
# also serves as an official SDK's transport.
ENGINE_SOURCES = (
    "base/ossi_fork.c",
    "base/ossi_mem.c",
    "base/ossi_str.c",
    "base/ossi_text.c",
    "hash/ossi_crc64*.c",
    "http/[!a]*.c",
)

PACKAGES = {
    "libcurl": "libcurl4-openssl-dev",
    "apr-1": "libapr1-dev",
    "expat": "libexpat1-dev",
    "libcrypto": "libssl-dev",
}

# Linked too when the official SDK needs them and they are there.
OFFICIAL_EXTRAS = ("apr-util-1", "mxml")

OFFICIAL_HEADERS = ("oss_api.h", "aos_http_io.h")
OFFICIAL_PIN = ROOT / "vendor/official-sdk.toml"


class BuildError(SystemExit):
    """A missing piece, named in a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"ossc: {sentence}")


class Plan:
    """What the compiler and the linker are given."""

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.include_dirs: list[str] = []
        self.compile_args: list[str] = []
        self.link_args: list[str] = []
        self.macros: list[tuple[str, str | None]] = []
        self.extra_objects: list[str] = []


def version() -> str:
    """The package's version, as ossc/_version.py says it."""
    text = (ROOT / "ossc/_version.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise BuildError("ossc/_version.py names no version.")
    return found.group(1)


def pkg_config(option: str, package: str) -> list[str] | None:
    """What pkg-config answers, None when it does not know the package."""
    try:
        done = subprocess.run(
            ["pkg-config", option, package],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BuildError(
            "pkg-config is not installed (Debian package: pkg-config)."
        ) from None
    return shlex.split(done.stdout) if done.returncode == 0 else None


def require(package: str) -> tuple[list[str], list[str]]:
    """Compile and link flags of a package that must be there."""
    cflags = pkg_config("--cflags", package)
    libs = pkg_config("--libs", package)
    if cflags is None or libs is None:
        raise BuildError(
            f"the library {package} is not installed for development "
            f"(Debian package: {PACKAGES[package]})."
        )
    return cflags, libs


def regions() -> str:
    """The marked regions of the headers, one behind the other."""
    parts = []
    for header in REGION_HEADERS:
        text = (ROOT / header).read_text(encoding="utf-8")
        found = re.search(
            r"/\* --- cffi: begin --- \*/\n(.*)/\* --- cffi: end --- \*/",
            text,
            re.DOTALL,
        )
        if found is None:
            raise BuildError(f"{header} has no region for cffi.")
        parts.append(found.group(1))
    return "\n".join(parts)


def glob(folder: Path, *patterns: str) -> list[str]:
    """Sorted source files, relative to the root as setuptools wants them."""
    found = [p for pattern in patterns for p in (ROOT / folder).glob(pattern)]
    return sorted(p.relative_to(ROOT).as_posix() for p in found)


def official_places() -> list[Path]:
    """Prefixes in which an official SDK is looked for, in order."""
    places = [ROOT / "vendor/aliyun-oss-c-sdk", Path("/usr/local"), Path("/usr")]
    prefix = os.environ.get("OSSC_SDK_PREFIX")
    return [Path(prefix), *places] if prefix else places


def official_library(prefix: Path) -> Path | None:
    """The library below a prefix: the static one is preferred."""
    for folder in ("lib", "lib64"):
        for name in ("liboss_c_sdk_static.a", "liboss_c_sdk.so"):
            if (prefix / folder / name).is_file():
                return prefix / folder / name
    return None


def check_symbols(library: Path) -> None:
    """Refuses a library that lacks a function which the extension calls."""
    pinned = OFFICIAL_PIN.read_text(encoding="utf-8").partition("symbols = [")[2]
    option = [] if library.suffix == ".a" else ["-D"]
    listed = subprocess.run(
        ["nm", "--defined-only", *option, str(library)],
        capture_output=True,
        text=True,
        check=True,
    )
    defined = set(listed.stdout.split())
    missing = [name for name in re.findall(r'"(\w+)"', pinned) if name not in defined]
    if missing:
        raise BuildError(f"{library} does not define {', '.join(missing)}.")


def find_official() -> tuple[Path, Path]:
    """The official SDK's header folder and library, or an error saying where not."""
    for prefix in official_places():
        headers = prefix / "include/oss_c_sdk"
        library = official_library(prefix)
        if library and all((headers / name).is_file() for name in OFFICIAL_HEADERS):
            check_symbols(library)
            return headers, library
    looked = ", ".join(str(p) for p in official_places())
    raise BuildError(
        "OSSC_SDK=official, but no installed aliyun-oss-c-sdk "
        "(include/oss_c_sdk/oss_api.h with lib/liboss_c_sdk_static.a or "
        f"lib/liboss_c_sdk.so) was found in: {looked}. "
        "Name its prefix in OSSC_SDK_PREFIX."
    )


def base_plan() -> Plan:
    """What both providers have in common."""
    plan = Plan()
    plan.sources = glob(SHIM, "*.c")
    plan.include_dirs = [SHIM.as_posix()]
    plan.compile_args = ["-std=c11", "-O3", "-Wall", "-Wextra", "-fvisibility=hidden"]
    plan.macros = [("_GNU_SOURCE", None), ("OSSC_VERSION", f'"{version()}"')]
    for package in PACKAGES:
        cflags, libs = require(package)
        plan.compile_args += cflags
        plan.link_args += libs
    if sys.platform == "linux":
        plan.link_args += ["-Wl,--as-needed", "-Wl,--exclude-libs,ALL"]
    return plan


def add_bundled(plan: Plan) -> None:
    """Compiles our own implementation of the SDK's names in."""
    src = SDK / "src"
    floors = ("base", "hash", "http", "auth", "oss")
    for floor in floors:
        plan.sources += glob(src / floor, "*.c")
    plan.include_dirs += [(src / floor).as_posix() for floor in floors]
    plan.include_dirs.append((SDK / "include/oss_c_sdk").as_posix())
    plan.macros.append(("OSSC_PROVIDER", '"bundled"'))


def add_official(plan: Plan) -> None:
    """Links an installed SDK; only the engine of our own comes along."""
    headers, library = find_official()
    src = SDK / "src"
    plan.sources += glob(src, *ENGINE_SOURCES)
    plan.include_dirs += [
        (src / floor).as_posix() for floor in ("base", "hash", "http")
    ]
    plan.include_dirs.append(str(headers))
    plan.macros.append(("OSSC_PROVIDER", '"official"'))
    for package in OFFICIAL_EXTRAS:
        plan.compile_args += pkg_config("--cflags", package) or []
        plan.link_args += pkg_config("--libs", package) or []
    if library.suffix == ".a":
        plan.extra_objects.append(str(library))
    else:
        plan.link_args += [str(library), f"-Wl,-rpath,{library.parent}"]


def add_sanitizers(plan: Plan) -> None:
    """Builds for the sanitizers that OSSC_SANITIZE names."""
    wanted = os.environ.get("OSSC_SANITIZE", "")
    if not wanted:
        return
    flags = [f"-fsanitize={wanted}", "-fno-sanitize-recover=all"]
    plan.compile_args += [*flags, "-fno-omit-frame-pointer", "-g", "-O1"]
    plan.link_args += flags
    plan.macros.append(("OSSC_SANITIZED", None))


def make_plan() -> Plan:
    """The plan that the environment asks for."""
    plan = base_plan()
    provider = os.environ.get("OSSC_SDK", "bundled")
    if provider == "bundled":
        add_bundled(plan)
    elif provider == "official":
        add_official(plan)
    else:
        raise BuildError(f"OSSC_SDK is {provider!r}, not 'bundled' or 'official'.")
    add_sanitizers(plan)
    return plan


def make_ffi() -> cffi.FFI:
    """The builder that setup.py hands to setuptools."""
    plan = make_plan()
    builder = cffi.FFI()
    builder.cdef(OPAQUE_TYPES + CONSTANTS + regions() + CALLBACKS)
    builder.set_source(
        "ossc._native",
        '#include "ossc_shim.h"\n#include "ossc_batch.h"\n',
        sources=plan.sources,
        include_dirs=plan.include_dirs,
        define_macros=plan.macros,
        extra_compile_args=plan.compile_args,
        extra_link_args=plan.link_args,
        extra_objects=plan.extra_objects,
        depends=glob(Path("csrc"), "**/*.h"),
        # A free-threaded interpreter has none.
        py_limited_api=not sysconfig.get_config_var("Py_GIL_DISABLED"),
    )
    return builder


ffibuilder = make_ffi()
