"""Puts an object with an upload callback and shows every step of the way.

Everything runs on this machine: an OSS server, an application server that OSS calls back,
and the client. In real life the first is Alibaba Cloud's and the second is yours; the
client's part, `upload`, stays as it is.

    scripts/demo            sets everything up and runs this
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

import ossc
import ossc.callback
import ossc.mock

BUCKET = "examplebucket"
KEY = "exampledir/exampleobject.txt"
CONTENT = b"More than just cloud."


class QuietHandler(WSGIRequestHandler):
    """Says nothing for each request; this script says what matters."""

    def log_message(self, *_args: object) -> None:
        """Drops the access log."""


def uploaded(request: ossc.callback.CallbackRequest) -> dict[str, str]:
    """The application: called once OSS has stored the object and proved who it is."""
    told = request.json()
    print("3. the application server was called by OSS, and the signature is right:")
    print(f"     {request.body.decode()}")
    return {"status": "thank you", "key": told["object"], "uploader": told["uploader"]}


@contextmanager
def application_server(key_url: str) -> Iterator[str]:
    """Runs the application on a free port; gives its URL.

    It accepts calls signed with the key at `key_url`. A real application leaves
    `allowed_key_urls` out and so accepts only the real OSS.
    """
    application = ossc.callback.wsgi(uploaded, allowed_key_urls=(key_url,))
    with make_server("127.0.0.1", 0, application, handler_class=QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/uploaded"
        finally:
            server.shutdown()
            thread.join()


def upload(bucket: ossc.Bucket, callback_url: str) -> ossc.PutObjectResult:
    """The client's part: one call puts the object and brings the answer back."""
    callback = ossc.Callback(
        url=callback_url,
        body='{"bucket":${bucket},"object":${object},"size":${size},'
        '"crc64":${crc64},"uploader":${x:uploader}}',
        body_type="application/json",
        variables={"x:uploader": "alice"},
    )
    return bucket.put_object(KEY, CONTENT, content_type="text/plain", callback=callback)


def main() -> int:
    """Runs the whole way; 0 when every byte is right."""
    info = ossc.sdk_info()
    with ossc.mock.serve() as server:
        print(f"1. an OSS server runs at {server.endpoint}")
        client = ossc.Client(
            server.endpoint,
            region=server.region,
            credentials=ossc.Credentials(
                server.access_key_id, server.access_key_secret
            ),
        )
        with client, application_server(server.callback_key_url) as url:
            bucket = client.create_bucket(BUCKET)
            print(f"2. putting {CONTENT.decode()!r} as {BUCKET}/{KEY}")
            print(f"   through the {info.provider} C SDK, with a callback to {url}")
            result = upload(bucket, url)
            print("4. the client has the application's answer back, in bytes:")
            print(f"     {result.callback_response!r}")
            stored = bucket.get_object(KEY)
    whole = stored.data == CONTENT and stored.crc64 == result.crc64
    print(f"5. read back: {stored.data!r}")
    print(f"   ETag {stored.etag}, CRC-64 {stored.crc64}, request {stored.request_id}")
    print("   every byte is right." if whole else "   THE BYTES DIFFER.")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
