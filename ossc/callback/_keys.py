"""Public keys for callbacks: which URLs may be asked, and how they are fetched.

`check_key_url` decides whether a URL is the service's own; `fetch_public_key`
is the fetcher that verification uses unless it is given another one.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from http.client import HTTPException
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ossc.callback._errors import CallbackKeyError, CallbackKeyURLError
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from http.client import HTTPMessage

__all__ = [
    "OSS_KEY_URLS",
    "KeyCache",
    "check_allowed",
    "check_key_url",
    "fetch_public_key",
]

OSS_KEY_URLS = (
    "http://gosspublic.alicdn.com/",
    "https://gosspublic.alicdn.com/",
)

FETCH_LIMIT_SECONDS = 10.0
FETCH_LIMIT_BYTES = 64 * 1024
CACHE_SECONDS = 24 * 3600.0
CACHE_KEYS = 16

_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._\-]+(?::[0-9]{1,5})?(?:/[!-~]*)?")
_FORBIDDEN = re.compile(r"[\\#@\[\]]|%2e|/\.{1,2}(?:[/?]|$)", re.IGNORECASE)
_PEM_BEGIN = re.compile(rb"-----BEGIN (?:RSA )?PUBLIC KEY-----")
_PEM_END = re.compile(rb"-----END (?:RSA )?PUBLIC KEY-----")


def check_key_url(url: str, allowed: Iterable[str]) -> None:
    """Check that a public key's URL is one that may be believed.

    The URL has to be plain (no user name, backslash, fragment or dot segment),
    and scheme, host and port have to be those of an allowed URL. An allowed URL
    that ends in `/` admits what is below it; any other admits only itself.

    Raises:
        CallbackKeyURLError: The URL is not allowed.
        ParameterError: An allowed URL is none.
    """
    parsed = _plain(url)
    if parsed is not None:
        for prefix in allowed:
            if _is_below(url, parsed, prefix):
                return
    message = f"the callback's public key is not the service's own: {url!r}"
    raise CallbackKeyURLError(message)


def check_allowed(urls: str | Iterable[str]) -> tuple[str, ...]:
    """The URLs that keys may come from; one may be given by itself.

    Raises:
        ParameterError: One of them is no plain URL.
    """
    allowed = (urls,) if isinstance(urls, str) else tuple(urls)
    for prefix in allowed:
        _allowed(prefix)
    return allowed


def _allowed(prefix: str) -> SplitResult:
    parsed = _plain(prefix)
    if parsed is None:
        message = f"this is no plain http or https URL for a key: {prefix!r}"
        raise ParameterError(message)
    return parsed


def _plain(url: str) -> SplitResult | None:
    if not _PLAIN_URL.fullmatch(url) or _FORBIDDEN.search(url):
        return None
    return urlsplit(url)


def _is_below(url: str, parsed: SplitResult, prefix: str) -> bool:
    allowed = _allowed(prefix)
    same_server = (parsed.scheme, parsed.netloc) == (allowed.scheme, allowed.netloc)
    if not same_server:
        return False
    if allowed.path in ("", "/") or prefix.endswith("/"):
        return url.startswith(prefix)
    return url == prefix


class KeyCache:
    """Fetches public keys over HTTP and remembers them. Thread-safe.

    A fetch takes at most about ten seconds and 64 KiB, and follows redirects
    only on the same server. A key is remembered for a day; of many, the least
    recently used is dropped.

    Args:
        limit_seconds: Time limit of one fetch.
        keep_seconds: How long a key is remembered.
        max_keys: How many keys are remembered.
    """

    def __init__(
        self,
        *,
        limit_seconds: float = FETCH_LIMIT_SECONDS,
        keep_seconds: float = CACHE_SECONDS,
        max_keys: int = CACHE_KEYS,
    ) -> None:
        self._limit_seconds = limit_seconds
        self._keep_seconds = keep_seconds
        self._max_keys = max_keys
        self._lock = threading.Lock()
        self._keys: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._opener = build_opener(_SameServerRedirects)

    def __call__(self, url: str) -> bytes:
        """Return the PEM text at a URL.

        Raises:
            CallbackKeyError: It could not be fetched, or is no public key.
        """
        known = self._look_up(url)
        if known is not None:
            return known
        pem = self._fetch(url)
        with self._lock:
            self._keys[url] = (time.monotonic() + self._keep_seconds, pem)
            self._keys.move_to_end(url)
            while len(self._keys) > self._max_keys:
                self._keys.popitem(last=False)
        return pem

    def _look_up(self, url: str) -> bytes | None:
        with self._lock:
            expires, pem = self._keys.get(url, (0.0, b""))
            if not pem:
                return None
            if time.monotonic() >= expires:
                del self._keys[url]
                return None
            self._keys.move_to_end(url)
            return pem

    def clear(self) -> None:
        """Forget all keys."""
        with self._lock:
            self._keys.clear()

    def _fetch(self, url: str) -> bytes:
        if not url.startswith(("http://", "https://")):
            message = f"a public key is fetched over http or https: {url!r}"
            raise CallbackKeyError(message)
        try:
            pem = self._read(url)
        except HTTPError as error:
            error.close()
            message = f"the callback's public key could not be fetched: {error}"
            raise CallbackKeyError(message) from error
        except (OSError, HTTPException) as error:
            message = f"the callback's public key could not be fetched: {error}"
            raise CallbackKeyError(message) from error
        if not (_PEM_BEGIN.search(pem) and _PEM_END.search(pem)):
            message = f"there is no public key in PEM form at {url!r}"
            raise CallbackKeyError(message)
        return pem

    def _read(self, url: str) -> bytes:
        deadline = time.monotonic() + self._limit_seconds
        pem = bytearray()
        with self._opener.open(url, timeout=self._limit_seconds) as response:
            while piece := response.read1(FETCH_LIMIT_BYTES):
                pem += piece
                if len(pem) > FETCH_LIMIT_BYTES:
                    message = f"it is longer than {FETCH_LIMIT_BYTES} bytes"
                    raise OSError(message)
                if time.monotonic() > deadline:
                    message = f"it took over {self._limit_seconds} seconds"
                    raise TimeoutError(message)
        return bytes(pem)


class _SameServerRedirects(HTTPRedirectHandler):
    """Follows a redirect only to the same scheme, host and port."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            message = f"redirected to another server: {newurl!r}"
            raise HTTPError(req.full_url, code, message, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


fetch_public_key = KeyCache()
