"""Credentials of the role of an ECS instance, from the instance's metadata service."""

from __future__ import annotations

import os

from ossc._credentials._fields import VISIBLE, code_of, credentials_of
from ossc._credentials._http import Place, Question, Unanswered, Unreachable, ask
from ossc._names import DIGITS, LETTERS, check_text, consists_of
from ossc.credentials import Credentials
from ossc.errors import CredentialsError, CredentialsNotFound, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._credentials._http import Reply

__all__ = ["ECSRoleCredentials"]

HOST = "100.100.100.200"
_ROLES = "/latest/meta-data/ram/security-credentials/"
_TOKEN = "/latest/api/token"  # noqa: S105 - a path
_TOKEN_TTL_S = 60
_ROLE = LETTERS + DIGITS + ".@_-"


class ECSRoleCredentials:
    """The credentials of the RAM role that an ECS instance (or ECI pod) has.

    The metadata service is asked with a token (its version 2), and without one (version
    1) only where it has no tokens and that is allowed.

    Args:
        role: The role's name; default: `ALIBABA_CLOUD_ECS_METADATA`, else the service is
            asked for it.
        host: The service's address, with a port if need be.
        v1: Whether version 1 may be used; default: unless `ALIBABA_CLOUD_IMDSV1_DISABLED`
            is `true`.

    Raises:
        ParameterError: No role can have that name.
    """

    __slots__ = ("_place", "_role", "_v1")

    def __init__(
        self, role: str | None = None, *, host: str = HOST, v1: bool | None = None
    ) -> None:
        if role is not None and not consists_of(check_text("role", role), _ROLE, 64):
            raise ParameterError(f"{role!r:.80} is no role's name")
        name, _, port = check_text("host", host).partition(":")
        if not name or (port and not consists_of(port, DIGITS, 5)):
            raise ParameterError(f"{host!r:.80} is no host")
        self._role = role
        self._v1 = v1
        self._place = Place(name, int(port or 80), tls=False)

    def __call__(self) -> Credentials:
        """Asks the metadata service.

        Raises:
            CredentialsNotFound: There is no such service here, the instance has no role,
                or the environment forbids asking.
            CredentialsError: The service gave no good answer.
        """
        if os.environ.get("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "").lower() == "true":
            raise CredentialsNotFound("ALIBABA_CLOUD_ECS_METADATA_DISABLED is set")
        said = ""
        try:
            return self._ask()
        except Unreachable as error:
            said = error.message
        raise CredentialsNotFound(said)

    def _ask(self) -> Credentials:
        token = self._token()
        role = self._role or os.environ.get("ALIBABA_CLOUD_ECS_METADATA")
        if not role:
            role = self._get("", token).text().partition("\n")[0].strip()
        if not consists_of(role, _ROLE, 64):
            raise CredentialsError("the metadata service named no role")
        fields = self._get(role, token).fields()
        what = f"the metadata service's credentials of the role {role}"
        if fields.text("Code") not in ("", "Success"):
            raise CredentialsError(f"{what}: {code_of(fields) or 'refused'}")
        return credentials_of(fields, what)

    def _question(self, method: str, path: str, **options: object) -> Question:
        what = f"the metadata service at {self._place.host}"
        return Question(what, self._place.at(path), method, **options)  # type: ignore[arg-type]

    def _token(self) -> _Token:
        """A token for the questions to come; an empty one where there are none."""
        lives = {"X-aliyun-ecs-metadata-token-ttl-seconds": str(_TOKEN_TTL_S)}
        said = "it has no tokens"
        try:
            # Not for long: where a container's network drops the answer, none comes.
            question = self._question("PUT", _TOKEN, headers=lives, whole_s=2.0)
            reply = ask(question, again=False)
            said = f"HTTP {reply.status}"
            token = _Token(reply.text() if reply.status == 200 else "")
        except Unreachable:
            raise
        except Unanswered as error:
            token, said = _Token(""), error.message
        if token.is_good:
            return token
        allowed = self._v1
        if allowed is None:
            disabled = os.environ.get("ALIBABA_CLOUD_IMDSV1_DISABLED", "")
            allowed = disabled.lower() != "true"
        if allowed:
            return _Token("")
        raise CredentialsError(
            f"the metadata service gave no token ({said}), and version 1 is disabled"
        )

    def _get(self, name: str, token: _Token) -> Reply:
        question = self._question("GET", _ROLES + name, headers=token.headers())
        reply = ask(question)
        if reply.status == 200:
            return reply
        if reply.status == 404:
            role = f"role {name!r}" if name else "role"
            raise CredentialsNotFound(f"the instance has no {role}")
        raise CredentialsError(f"{question.what} answered with HTTP {reply.status}")

    def __repr__(self) -> str:
        """The role."""
        return f"ECSRoleCredentials({self._role!r})"


class _Token:
    """The metadata service's token; not shown."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    @property
    def is_good(self) -> bool:
        return consists_of(self._text, VISIBLE, 1024)

    def headers(self) -> dict[str, str]:
        return {"X-aliyun-ecs-metadata-token": self._text} if self._text else {}
