"""The key fetcher: what it believes, remembers, and when it gives up."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from ossc.callback import CallbackKeyError, KeyCache, fetch_public_key, verify

from .callback_signer import PUBLIC_PEM, signed_headers

if TYPE_CHECKING:
    from collections.abc import Iterator

PEM = PUBLIC_PEM.encode()


@dataclass
class Site:
    """A key server on the loopback, with scripted pages."""

    url: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slow: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """Return the request handler class for this site."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                if self.path in site.redirects:
                    self.send_response(302)
                    self.send_header("Location", site.redirects[self.path])
                    self.end_headers()
                elif self.path in site.pages:
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(site.pages[self.path])
                elif self.path == "/drip":
                    self.send_response(200)
                    self.end_headers()
                    while not site.slow.wait(0.02):
                        self.wfile.write(b"x")
                elif self.path == "/silent":
                    site.slow.wait(10)
                else:
                    self.send_error(404)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the test's output quiet."""

        return Handler


def run_site() -> Iterator[Site]:
    """Serve a site for the time of a test."""
    site = Site(pages={"/key.pem": PEM})
    server = ThreadingHTTPServer(("127.0.0.1", 0), site.handler())
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        site.slow.set()
        server.shutdown()
        thread.join()
        server.server_close()


site = pytest.fixture(run_site, name="site")
other = pytest.fixture(run_site, name="other")


def test_a_key_is_fetched_once(site: Site) -> None:
    """The second use of a URL needs no request, until the cache is cleared."""
    keys = KeyCache()
    assert keys(f"{site.url}/key.pem") == PEM
    assert keys(f"{site.url}/key.pem") == PEM
    assert site.asked == ["/key.pem"]
    keys.clear()
    assert keys(f"{site.url}/key.pem") == PEM
    assert site.asked == ["/key.pem"] * 2


def test_a_key_is_forgotten_after_its_time(site: Site) -> None:
    """A key that is too old is fetched again, so that it can be replaced."""
    keys = KeyCache(keep_seconds=0)
    keys(f"{site.url}/key.pem")
    keys(f"{site.url}/key.pem")
    assert site.asked == ["/key.pem"] * 2


def test_the_cache_is_bounded(site: Site) -> None:
    """Of more keys than fit, the least recently used one is dropped."""
    site.pages.update({f"/{number}": PEM for number in range(3)})
    keys = KeyCache(max_keys=2)
    for path in ("/0", "/1", "/0", "/2", "/0", "/1"):
        assert keys(f"{site.url}{path}") == PEM
    assert site.asked == ["/0", "/1", "/2", "/1"]


def test_the_default_fetcher_serves_verify(site: Site) -> None:
    """Without `fetch_key` the key comes from its URL over HTTP."""
    url = f"{site.url}/key.pem"
    headers = signed_headers("/cb", b"a=1", key_url=url)
    try:
        for _ in range(2):
            request = verify("POST", "/cb", headers, b"a=1", allowed_key_urls=[url])
            assert request.form() == {"a": "1"}
    finally:
        fetch_public_key.clear()
    assert site.asked == ["/key.pem"]


def test_redirects_stay_on_the_server(site: Site, other: Site) -> None:
    """A redirect is followed on the same server and refused to another one."""
    site.redirects = {"/near": "/key.pem", "/far": f"{other.url}/key.pem"}
    keys = KeyCache()
    assert keys(f"{site.url}/near") == PEM
    with pytest.raises(CallbackKeyError, match="redirected to another server"):
        keys(f"{site.url}/far")
    assert not other.asked


def test_a_redirect_to_a_file_is_refused(site: Site) -> None:
    """A redirect cannot make the fetcher read local files."""
    site.redirects = {"/": "file:///etc/hostname"}
    with pytest.raises(CallbackKeyError, match="could not be fetched"):
        KeyCache()(f"{site.url}/")


@pytest.mark.parametrize(
    "page",
    [b"", b"<html>log in</html>", PEM[:-20], b"-----BEGIN PRIVATE KEY-----"],
    ids=["empty", "page", "cut", "private"],
)
def test_what_is_no_key_is_not_remembered(site: Site, page: bytes) -> None:
    """A page that is no key is refused, and asked for again next time."""
    site.pages["/page"] = page
    keys = KeyCache()
    for _ in range(2):
        with pytest.raises(CallbackKeyError, match="no public key in PEM form"):
            keys(f"{site.url}/page")
    assert site.asked == ["/page"] * 2


def test_a_page_without_end_is_cut_off(site: Site) -> None:
    """More than 64 KiB is not read."""
    site.pages["/long"] = PEM + b"\n" * 65536
    with pytest.raises(CallbackKeyError, match="longer than 65536 bytes"):
        KeyCache()(f"{site.url}/long")
    site.pages["/full"] = PEM + b"\n" * (65536 - len(PEM))
    assert KeyCache()(f"{site.url}/full") == site.pages["/full"]


def test_a_missing_page_is_a_key_error(site: Site) -> None:
    """404 is reported with its status."""
    with pytest.raises(CallbackKeyError, match="404"):
        KeyCache()(f"{site.url}/none")


@pytest.mark.parametrize("path", ["/drip", "/silent"])
def test_a_slow_server_is_given_up(site: Site, path: str) -> None:
    """The time limit holds for the whole fetch, also if bytes keep dripping."""
    started = time.monotonic()
    with pytest.raises(CallbackKeyError, match=r"it took over|timed out"):
        KeyCache(limit_seconds=0.2)(f"{site.url}{path}")
    assert time.monotonic() - started < 5


def test_an_unreachable_server_is_a_key_error(site: Site) -> None:
    """A refused connection is the error's cause."""
    keys = KeyCache()
    with ThreadingHTTPServer(("127.0.0.1", 0), site.handler()) as server:
        port = server.server_address[1]
    with pytest.raises(CallbackKeyError, match="could not be fetched") as caught:
        keys(f"http://127.0.0.1:{port}/")
    assert isinstance(caught.value.__cause__, OSError)


def test_a_broken_answer_is_a_key_error() -> None:
    """A server that does not speak HTTP is reported, not crashed on."""

    class Babble(BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(b"babble\r\n\r\n")

    with ThreadingHTTPServer(("127.0.0.1", 0), Babble) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(CallbackKeyError, match="could not be fetched"):
            KeyCache()(f"http://127.0.0.1:{server.server_address[1]}/")
        thread.join()


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/", "x"])
def test_only_http_is_spoken(url: str) -> None:
    """The fetcher itself refuses other schemes, whoever calls it."""
    with pytest.raises(CallbackKeyError, match="over http or https"):
        KeyCache()(url)


def test_threads_share_one_cache(site: Site) -> None:
    """Concurrent use returns the key everywhere, and then it is known."""
    keys = KeyCache()
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: got.append(keys(f"{site.url}/key.pem")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [PEM] * 8
    before = len(site.asked)
    assert keys(f"{site.url}/key.pem") == PEM
    assert len(site.asked) == before
