"""Upload callbacks: ask for them, and answer them.

An uploader passes a `Callback` with an upload; the service then calls the
application's server and hands its answer to the uploader. The application's
server lets `wsgi` or `asgi` answer, or calls `verify` itself. Everything public
is here and loads when it is first asked for: an uploader never pays for the
server's part.

Example:
    The uploader's side:

    >>> from ossc.callback import Callback, wsgi
    >>> callback = Callback(
    ...     "http://app.example.com/uploaded",
    ...     '{"key":${object},"size":${size}}',
    ...     body_type="application/json",
    ... )
    >>> callback.headers()["x-oss-callback"][:12]
    'eyJjYWxsYmFj'

    The application's side, for any WSGI server:

    >>> def uploaded(request):
    ...     return {"stored": request.json()["key"]}
    >>> application = wsgi(uploaded)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ossc.callback._asgi import asgi
    from ossc.callback._builder import Callback
    from ossc.callback._errors import (
        CallbackError,
        CallbackFormatError,
        CallbackKeyError,
        CallbackKeyURLError,
        CallbackSignatureError,
        CallbackUnsignedError,
        CallbackVerificationError,
    )
    from ossc.callback._keys import OSS_KEY_URLS, KeyCache, fetch_public_key
    from ossc.callback._request import CallbackRequest
    from ossc.callback._verify import verify
    from ossc.callback._wsgi import wsgi

__all__ = [
    "OSS_KEY_URLS",
    "Callback",
    "CallbackError",
    "CallbackFormatError",
    "CallbackKeyError",
    "CallbackKeyURLError",
    "CallbackRequest",
    "CallbackSignatureError",
    "CallbackUnsignedError",
    "CallbackVerificationError",
    "KeyCache",
    "asgi",
    "fetch_public_key",
    "verify",
    "wsgi",
]

_MODULES = {
    "Callback": "_builder",
    "CallbackError": "_errors",
    "CallbackFormatError": "_errors",
    "CallbackKeyError": "_errors",
    "CallbackKeyURLError": "_errors",
    "CallbackRequest": "_request",
    "CallbackSignatureError": "_errors",
    "CallbackUnsignedError": "_errors",
    "CallbackVerificationError": "_errors",
    "KeyCache": "_keys",
    "OSS_KEY_URLS": "_keys",
    "asgi": "_asgi",
    "fetch_public_key": "_keys",
    "verify": "_verify",
    "wsgi": "_wsgi",
}


def __getattr__(name: str) -> Any:
    """Loads the module that holds a public name."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    """What is there to complete, loaded or not."""
    return sorted({*globals(), *__all__})
