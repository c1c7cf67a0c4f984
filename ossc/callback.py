"""Upload callbacks: ask for them, and answer them.

An uploader passes a `Callback` with an upload; the service then calls the
application's server and hands its answer to the uploader. The application's
server lets `wsgi` or `asgi` answer, or calls `verify` itself. Everything public
is here; the modules named `_callback_…` hold it.

Example:
    The uploader's side:

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

from ossc._callback_asgi import asgi
from ossc._callback_builder import Callback
from ossc._callback_errors import (
    CallbackError,
    CallbackFormatError,
    CallbackKeyError,
    CallbackKeyURLError,
    CallbackSignatureError,
    CallbackUnsignedError,
    CallbackVerificationError,
)
from ossc._callback_keys import OSS_KEY_URLS, KeyCache, fetch_public_key
from ossc._callback_request import CallbackRequest
from ossc._callback_verify import verify
from ossc._callback_wsgi import wsgi

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
