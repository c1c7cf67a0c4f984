"""What the tests of `ossc.doctor` share."""

from __future__ import annotations

from typing import Any

import ossc
import ossc.mock

STEPS = [
    *("configuration", "endpoint", "proxy", "name resolution", "connection", "TLS"),
    *("unsigned request", "clock", "credentials", "signed request", "region"),
    "libraries",
]
PROXY_PASSWORD = "pr0xy-p4ssw0rd"
# Reached by no test: where it is refused, nothing further is asked.
CLOSED = "http://127.0.0.1:1"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def keys_of(server: ossc.mock.Server) -> dict[str, Any]:
    """Arguments with the server's region and keys."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    return {"region": server.region, "credentials": keys}


def results(diagnosis: ossc.Diagnosis) -> dict[str, str]:
    """The steps that are not just right."""
    assert [each.name for each in diagnosis.findings] == STEPS
    return {
        each.name: each.result
        for each in diagnosis.findings
        if each.result not in ("ok", "skipped")
    }
