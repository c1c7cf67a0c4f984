"""Where a request went, and by which method, as errors tell it.

Loaded by the first error. What is said here follows the C side, which makes the URL;
secrets and the query of a signed URL are left out.
"""

from __future__ import annotations

from ossc._endpoint import is_address
from ossc._sdk import functions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._sdk import Call
    from ossc.client import Client

__all__ = ["endpoint_of", "method_of"]


def endpoint_of(call: Call, client: Client) -> str:
    """The server that a call is for, as `scheme://host[:port]`."""
    if call.url is not None:
        return _of_url(call.url)
    endpoint = client.endpoint
    scheme, _, place = endpoint.partition("://")
    # A call of another product names what stands before the endpoint itself.
    label = getattr(call, "host", call.bucket)
    if not label or client._addressing in ("path", "cname") or is_address(place):
        return endpoint
    return f"{scheme}://{label}.{place}"


def method_of(call: Call) -> str:
    """The HTTP method of a call."""
    if isinstance(call.run, int):
        return functions.method_name(call.run)
    return "POST" if call.operation == "AppendObject" else "PUT"


def _of_url(url: str) -> str:
    # Imported here: few requests are made by signed URLs.
    from urllib.parse import urlsplit  # noqa: PLC0415

    parts = urlsplit(str.__str__(url))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
