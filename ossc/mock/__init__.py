"""An OSS server for tests and demos, in pure Python.

It follows the wire protocol closely enough for any OSS client, in any language: both
signatures, presigned URLs, multipart uploads, upload callbacks, the service's error
documents. It shares no code with the rest of ossc, so that a mistake on one side
cannot hide behind the same mistake on the other.

    import ossc.mock

    with ossc.mock.serve(buckets=["examplebucket"]) as server:
        ...  # talk to server.endpoint with server.access_key_id

``python -m ossc.mock`` runs it by itself. ``ossc.mock.faults`` makes it misbehave.
"""

try:
    import cryptography as _cryptography  # noqa: F401 - asked for, before the modules do
    import h11 as _h11  # noqa: F401 - likewise
except ModuleNotFoundError as _error:
    raise ModuleNotFoundError(
        "ossc.mock needs packages of its own: pip install 'ossc[mock]'",
        name=_error.name,
    ) from _error

from ossc.mock import faults
from ossc.mock._auth import Credential
from ossc.mock._http import RecordedRequest
from ossc.mock._server import Server, serve
from ossc.mock.faults import UnusedFault

__all__ = [
    "Credential",
    "RecordedRequest",
    "Server",
    "UnusedFault",
    "faults",
    "serve",
]
