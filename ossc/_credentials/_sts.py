"""Credentials of a RAM role, from the security token service (STS).

Two ways to assume a role: with an access key, whose holder the role trusts, or with the
token that a Kubernetes cluster gave to a pod (OIDC, "RRSA").
"""

from __future__ import annotations

import os
import time

from ossc._credentials._fields import VISIBLE, code_of, credentials_of
from ossc._credentials._files import read_file
from ossc._credentials._http import Place, Question, Reply, ask, place_of
from ossc._credentials._refresh import RefreshingCredentials
from ossc._names import DIGITS, LETTERS, LOWER, check_text, check_whole, consists_of
from ossc.credentials import Credentials
from ossc.errors import CredentialsError, CredentialsNotFound, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc._credentials._refresh import Source

__all__ = ["AssumeRoleCredentials", "OIDCCredentials", "Role"]

_SESSION = LETTERS + DIGITS + ".@_-"
_WHAT = "STS"
_CENTRAL = "sts.aliyuncs.com"


class Role:
    """Which role is assumed, for how long, and at which STS.

    Args:
        arn: The role, `"acs:ram::123456789012****:role/name"`.
        session: The session's name in the audit log; default: `ossc`.
        duration: Seconds that the credentials live; 900 and more.
        policy: A RAM policy as JSON, to narrow the role's rights.
        endpoint: The STS's address; default: of the region.
        region: Region id of the STS; default: of the environment, else the central one.
        vpc: Whether to ask at the address that networks in the cloud (VPCs) reach.
    """

    __slots__ = ("arn", "duration", "endpoint", "policy", "session")

    def __init__(
        self,
        arn: str,
        *,
        session: str | None = None,
        duration: int = 3600,
        policy: str | None = None,
        endpoint: str | None = None,
        region: str | None = None,
        vpc: bool | None = None,
    ) -> None:
        self.arn = check_text("role_arn", arn)
        self.session = session or "ossc"
        if not consists_of(self.session, _SESSION, 64) or len(self.session) < 2:
            raise ParameterError("a session's name has 2 to 64 letters, digits, .@_-")
        self.duration = check_whole("duration", duration, 43_200, least=900)
        self.policy = policy
        self.endpoint = endpoint or _endpoint_of(region, vpc)
        if self.place().tls or self.place().is_local:
            return
        raise ParameterError("the STS must be asked over https")

    def place(self) -> Place:
        """Where the STS is."""
        return place_of(self.endpoint, _WHAT)

    def fields(self, action: str) -> dict[str, str]:
        """What every such request says."""
        said = {
            "Action": action,
            "Version": "2015-04-01",
            "Format": "JSON",
            "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "RoleArn": self.arn,
            "RoleSessionName": self.session,
            "DurationSeconds": str(self.duration),
        }
        return {**said, "Policy": self.policy} if self.policy else said

    def __repr__(self) -> str:
        return f"{self.arn!r}, session={self.session!r}"


def _endpoint_of(region: str | None, vpc: bool | None) -> str:  # noqa: FBT001
    named = os.environ.get("ALIBABA_CLOUD_STS_ENDPOINT")
    if named and not region:
        return named
    region = region or os.environ.get("ALIBABA_CLOUD_STS_REGION")
    if vpc is None:
        vpc = os.environ.get("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "").lower() == "true"
    if not region:
        return _CENTRAL
    if not consists_of(region, LOWER + DIGITS + "-", 64):
        raise ParameterError(f"{region!r:.60} is not a region id")
    return f"sts{'-vpc' if vpc else ''}.{region}.aliyuncs.com"


class AssumeRoleCredentials:
    """The credentials of a role that the holder of other credentials may assume.

    Args:
        source: Those: `Credentials`, or what they come from.
        role_arn: The role, `"acs:ram::123456789012****:role/name"`.
        session_name: The session's name in the audit log.
        duration: Seconds that the role's credentials live, 900 to 43,200 as far as the
            role allows.
        policy: A RAM policy as JSON that narrows the role's rights.
        external_id: What the role's owner asks of those who assume it.
        sts_endpoint: The STS's address; default: `ALIBABA_CLOUD_STS_ENDPOINT`, else that
            of the region.
        sts_region: Region id of the STS; default: `ALIBABA_CLOUD_STS_REGION`, else the
            central one is asked.
        vpc: Whether to ask at the address inside the cloud's networks; default:
            `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED`.

    Raises:
        ParameterError: An argument is none that STS takes.

    Example:
        >>> keys = ossc.Credentials("LTAI5tExample", "secret")
        >>> ossc.AssumeRoleCredentials(keys, "acs:ram::1234:role/reader")
        AssumeRoleCredentials('acs:ram::1234:role/reader', session='ossc')
    """

    __slots__ = ("_external_id", "_role", "_source")

    def __init__(
        self,
        source: Source,
        role_arn: str,
        *,
        session_name: str | None = None,
        duration: int = 3600,
        policy: str | None = None,
        external_id: str | None = None,
        sts_endpoint: str | None = None,
        sts_region: str | None = None,
        vpc: bool | None = None,
    ) -> None:
        self._source = RefreshingCredentials.of(source)
        self._external_id = external_id
        self._role = Role(
            role_arn,
            session=session_name,
            duration=duration,
            policy=policy,
            endpoint=sts_endpoint,
            region=sts_region,
            vpc=vpc,
        )

    def __call__(self) -> Credentials:
        """Asks the STS.

        Raises:
            CredentialsError: It refused, or gave no good answer.
        """
        keys = self._source()
        return _answered(ask(self._question(keys)), f"{_WHAT} AssumeRole")

    def _question(self, keys: Credentials) -> Question:
        import uuid  # noqa: PLC0415 - once in an hour

        said = self._role.fields("AssumeRole")
        said["SignatureMethod"] = "HMAC-SHA1"
        said["SignatureVersion"] = "1.0"
        said["SignatureNonce"] = uuid.uuid4().hex
        said["AccessKeyId"] = keys.access_key_id
        if keys.security_token:
            said["SecurityToken"] = keys.security_token
        if self._external_id:
            said["ExternalId"] = self._external_id
        said["Signature"] = sign("POST", said, keys.access_key_secret)
        return _post(self._role, said)

    def __repr__(self) -> str:
        """The role; no secrets."""
        return f"AssumeRoleCredentials({self._role!r})"


class OIDCCredentials:
    """The credentials of a role for a pod, by the token that its cluster gave it (RRSA).

    What is not given is of the environment, where the cluster puts it.

    Args:
        role_arn: The role; default: `ALIBABA_CLOUD_ROLE_ARN`.
        provider_arn: The cluster's identity provider; default:
            `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`.
        token_file: The file with the token; default: `ALIBABA_CLOUD_OIDC_TOKEN_FILE`. It
            is read anew each time, because the cluster replaces it.
        session_name: Default: `ALIBABA_CLOUD_ROLE_SESSION_NAME`, else `ossc`.
        duration: As in `AssumeRoleCredentials`, like what follows.
        policy: See there.
        sts_endpoint: See there.
        sts_region: See there.
        vpc: See there.
    """

    __slots__ = ("_given", "_options")

    def __init__(
        self,
        role_arn: str | None = None,
        provider_arn: str | None = None,
        token_file: str | os.PathLike[str] | None = None,
        *,
        session_name: str | None = None,
        duration: int = 3600,
        policy: str | None = None,
        sts_endpoint: str | None = None,
        sts_region: str | None = None,
        vpc: bool | None = None,
    ) -> None:
        path = None if token_file is None else os.fspath(token_file)
        self._given = (role_arn, provider_arn, path)
        self._options = {
            "session": session_name,
            "duration": duration,
            "policy": policy,
            "endpoint": sts_endpoint,
            "region": sts_region,
            "vpc": vpc,
        }
        # What is given is checked now, the environment when it is asked.
        checked = {**self._options, "endpoint": sts_endpoint or _CENTRAL}
        Role(role_arn or "", **(self._options if sts_region else checked))  # type: ignore[arg-type]

    def _role(self, arn: str) -> Role:
        options = dict(self._options)
        if options["session"] is None:
            options["session"] = os.environ.get("ALIBABA_CLOUD_ROLE_SESSION_NAME")
        return Role(arn, **options)  # type: ignore[arg-type]

    def __call__(self) -> Credentials:
        """Reads the token and asks the STS.

        Raises:
            CredentialsNotFound: No role, provider or token file is named.
            CredentialsError: The file cannot be read, or STS gave no good answer.
        """
        parts = []
        for given, variable in zip(self._given, _OIDC, strict=True):
            parts.append(given or os.environ.get(variable, ""))
            if not parts[-1]:
                raise CredentialsNotFound(f"{variable} is not set")
        arn, provider, path = parts
        try:
            role = self._role(arn)
        except ParameterError as error:
            raise CredentialsError(f"OIDC: {error.message}") from None
        said = role.fields("AssumeRoleWithOIDC")
        return _answered(
            ask(_with_token(role, said, provider, path)), f"{_WHAT} AssumeRoleWithOIDC"
        )

    def __repr__(self) -> str:
        """No secrets."""
        return f"OIDCCredentials(role_arn={self._given[0]!r})"


_OIDC = (
    "ALIBABA_CLOUD_ROLE_ARN",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
)


def _with_token(role: Role, said: dict[str, str], provider: str, path: str) -> Question:
    token = read_file(path, "the OIDC token").decode("ascii", "replace").strip()
    if consists_of(token, VISIBLE):
        return _post(role, {**said, "OIDCProviderArn": provider, "OIDCToken": token})
    del token
    raise CredentialsError("the file of the OIDC token holds no token")


def sign(method: str, said: Mapping[str, str], secret: str) -> str:
    """The signature of a request of Alibaba Cloud's RPC style, version 1.0."""
    # Imported here, as what follows: few programs ask STS.
    import hmac  # noqa: PLC0415
    from base64 import b64encode  # noqa: PLC0415

    query = "&".join(f"{_quote(n)}={_quote(v)}" for n, v in sorted(said.items()))
    text = f"{method}&%2F&{_quote(query)}"
    return b64encode(hmac.digest(f"{secret}&".encode(), text.encode(), "sha1")).decode()


def _quote(text: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - as above

    return quote(text, safe="~")


def _post(role: Role, said: Mapping[str, str]) -> Question:
    body = "&".join(f"{_quote(name)}={_quote(value)}" for name, value in said.items())
    place = role.place()
    return Question(
        f"{_WHAT} ({place.host})",
        place,
        "POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=body.encode(),
    )


def _answered(reply: Reply, what: str) -> Credentials:
    if reply.status == 200:
        return credentials_of(reply.fields().within("Credentials"), what)
    try:
        code = code_of(reply.fields())
    except CredentialsError:
        code = ""
    told = f" {code}" if code else ""
    raise CredentialsError(f"{what} was refused with HTTP {reply.status}{told}")
