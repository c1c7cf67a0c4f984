"""Presigned and RTMP URLs against the published vectors: C steps, and the wrapper."""

from __future__ import annotations

import time

import pytest

import ossc

from .vectors import (
    Case,
    Field,
    Steps,
    case_id,
    cases,
    expected_query,
    signing_fields,
    split_url,
)

V1 = cases("v1_presign")
V4 = cases("v4_presign")
RTMP = cases("rtmp_url")

REFUSED = [case for case in V1 + V4 if case["request"]["key"][:1] in ("/", "\\")]
WRAPPED = [case for case in V1 + V4 if case not in REFUSED]

Results = dict[tuple[str, str], list[bytes]]


def _stamp(seconds: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def _headers(case: Case) -> list[list[str]]:
    """What the caller passed, with `Host` where it is to be signed."""
    given: list[list[str]] = case["request"]["headers"]
    return given


def _expires(case: Case) -> int:
    if "expires" in case:
        return int(case["expires"])
    return int(case["sign_time"]) + int(case["expires_in"])


def _presign_fields(case: Case) -> list[Field]:
    headers = _headers(case)
    if "region" in case:
        headers = [*headers, ["x-oss-date", _stamp(case["sign_time"])]]
    request = case["request"]
    return [
        *signing_fields(case, headers=headers),
        4 if "region" in case else 1,
        request["host"],
        request["key"],
        _expires(case),
    ]


@pytest.fixture(scope="module")
def results() -> Results:
    """What the C program computes for all cases."""
    steps = Steps()
    for case in V1 + V4:
        steps.add(case["id"], "presign", *_presign_fields(case))
    for case in V1:
        fields = signing_fields(case, query=_signed_query(case, "Signature"))
        steps.add(case["id"], "v1_header", *fields, case["expires"])
    for case in V4:
        fields = signing_fields(case, query=_signed_query(case, "x-oss-signature"))
        steps.add(case["id"], "v4_header", *fields, _stamp(case["sign_time"]))
    for case in RTMP:
        steps.add(case["id"], "rtmp", *_rtmp_fields(case))
    return steps.run()


def _signed_query(case: Case, signature: str) -> list[list[str]]:
    return [pair for pair in case["expect"]["query"] if pair[0] != signature]


def _rtmp_fields(case: Case) -> list[Field]:
    request = case["request"]
    as_request = {
        **case,
        "request": {
            "method": "GET",
            "bucket": request["bucket"],
            "key": request["channel"],
        },
    }
    return [
        *signing_fields(as_request, headers=[], query=[]),
        f"{request['bucket']}.oss-cn-hangzhou.aliyuncs.com",
        f"live/{request['channel']}",
        case["expires"],
        request["playlist_name"] or "",
    ]


@pytest.mark.parametrize("case", V1, ids=case_id)
def test_v1_steps(results: Results, case: Case) -> None:
    """With Expires in the Date line, the steps are those of a header signature."""
    code, text, signature, _ = results[case["id"], "v1_header"]
    assert code == b"0"
    assert text.decode() == case["expect"]["string_to_sign"]
    assert signature.decode() == case["expect"]["signature"]


@pytest.mark.parametrize("case", V4, ids=case_id)
def test_v4_steps(results: Results, case: Case) -> None:
    """All parameters but the signature are signed."""
    code, canonical, text, signature, _ = results[case["id"], "v4_header"]
    assert code == b"0"
    assert canonical.decode() == case["expect"]["canonical_request"]
    assert text.decode() == case["expect"]["string_to_sign"]
    assert signature.decode() == case["expect"]["signature"]


@pytest.mark.parametrize("case", V1 + V4, ids=case_id)
def test_the_sdks_urls(results: Results, case: Case) -> None:
    """`oss_get_signed_url` makes the published URL, up to the order of its query."""
    code, url = results[case["id"], "presign"]
    assert code == b"0"
    scheme, host, path, query = split_url(url.decode("ascii"))
    assert (scheme, host) == ("http", case["request"]["host"])
    assert path == b"/" + case["request"]["key"].encode()
    assert query == expected_query(case)


@pytest.mark.parametrize("case", WRAPPED, ids=case_id)
def test_the_wrappers_urls(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    """`Bucket.presign` makes the published URL at the published time."""
    request = case["request"]
    monkeypatch.setattr(time, "time", lambda: case["sign_time"] + 0.9)
    name, _, endpoint = request["host"].partition(".")
    is_box = case.get("product") == "oss-cloudbox"
    with ossc.Client(
        f"http://{endpoint}",
        region=None if is_box else case.get("region"),
        cloud_box_id=case["region"] if is_box else None,
        credentials=ossc.Credentials(**case["credentials"]),
        signature="v4" if "region" in case else "v1",
    ) as client:
        url = client.bucket(name).presign(
            request["method"],
            request["key"],
            _expires(case) - case["sign_time"],
            headers=dict(request["headers"]),
            params={name: value or "" for name, value in request["query"]},
            additional_headers=case.get("additional_headers"),
        )
    scheme, host, path, query = split_url(url)
    assert (scheme, host) == ("http", request["host"])
    assert path == b"/" + request["key"].encode()
    assert query == expected_query(case)


@pytest.mark.parametrize("case", REFUSED, ids=case_id)
def test_keys_that_oss_refuses_are_refused(case: Case) -> None:
    """A key that begins with a slash can be signed in C, but is no object's."""
    with (
        ossc.Client(
            "http://oss-cn-hangzhou.aliyuncs.com",
            credentials=ossc.Credentials("ak", "sk"),
        ) as client,
        pytest.raises(ossc.ParameterError, match="must not start with"),
    ):
        client.bucket("examplebucket").presign("GET", case["request"]["key"])


@pytest.mark.parametrize("case", RTMP, ids=case_id)
def test_rtmp_urls_of_the_wrapper(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """`Bucket.presign_rtmp` makes the published push URL, its path escaped."""
    monkeypatch.setattr(time, "time", lambda: float(case["sign_time"]))
    request, keys = case["request"], case["credentials"]
    with ossc.Client(
        "http://oss-cn-hangzhou.aliyuncs.com", credentials=ossc.Credentials(**keys)
    ) as client:
        url = client.bucket(request["bucket"]).presign_rtmp(
            request["channel"],
            case["expires"] - case["sign_time"],
            playlist=request["playlist_name"],
        )
    scheme, host, path, query = split_url(url)
    assert (scheme, host) == ("rtmp", "examplebucket.oss-cn-hangzhou.aliyuncs.com")
    assert path == f"/live/{request['channel']}".encode()
    assert query == expected_query(case)


@pytest.mark.parametrize("case", RTMP, ids=case_id)
def test_rtmp_urls(results: Results, case: Case) -> None:
    """`oss_get_rtmp_signed_url` makes the published push URL."""
    code, url = results[case["id"], "rtmp"]
    assert code == b"0"
    scheme, host, path, query = split_url(url.decode("ascii"))
    assert (scheme, host) == ("rtmp", "examplebucket.oss-cn-hangzhou.aliyuncs.com")
    assert path == f"/live/{case['request']['channel']}".encode()
    assert query == expected_query(case)
    assert ("Signature", case["expect"]["signature"]) in query
