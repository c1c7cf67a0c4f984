"""`CredentialsChain`: one source after the other, and the default order of them."""

from __future__ import annotations

from ossc._credentials._ask import EnvironmentCredentials, URICredentials
from ossc._credentials._caller import caller_of
from ossc._credentials._files import CLICredentials, IniCredentials, OssutilCredentials
from ossc._credentials._imds import ECSRoleCredentials
from ossc._credentials._sts import OIDCCredentials
from ossc.credentials import Credentials
from ossc.errors import CredentialsError, CredentialsNotFound, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._credentials._refresh import Source

__all__ = ["CredentialsChain", "default_chain"]


class CredentialsChain:
    """Asks sources in turn; the first that has credentials gives them.

    The chain goes on to the next source where one says `CredentialsNotFound`. A source
    that is set up but fails ends it: nobody wants another identity instead of the one
    that was meant.

    Args:
        sources: As `RefreshingCredentials` takes them.

    Example:
        >>> chain = ossc.CredentialsChain(
        ...     ossc.EnvironmentCredentials(), ossc.ECSRoleCredentials("reader")
        ... )
        >>> chain().access_key_id == key_id
        True
    """

    __slots__ = ("_sources",)

    def __init__(self, *sources: Source) -> None:
        if not sources:
            raise ParameterError("a chain has at least one source")
        self._sources = [caller_of(each) for each in sources]

    def __call__(self) -> Credentials:
        """Asks the sources.

        Raises:
            CredentialsNotFound: None has credentials; the message has each one's reason.
            CredentialsError: One failed.
        """
        reasons = []
        for source in self._sources:
            said = ""
            try:
                return source()
            except CredentialsNotFound as error:
                reasons.append(f"{source!r}: {error.message}")
            except CredentialsError as error:
                said = f"{source!r}: {error.message}"
            if said:
                raise CredentialsError(said)
        raise CredentialsNotFound(
            "there are no credentials; give credentials=ossc.Credentials(…), set "
            "OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or ask for unsigned requests "
            f"with ossc.ANONYMOUS. {'; '.join(reasons)}"
        )

    def __repr__(self) -> str:
        """The sources; no secrets."""
        return f"CredentialsChain({', '.join(map(repr, self._sources))})"


def default_chain() -> CredentialsChain:
    """The sources that a client asks where it is given no credentials, in their order.

    The environment, OIDC of a pod, ossutil's file, the Alibaba Cloud CLI's, that of the
    SDKs, the role of an ECS instance, a URI.

    Example:
        >>> ossc.default_chain()().access_key_id == key_id
        True
    """
    return CredentialsChain(
        EnvironmentCredentials(),
        OIDCCredentials(),
        OssutilCredentials(),
        CLICredentials(),
        IniCredentials(),
        ECSRoleCredentials(),
        URICredentials(),
    )
