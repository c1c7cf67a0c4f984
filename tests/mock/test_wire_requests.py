"""Whole requests as the vendor's SDKs send them, replayed over a socket."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

import ossc.mock

from .vectors import cases
from .wire import raw, split_replies

Case = dict[str, Any]


def folded(name: str) -> str:
    """An operation's name without its spelling: no case, no underscores, no note."""
    return re.sub(r"\(.*\)|_", "", name).lower()


def request_bytes(case: Case) -> bytes:
    """The request as it goes over the wire."""
    url = urlsplit(case["url"])
    body = case["body"]
    data = body["text"].encode() if "text" in body else base64.b64decode(body["base64"])
    target = url.path + ("?" + url.query if url.query else "")
    headers = [("Host", url.netloc), *case["headers"]]
    names = {name.lower() for name, _ in headers}
    if "content-length" not in names and "transfer-encoding" not in names:
        headers.append(("Content-Length", str(len(data))))
    lines = [f"{case['method']} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


@pytest.mark.parametrize("case", cases("wire_requests"))
def test_accepted(case: Case) -> None:
    """The signature is accepted and the operation is understood."""
    known = case["credentials"]
    credential = ossc.mock.Credential(
        known["access_key_id"], known["access_key_secret"], known["security_token"]
    )
    with ossc.mock.serve(
        credentials=[credential],
        region=case["region"],
        clock=case["sign_time"],
        buckets=["examplebucket", "oss-bucket-test-1"],
    ) as server:
        answer = raw(server, request_bytes(case))
        seen = server.requests[-1]
    assert split_replies(answer)[0].status == seen.status
    assert seen.status not in {401, 403, 500}
    assert b"SignatureDoesNotMatch" not in answer
    assert folded(seen.operation) == folded(case["operation"])
