"""Files of the tools that make no sense: a failure, without a word of what is in them."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

import ossc

from .services import ROLE, bare_environment
from .test_credentials_files import cli, ossutil


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_environment(monkeypatch, tmp_path)


def seen(error: BaseException) -> str:
    """All that a log could show of an error, with the variables of its frames."""
    assert error.__traceback__ is not None
    path = error.__traceback__.tb_next
    found = traceback.TracebackException(type(error), error, path, capture_locals=True)
    return "".join(found.format())


SECRET = "s3cret-of-a-file"
PAIRED = f"accessKeyID=id\naccessKeySecret={SECRET}\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{PAIRED}",
        f"[default]\n{PAIRED}{SECRET}\n",
        f"[default]\nmode=StsToken\n{PAIRED}",
        f"[default]\nmode=Anonymous\n{PAIRED}",
        f"[default]\nmode=RsaKeyPair\n{PAIRED}",
        f"[default]\naccessKeyID=id\naccessKeySecret={SECRET} x\n",
        f"[default]\nmode=AK\naccessKeySecret={SECRET}\n",
        f"[default]\nmode=RamRoleArn\n{PAIRED}roleArn=a\nroleSessionName=a b\n",
        f"[default]\nmode=RamRoleArn\n{PAIRED}roleArn=a\nsource_profile=x\n",
        f"[default]\nmode=EcsRamRole\necsRoleName=a/b\n{PAIRED}",
        f"[default]\nmode=Process\n{PAIRED}",
        f"[default]\nmode=Process\ncredentialProcess='{SECRET}\n{PAIRED}",
        f"[default]\nmode=credentialUri\ncredentialUri=ftp://{SECRET}\n{PAIRED}",
    ],
)
def test_files_that_make_no_sense(tmp_path: Path, text: str) -> None:
    """A failure, which quotes no secret and no line of the file."""
    with pytest.raises(ossc.CredentialsError) as caught:
        ossutil(tmp_path, text)()
    assert "ossutil" in str(caught.value) or "no URL" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"profiles": 5}',
        '{"current": "main", "profiles": ["main", {"name": 5}]}',
        '{"current": {"a": 1}, "profiles": {}}',
        "[" * 100_000,
        f'{{"current": "{SECRET}',
    ],
    ids=["empty", "list", "number", "odd profiles", "odd current", "deep", "cut"],
)
def test_files_of_the_cli_that_are_none(tmp_path: Path, content: str) -> None:
    """The same."""
    path = tmp_path / "config.json"
    path.write_text(content)
    with pytest.raises(ossc.CredentialsError) as caught:
        ossc.CLICredentials(path)()
    assert SECRET not in seen(caught.value)


@pytest.mark.parametrize(
    "profile",
    [
        {"mode": "Rsa"},
        {"mode": "StsToken"},
        {"mode": "RamRoleArn", "ram_session_name": "a b", "ram_role_arn": ROLE},
        {"mode": "ChainableRamRoleArn", "source_profile": "none"},
        {"mode": "AK", "access_key_id": "i d"},
    ],
    ids=lambda each: str(each["mode"]),
)
def test_frames_of_a_failure_show_no_secrets(
    tmp_path: Path, profile: dict[str, str]
) -> None:
    """The variables that a log of a failure may show are clean."""
    keys = {"access_key_id": "id", "access_key_secret": SECRET}
    with pytest.raises(ossc.CredentialsError) as caught:
        cli(tmp_path, {**keys, **profile})()
    assert SECRET not in seen(caught.value)


def test_sources_show_their_place(tmp_path: Path) -> None:
    """And nothing that is in it."""
    source = ossutil(tmp_path, f"[default]\n{PAIRED}")
    source()
    path = str(tmp_path / "ossutilconfig")
    assert repr(source) == f"OssutilCredentials(path={path!r}, profile=None)"
