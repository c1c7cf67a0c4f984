"""Header signatures against the published vectors: C step by step, and the wrapper."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ossc._sdk import Call, Session, Settings, functions
from ossc._sdk._library import ffi, lib
from ossc.credentials import Credentials

from .vectors import Case, Steps, case_id, cases, header, signing_fields

V1 = cases("v1_header")
V4 = cases("v4_header")

Results = dict[tuple[str, str], list[bytes]]


@pytest.fixture(scope="module")
def results() -> Results:
    """What the C program computes for all cases."""
    steps = Steps()
    for case in V1:
        fields = signing_fields(case)
        date = header(case, "x-oss-date", "date")
        steps.add(case["id"], "v1_header", *fields, date)
        steps.add(case["id"], "sign", *fields, 1)
    for case in V4:
        fields = signing_fields(case)
        steps.add(case["id"], "v4_header", *fields, header(case, "x-oss-date"))
        steps.add(case["id"], "sign", *fields, 4)
    return steps.run()


def parsed(authorization: str) -> tuple[str, dict[str, str]]:
    """The scheme, and the fields by name: their order is free."""
    scheme, _, rest = authorization.partition(" ")
    if scheme == "OSS":
        return scheme, {"": rest}
    pairs = (part.partition("=") for part in re.split(r", *", rest))
    return scheme, {name: value for name, _, value in pairs}


@pytest.mark.parametrize("case", V1, ids=case_id)
def test_v1_steps(results: Results, case: Case) -> None:
    """The string to sign, its signature and the header are the published ones."""
    expect = case["expect"]
    code, text, signature, authorization = results[case["id"], "v1_header"]
    assert code == b"0"
    assert text.decode() == expect["string_to_sign"]
    assert signature.decode() == expect["signature"]
    assert authorization.decode() == expect["authorization"]


@pytest.mark.parametrize("case", V4, ids=case_id)
def test_v4_steps(results: Results, case: Case) -> None:
    """Every step of the staircase is the published one."""
    expect = case["expect"]
    code, canonical, text, signature, authorization = results[case["id"], "v4_header"]
    assert code == b"0"
    assert canonical.decode() == expect["canonical_request"]
    assert text.decode() == expect["string_to_sign"]
    assert signature.decode() == expect["signature"]
    assert parsed(authorization.decode()) == parsed(expect["authorization"])


@pytest.mark.parametrize("case", V1 + V4, ids=case_id)
def test_the_public_function_signs_alike(results: Results, case: Case) -> None:
    """`oss_sign_request` sets the header that the steps lead to."""
    code, authorization, _ = results[case["id"], "sign"]
    assert code == b"0"
    assert parsed(authorization.decode()) == parsed(case["expect"]["authorization"])


@pytest.mark.parametrize("case", V1 + V4, ids=case_id)
def test_the_signed_text_can_be_told_behind(results: Results, case: Case) -> None:
    """`oss_get_signed_text` gives what was signed: V4's canonical request, too."""
    expect = case["expect"]
    code, _, text = results[case["id"], "sign"]
    assert code == b"0"
    expected = [expect["string_to_sign"], expect.get("canonical_request")]
    assert text.decode() == "\n".join(part for part in expected if part is not None)


@pytest.mark.parametrize("case", V1 + V4, ids=case_id)
def test_the_wrapper_signs_alike(case: Case) -> None:
    """A request of the wrapper gets the published Authorization, whichever SDK signs."""
    request = case["request"]
    additional = ";".join(case.get("additional_headers", ()))
    settings = _settings(case, additional)
    key = None if request["key"] is None else request["key"].encode()
    call = Call(
        "test",
        functions.send("GET"),
        bucket=request["bucket"],
        key=key,
        headers=dict(request["headers"]),
        params={name: value or "" for name, value in request["query"]},
    )
    session = Session(1)
    lane = session.take(settings, Credentials(**case["credentials"]))
    number = functions.method_number(request["method"])
    texts = call.texts()
    signed = lib.ossc_request_authorization(lane.request, number, texts, len(texts))
    assert signed != ffi.NULL
    text = ffi.string(signed).decode()
    lane.reset()
    assert parsed(text) == parsed(case["expect"]["authorization"])


def _settings(case: Case, additional: str) -> Settings:
    is_box = case.get("product") == "oss-cloudbox"
    nothing: dict[str, Any] = dict.fromkeys(
        ("ca_file", "ca_path", "proxy_host", "proxy_auth")
    )
    return Settings(
        endpoint="http://oss-cn-hangzhou.aliyuncs.com",
        region="" if is_box else case.get("region", ""),
        cloud_box_id=case["region"] if is_box else None,
        signature_version=4 if "region" in case else 1,
        is_cname=False,
        path_style=False,
        verify_tls=True,
        connect_timeout_s=1,
        stall_timeout_ms=1000,
        total_timeout_ms=1000,
        max_memory=0,
        additional_headers=additional,
        **nothing,
    )
