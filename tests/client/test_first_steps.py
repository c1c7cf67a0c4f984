"""What somebody new trips over: mistakes are told by the argument's name."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import ossc
import ossc.callback
import ossc.mock

from .raw_server import KEY_ID, REGION, SECRET

EMPTY_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg=="

WRONG_TYPES: dict[str, tuple[Callable[[ossc.Bucket, Any], object], Any]] = {
    "page_size": (lambda b, value: b.list_objects(page_size=value), "10"),
    "page_size ": (lambda b, value: b.list_objects(page_size=value), 2.5),
    "prefix": (lambda b, value: b.list_objects(prefix=value), b"dir/"),
    "delimiter": (lambda b, value: b.list_objects("", value), 5),
    "start_after": (lambda b, value: b.list_objects(start_after=value), 5),
    "traffic_limit": (
        lambda b, value: b.put_object("k", b"", traffic_limit=value),
        "1",
    ),
    "traffic_limit ": (
        lambda b, value: b.put_object("k", b"", traffic_limit=value),
        819_200.5,
    ),
    "expires": (lambda b, value: b.presign("GET", "k", value), "60"),
    "headers": (lambda b, value: b.presign("GET", "k", headers=value), "a: b"),
    "headers ": (lambda b, value: b.upload_part("k", "u", 1, b"", headers=value), "a"),
    "headers  ": (
        lambda b, value: b.complete_multipart_upload(
            "k", "u", [(1, "e")], headers=value
        ),
        "a",
    ),
    "params": (lambda b, value: b.presign("GET", "k", params=value), ["a"]),
}


@pytest.mark.parametrize("what", WRONG_TYPES)
def test_a_wrong_type_is_told_by_name(bucket: ossc.Bucket, what: str) -> None:
    """The message says which argument it is and what it should be."""
    call, value = WRONG_TYPES[what]
    with pytest.raises(TypeError, match=f"^{what.strip()} must be a"):
        call(bucket, value)


def test_wrong_types_of_clients_are_told_by_name(client: ossc.Client) -> None:
    """Of the client's own arguments too."""
    with pytest.raises(TypeError, match=r"^prefix must be a str"):
        client.list_buckets(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^acl must be a str"):
        client.create_bucket("another", acl=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout", "timeout"])
@pytest.mark.parametrize("value", ["10", timedelta(seconds=10)])
def test_time_limits_are_seconds(name: str, value: object) -> None:
    """A text or a `timedelta` is refused in words."""
    limits: dict[str, Any] = {name: value}
    with pytest.raises(TypeError, match=f"^{name} must be a number of seconds"):
        ossc.Client(
            "http://127.0.0.1",
            region=REGION,
            credentials=ossc.Credentials(KEY_ID, SECRET),
            **limits,
        )


def test_a_number_out_of_bounds_is_quoted(bucket: ossc.Bucket) -> None:
    """The message says what was given and what may be."""
    with pytest.raises(
        ossc.ParameterError, match="page_size is 0; it goes from 1 to 1000"
    ):
        bucket.list_objects(page_size=0)


def test_headers_of_any_case_replace_those_of_options(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """No header goes out twice."""
    given = {"user-agent": "mine", "CONTENT-TYPE": "a/b"}
    bucket.put_object("k", b"12", content_type="x/y", headers=given)
    bucket.append_object("m", b"", 0)
    bucket.append_object("m", b"", 0, headers={"content-md5": EMPTY_MD5})
    assert bucket.get_object("k", range=(0, 0), headers={"range": "bytes=1-"}).size == 2
    bucket.copy_object("k", "l", headers={"X-OSS-Copy-Source": "/other/key"})
    bucket.delete_object("l", headers={"x-oss-request-payer": "requester"})
    assert ("x-oss-request-payer", "requester") in server.requests[-1].headers
    for request in server.requests:
        names = [name for name, _ in request.headers]
        assert len(names) == len(set(names))
    assert ("user-agent", "mine") in server.requests[0].headers
    assert ("content-type", "a/b") in server.requests[0].headers


@pytest.mark.parametrize("url", [None, 5, b"http://app.example.com"])
def test_callback_urls_are_text(url: Any) -> None:
    """Anything else is refused in words."""
    with pytest.raises(ossc.callback.CallbackError, match="URL is a str, or several"):
        ossc.Callback(url, "key=${object}")


@pytest.mark.parametrize("body", [None, "text", 5])
def test_callbacks_are_verified_in_bytes(body: Any) -> None:
    """A text's bytes could only be guessed."""
    with pytest.raises(TypeError, match="the body must be bytes-like"):
        ossc.callback.verify("POST", "/uploaded", {}, body)


@pytest.mark.parametrize("make", [ossc.callback.wsgi, ossc.callback.asgi])
def test_settings_of_applications_are_checked_at_once(make: Any) -> None:
    """Not when the first callback comes."""
    with pytest.raises(ossc.ParameterError, match="no plain http or https URL"):
        make(print, allowed_key_urls="gosspublic.alicdn.com")
    with pytest.raises(ossc.ParameterError, match="max_body_bytes"):
        make(print, max_body_bytes=0)


def test_errors_of_presigning_say_what_was_asked(client: ossc.Client) -> None:
    """They carry operation, bucket and key as those of requests do."""
    bucket = client.bucket("examplebucket")
    client.close()
    with pytest.raises(ossc.ClientClosed) as caught:
        bucket.presign("GET", "k")
    error = caught.value
    assert (error.operation, error.bucket, error.key) == ("presign", bucket.name, "k")


def test_results_can_be_hashed_and_pickled(bucket: ossc.Bucket) -> None:
    """Records are values: equal ones have equal hashes, and pickles are equal."""
    stored = bucket.put_object("k", b"data", metadata={"a": "b"})
    records = [
        stored,
        bucket.get_object("k"),
        bucket.head_object("k"),
        bucket.copy_object("k", "l"),
        bucket.append_object("m", b"", 0),
        *bucket.list_objects(),
        ossc.Headers({"A": "b"}),
    ]
    for record in records:
        again = pickle.loads(pickle.dumps(record))
        assert again == record
        assert hash(again) == hash(record)


def test_what_can_be_completed() -> None:
    """Names that load when they are first asked for are offered too."""
    assert set(ossc.__all__) <= set(dir(ossc))
    assert set(ossc.callback.__all__) <= set(dir(ossc.callback))


def test_help_and_import_star_need_no_extra() -> None:
    """Without the server's extra everything else is there."""
    script = """
import sys
for name in ("h11", "cryptography"):
    sys.modules[name] = None
from ossc import *
import ossc, pydoc
assert "Client" in pydoc.render_doc(ossc)
print(Client.__name__, Callback.__name__, callback.__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["Client", "Callback", "ossc.callback"]
