"""Hints in errors: the right endpoint, the right region, the right addressing."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

import ossc
import ossc.mock

from .raw_server import BUCKET, REGION, RawServer, answer, client_of

ELSEWHERE = (
    "The bucket you are attempting to access must be addressed using the specified "
    "endpoint. Please send all future requests to this endpoint."
)
SIGNING = "Invalid signing region in Authorization header."
SIGNATURE = "The request signature we calculated does not match."
SCOPE = "20260101/{}/oss/aliyun_v4_request"


def document(code: str, message: str, **more: str) -> bytes:
    """An error's document."""
    elements = {"Code": code, "Message": message, "RequestId": "5C06A3B67B", **more}
    inside = "".join(f"<{n}>{v}</{n}>" for n, v in elements.items())
    return f'<?xml version="1.0"?><Error>{inside}</Error>'.encode()


def refused(
    body: bytes, status: str = "403 Forbidden", **options: Any
) -> ossc.OSSError:
    """The error of a get that is answered so; the real hosts are reached by a proxy."""
    with RawServer(answer(body, status)) as server:
        options.setdefault("endpoint", server.endpoint)
        endpoint = options.pop("endpoint")
        if "aliyuncs" in endpoint:
            options["proxy"] = server.authority
        with client_of(endpoint, **options) as client:
            with pytest.raises(ossc.ServerError) as caught:
                client.bucket(BUCKET).get_object("k")
    return caught.value


def test_a_bucket_that_is_elsewhere() -> None:
    """The message ends with what to write instead."""
    host = "oss-cn-beijing.aliyuncs.com"
    error = refused(document("AccessDenied", ELSEWHERE, Endpoint=host))
    assert isinstance(error, ossc.AccessDenied)
    assert error.message.startswith(
        f"{ELSEWHERE} Hint: the bucket '{BUCKET}' is not at "
    )
    assert error.message.endswith(
        "; use endpoint='http://oss-cn-beijing.aliyuncs.com' with region='cn-beijing'."
    )
    assert error.args == (error.message,)


def test_a_bucket_of_another_region_on_the_local_server(
    server: ossc.mock.Server,
) -> None:
    """As the server says it to a client of another region's host."""
    proxy = server.endpoint.partition("://")[2]
    endpoint = "http://oss-cn-beijing.aliyuncs.com"
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(
        endpoint, region=server.region, credentials=keys, proxy=proxy, retry=None
    ) as client:
        calls: list[Callable[[ossc.Bucket], object]] = [
            lambda bucket: bucket.get_object("k"),
            lambda bucket: bucket.head_object("k"),
            lambda bucket: next(iter(bucket.get_objects(["k"]))).result,
        ]
        for call in calls:
            with pytest.raises(ossc.AccessDenied) as caught:
                call(client.bucket(BUCKET))
            assert caught.value.message.endswith(
                "use endpoint='http://oss-cn-hangzhou.aliyuncs.com' with "
                "region='cn-hangzhou'."
            )
            assert caught.value.message.count("Hint") == 1


def test_a_head_tells_it_in_a_header() -> None:
    """The document is there as base64."""
    packed = base64.b64encode(
        document("AccessDenied", ELSEWHERE, Endpoint="oss-eu-west-1.aliyuncs.com")
    ).decode()
    with RawServer(answer(b"", "403 Forbidden", x_oss_err=packed)) as server:
        with server.client() as client, pytest.raises(ossc.AccessDenied) as caught:
            client.bucket(BUCKET).head_object("k")
    assert "region='eu-west-1'" in caught.value.message


def test_a_wrong_region_is_told_by_the_endpoint() -> None:
    """Its name and the region that was given do not belong together."""
    error = refused(
        document("InvalidArgument", SIGNING),
        "400 Bad Request",
        endpoint="http://oss-cn-beijing.aliyuncs.com",
    )
    assert error.message == (
        f"{SIGNING} Hint: requests are signed for the region '{REGION}', but this is "
        "'cn-beijing'; give region='cn-beijing'."
    )


def test_a_wrong_region_at_another_name(server: ossc.mock.Server) -> None:
    """Where nothing tells the right one, it is said that this is the wrong one."""
    with client_of(server, region="cn-beijing") as client:
        with pytest.raises(ossc.InvalidArgument) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.message.startswith(
        f"{SIGNING} Hint: requests are signed for the"
    )
    assert "'cn-beijing'" in caught.value.message
    assert caught.value.message.endswith("give region=… of the bucket.")


def test_a_wrong_region_in_what_the_server_signed() -> None:
    """The server's text names its own region."""
    text = f"OSS4-HMAC-SHA256\n20260101T000000Z\n{SCOPE.format('cn-beijing')}\nab"
    error = refused(document("SignatureDoesNotMatch", SIGNATURE, StringToSign=text))
    assert error.message.endswith("give region='cn-beijing'.")


@pytest.mark.parametrize(
    "body",
    [
        document("AccessDenied", ELSEWHERE),
        document("AccessDenied", ELSEWHERE, Endpoint="evil.com/'; rm -rf"),
        document("AccessDenied", ELSEWHERE, Endpoint="h" * 300),
        document("AccessDenied", ELSEWHERE)[:-3],
        document("AccessDenied", "You have no right.", Endpoint="h.example.com"),
        document("SignatureDoesNotMatch", SIGNATURE),
        document("SignatureDoesNotMatch", SIGNATURE, StringToSign=SCOPE.format(REGION)),
        document("SignatureDoesNotMatch", SIGNATURE, StringToSign=SCOPE.format("<b/>")),
        document("InvalidArgument", "no such thing"),
        document("NoSuchKey", "gone"),
    ],
)
def test_no_hint(body: bytes) -> None:
    """Nothing is made up, and what is no host's name is not repeated."""
    assert "Hint" not in refused(body).message


def test_a_signature_of_version_1_has_no_region() -> None:
    """There is nothing to say of one."""
    endpoint = "http://oss-cn-beijing.aliyuncs.com"
    body = document("SignatureDoesNotMatch", SIGNATURE)
    assert "Hint" not in refused(body, endpoint=endpoint, signature="v1").message
    assert "Hint" in refused(body, endpoint=endpoint).message


def test_addressing() -> None:
    """OSS's own hosts want the bucket in the name."""
    body = document("SecondLevelDomainForbidden", "No.")
    assert "addressing='auto'" in refused(body).message


def test_a_signed_url_has_no_region_to_give() -> None:
    """Its maker signed it: what the client says is not to blame."""
    text = SCOPE.format("cn-beijing")
    body = document("SignatureDoesNotMatch", SIGNATURE, StringToSign=text)
    with RawServer(answer(body, "403 Forbidden")) as server, ossc.SignedURLs() as urls:
        with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
            urls.get(f"{server.endpoint}/k?x-oss-signature=x")
    assert caught.value.message == SIGNATURE
