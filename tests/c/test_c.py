"""Builds and runs the C tests: under the sanitizers, and with failing allocations."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

import ossc.callback
import ossc.mock

HERE = Path(__file__).parent

OUT_OF_MEMORY = sorted(p.stem for p in HERE.glob("test_oom_*.c"))
SANITIZED = sorted({p.stem for p in HERE.glob("test_*.c")} - set(OUT_OF_MEMORY))
# What has threads has them by itself, of the server for tests, or of the shim.
_HAS_THREADS = re.compile(
    r'pthread_create\(|"(tiny_server|transport_case|batch_case)\.h"|/ossc_thread\.c"'
)
WITH_THREADS = [
    name for name in SANITIZED if _HAS_THREADS.search((HERE / f"{name}.c").read_text())
]


@pytest.fixture(scope="session")
def programs() -> Path:
    """Builds all test programs, what is up to date left alone."""
    for sanitize in ("address,undefined", "thread", ""):
        done = subprocess.run(
            ["make", "-s", "-j2", f"SANITIZE={sanitize}"],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "warning" not in done.stderr
    return HERE / "build"


# Memcheck, which sees what is read before it was written; the sanitizers do not. Threads
# take turns in order, or one that waits for another's memory may keep it from running.
VALGRIND = [
    "valgrind",
    "-q",
    "--error-exitcode=99",
    "--leak-check=full",
    "--fair-sched=yes",
    "--show-leak-kinds=definite",
    "--errors-for-leak-kinds=definite",
]
# Its signals come faster than what they interrupt can be carried out: it never ends.
LEFT_OUT = {"test_transport_http": "-interrupted"}


def _run(program: Path) -> None:
    done = subprocess.run(
        [program], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok" in done.stdout


@pytest.mark.parametrize("name", SANITIZED)
def test_under_the_sanitizers(programs: Path, name: str) -> None:
    """Every check holds, and ASan, UBSan and LeakSanitizer find nothing."""
    _run(programs / "sanitized" / name)


@pytest.mark.parametrize("name", SANITIZED)
def test_under_valgrind(programs: Path, name: str) -> None:
    """Nothing is read that was not written, and nothing is lost.

    The checks hold under the sanitizers; here some are of times, and everything is fifty
    times slower. A failed check is 1, what Memcheck finds is 99.
    """
    program = programs / "plain" / name
    leaving_out = [LEFT_OUT[name]] if name in LEFT_OUT else []
    done = subprocess.run(
        [*VALGRIND, program, *leaving_out],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "ok" in done.stdout


def _watched(*command: Path | str) -> subprocess.CompletedProcess[str]:
    """A program run under ThreadSanitizer, whose findings are 99.

    The addresses are not to be random, where that can be had: it knows where to look
    only up to some width of them.
    """
    fixed = ["setarch", "--addr-no-randomize"]
    can_be_fixed = subprocess.run(
        [*fixed, "true"], capture_output=True, check=False
    ).returncode
    return subprocess.run(
        [*([] if can_be_fixed else fixed), *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "TSAN_OPTIONS": "exitcode=99"},
    )


@pytest.mark.parametrize("name", WITH_THREADS)
def test_under_the_thread_sanitizer(programs: Path, name: str) -> None:
    """No two threads touch the same memory without asking each other.

    As under valgrind a failed check is left to the other sanitizers: some are of times.
    """
    done = _watched(programs / "threads" / name)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "ok" in done.stdout
    assert "ThreadSanitizer" not in done.stderr


def test_the_thread_sanitizer_looks(programs: Path) -> None:
    """Two threads that race are found, and the same that do not are not."""
    program = programs / "threads" / "tool_race"
    racing, locked = _watched(program), _watched(program, "locked")
    assert racing.returncode == 99
    assert "data race" in racing.stderr
    assert (locked.returncode, locked.stdout, locked.stderr) == (0, "ok   2000\n", "")


def test_all_with_threads_are_watched(programs: Path) -> None:
    """The programs that can start a thread are those that are run for it."""

    def starts_threads(name: str) -> bool:
        asked = ["nm", "--undefined-only", str(programs / "plain" / name)]
        names = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        return "pthread_create" in names

    assert [name for name in SANITIZED if starts_threads(name)] == WITH_THREADS


@pytest.mark.parametrize("name", OUT_OF_MEMORY)
def test_with_failing_allocations(programs: Path, name: str) -> None:
    """Whichever allocation fails, nothing crashes and nothing is made up."""
    _run(programs / "plain" / name)


def _application(key_url: str) -> WSGIServer:
    """An application that says which object it was told of."""

    def uploaded(request: ossc.callback.CallbackRequest) -> dict[str, str]:
        return {"received": request.form()["object"]}

    application = ossc.callback.wsgi(uploaded, allowed_key_urls=(key_url,))
    return make_server("127.0.0.1", 0, application, handler_class=_Quiet)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Drops the access log."""


def test_a_program_for_the_official_sdk_uploads_with_a_callback(programs: Path) -> None:
    """The C example puts the object, is called back, and prints the answer."""
    with (
        ossc.mock.serve(buckets=["examplebucket"]) as server,
        _application(server.callback_key_url) as application,
    ):
        thread = threading.Thread(target=application.serve_forever)
        thread.start()
        done = subprocess.run(
            [programs / "sanitized" / "example_upload_callback"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={
                "OSS_ENDPOINT": server.endpoint,
                "OSS_ACCESS_KEY_ID": server.access_key_id,
                "OSS_ACCESS_KEY_SECRET": server.access_key_secret,
                "OSS_BUCKET": "examplebucket",
                "OSS_OBJECT": "exampledir/exampleobject.txt",
                "CALLBACK_URL": f"http://127.0.0.1:{application.server_port}/up",
            },
        )
        application.shutdown()
        thread.join()
        stored = server.get_object("examplebucket", "exampledir/exampleobject.txt")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exampledir/exampleobject.txt" in done.stdout
    assert stored == b"More than just cloud."
