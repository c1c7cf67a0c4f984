"""`Client.invoke`: any request that OSS understands, those of tomorrow included.

It goes the way of all requests (signature, connections, retries, errors), and its answer
comes back as it is. Loaded by the first program that asks for it.
"""

from __future__ import annotations

from ossc._names import check_bucket, check_mapping, check_text, encode_key, encode_text
from ossc._put import as_buffer, stored_answer
from ossc._record import Record
from ossc._sdk import Answer, Call, functions
from ossc.errors import CallbackFailed, ParameterError
from ossc.models import Headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from typing_extensions import Buffer

    from ossc._buckets import ServiceVerbs

__all__ = ["METHODS", "Response", "invoke"]

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")

_CALLBACK = "x-oss-callback", "callback"


class Response(Record, hidden=("headers",)):
    """An answer of OSS as it came.

    Attributes:
        status: The HTTP status, 200 to 299.
        headers: All headers of the answer.
        body: The answer's body.
        request_id: OSS's id of the request.
    """

    __slots__ = ()

    status: int
    headers: Headers
    body: bytes
    request_id: str


def invoke(
    client: ServiceVerbs,
    method: str,
    *,
    bucket: str | None,
    key: str | None,
    params: Mapping[str, str] | None,
    headers: Mapping[str, str] | None,
    body: Buffer | str | None,
) -> Response:
    """Makes the request that `Client.invoke` was asked for."""
    verb = check_text("method", method).upper()
    if verb not in METHODS:
        choices = ", ".join(METHODS)
        raise ParameterError(f"method is {method!r:.40}, not one of {choices}")
    if key is not None and bucket is None:
        raise ParameterError("a key needs its bucket")
    query = check_mapping("params", params)
    lines = check_mapping("headers", headers)
    call = Call(
        _operation(verb, query),
        functions.send(verb),
        bucket=None if bucket is None else check_bucket(bucket),
        key=None if key is None else encode_key(key),
        params=query,
        headers=lines,
        body=_body(verb, body),
        once=verb == "POST" or _calls_back(lines, query),
        any_size=True,
    )
    try:
        return client._perform(call, _response)
    except CallbackFailed as error:
        error.result = _response(stored_answer(error))
        raise


def _operation(verb: str, query: Mapping[str, str]) -> str:
    """What errors call the request: its method and the names of its parameters."""
    return f"{verb}?{'&'.join(query)}" if query else verb


def _body(verb: str, body: Buffer | str | None) -> Any:
    if body is None:
        return None
    if verb in ("GET", "HEAD"):
        raise ParameterError(f"{verb} has no body")
    return encode_text("body", body) if isinstance(body, str) else as_buffer(body)


def _calls_back(headers: Mapping[str, str], query: Mapping[str, str]) -> bool:
    """Whether OSS will call an application, which nobody wants twice."""
    return any(name.lower() in _CALLBACK for name in (*headers, *query))


def _response(answer: Answer) -> Response:
    return Response(answer.status, answer.headers, answer.body, answer.request_id)
