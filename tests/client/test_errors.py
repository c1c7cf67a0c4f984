"""The exceptions: which class for which answer, their attributes, and copies of them."""

from __future__ import annotations

import base64
import copy
import errno
import pickle
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import errors
from ossc.mock import faults

from .raw_server import BUCKET, RawServer, answer, client_of

CLASSES = [
    getattr(errors, name) for name in errors.__all__ if name != "server_error_class"
]

BY_CODE = {
    "AccessDenied": (403, ossc.AccessDenied, PermissionError),
    "BucketAlreadyExists": (409, ossc.BucketAlreadyExists, FileExistsError),
    "BucketNotEmpty": (409, ossc.BucketNotEmpty, ossc.ServerError),
    "FileAlreadyExists": (409, ossc.FileAlreadyExists, FileExistsError),
    "InvalidAccessKeyId": (403, ossc.InvalidAccessKeyId, PermissionError),
    "InvalidArgument": (400, ossc.InvalidArgument, ValueError),
    "InvalidObjectState": (403, ossc.InvalidObjectState, ossc.ServerError),
    "InvalidRange": (416, ossc.InvalidRange, ValueError),
    "InvalidSecurityToken": (403, ossc.AccessDenied, PermissionError),
    "NoSuchBucket": (404, ossc.NoSuchBucket, FileNotFoundError),
    "NoSuchKey": (404, ossc.NoSuchKey, FileNotFoundError),
    "NoSuchUpload": (404, ossc.NoSuchUpload, FileNotFoundError),
    "ObjectNotAppendable": (409, ossc.ObjectNotAppendable, ossc.ServerError),
    "PositionNotEqualToLength": (409, ossc.PositionNotEqualToLength, ossc.ServerError),
    "PreconditionFailed": (412, ossc.PreconditionFailed, ossc.ServerError),
    "RequestTimeTooSkewed": (403, ossc.RequestTimeTooSkewed, PermissionError),
    "SecurityTokenExpired": (403, ossc.SecurityTokenExpired, PermissionError),
    "SignatureDoesNotMatch": (403, ossc.SignatureDoesNotMatch, PermissionError),
    "InternalError": (500, ossc.ServiceUnavailable, ossc.ServerError),
    "SomethingNew": (400, ossc.ServerError, ossc.OSSError),
}

BY_STATUS = [
    (302, ossc.ServerError),
    (400, ossc.ServerError),
    (403, ossc.AccessDenied),
    (404, ossc.ServerError),
    (412, ossc.PreconditionFailed),
    (416, ossc.InvalidRange),
    (500, ossc.ServiceUnavailable),
    (503, ossc.ServiceUnavailable),
]


def _document(code: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Error>'
        f"<Code>{code}</Code><Message>Said so.</Message>"
        "<RequestId>5C3D9175B6FC201293AD4890</RequestId>"
        "<HostId>examplebucket.oss.example.com</HostId><EC>0000-00000001</EC></Error>"
    ).encode()


@pytest.mark.parametrize("code", BY_CODE)
@pytest.mark.parametrize("verb", ["get", "head"])
def test_each_code_has_its_class(code: str, verb: str) -> None:
    """The code decides, in a body and in a HEAD's header alike."""
    status, cls, parent = BY_CODE[code]
    document = _document(code)
    reply = answer(document, f"{status} Wrong")
    if verb == "head":
        packed = base64.b64encode(document).decode()
        reply = answer(status=f"{status} Wrong", x_oss_err=packed)
    with RawServer(reply) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.ServerError) as caught:
            bucket.get_object("k") if verb == "get" else bucket.head_object("k")
    error = caught.value
    assert type(error) is cls
    assert isinstance(error, parent)
    assert (error.status, error.code, error.message) == (status, code, "Said so.")
    assert error.request_id == "5C3D9175B6FC201293AD4890"
    assert error.host_id == "examplebucket.oss.example.com"
    assert error.ec == "0000-00000001"
    assert error.body == document
    assert (error.bucket, error.key) == (BUCKET, "k")
    assert error.operation == f"{verb.title()}Object"


@pytest.mark.parametrize(("status", "cls"), BY_STATUS)
def test_without_a_code_the_status_decides(status: int, cls: type) -> None:
    """An answer that is not OSS's still gets the best class there is."""
    reply = answer(b"<html>go away</html>", f"{status} Wrong")
    with RawServer(reply) as server, server.client() as client:
        with pytest.raises(ossc.ServerError) as caught:
            client.bucket(BUCKET).get_object("k")
    assert type(caught.value) is cls
    assert caught.value.code is None
    assert "go away" in str(caught.value)


def test_headers_win_over_the_body() -> None:
    """The request id and the EC of the headers are those that OSS logs."""
    reply = answer(
        _document("NoSuchKey"),
        "404 Not Found",
        x_oss_request_id="FROMHEADER",
        x_oss_ec="1111-11111111",
    )
    with RawServer(reply) as server, server.client() as client:
        with pytest.raises(ossc.NoSuchKey) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.request_id == "FROMHEADER"
    assert caught.value.ec == "1111-11111111"


def test_a_failed_callback_keeps_the_upload(server: ossc.mock.Server) -> None:
    """203 says that the object is there; the exception has the upload's result."""
    callback = ossc.Callback("http://127.0.0.1:1/nobody", "key=${object}")
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.CallbackFailed) as caught:
            bucket.put_object("k", b"data", callback=callback)
        assert bucket.get_object("k").data == b"data"
    error = caught.value
    assert error.status == 203
    assert error.code == "CallbackFailed"
    assert isinstance(error.result, ossc.PutObjectResult)
    assert error.result.etag
    assert error.result.request_id == error.request_id
    assert pickle.loads(pickle.dumps(error)).result == error.result


def _example(cls: type[ossc.OSSError]) -> ossc.OSSError:
    error = cls(
        "It failed.",
        operation="GetObject",
        bucket="b",
        key="k",
        status=400,
        code="Wrong",
        request_id="R1",
        host_id="h.example.com",
        ec="0001-00000001",
        body=b"<Error/>",
        headers={"x-a": "1"},
        details={"ArgumentName": "max-keys"},
    )
    error.endpoint, error.method = "https://b.oss.example.com", "GET"
    if isinstance(error, ossc.LocalFileError):
        error.errno, error.filename = errno.ENOSPC, "/some/file"
    if isinstance(error, ossc.CallbackFailed):
        error.result = ossc.PutObjectResult("E", 5, "R1")
    return error


def _facts(error: ossc.OSSError) -> dict[str, object]:
    names = ("errno", "filename", "strerror")
    slots = {name: getattr(error, name, None) for name in names}
    return {**error.__dict__, **slots, "args": error.args, "text": str(error)}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_copies_are_whole(cls: type[ossc.OSSError]) -> None:
    """Pickling and copying keep the class, the text and every attribute."""
    error = _example(cls)
    copies = [copy.copy(error), copy.deepcopy(error)]
    copies += [pickle.loads(pickle.dumps(error, n)) for n in range(2, 6)]
    for twin in copies:
        assert type(twin) is cls
        assert _facts(twin) == _facts(error)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_each_class_is_public_and_of_the_tree(cls: type[ossc.OSSError]) -> None:
    """`ossc` exports it, and `except OSSError` catches it."""
    assert getattr(ossc, cls.__name__) is cls
    assert issubclass(cls, ossc.OSSError)
    assert cls.__doc__


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_os_error_has_its_errno(cls: type[ossc.OSSError]) -> None:
    """Code that looks at `errno` finds what the builtin class stands for."""
    expected = {
        FileNotFoundError: errno.ENOENT,
        PermissionError: errno.EACCES,
        FileExistsError: errno.EEXIST,
        TimeoutError: errno.ETIMEDOUT,
        ConnectionError: errno.ECONNABORTED,
    }
    error = cls("It failed.")
    for builtin, number in expected.items():
        if isinstance(error, builtin):
            assert error.errno == number


def test_the_text_is_a_sentence() -> None:
    """Code and message first, then where, which status, which request."""
    assert str(_example(ossc.NoSuchKey)) == (
        "Wrong: It failed. (GetObject b/k; HTTP 400; request id R1; EC 0001-00000001)"
    )
    assert str(ossc.OSSError("It failed.")) == "It failed."


def test_a_scripted_status_comes_out(server: ossc.mock.Server) -> None:
    """What the service answers in trouble has the trouble's class."""
    server.faults.add(faults.status(503, "ServiceUnavailable"))
    with client_of(server) as client:
        with pytest.raises(ossc.ServiceUnavailable) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.status == 503


def test_an_answer_that_cannot_be_read_says_what_it_answered(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The error of a strange answer has the same facts as that of a refusal."""
    bucket.put_object("k", b"x")
    server.faults.add(faults.header("Last-Modified", "some day"))
    with pytest.raises(ossc.MalformedResponse) as caught:
        bucket.head_object("k")
    error = caught.value
    assert (error.operation, error.bucket, error.key) == (
        "HeadObject",
        "examplebucket",
        "k",
    )
    assert error.status == 200
    assert error.request_id == server.requests[-1].request_id


@pytest.mark.parametrize("wrong", ["http://a/", {"callbackUrl": "http://a/"}, 1])
def test_a_callback_is_a_callback(bucket: ossc.Bucket, wrong: Any) -> None:
    """Anything else is a TypeError that says so, wherever one can be given."""
    with pytest.raises(TypeError, match=r"must be an ossc\.Callback"):
        bucket.put_object("k", b"x", callback=wrong)
    with pytest.raises(TypeError, match=r"must be an ossc\.Callback"):
        bucket.presign("PUT", "k", callback=wrong)
