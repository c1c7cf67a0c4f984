"""Requests of any kind are signed so that another implementation accepts them.

The mock server checks signatures with code of its own; whatever it thinks of the request
otherwise, it must not be the signature.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc

from .strategies import connected, few, keys, metadata, texts

# These mean a signature in a query, where a signed request must not have one.
SIGNATURES = {
    "Signature",
    "OSSAccessKeyId",
    "x-oss-signature",
    "x-oss-signature-version",
}

# Sub-resources, which V1 signs, among names that it does not.
_known = st.sampled_from(
    ["acl", "partNumber", "versionId", "response-expires", "x-oss-process", "prefix"]
)

params = st.dictionaries(
    st.one_of(_known, texts).filter(lambda name: name and name not in SIGNATURES),
    texts,
    max_size=5,
)


@pytest.fixture(scope="module", params=["v1", "v4"])
def bucket(request: pytest.FixtureRequest) -> Iterator[ossc.Bucket]:
    """A bucket for each signature."""
    with connected(signature=request.param) as made:
        yield made


def accepted(error: ossc.OSSError | None) -> bool:
    """Whether the signature was not what the server refused."""
    return error is None or error.status != 403


@few
@given(key=keys, query=params, extra=metadata)
def test_signed_requests(
    bucket: ossc.Bucket, key: str, query: dict[str, str], extra: dict[str, str]
) -> None:
    """Reads and writes with any parameters and headers pass the check."""
    headers = {f"x-oss-meta-{name}": value for name, value in extra.items()}
    for ask in (
        lambda: bucket.put_object(key, b"data", params=query, headers=headers),
        lambda: bucket.get_object(key, params=query, headers=headers),
        lambda: bucket.head_object(key, params=query, headers=headers),
        lambda: bucket.delete_object(key, params=query),
    ):
        assert accepted(_error_of(ask))


def _error_of(ask: Callable[[], object]) -> ossc.OSSError | None:
    """The server's error, or that of an answer which is no object's, such as an ACL."""
    try:
        ask()
    except (ossc.ServerError, ossc.MalformedResponse) as error:
        return error
    return None


@few
@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "DELETE"]),
    key=keys,
    query=params,
    extra=metadata,
)
def test_signed_urls(
    bucket: ossc.Bucket,
    method: str,
    key: str,
    query: dict[str, str],
    extra: dict[str, str],
) -> None:
    """URLs with any parameters and headers pass the check when they are used."""
    ours = {"Expires", "security-token", "x-oss-security-token"}
    query = {n: v for n, v in query.items() if n not in ours}
    headers = {f"x-oss-meta-{name}": value for name, value in extra.items()}
    url = bucket.presign(method, key, params=query, headers=headers)
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=10
    )
    try:
        raw = {name: value.encode() for name, value in headers.items()}
        body = b"data" if method == "PUT" else None
        connection.request(method, f"{parts.path}?{parts.query}", body, raw)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status != 403, said
    finally:
        connection.close()
