"""The server's own signature, encoding and checksum code against the vectors."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import MD5
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ossc.mock import Credential, _callback, _callback_key, _crc64, _post_policy
from ossc.mock import _select_frames as frames
from ossc.mock import _signature_v1 as v1
from ossc.mock import _signature_v4 as v4
from ossc.mock._auth import Authenticator
from ossc.mock._callback_expand import expand
from ossc.mock._encoding import (
    basic_stamp,
    encode_component,
    encode_path,
    http_date,
    parse_query,
)
from ossc.mock._errors import ServiceError

from .vectors import cases

Case = dict[str, Any]
PRODUCT_REGION = "cn-hangzhou"


def query_of(case: Case) -> list[tuple[str, str]]:
    """The decoded query of a request; null and empty mean the same."""
    return [(name, value or "") for name, value in case["request"]["query"]]


def headers_of(case: Case) -> list[tuple[str, str]]:
    """The headers with lower-cased names, as a parser hands them out."""
    return [(name.lower(), value) for name, value in case["request"]["headers"]]


@pytest.mark.parametrize("case", cases("v1_header"))
def test_v1_header(case: Case) -> None:
    """The string to sign and the signature of each V1 request are the SDKs'."""
    request, secret = case["request"], case["credentials"]["access_key_secret"]
    headers = headers_of(case)
    resource = v1.canonical_resource(request["bucket"], request["key"], query_of(case))
    date = v1.date_of(headers)
    assert date is not None
    text = v1.string_to_sign(request["method"], headers, resource, date)
    assert text == case["expect"]["string_to_sign"]
    assert v1.sign(secret, text) == case["expect"]["signature"]


@pytest.mark.parametrize("case", cases("v4_header"))
def test_v4_header(case: Case) -> None:
    """Canonical request, string to sign and signature of V4 are the SDKs'."""
    request, credentials = case["request"], case["credentials"]
    stamp = basic_stamp(case["sign_time"])
    key_id = credentials["access_key_id"]
    scope = v4.Scope(key_id, stamp[:8], case["region"], case["product"])
    canonical = v4.canonical_request(
        request["method"],
        v4.canonical_uri(request["bucket"], request["key"]),
        query_of(case),
        headers_of(case),
        case["additional_headers"],
    )
    assert canonical == case["expect"]["canonical_request"]
    text = v4.string_to_sign(stamp, scope, canonical)
    assert text == case["expect"]["string_to_sign"]
    signature = v4.sign(credentials["access_key_secret"], scope, text)
    assert signature == case["expect"]["signature"]
    fields = v4.parse_authorization(case["expect"]["authorization"])
    assert fields["Signature"] == signature
    assert v4.Scope.parse(fields["Credential"]) == scope


@pytest.mark.parametrize("case", cases("v1_presign"))
def test_v1_presign(case: Case) -> None:
    """The query of a V1 URL, as a server reads it, gives the URL's signature."""
    request, expected = case["request"], case["expect"]
    query = [tuple(pair) for pair in expected["query"]]
    asked = parse_query(expected["url"].partition("?")[2])
    assert sorted(asked) == sorted((n, v or "") for n, v in query)
    resource = v1.canonical_resource(request["bucket"], request["key"], asked)
    expires = dict(asked)["Expires"]
    text = v1.string_to_sign(request["method"], headers_of(case), resource, expires)
    assert text == expected["string_to_sign"]
    signature = v1.sign(case["credentials"]["access_key_secret"], text)
    assert signature == expected["signature"] == dict(asked)["Signature"]


@pytest.mark.parametrize("case", cases("v4_presign"))
def test_v4_presign(case: Case) -> None:
    """The query of a V4 URL, as a server reads it, gives the URL's signature."""
    request, expected = case["request"], case["expect"]
    asked = parse_query(expected["url"].partition("?")[2])
    params = dict(asked)
    scope = v4.Scope.parse(params["x-oss-credential"])
    assert scope is not None
    additional = params.get("x-oss-additional-headers", "").split(";")
    headers = [*headers_of(case)]
    if "host" in additional and "host" not in dict(headers):
        headers.append(("host", request["host"]))
    canonical = v4.canonical_request(
        request["method"],
        v4.canonical_uri(request["bucket"], request["key"]),
        asked,
        headers,
        additional,
    )
    assert canonical == expected["canonical_request"]
    text = v4.string_to_sign(params["x-oss-date"], scope, canonical)
    assert text == expected["string_to_sign"]
    signature = v4.sign(case["credentials"]["access_key_secret"], scope, text)
    assert signature == expected["signature"] == params["x-oss-signature"]


@pytest.mark.parametrize("case", cases("rtmp_url"))
def test_rtmp_url(case: Case) -> None:
    """The query of a push URL gives the URL's signature."""
    request, expected = case["request"], case["expect"]
    asked = parse_query(expected["url"].partition("?")[2])
    text = v1.rtmp_string_to_sign(request["bucket"], request["channel"], asked)
    signature = v1.sign(case["credentials"]["access_key_secret"], text)
    assert signature == expected["signature"] == dict(asked)["Signature"]


@pytest.mark.parametrize("case", cases("post_policy"))
def test_post_policy(case: Case) -> None:
    """A form's signature fields are accepted, and a changed policy is not."""
    fields = {k.lower(): v for k, v in case["expect"]["form_fields"].items()}
    known = case["credentials"]

    def credential_of(key_id: str, token: str | None) -> Credential:
        assert key_id == known["access_key_id"]
        assert token == known["security_token"]
        secret = known["access_key_secret"]
        return Credential(key_id, secret, security_token=token)

    now = float(case["sign_time"])
    wrong_in = Authenticator([], case["region"]).wrong_in
    signed = _post_policy.verify_policy(fields, credential_of, wrong_in, now)
    assert signed is not None
    assert signed.policy == json.loads(case["policy_text"])
    policy = base64.b64encode(case["policy_text"].encode()).decode()
    assert policy == case["expect"]["policy_base64"] == fields["policy"]
    fields["policy"] = base64.b64encode(b'{"conditions":[]}').decode()
    with pytest.raises(ServiceError, match="SignatureDoesNotMatch"):
        _post_policy.verify_policy(fields, credential_of, wrong_in, now)


def data_of(case: Case) -> bytes:
    """The bytes of a checksum case."""
    data = case["data"]
    if "base64" in data:
        return base64.b64decode(data["base64"])
    piece = base64.b64decode(data["repeat_base64"])
    length: int = data["length"]
    return (piece * (length // len(piece) + 1))[:length]


@pytest.mark.parametrize("case", cases("crc64", "crc"))
def test_crc64(case: Case) -> None:
    """Both ways to reckon a CRC give the vector's, whole and in two pieces."""
    data, expected = data_of(case), int(case["expect"]["decimal"])
    assert _crc64.crc64(data) == expected == int(case["expect"]["hex"], 16)
    half = len(data) // 2
    assert _crc64.crc64(data[half:], _crc64.crc64(data[:half])) == expected
    assert _crc64.crc64_table(data) == expected


@pytest.mark.parametrize("case", cases("crc64", "combine"))
def test_crc64_combine(case: Case) -> None:
    """Two CRCs combine to the vector's."""
    first, second = int(case["crc1"]), int(case["crc2"])
    combined = _crc64.combine(first, second, case["len2"])
    assert combined == int(case["expect"]["decimal"])


@pytest.mark.parametrize("case", cases("crc64", "combine_parts"))
def test_crc64_combine_parts(case: Case) -> None:
    """The CRCs of parts fold to the whole object's."""
    pieces = [(int(part["crc"]), part["length"]) for part in case["parts"]]
    assert _crc64.combine_all(pieces) == int(case["expect"]["decimal"])


@pytest.mark.parametrize("case", cases("url_encoding"))
def test_url_encoding(case: Case) -> None:
    """Both forms of percent-encoding are the vector's, and decode again."""
    text = case["text"]
    assert encode_component(text) == case["expect"]["component"]
    assert encode_path(text) == case["expect"]["path"]
    assert parse_query("k=" + encode_component(text)) == [("k", text)]


@pytest.mark.parametrize("case", cases("callback", "encode"))
def test_callback_encode(case: Case) -> None:
    """The headers that SDKs send are read as the JSON that they were made of."""
    variables = {}
    if case["callback_var_json"] is not None:
        value = case["expect"]["x-oss-callback-var"]
        variables = _callback.check_variables(value)
        assert variables == json.loads(case["callback_var_json"])
    fields = json.loads(case["callback_json"])
    plan = _callback.check_callback(case["expect"]["x-oss-callback"], variables)
    assert plan.template == fields["callbackBody"]
    assert ";".join(plan.urls) == fields["callbackUrl"]
    assert plan.host == fields.get("callbackHost", "")
    assert plan.sni == fields.get("callbackSNI", False)
    assert plan.variables == variables


@pytest.mark.parametrize("case", cases("callback", "decode"))
def test_callback_decode(case: Case) -> None:
    """The documentation's headers are read as it says."""
    variables = _callback.check_variables(case["x-oss-callback-var"])
    assert variables == case["expect"]["callback_var"]
    plan = _callback.check_callback(case["x-oss-callback"], variables)
    expected = case["expect"]["callback"]
    assert plan.urls == (expected["callbackUrl"],)
    assert plan.host == expected["callbackHost"]
    assert plan.template == expected["callbackBody"]
    assert plan.body_type == expected["callbackBodyType"]
    assert plan.sni is expected["callbackSNI"]


@pytest.mark.parametrize("case", cases("callback", "expand"))
def test_callback_expand(case: Case) -> None:
    """Templates expand to the documented bodies."""
    as_json = case["callback_body_type"] == _callback.JSON
    body = expand(case["callback_body"], case["variables"], as_json=as_json)
    assert body == case["expect"]["body"]


@pytest.mark.parametrize("case", cases("callback", "rsa_md5"))
def test_callback_signature(case: Case) -> None:
    """Text and RSA signature of a callback are the vector's, and verify."""
    text = _callback_key.text_to_sign(case["request_target"], case["body"].encode())
    assert text.decode() == case["expect"]["string_to_sign"]
    key = private_key(case["private_key_hex"])
    signature = _callback_key.sign(key, text)
    assert signature == case["expect"]["authorization"]
    public = load_pem_public_key(case["public_key_pem"].encode())
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(base64.b64decode(signature), text, padding.PKCS1v15(), MD5())


def private_key(numbers: dict[str, str]) -> rsa.RSAPrivateKey:
    """The key whose modulus and exponents a vector gives in hex."""
    n, e, d = (int(numbers[name], 16) for name in ("n", "e", "d"))
    p, q = rsa.rsa_recover_prime_factors(n, e, d)
    return rsa.RSAPrivateNumbers(
        p,
        q,
        d,
        rsa.rsa_crt_dmp1(d, p),
        rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, n),
    ).private_key()


@pytest.mark.parametrize("case", cases("select_frames"))
def test_select_frames(case: Case) -> None:
    """The reader makes of the frames what the SDK's reader makes of them."""
    data, expected = bytes.fromhex(case["frames_hex"]), case["expect"]
    if "failed" in expected:
        with pytest.raises(frames.SelectFailure) as caught:
            frames.read_frames(data)
        failure = {
            "status": caught.value.status,
            "code": caught.value.code,
            "message": caught.value.message,
        }
        assert failure == expected["failed"]
        return
    outcome = frames.read_frames(data)
    assert outcome.payload == base64.b64decode(expected["payload_base64"])
    for name in ("finished", "file_offset", "status", "splits", "rows", "columns"):
        if name in expected:
            assert getattr(outcome, name) == expected[name]


@pytest.mark.parametrize("case", cases("select_frames"))
def test_select_frames_written(case: Case) -> None:
    """Frames that are read and written again are the same bytes."""
    data = bytes.fromhex(case["frames_hex"])
    written = b"".join(
        frames._frame(kind, payload) for kind, payload in frames.split_frames(data)
    )
    assert written == data


def test_select_frame_writers() -> None:
    """What the writers write is what the reader reads."""
    data = (
        frames.data_frame(3, b"a,b\n")
        + frames.continuous_frame(5, checksum=False)
        + frames.csv_meta_frame(9, 2, 7, 3)
    )
    outcome = frames.read_frames(data)
    assert (outcome.payload, outcome.file_offset) == (b"a,b\n", 9)
    assert (outcome.splits, outcome.rows, outcome.columns) == (2, 7, 3)
    assert frames.read_frames(frames.json_meta_frame(4, 1, 8)).rows == 8
    ended = frames.data_frame(1, b"x") + frames.end_frame(1, 1)
    assert frames.read_frames(ended).status == 200


@pytest.mark.parametrize("size", range(1, 64))
def test_select_frames_broken_off(size: int) -> None:
    """A stream that stops anywhere before its end is an error."""
    whole = frames.data_frame(4, b"row\n") + frames.end_frame(4, 4)
    assert len(whole) == 64
    with pytest.raises(frames.FrameError):
        frames.read_frames(whole[:size])


def test_select_frames_falsified() -> None:
    """A payload that does not fit its checksum is an error."""
    whole = bytearray(frames.data_frame(4, b"row\n") + frames.end_frame(4, 4))
    whole[21] ^= 1
    with pytest.raises(frames.FrameError, match="checksum"):
        frames.read_frames(bytes(whole))


def test_published_v1_example() -> None:
    """The documentation's worked example of V1 holds."""
    headers = [
        ("content-md5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM="),
        ("content-type", "text/html"),
        ("x-oss-magic", "abracadabra"),
        ("x-oss-meta-author", "foo@bar.com"),
    ]
    resource = v1.canonical_resource("oss-example", "nelson", [])
    text = v1.string_to_sign("PUT", headers, resource, http_date(1132253398))
    signature = v1.sign("OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV", text)
    assert signature == "26NBxoKdsyly4EDv6inkoDft/yA="
