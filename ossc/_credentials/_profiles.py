"""What a profile of a tool's file says: keys, or whom to ask for them.

The tools call the same things by different names; `Fields` sees through hyphens and case,
the tables here through the rest.
"""

from __future__ import annotations

from ossc._credentials._ask import ProcessCredentials, URICredentials
from ossc._credentials._fields import Fields, credentials_of
from ossc._credentials._imds import ECSRoleCredentials
from ossc._credentials._sts import AssumeRoleCredentials, OIDCCredentials
from ossc._names import DIGITS, consists_of
from ossc.errors import CredentialsError, CredentialsNotFound, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ossc._credentials._refresh import CredentialsProvider
    from ossc.credentials import Credentials

    Find = Callable[[str], Fields | None]

__all__ = ["resolve"]

_MAX_CHAIN = 8

_ROLE = ("ram_role_arn", "role_arn")
_SESSION = ("ram_session_name", "role_session_name")
_ECS_ROLE = ("ram_role_name", "ecs_role_name", "role_name")
_COMMAND = ("process_command", "credential_process")
_URI = ("credentials_uri", "credential_uri")
_TOKEN_FILE = ("oidc_token_file", "oidc_token_file_path")
_TOKEN = ("sts_token", "security_token")

_MODES = {
    "ak": "keys",
    "accesskey": "keys",
    "ststoken": "token",
    "sts": "token",
    "ramrolearn": "role",
    "chainableramrolearn": "role",
    "ecsramrole": "ecs",
    "ramrolearnwithecs": "ecs role",
    "oidc": "oidc",
    "oidcrolearn": "oidc",
    "external": "process",
    "process": "process",
    "credentialsuri": "uri",
    "credentialuri": "uri",
    "cloudsso": "left",
    "oauth": "left",
}


def resolve(find: Find, name: str, what: str, depth: int = 0) -> Credentials:
    """The credentials of a profile.

    Args:
        find: Gives a profile by its name.
        name: The profile's.
        what: The file, for errors.
        depth: How many profiles have led to this one.

    Raises:
        CredentialsNotFound: There is no such profile, or it says nothing of credentials.
        CredentialsError: It makes no sense, or who is asked fails.
    """
    profile = find(name)
    if profile is None:
        raise CredentialsNotFound(f"{what} has no profile {name!r:.80}")
    if depth > _MAX_CHAIN:
        raise CredentialsError(f"{what}: the profiles lead to each other without end")
    what = f"{what}, profile {name!r:.80}"
    said = ""
    try:
        return _credentials(profile, find, what, depth)
    except ParameterError as error:
        said = error.message
    raise CredentialsError(f"{what}: {said}")


def _credentials(profile: Fields, find: Find, what: str, depth: int) -> Credentials:
    written = profile.text("mode", "type")
    mode = _MODES.get(written.replace("_", "").replace("-", "").lower(), "")
    if not written:
        mode = _guess(profile, what)
    if mode in ("keys", "token"):
        return credentials_of(_written(profile, mode, written, what), what)
    if mode == "left":
        return _left_by_tool(profile, what)
    if mode in ("role", "ecs role"):
        return AssumeRoleCredentials(
            _source(profile, mode, find, what, depth),
            profile.text(*_ROLE),
            external_id=profile.text("external_id") or None,
            **_options(profile),
        )()
    asked = _asked(profile, mode)
    if asked is not None:
        return asked()
    raise CredentialsError(f"{what}: the mode {written!r:.40} is not supported")


def _asked(profile: Fields, mode: str) -> CredentialsProvider | None:
    """Whom a profile without keys of its own names."""
    if mode == "oidc":
        return OIDCCredentials(
            profile.text(*_ROLE) or None,
            profile.text("oidc_provider_arn") or None,
            profile.text(*_TOKEN_FILE) or None,
            **_options(profile),
        )
    if mode == "ecs":
        return ECSRoleCredentials(profile.text(*_ECS_ROLE) or None)
    if mode == "process":
        return ProcessCredentials(profile.text(*_COMMAND), **_timeout(profile))
    if mode == "uri":
        return URICredentials(profile.text(*_URI))
    return None


def _guess(profile: Fields, what: str) -> str:
    """The mode of a profile that does not name it."""
    for names, mode in (
        (_ROLE, "role"),
        (_TOKEN, "token"),
        (("access_key_id",), "keys"),
        (_ECS_ROLE, "ecs"),
        (_COMMAND, "process"),
        (_URI, "uri"),
    ):
        if profile.text(*names):
            return mode
    raise CredentialsNotFound(f"{what} says nothing of credentials")


def _written(profile: Fields, mode: str, written: str, what: str) -> Fields:
    """The keys of a profile.

    A mode of plain keys leaves a token alone that an earlier mode left behind.
    """
    if mode == "token" and not profile.text(*_TOKEN):
        raise CredentialsError(f"{what}: there is no security token")
    names = ["access_key_id", "access_key_secret"]
    if mode == "token" or not written:
        names += [*_TOKEN, "expiration", "sts_expiration"]
    return Fields((name, profile.text(name)) for name in names)


def _left_by_tool(profile: Fields, what: str) -> Credentials:
    """Credentials that the tool got when somebody signed in, while they are good."""
    import time  # noqa: PLC0415 - seldom

    found = credentials_of(profile, what)
    if found.expiration is None or found.expiration.timestamp() > time.time():
        return found
    raise CredentialsError(f"{what}: the sign-in has expired; use the tool to renew it")


def _source(
    profile: Fields, mode: str, find: Find, what: str, depth: int
) -> Credentials:
    if mode == "ecs role":
        return ECSRoleCredentials(profile.text(*_ECS_ROLE) or None)()
    named = profile.text("source_profile")
    if named:
        return resolve(find, named, what, depth + 1)
    # A token is of keys that begin so; others had another mode before.
    is_temporary = profile.text("access_key_id").startswith("STS.")
    written = "" if is_temporary else "AK"
    return credentials_of(_written(profile, "keys", written, what), what)


def _options(profile: Fields) -> dict[str, Any]:
    duration = profile.text("expired_seconds", "duration_seconds")
    vpc = profile.text("enable_vpc").lower()
    seconds = int(duration) if consists_of(duration, DIGITS, 6) else 0
    return {
        "session_name": profile.text(*_SESSION) or None,
        "duration": seconds or 3600,
        "policy": profile.text("policy") or None,
        "sts_endpoint": profile.text("sts_endpoint") or None,
        "sts_region": profile.text("sts_region") or None,
        "vpc": vpc == "true" if vpc else None,
    }


def _timeout(profile: Fields) -> dict[str, float]:
    seconds = profile.text("credential_process_timeout")
    if consists_of(seconds, DIGITS, 3):
        return {"timeout": float(seconds)}
    # As long as the tools wait: the CLI, whose name for the command this is, and ossutil.
    return {"timeout": 60.0 if profile.text("process_command") else 15.0}
