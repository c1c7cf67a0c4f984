"""The pytest plugin, in projects that use it as anybody would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import _ossc_pytest_plugin as plugin
from ossc.mock import __main__ as command

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, tests: str, *arguments: str, conftest: str = "") -> str:
    """Run tests with the plugin, warnings being errors; return what pytest says."""
    (folder / "test_project.py").write_text(tests)
    (folder / "conftest.py").write_text(conftest)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    places = os.pathsep.join(path for path in sys.path if path)
    environment = {
        **os.environ,
        # Whether or not this very checkout is what is installed.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": places,
    }
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [
            *(sys.executable, "-X", "dev", "-m", "pytest", "-p", plugin.__name__),
            *("-p", "no:cacheprovider", "-rA", *arguments),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout


def summary(said: str) -> str:
    """The last line, without the time that it took."""
    return said.splitlines()[-1].strip("= ").partition(" in ")[0]


SEPARATE = """
import ossc
import pytest

seen = []

@pytest.mark.parametrize("turn", range(3))
def test_alone(oss_bucket, oss_client, oss_server, turn):
    assert [item.key for item in oss_bucket.list_objects()] == []
    assert [request.operation for request in oss_server.requests] == ["ListObjectsV2"]
    oss_bucket.put_object("k", str(turn).encode())
    assert oss_server.get_object(oss_bucket.name, "k") == str(turn).encode()
    with pytest.raises(ossc.NoSuchBucket):
        oss_client.bucket(f"bucket-{turn - 1}").get_object("k")
    oss_server.create_bucket(f"bucket-{turn}")
    seen.append(oss_server)

def test_closed():
    assert len(set(map(id, seen))) == 3
    assert all(server.closing.is_set() for server in seen)
"""


def test_tests_see_nothing_of_each_other(tmp_path: Path) -> None:
    """Each has a server of its own, which ends with it; nothing is left open."""
    assert summary(run(tmp_path, SEPARATE)) == "4 passed"


FAULTS = """
from ossc.mock import faults

def test_meets_it(oss_server, oss_bucket):
    oss_server.faults.add(faults.status(503))
    oss_bucket.put_object("k", b"data")
    assert [each.status for each in oss_server.requests] == [503, 200]

def test_meets_it_not(oss_server):
    oss_server.faults.add(faults.status(503), times=9)

def test_next_one(oss_bucket, oss_server):
    oss_bucket.put_object("k", b"data")
    assert [each.status for each in oss_server.requests] == [200]

def test_that_fails(oss_server):
    oss_server.faults.add(faults.status(503))
    assert not oss_server.faults.unused, "the reason"
"""


def test_faults_end_with_their_test(tmp_path: Path) -> None:
    """One that met no request is its test's error, unless that has failed already."""
    said = run(tmp_path, FAULTS)
    assert summary(said) == "1 failed, 3 passed, 1 error"
    assert "ERROR test_project.py::test_meets_it_not - ossc.mock.faults.Unused" in said
    assert (
        "FAILED test_project.py::test_that_fails - AssertionError: the reason" in said
    )


OPTIONS = """
import pytest

@pytest.mark.parametrize("oss_server_options", [
    {"region": "cn-beijing"}, {"region": "cn-shanghai", "buckets": ["bucket-b"]},
])
def test_parametrised(oss_client, oss_server, oss_server_options):
    assert oss_server.region == oss_server_options["region"]
    found = [bucket.name for bucket in oss_client.list_buckets()]
    assert found == oss_server_options.get("buckets", ["bucket-a"])

def test_usual(oss_server, oss_bucket):
    assert oss_server.access_key_id == "id"
    oss_bucket.put_object("k", b"data")
"""

OF_THE_PROJECT = """
import pytest

@pytest.fixture
def oss_server_options():
    return {"credentials": {"id": "secret"}}

@pytest.fixture(autouse=True)
def bucket_a(oss_server):
    if oss_server.region == "cn-beijing":
        oss_server.create_bucket("bucket-a")
"""


def test_options(tmp_path: Path) -> None:
    """A project, and a test, say what their servers are made with."""
    said = run(tmp_path, OPTIONS, conftest=OF_THE_PROJECT)
    assert summary(said) == "3 passed"


OTHERS = """
import oss2

def test_oss2(oss_server, oss_bucket):
    auth = oss2.AuthV4(oss_server.access_key_id, oss_server.access_key_secret)
    session = oss2.Session()
    bucket = oss2.Bucket(
        auth, oss_server.endpoint, oss_bucket.name, region=oss_server.region,
        session=session, is_path_style=True,
    )
    bucket.put_object("k", b"theirs").resp.response.close()
    assert oss_bucket.get_object("k").data == b"theirs"
    session.session.close()
"""


def test_other_clients(tmp_path: Path) -> None:
    """They need no more than the server's address and keys."""
    said = run(tmp_path, OTHERS, "-W", "ignore::DeprecationWarning")
    assert summary(said) == "1 passed"


COSTS = """
import sys

def test_without():
    assert not [name for name in sys.modules if name.partition(".")[0] == "ossc"]
"""


def test_who_does_not_use_it_does_not_pay(tmp_path: Path) -> None:
    """Nothing of ossc is imported by a run whose tests need none of it."""
    assert summary(run(tmp_path, COSTS)) == "1 passed"


def test_fixtures_are_described(tmp_path: Path) -> None:
    """`pytest --fixtures` says a sentence of each."""
    said = run(tmp_path, COSTS, "--fixtures")
    for name in plugin.__all__:
        assert f"\n{name} -- " in said
    assert "no docstring available" not in said


@pytest.mark.parametrize(
    ("started_as", "name"),
    [
        ("/usr/bin/ossc-mock", "ossc-mock"),
        ("/somewhere/ossc/mock/__main__.py", "python -m ossc.mock"),
    ],
)
def test_the_command_calls_itself_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    started_as: str,
    name: str,
) -> None:
    """Its help says how it was started."""
    monkeypatch.setattr(sys, "argv", [started_as])
    with pytest.raises(SystemExit):
        command.main(["--help"])
    assert capsys.readouterr().out.startswith(f"usage: {name} ")


def test_the_page_on_testing(tmp_path: Path) -> None:
    """What it shows for pytest is run by pytest, each piece as a project of its own."""
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    pieces = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    ends = []
    for number, piece in enumerate(pieces):
        folder = tmp_path / str(number)
        folder.mkdir()
        ends.append(summary(run(folder, piece)))
    assert ends == ["1 passed", "1 passed", "2 passed", "1 passed"]
