"""The files of the tools: read with bounds, and the profiles in them found.

`OssutilCredentials` reads ossutil's file, `CLICredentials` that of the Alibaba Cloud CLI,
`IniCredentials` the one that Alibaba Cloud's SDKs share.
"""

from __future__ import annotations

import os

from ossc._credentials._fields import Fields, parse_json
from ossc.errors import CredentialsError, CredentialsNotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.credentials import Credentials

__all__ = ["CLICredentials", "IniCredentials", "OssutilCredentials", "read_file"]

MAX_FILE = 1 << 20


def read_file(path: str, what: str) -> bytes:
    """The whole of a small file.

    Raises:
        CredentialsNotFound: There is none.
        CredentialsError: It cannot be read, is no file, or is too large for one of these.
    """
    said = ""
    try:
        if not os.path.isfile(path):
            # Not opened: a named pipe would have us wait for ever.
            raise CredentialsNotFound(f"{what}: there is no file {path!r}")
        with open(path, "rb") as file:
            data = file.read(MAX_FILE + 1)
        if len(data) <= MAX_FILE:
            return data
        said = "it is too large"
        del data
    except OSError as error:
        said = error.strerror or type(error).__name__
    except ValueError:
        said = "it is no path"
    raise CredentialsError(f"{what}: {path!r} cannot be read: {said}")


class _File:
    """What the three have in common: a file, a profile, and the way to it."""

    __slots__ = ("_path", "_profile")

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        profile: str | None = None,
    ) -> None:
        self._path = None if path is None else os.fspath(path)
        self._profile = profile

    def __repr__(self) -> str:
        """File and profile; no secrets."""
        name = type(self).__name__
        return f"{name}(path={self._path!r}, profile={self._profile!r})"

    def _place(self, variable: str, usual: str) -> str:
        """The file: given, of the environment, or the usual one."""
        named = os.environ.get(variable) if variable else None
        return self._path or named or os.path.expanduser(usual)


class OssutilCredentials(_File):
    """The credentials in ossutil's configuration file, of version 1 or 2.

    Args:
        path: The file; default: `OSSUTIL_CONFIG_FILE`, else `~/.ossutilconfig`.
        profile: The profile; default: `OSSUTIL_PROFILE`, else the default one.
    """

    __slots__ = ()

    def __call__(self) -> Credentials:
        """Reads the file, and asks whom it names.

        Raises:
            CredentialsNotFound: There is no such file, or it names no credentials.
            CredentialsError: It cannot be made sense of, or who is asked fails.
        """
        from ossc._credentials._profiles import resolve  # noqa: PLC0415 - a cycle

        path = self._place("OSSUTIL_CONFIG_FILE", "~/.ossutilconfig")
        what = f"ossutil's file {path!r}"
        sections = _read_ini(read_file(path, "ossutil"), what)
        name = self._profile or os.environ.get("OSSUTIL_PROFILE") or "default"

        def find(name: str) -> Fields | None:
            found = sections.get(f"profile {name.lower()}")
            if found is None and name.lower() == "default":
                found = sections.get("default") or _of_version_1(sections)
            return found

        return resolve(find, name, what)


def _of_version_1(sections: dict[str, Fields]) -> Fields | None:
    """Version 1 has a section for keys, and one for the address of a role's keys."""
    found = sections.get("credentials")
    address = sections.get("akservice", Fields(())).text("ecsAk")
    if address:
        role = address.rstrip("/").rpartition("/")[2]
        return Fields([("mode", "EcsRamRole"), ("ecsRoleName", role)])
    return found


class CLICredentials(_File):
    """The credentials in the configuration file of the Alibaba Cloud CLI (`aliyun`).

    Modes AK, StsToken, RamRoleArn, EcsRamRole, RamRoleArnWithEcs, ChainableRamRoleArn,
    OIDC, External, CredentialsURI; of CloudSSO and OAuth the token that the CLI left
    there, while it is good.

    Args:
        path: The file; default: `~/.aliyun/config.json`.
        profile: The profile; default: `ALIBABA_CLOUD_PROFILE`, else the current one.
    """

    __slots__ = ()

    def __call__(self) -> Credentials:
        """Reads the file, and asks whom it names.

        Raises:
            CredentialsNotFound: There is no such file, or the environment forbids it.
            CredentialsError: It cannot be made sense of, or who is asked fails.
        """
        from ossc._credentials._profiles import resolve  # noqa: PLC0415 - a cycle

        disabled = os.environ.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "")
        if self._path is None and disabled.lower() == "true":
            raise CredentialsNotFound("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is set")
        path = self._place("", "~/.aliyun/config.json")
        what = f"the CLI's file {path!r}"
        config = parse_json(read_file(path, "the Alibaba Cloud CLI"), what)
        name = self._profile or os.environ.get("ALIBABA_CLOUD_PROFILE")
        name = name or config.text("current") or "default"

        def find(name: str) -> Fields | None:
            of_name = (each for each in config.each("profiles") if each.is_called(name))
            return next(of_name, None)

        return resolve(find, name, what)


class IniCredentials(_File):
    """The credentials in the file that Alibaba Cloud's SDKs share.

    Args:
        path: The file; default: `ALIBABA_CLOUD_CREDENTIALS_FILE`, else
            `~/.alibabacloud/credentials.ini`.
        profile: The section; default: `ALIBABA_CLOUD_PROFILE`, else `default`.
    """

    __slots__ = ()

    def __call__(self) -> Credentials:
        """Reads the file, and asks whom it names.

        Raises:
            CredentialsNotFound: There is no such file.
            CredentialsError: It cannot be made sense of, or who is asked fails.
        """
        from ossc._credentials._profiles import resolve  # noqa: PLC0415 - a cycle

        path = self._place(
            "ALIBABA_CLOUD_CREDENTIALS_FILE", "~/.alibabacloud/credentials.ini"
        )
        what = f"the file {path!r}"
        sections = _read_ini(read_file(path, "credentials.ini"), what)
        name = self._profile or os.environ.get("ALIBABA_CLOUD_PROFILE") or "default"
        return resolve(lambda name: sections.get(name.lower()), name, what)


def _read_ini(data: bytes, what: str) -> dict[str, Fields]:
    """The sections by their names in lower case."""
    sections, wrong = _parse(data)
    if not wrong:
        return sections
    del data
    raise CredentialsError(f"{what}: line {wrong} is no `name = value`")


def _parse(data: bytes) -> tuple[dict[str, Fields], int]:
    """The sections, and the number of the first line that makes no sense, or 0.

    Read line by line, for the standard library's parser quotes lines in its errors.
    """
    sections: dict[str, list[tuple[object, object]]] = {}
    section = None
    for number, raw in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        name, found, value = line.partition("=")
        if line[0] == "[" and line[-1] == "]":
            section = sections.setdefault(" ".join(line[1:-1].split()).lower(), [])
        elif section is None or not found:
            return {}, number
        else:
            section.append((name.strip(), _value(value)))
    return {name: Fields(pairs) for name, pairs in sections.items()}, 0


def _value(text: str) -> str:
    """A value without a comment behind it and without quotes around it."""
    value = text.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value.partition(" #")[0].strip()
