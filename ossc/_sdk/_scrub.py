"""Takes secrets out of what a server sent back, before it gets into an exception.

A refusal of a signature quotes the text that was signed, and with it the security token;
a proxy's page may quote the whole request.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from ossc._xml import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.credentials import Credentials

__all__ = ["scrubber"]

_GONE = b"***"

# Anything shorter is no real key, and would blot out words.
_SHORTEST = 8

# An Authorization header, the element that quotes its signature, and a signed URL's.
_SIGNATURES = re.compile(
    rb"(OSS4-HMAC-SHA256 [^<>\r\n]{0,400}?Signature=)[0-9A-Fa-f]{16,}"
    rb"|(\bOSS [^\s:<>]{1,200}:)[A-Za-z0-9+/=]{16,}"
    rb"|(<SignatureProvided>)[^<]+"
    rb"|(\"SignatureProvided\": ?\")[^\"]+"
    rb"|([?&;](?:x-oss-signature|Signature)=)[A-Za-z0-9%+/=]{16,}"
    rb"|([?&;](?:x-oss-security-token|security-token)=)[^&\s<>\"']+"
    rb"|(x-oss-security-token:)(?:[^\s<>\"\\]|\\/)+"
)

# Cheaper to look for, and in every match of the above.
_SIGNS_OF_ONE = (b"ignature", b"OSS ", b"security-token")


_OF_URLS = re.compile(
    r"[?&](?:x-oss-signature|Signature|x-oss-security-token|security-token)=([^&#]+)"
)


def scrubber(
    credentials: Credentials | None, url: str | None = None
) -> Callable[[bytes], bytes]:
    """A function that blots out these secrets, those of the URL, and all signatures."""
    known = [unquote(value) for value in _OF_URLS.findall(url or "")]
    if credentials is not None:
        known += [credentials.access_key_secret, credentials.security_token or ""]
    secrets = _forms(known)

    def scrub(raw: bytes) -> bytes:
        for secret in secrets:
            raw = raw.replace(secret, _GONE)
        if not any(word in raw for word in _SIGNS_OF_ONE):
            return raw
        return _SIGNATURES.sub(_blot, raw)

    return scrub


def _blot(found: re.Match[bytes]) -> bytes:
    return next(group for group in found.groups() if group is not None) + _GONE


def _forms(secrets: list[str]) -> set[bytes]:
    """The secrets as they are, percent-encoded, and as the bytes in hex that OSS lists."""
    forms = set()
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            raw = secret.encode()
            forms |= {raw, quote(raw, safe="").encode()}
            # As documents write them.
            forms |= {escape(secret).encode(), raw.replace(b"/", b"\\/")}
            forms |= {raw.hex(" ").encode(), raw.hex(" ").upper().encode()}
    return forms
