"""The source distribution and the wheel: whole, clean, and good on a fresh machine."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from ossc import __version__

from .commands import ROOT, run


def test_the_sdist_has_what_a_build_needs(sdist: Path) -> None:
    """C sources, headers, the build's own files and the licence; nothing compiled."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert sdist.name == f"ossc-{__version__}.tar.gz"
    assert {
        "LICENSE",
        "README.md",
        "build_ffi.py",
        "csrc/oss_c_sdk/include/oss_c_sdk/oss_api.h",
        "csrc/oss_c_sdk/src/http/ossi_transport.c",
        "csrc/shim/ossc_shim.h",
        "ossc/_native.pyi",
        "ossc/py.typed",
        "pyproject.toml",
        "setup.py",
        "vendor/official-sdk.toml",
    } <= names
    assert not [name for name in names if name.endswith((".o", ".so", ".a", ".pyc"))]


def test_one_wheel_serves_every_cpython_from_3_10(wheel: Path) -> None:
    """It is tagged for the stable ABI, and its module is built for it."""
    assert wheel.name.startswith(f"ossc-{__version__}-cp310-abi3-")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "ossc/_native.abi3.so" in names
    assert "ossc/py.typed" in names
    assert "ossc/mock/__main__.py" in names
    (entries,) = (name for name in names if name.endswith("/entry_points.txt"))
    with zipfile.ZipFile(wheel) as archive:
        said = archive.read(entries).decode()
    assert "[fsspec.specs]\nossc = ossc.fsspec:OSSFileSystem" in said
    assert "[pytest11]\nossc = _ossc_pytest_plugin" in said
    assert "[console_scripts]\nossc-mock = ossc.mock.__main__:main" in said
    assert "_ossc_pytest_plugin.py" in names
    assert not [name for name in names if name.startswith(("csrc", "tests"))]


def test_the_module_exports_its_init_and_nothing_else(
    wheel: Path, tmp_path: Path
) -> None:
    """No symbol of ours can clash with another library's in the process."""
    with zipfile.ZipFile(wheel) as archive:
        module = archive.extract("ossc/_native.abi3.so", tmp_path)
    done = run("nm", "-D", "--defined-only", module)
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["PyInit__native"]


def test_a_repaired_wheel_runs_the_main_job(repaired: Path, tmp_path: Path) -> None:
    """Installed into a fresh environment, it puts an object with a callback."""
    assert "manylinux" in repaired.name
    fresh = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", fresh], check=True)
    python = fresh / "bin" / "python"
    installed = run(python, "-m", "pip", "install", "--quiet", f"{repaired}[mock]")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    done = run(python, "-I", ROOT / "examples/upload_callback.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every byte is right" in done.stdout
    command = run(fresh / "bin" / "ossc-mock", "--version")
    assert (command.returncode, command.stdout.strip()) == (0, __version__)
    where = run(python, "-I", "-c", "import ossc._native; print(ossc._native.__file__)")
    assert where.stdout.startswith(str(fresh))


def test_another_versions_extension_is_refused(wheel: Path, tmp_path: Path) -> None:
    """The version compiled in is compared with the package's at import."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    version = tmp_path / "ossc" / "_version.py"
    version.write_text(version.read_text().replace(__version__, "99.0.0"))
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import ossc"
    done = run(sys.executable, "-c", program)
    assert done.returncode != 0
    assert "99.0.0" in done.stderr
    assert "reinstall" in done.stderr
