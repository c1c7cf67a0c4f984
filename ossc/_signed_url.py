"""`PresignedURL`: a URL that is its own permission, and what can be read off one.

Loaded when the first URL is signed or used.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from ossc._names import check_text
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from typing_extensions import Self

__all__ = [
    "Given",
    "PresignedURL",
    "check_url",
    "hidden",
    "is_signed_header",
    "redacted",
]

_ALWAYS_SIGNED = ("content-type", "content-md5")
_SECRETS = frozenset(
    {"Signature", "x-oss-signature", "security-token", "x-oss-security-token"}
)
_MAX = 60_000


def is_signed_header(name: str, additional: str = "") -> bool:
    """Whether a signature covers a header; `additional`: further names, by `;`."""
    low = name.lower()
    return (
        low.startswith("x-oss-")
        or low in _ALWAYS_SIGNED
        or low in additional.split(";")
    )


class Given(str):
    """A URL whose secrets no traceback shows: what somebody gives is made one at once."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Without its secrets."""
        return repr(redacted(self))

    @property
    def path(self) -> str:
        """Its path, decoded, without the first slash: a key, or a bucket and a key."""
        return unquote(urlsplit(str.__str__(self)).path).removeprefix("/")

    @property
    def params(self) -> dict[str, str]:
        """Its query, decoded; of a repeated name the first value."""
        pairs = parse_qsl(urlsplit(str.__str__(self)).query, keep_blank_values=True)
        return dict(reversed(pairs))


class PresignedURL(Given):
    """A signed URL: a `str` that can be used as it is, and knows what it is for.

    `print(url)`, `str(url)` and formatting give the whole URL; `repr(url)`, which is what
    logs of arguments show, hides its signature and its token.

    Attributes:
        method: The HTTP method that it is for.
        headers: Headers to send along with it, as they were given to be signed.
        expires_at: Unix seconds until which it is good.

    Example:
        >>> url = bucket.presign_get("greeting.txt", 600)
        >>> url.method, dict(url.signed_headers)
        ('GET', {})
        >>> "Signature=***" in repr(url) or "x-oss-signature=***" in repr(url)
        True
    """

    __slots__ = ("_additional", "expires_at", "headers", "method")

    method: str
    headers: Mapping[str, str]
    expires_at: int
    _additional: str

    def __new__(
        cls,
        url: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        expires_at: int = 0,
        additional: str = "",
    ) -> Self:
        """A URL with what is known of it."""
        self = super().__new__(cls, url)
        self.method = method
        self.headers = dict(headers or {})
        self.expires_at = expires_at
        self._additional = additional
        return self

    @property
    def url(self) -> str:
        """The URL as a plain `str`."""
        return str.__str__(self)

    @property
    def signed_headers(self) -> Mapping[str, str]:
        """Those of the headers that must be sent with exactly these values."""
        return {
            name: value
            for name, value in self.headers.items()
            if is_signed_header(name, self._additional)
        }

    @property
    def expiration(self) -> datetime:
        """The time until which it is good, in UTC."""
        from datetime import datetime, timezone  # noqa: PLC0415 - few ask

        return datetime.fromtimestamp(self.expires_at, timezone.utc)

    def __repr__(self) -> str:
        """Without its secrets."""
        return (
            f"PresignedURL({redacted(self)!r}, method={self.method!r}, "
            f"headers={sorted(self.headers)!r}, expires_at={self.expires_at})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies with all that is known of it."""
        values = (self.url, self.method, self.headers, self.expires_at)
        return PresignedURL, (*values, self._additional)


def hidden(url: str) -> Given:
    """The URL, from here on without its secrets in tracebacks; not checked yet."""
    return url if isinstance(url, Given) else Given(check_text("the URL", url))


def check_url(url: Given) -> None:
    """Refuses what no request can be made by.

    Raises:
        ParameterError: It is no URL. It is not quoted, as it may be half a secret.
    """
    scheme = url[:8].lower().partition("://")[0]
    if scheme not in ("http", "https") or not url.isascii():
        raise ParameterError(
            "a signed URL begins with http:// or https:// and is percent-encoded ASCII"
        )
    if not url.isprintable() or " " in url or len(url) > _MAX:
        raise ParameterError(
            f"the signed URL has blanks, control characters, or more than {_MAX} bytes"
        )
    if not _names_host(url) or "#" in url:
        raise ParameterError(
            "the signed URL names no host, or has a user, a bad port or a fragment"
        )


def _names_host(url: str) -> bool:
    try:
        parts = urlsplit(str.__str__(url))
        is_port = parts.port != 0
    except ValueError:
        return False
    return bool(parts.hostname) and is_port and "@" not in parts.netloc


def redacted(url: str) -> str:
    """The URL with `***` in place of what would let others use it."""
    head, mark, query = str.__str__(url).partition("?")
    pieces = []
    for piece in query.split("&"):
        name, equals, value = piece.partition("=")
        is_secret = equals and unquote(name) in _SECRETS
        pieces.append(f"{name}=***" if is_secret else f"{name}{equals}{value}")
    return head + mark + "&".join(pieces)
