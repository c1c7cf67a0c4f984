"""The files of ossutil, the Alibaba Cloud CLI and the SDKs: profiles, modes, chains."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import ossc
from ossc._credentials import _imds

from .raw_server import Received
from .services import (
    FIRST,
    ROLE,
    SECOND,
    Metadata,
    Service,
    bare_environment,
    document,
    form,
    parts,
)

PAIR = FIRST[0], FIRST[1], None
AK = {"mode": "AK", "access_key_id": FIRST[0], "access_key_secret": FIRST[1]}
STS = {**AK, "mode": "StsToken", "sts_token": FIRST[2]}
NOT_FOUND = ossc.CredentialsNotFound


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_environment(monkeypatch, tmp_path)


def ossutil(tmp_path: Path, text: str, profile: str | None = None) -> Any:
    """A source that reads such a file of ossutil."""
    path = tmp_path / "ossutilconfig"
    path.write_text(text)
    return ossc.OssutilCredentials(path, profile)


def cli(tmp_path: Path, *profiles: Any, current: str = "main", **over: Any) -> Any:
    """A source that reads such a file of the CLI; the first profile is `main`."""
    named = [{"name": "main", **profiles[0]}, *profiles[1:]] if profiles else []
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"current": current, "profiles": named, **over}))
    return ossc.CLICredentials(path)


def ini(tmp_path: Path, text: str, profile: str | None = None) -> Any:
    """A source that reads such a file of the SDKs."""
    path = tmp_path / "credentials.ini"
    path.write_text(text)
    return ossc.IniCredentials(path, profile)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "[Credentials]\nlanguage=EN\nendpoint=oss-cn-hangzhou.aliyuncs.com\n"
                f"accessKeyID={FIRST[0]}\naccessKeySecret={FIRST[1]}\nstsToken={FIRST[2]}\n"
            ),
            FIRST,
        ),
        (
            (
                f"[default]\naccessKeyID = {FIRST[0]}\naccessKeySecret = {FIRST[1]}\n"
                "region=cn-hangzhou\n"
            ),
            PAIR,
        ),
        (
            (
                f'[default]\naccess-key-id = "{FIRST[0]}"\n'
                f"ACCESS_KEY_SECRET='{FIRST[1]}' \nsts-token={FIRST[2]}\n"
            ),
            FIRST,
        ),
        (
            (
                "# a comment\n; another\n\n[ profile  Default ]\n"
                f"\taccesskeyid={FIRST[0]}\n"
                f"accesskeysecret={FIRST[1]} # with a comment\n"
            ),
            PAIR,
        ),
        (
            (
                f"\ufeff[default]\nmode=AK\naccessKeyId={FIRST[0]}\n"
                f"accessKeySecret={FIRST[1]}\nstsToken=left-behind\n"
            ),
            PAIR,
        ),
        (
            (
                f"[default]\nmode = StsToken\naccessKeyId={FIRST[0]}\n"
                f"accessKeySecret={FIRST[1]}\nstsToken={FIRST[2]}\n"
            ),
            FIRST,
        ),
        (
            (
                f"[default]\naccessKeyId=old\n[default]\naccessKeyId={FIRST[0]}\n"
                f"accessKeySecret={FIRST[1]}\n[buckets x]\nregion=cn-hangzhou\n"
            ),
            PAIR,
        ),
    ],
    ids=["version 1", "version 2", "quotes", "comments", "AK", "StsToken", "twice"],
)
def test_ossutil(
    tmp_path: Path, text: str, expected: tuple[str, str, str | None]
) -> None:
    """Both versions, and all the ways to write a name."""
    assert parts(ossutil(tmp_path, text)()) == expected


def test_ossutil_profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By argument, by the environment, or the default one."""
    text = "".join(
        f"[{name}]\naccessKeyID={name.split()[-1]}\naccessKeySecret=secret\n"
        for name in ("default", "profile one", "profile Two")
    )
    assert ossutil(tmp_path, text)().access_key_id == "default"
    assert ossutil(tmp_path, text, "one")().access_key_id == "one"
    monkeypatch.setenv("OSSUTIL_PROFILE", "two")
    assert ossutil(tmp_path, text)().access_key_id == "Two"
    with pytest.raises(NOT_FOUND, match="no profile 'three'"):
        ossutil(tmp_path, text, "three")()


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A metadata service in the place of the real one."""
    monkeypatch.delenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
    asked = Metadata()
    with Service(asked) as service:

        def place(role: str | None = None) -> ossc.ECSRoleCredentials:
            return _imds.ECSRoleCredentials(role, host=service.authority)

        monkeypatch.setattr("ossc._credentials._profiles.ECSRoleCredentials", place)
        yield asked


@pytest.mark.parametrize(
    "text",
    [
        "[default]\nmode=EcsRamRole\necsRoleName=reader\n",
        "[default]\necs-role-name=reader\n",
        (
            "[Credentials]\nlanguage=CH\n[AkService]\n"
            "ecsAk=http://100.100.100.200/latest/meta-data/Ram/security-credentials/reader\n"
        ),
    ],
    ids=["mode", "guessed", "version 1"],
)
def test_ossutil_on_ecs(metadata: Metadata, tmp_path: Path, text: str) -> None:
    """The instance's role."""
    assert parts(ossutil(tmp_path, text)()) == FIRST
    assert metadata.asked[-1].endswith("/reader")


def sts(request: Received) -> dict[str, Any]:
    """An STS that gives the second keys to whoever has the first."""
    said = form(request)
    assert said["RoleArn"] == ROLE
    assert said.get("AccessKeyId", FIRST[0]) == FIRST[0]
    return {"Credentials": document(SECOND)}


def test_ossutil_roles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """RamRoleArn with keys of its own or of another profile, and OIDC."""
    keys = f"accessKeyID={FIRST[0]}\naccessKeySecret={FIRST[1]}\n"
    role = f"roleArn={ROLE}\nroleSessionName=job\n"
    (tmp_path / "token").write_text("token")
    with Service(sts) as service:
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", service.endpoint)
        for text in (
            f"[default]\nmode=RamRoleArn\n{keys}{role}",
            f"[default]\n{keys}{role}",
            f"[default]\nmode=RamRoleArn\nsource_profile=a\n{role}[profile a]\n{keys}",
            (
                f"[default]\nmode=oidcRoleArn\nOIDCProviderArn=acs:p\n{role}"
                f"OIDCTokenFilePath={tmp_path}/token\n"
            ),
        ):
            assert parts(ossutil(tmp_path, text)()) == SECOND
        assert form(service.received[0])["RoleSessionName"] == "job"
        assert form(service.received[3])["OIDCToken"] == "token"


def printing(tmp_path: Path, said: object) -> str:
    """A command that prints this."""
    script = tmp_path / "print.py"
    script.write_text(f"print({json.dumps(said)!r})")
    return f"{sys.executable} -S -I {script}"


def test_ossutil_asks_others(tmp_path: Path) -> None:
    """A program, or an address."""
    command = printing(tmp_path, document(Code=...))
    text = f"[default]\nmode=Process\ncredentialProcess={command}\n"
    found = ossutil(tmp_path, f"{text}credentialProcessTimeout=30\n")()
    assert parts(found) == FIRST
    assert found.expiration is not None
    with Service(lambda _: document(SECOND)) as service:
        text = f"[default]\ncredential_uri={service.endpoint}/k\n"
        assert parts(ossutil(tmp_path, text)()) == SECOND


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (AK, PAIR),
        (STS, FIRST),
        ({**STS, "mode": "AK"}, PAIR),
        ({**STS, "mode": ""}, FIRST),
    ],
    ids=["AK", "StsToken", "AK with a token", "no mode"],
)
def test_cli_keys(
    tmp_path: Path, profile: dict[str, str], expected: tuple[str, str, str | None]
) -> None:
    """Keys that are written out."""
    assert parts(cli(tmp_path, profile)()) == expected


def test_cli_profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The current one, or that of the environment, or of the argument."""
    other = {**AK, "name": "other", "access_key_id": "other"}
    source = cli(tmp_path, AK, other, current="other")
    assert source().access_key_id == "other"
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "main")
    assert source().access_key_id == FIRST[0]
    path = tmp_path / "config.json"
    assert ossc.CLICredentials(path, "other")().access_key_id == "other"
    with pytest.raises(NOT_FOUND, match="no profile 'third'"):
        ossc.CLICredentials(path, "third")()


@pytest.mark.parametrize("mode", ["EcsRamRole", "RamRoleArnWithEcs"])
def test_cli_on_ecs(
    metadata: Metadata, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str
) -> None:
    """The instance's role, by itself or to assume another with."""
    profile = {"mode": mode, "ram_role_name": "reader", "ram_role_arn": ROLE}
    with Service(sts) as service:
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", service.endpoint)
        found = cli(tmp_path, profile)()
    assert parts(found) == (FIRST if mode == "EcsRamRole" else SECOND)


def test_cli_roles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """RamRoleArn, chains of profiles, and OIDC."""
    role = {"ram_role_arn": ROLE, "ram_session_name": "job", "expired_seconds": 1200}
    chain = {**role, "mode": "ChainableRamRoleArn", "source_profile": "keys"}
    (tmp_path / "token").write_text("token")
    pod = {"oidc_provider_arn": "acs:p", "oidc_token_file": str(tmp_path / "token")}
    with Service(sts) as service:
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", service.endpoint)
        for profiles in (
            [{**AK, **role, "mode": "RamRoleArn", "external_id": "x"}],
            [chain, {**AK, "name": "keys"}],
            [{**role, **pod, "mode": "OIDC"}],
        ):
            assert parts(cli(tmp_path, *profiles)()) == SECOND
        first = form(service.received[0])
        assert first["DurationSeconds"] == "1200"
        assert first["ExternalId"] == "x"


def test_cli_chains_of_roles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each role is assumed with the one before."""
    pairs = {"LTAI5tFirst": FIRST, FIRST[0]: SECOND}

    def reply(request: Received) -> dict[str, Any]:
        return {"Credentials": document(pairs[form(request)["AccessKeyId"]])}

    role = {"mode": "ChainableRamRoleArn", "ram_role_arn": ROLE}
    profiles = [
        {**role, "source_profile": "b"},
        {**role, "source_profile": "c", "name": "b"},
        {**AK, "name": "c", "access_key_id": "LTAI5tFirst"},
    ]
    with Service(reply) as service:
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", service.endpoint)
        assert parts(cli(tmp_path, *profiles)()) == SECOND
    assert [form(each).get("SecurityToken") for each in service.received] == [
        None,
        FIRST[2],
    ]


@pytest.mark.parametrize("key_id", ["LTAI5tOwner", "STS.owner"])
def test_a_token_that_another_mode_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key_id: str
) -> None:
    """It goes along with temporary keys only."""
    profile = {
        **STS,
        "mode": "RamRoleArn",
        "ram_role_arn": ROLE,
        "access_key_id": key_id,
    }
    with Service(lambda _: {"Credentials": document(SECOND)}) as service:
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", service.endpoint)
        assert parts(cli(tmp_path, profile)()) == SECOND
    token = FIRST[2] if key_id.startswith("STS.") else None
    assert form(service.received[0]).get("SecurityToken") == token


def test_profiles_that_lead_to_each_other(tmp_path: Path) -> None:
    """It ends."""
    role = {"mode": "ChainableRamRoleArn", "ram_role_arn": ROLE}
    profiles = [{**role, "source_profile": "b"}]
    profiles.append({**role, "source_profile": "main", "name": "b"})
    with pytest.raises(ossc.CredentialsError, match="without end"):
        cli(tmp_path, *profiles)()


def test_cli_asks_others(tmp_path: Path) -> None:
    """A program that prints a profile, or an address."""
    profile = {"mode": "External", "process_command": printing(tmp_path, STS)}
    assert parts(cli(tmp_path, profile)()) == FIRST
    with Service(lambda _: document(SECOND)) as service:
        uri = {"mode": "CredentialsURI", "credentials_uri": service.endpoint}
        assert parts(cli(tmp_path, uri)()) == SECOND


@pytest.mark.parametrize("mode", ["CloudSSO", "OAuth"])
def test_cli_sign_ins(tmp_path: Path, mode: str) -> None:
    """What the CLI got when somebody signed in is good until it ends."""
    now = int(time.time())
    found = cli(tmp_path, {**STS, "mode": mode, "sts_expiration": now + 600})()
    assert parts(found) == FIRST
    assert found.expiration is not None
    assert found.expiration.timestamp() == now + 600
    with pytest.raises(ossc.CredentialsError, match="sign-in has expired"):
        cli(tmp_path, {**STS, "mode": mode, "sts_expiration": now - 1})()
    with pytest.raises(ossc.CredentialsError, match="no access key pair"):
        cli(tmp_path, {"mode": mode, "sts_expiration": 0})()


def test_cli_can_be_disabled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By the environment, unless a file is named."""
    monkeypatch.setenv("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")
    with pytest.raises(NOT_FOUND, match="CLI_PROFILE_DISABLED"):
        ossc.CLICredentials()()
    assert parts(cli(tmp_path, AK)()) == PAIR


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("type = access_key\n", PAIR),
        (f"type=sts\nsecurity_token={FIRST[2]}\n", FIRST),
        (f"security_token={FIRST[2]}\n", FIRST),
    ],
    ids=["access_key", "sts", "no type"],
)
def test_ini(tmp_path: Path, lines: str, expected: tuple[str, str, str | None]) -> None:
    """Keys that are written out."""
    keys = f"access_key_id={FIRST[0]}\naccess_key_secret={FIRST[1]} # secret\n"
    assert (
        parts(ini(tmp_path, f"[default]\nenable = true\n{lines}{keys}")()) == expected
    )


def test_ini_roles(
    metadata: Metadata, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The types that ask somebody."""
    keys = f"access_key_id={FIRST[0]}\naccess_key_secret={FIRST[1]}\n"
    role = f"role_arn={ROLE}\nrole_session_name=job\n"
    (tmp_path / "token").write_text("token")
    text = (
        f"[default]\ntype=ram_role_arn\n{keys}{role}"
        f"[pod]\ntype=oidc_role_arn\noidc_provider_arn=acs:p\n{role}"
        f"oidc_token_file_path={tmp_path}/token\n"
        "[ecs]\ntype=ecs_ram_role\nrole_name=reader\n"
    )
    with Service(sts) as service:
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", service.endpoint)
        assert parts(ini(tmp_path, text)()) == SECOND
        assert parts(ini(tmp_path, text, "pod")()) == SECOND
    assert parts(ini(tmp_path, text, "ecs")()) == FIRST
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "ecs")
    assert parts(ini(tmp_path, text)()) == FIRST


def test_usual_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the home folder, or where the environment says."""
    keys = f"access_key_id={FIRST[0]}\naccess_key_secret={FIRST[1]}\n"
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".alibabacloud").mkdir()
    profiles = json.dumps({"current": "a", "profiles": [{"name": "a", **AK}]})
    (tmp_path / ".aliyun/config.json").write_text(profiles)
    (tmp_path / ".alibabacloud/credentials.ini").write_text(f"[default]\n{keys}")
    (tmp_path / ".ossutilconfig").write_text(f"[default]\n{keys}")
    sources = ossc.OssutilCredentials, ossc.CLICredentials, ossc.IniCredentials
    for source in sources:
        assert parts(source()()) == PAIR
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("OSSUTIL_CONFIG_FILE", str(tmp_path / ".ossutilconfig"))
    path = tmp_path / ".alibabacloud/credentials.ini"
    monkeypatch.setenv("ALIBABA_CLOUD_CREDENTIALS_FILE", str(path))
    assert parts(ossc.OssutilCredentials()()) == PAIR
    assert parts(ossc.IniCredentials()()) == PAIR
    with pytest.raises(NOT_FOUND, match="there is no file"):
        ossc.CLICredentials()()


def test_no_files(tmp_path: Path) -> None:
    """What is not there, or is no file, is no failure; what cannot be read is one."""
    for kind in (ossc.OssutilCredentials, ossc.CLICredentials, ossc.IniCredentials):
        with pytest.raises(NOT_FOUND):
            kind(tmp_path / "missing")()
        with pytest.raises(NOT_FOUND):
            kind(tmp_path)()
        with pytest.raises(ossc.CredentialsError):
            kind("a\0b")()
        (tmp_path / "large").write_bytes(b"#" * ((1 << 20) + 1))
        with pytest.raises(ossc.CredentialsError, match="too large"):
            kind(tmp_path / "large")()
        fifo = tmp_path / f"fifo-{kind.__name__}"
        os.mkfifo(fifo)
        with pytest.raises(NOT_FOUND):
            kind(fifo)()
