"""All ends of an upload callback together: uploader, service, application server."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

import ossc
import ossc.mock
from ossc.callback import Callback, CallbackRequest, wsgi

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON_BODY = (
    '{"o":${object},"size":${size},"crc":${crc64},"uid":${x:uid},'
    '"height":${imageInfo.height},"type":${mimeType}}'
)


class QuietHandler(WSGIRequestHandler):
    """Keeps the test's output quiet."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write nothing."""


@contextmanager
def application(server: ossc.mock.Server, seen: list[CallbackRequest]) -> Iterator[str]:
    """Run the WSGI application for a server's callbacks; gives its URL."""

    def stored(request: CallbackRequest) -> Any:
        seen.append(request)
        return {"saw": request.bucket}

    app = wsgi(stored, allowed_key_urls=server.callback_key_url)
    listener = make_server("127.0.0.1", 0, app, handler_class=QuietHandler)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


@pytest.mark.parametrize("path", ["", "/", "/cb%20x/%E4%B8%AD?a=%2F&b"])
def test_a_callback_goes_round(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: str
) -> None:
    """What the uploader asked for arrives verified, and its answer comes back."""
    seen: list[CallbackRequest] = []
    key = 'dir/\u4e2d "quoted" & more'
    with application(server, seen) as url:
        callback = Callback(
            url + path,
            JSON_BODY,
            body_type="application/json",
            variables={"x:uid": "\u503c&="},
        )
        result = bucket.put_object(
            key, b"data", content_type="text/plain", callback=callback
        )
    (request,) = seen
    assert request.content_type == "application/json"
    assert request.request_id == result.request_id
    assert request.json() == {
        "o": key,
        "size": 4,
        "crc": result.crc64,
        "uid": "\u503c&=",
        "height": None,
        "type": "text/plain",
    }
    assert result.callback_response == b'{"saw": "examplebucket"}'


def test_the_second_url_is_tried(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A URL that refuses the connection is passed over for the next one."""
    seen: list[CallbackRequest] = []
    with application(server, seen) as url:
        callback = Callback(["http://127.0.0.1:1/", f"{url}/second"], "k=${object}")
        bucket.put_object("a b", b"data", callback=callback)
    assert [(item.path, item.form()) for item in seen] == [("/second", {"k": "a b"})]


def test_another_servers_callback_is_refused(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """An application that trusts another key answers 403: the callback fails."""
    seen: list[CallbackRequest] = []
    with (
        ossc.mock.serve() as other,
        application(other, seen) as url,
        pytest.raises(ossc.CallbackFailed) as caught,
    ):
        bucket.put_object("k", b"data", callback=Callback(url, "b"))
    assert "403" in str(caught.value)
    assert seen == []
    assert server.get_object("examplebucket", "k") == b"data"
