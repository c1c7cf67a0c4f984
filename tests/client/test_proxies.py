"""Proxies: SOCKS5, HTTP with and without TLS, the environment's, and none for some."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

import ossc
import ossc.mock
from ossc._proxy import proxy_of

from .proxies import PASSWORD, USER, Connect, Socks5
from .raw_server import BUCKET, Peer, RawServer, client_of, object_answer

AUTH = (USER, PASSWORD)
LOGIN = f"{USER}:{PASSWORD}@"
HOST = "oss-cn-hangzhou.aliyuncs.com"
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy in the environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def _contexts(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for all names that the tests use, and who vouches for it."""
    authority = trustme.CA()
    names = ("127.0.0.1", f"{BUCKET}.{HOST}", HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return context, path


def _round(client: ossc.Client) -> None:
    bucket = client.bucket(BUCKET)
    for count in range(3):
        data = bytes([count]) * 300_000
        bucket.put_object("k", data)
        assert bucket.get_object("k").data == data


def _client(server: ossc.mock.Server, endpoint: str, **options: Any) -> ossc.Client:
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    return client_of(endpoint, credentials=keys, **options)


def _port(server: ossc.mock.Server) -> int:
    return int(server.endpoint.rpartition(":")[2])


@pytest.mark.parametrize("auth", [None, AUTH], ids=["open", "password"])
def test_socks_that_looks_the_name_up(
    server: ossc.mock.Server, auth: tuple[str, str] | None
) -> None:
    """`socks5h` gives the proxy the name; connections through it are kept."""
    with Socks5(_port(server), auth=auth) as proxy:
        url = proxy.url(LOGIN if auth else "")
        with _client(server, f"http://{HOST}", proxy=url) as client:
            _round(client)
        assert proxy.asked == [(f"{BUCKET}.{HOST}", 80)]
        assert proxy.users == ([auth] if auth else [])
        assert proxy.connections == 1


def test_socks_with_our_own_look_up(server: ossc.mock.Server) -> None:
    """`socks5` gives it an address."""
    with Socks5(_port(server)) as proxy:
        options = {"proxy": proxy.url(scheme="socks5"), "addressing": "path"}
        with _client(server, f"http://localhost:{_port(server)}", **options) as client:
            client.bucket(BUCKET).put_object("k", b"x")
    assert proxy.asked[0][0] in ("127.0.0.1", "::1")


def test_tls_through_socks(tmp_path: Path) -> None:
    """The TLS is with the server behind the proxy."""
    context, ca_file = _contexts(tmp_path)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with Socks5(_port(server)) as proxy:
            options = {"proxy": proxy.url(), "verify": ca_file}
            with _client(server, f"https://{HOST}", **options) as client:
                _round(client)
        assert proxy.asked == [(f"{BUCKET}.{HOST}", 443)]


@pytest.mark.parametrize(
    "kind", ["wrong password", "no password", "refused", "no proxy", "nonsense"]
)
def test_socks_that_fails(server: ossc.mock.Server, kind: str) -> None:
    """Whatever the proxy objects to is a ConnectFailed, which tells no password."""
    reply = 5 if kind == "refused" else 0
    user = f"{USER}:wrong-{PASSWORD}@" if kind == "wrong password" else ""
    auth = AUTH if "password" in kind else None

    def nonsense(peer: Peer) -> None:
        peer.sock.recv(100)
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    act = nonsense if kind == "nonsense" else None
    with Socks5(_port(server), auth=auth, reply=reply, act=act) as proxy:
        url = "socks5h://127.0.0.1:1" if kind == "no proxy" else proxy.url(user)
        with _client(server, f"http://{HOST}", proxy=url) as client:
            with pytest.raises(ossc.ConnectFailed) as caught:
                client.bucket(BUCKET).get_object("k")
    assert PASSWORD not in f"{caught.value}{caught.value!r}{vars(caught.value)}"
    assert server.requests == []


@pytest.mark.parametrize("scheme", ["socks5h", "http"])
def test_a_proxy_that_says_nothing(scheme: str) -> None:
    """It is given up after the time to connect in."""
    with RawServer(Peer.stall) as proxy:
        url = f"{scheme}://{proxy.authority}"
        options = {"proxy": url, "connect_timeout": 1}
        with client_of(f"https://{HOST}", **options) as client:
            with pytest.raises(ossc.RequestTimedOut):
                client.bucket(BUCKET).get_object("k")


@pytest.mark.parametrize("auth", [None, AUTH], ids=["open", "password"])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_tunnel(tls: bool, auth: tuple[str, str] | None, tmp_path: Path) -> None:  # noqa: FBT001
    """HTTPS goes through an HTTP proxy, and through one that speaks TLS itself."""
    context, ca_file = _contexts(tmp_path)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with Connect(_port(server), auth=auth, tls=context if tls else None) as proxy:
            options = {"proxy": proxy.url(LOGIN if auth else ""), "verify": ca_file}
            with _client(server, f"https://{HOST}", **options) as client:
                _round(client)
        assert proxy.asked == [f"{BUCKET}.{HOST}:443"]


def test_whole_urls_over_tls(server: ossc.mock.Server, tmp_path: Path) -> None:
    """Plain HTTP by a proxy that speaks TLS: it is asked for whole URLs."""
    context, ca_file = _contexts(tmp_path)
    with Connect(_port(server), auth=AUTH, tls=context) as proxy:
        options = {"proxy": proxy.url(LOGIN), "verify": ca_file}
        with _client(server, f"http://{HOST}", **options) as client:
            _round(client)
    assert proxy.lines[0] == f"PUT http://{BUCKET}.{HOST}/k HTTP/1.1"
    assert proxy.connections == 1


def test_a_proxy_of_an_unknown_authority(
    server: ossc.mock.Server, tmp_path: Path
) -> None:
    """Its certificate is checked as the server's is, and no password goes to it."""
    context, _ = _contexts(tmp_path)
    with Connect(_port(server), tls=context) as proxy:
        with _client(server, f"http://{HOST}", proxy=proxy.url(LOGIN)) as client:
            with pytest.raises(ossc.TLSError):
                client.bucket(BUCKET).get_object("k")
        assert proxy.lines == []


def test_a_tunnel_with_a_wrong_password(tmp_path: Path) -> None:
    """The refusal is a TransportError that tells no password."""
    context, ca_file = _contexts(tmp_path)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with Connect(_port(server), auth=AUTH) as proxy:
            url = proxy.url(f"{USER}:wrong-{PASSWORD}@")
            options = {"proxy": url, "verify": ca_file}
            with _client(server, f"https://{HOST}", **options) as client:
                with pytest.raises(ossc.TransportError) as caught:
                    client.bucket(BUCKET).get_object("k")
    assert PASSWORD not in f"{caught.value}{caught.value!r}{vars(caught.value)}"
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("no_proxy", "bypassed"),
    [
        ("127.0.0.1", True),
        ("*", True),
        ("10.0.0.0/8, 127.0.0.0/8", True),
        ("127.0.0.1:PORT", True),
        (["example.com", "127.0.0.1"], True),
        ("127.0.0.1:1", False),
        ("126.0.0.0/8", False),
        ("127.0.0.1/33", False),
        ("7.0.0.1", False),
        ("::1", False),
        ("", False),
        ([], False),
    ],
    ids=str,
)
def test_addresses_without_a_proxy(
    server: ossc.mock.Server,
    no_proxy: Any,
    bypassed: bool,  # noqa: FBT001
) -> None:
    """`no_proxy` names addresses and networks."""
    if isinstance(no_proxy, str):
        no_proxy = no_proxy.replace("PORT", str(_port(server)))
    options = {"proxy": "http://127.0.0.1:1", "no_proxy": no_proxy}
    with client_of(server, **options) as client:
        if bypassed:
            client.bucket(BUCKET).put_object("k", b"x")
        else:
            with pytest.raises(ossc.ConnectFailed):
                client.bucket(BUCKET).put_object("k", b"x")


@pytest.mark.parametrize(
    ("no_proxy", "bypassed"),
    [
        ("localhost", True),
        (".localhost", True),
        ("*.localhost", True),
        ("LOCALHOST", True),
        (f"{BUCKET}.localhost", True),
        ("ocalhost", False),
        (f"other.{BUCKET}.localhost", False),
        ("localhost.", False),
        ("127.0.0.1", False),
    ],
)
def test_names_without_a_proxy(
    server: ossc.mock.Server,
    no_proxy: str,
    bypassed: bool,  # noqa: FBT001
) -> None:
    """A name stands for those below it, and for no other."""
    with RawServer(object_answer(b"of the proxy")) as proxy:
        options = {"proxy": proxy.endpoint, "no_proxy": no_proxy}
        options["addressing"] = "virtual"
        server.put_object(BUCKET, "k", b"of the server")
        with _client(server, f"http://localhost:{_port(server)}", **options) as client:
            data = client.bucket(BUCKET).get_object("k").data
    assert data == (b"of the server" if bypassed else b"of the proxy")


def test_ipv6_without_a_proxy() -> None:
    """IPv6 addresses stand with or without brackets."""
    with RawServer(object_answer(b"x"), host="::1") as server:
        for text in ("::1", "[::1]", f"[::1]:{server.port}", "::/96", "0::0:1"):
            options = {"proxy": "socks5h://127.0.0.1:1", "no_proxy": text}
            with client_of(server.endpoint, **options) as client:
                assert client.bucket(BUCKET).get_object("k").data == b"x"


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_environments_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It is used when it is asked for."""
    with RawServer(object_answer(b"x")) as proxy:
        monkeypatch.setenv(name, f"http://{LOGIN}{proxy.authority}/")
        monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
        with client_of(f"http://{HOST}", proxy="environment") as client:
            client.bucket(BUCKET).get_object("k")
    assert "proxy-authorization" in proxy.received[0].headers


def test_the_environment_excepts_hosts(
    monkeypatch: pytest.MonkeyPatch, server: ossc.mock.Server
) -> None:
    """`NO_PROXY` is obeyed, with entries that nobody understands; an argument wins."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "<local>,//, 127.0.0.0/8;x,127.0.0.1")
    with client_of(server, proxy="environment") as client:
        client.bucket(BUCKET).put_object("k", b"x")
    with client_of(server, proxy="environment", no_proxy="other") as client:
        with pytest.raises(ossc.ConnectFailed):
            client.bucket(BUCKET).put_object("k", b"x")


@pytest.mark.parametrize(
    ("variables", "https", "host"),
    [
        ({}, True, None),
        ({"http_proxy": "http://h:1"}, True, None),
        ({"https_proxy": "", "HTTPS_PROXY": "socks5://h:2"}, True, "socks5://h:2"),
        ({"https_proxy": "h:3", "HTTPS_PROXY": "h:4"}, True, "h:3"),
        ({"https_proxy": "h:3", "ALL_PROXY": "h:5"}, False, "h:5"),
        ({"HTTP_PROXY": "h:6", "REQUEST_METHOD": "GET"}, False, None),
        ({"http_proxy": "h:7", "REQUEST_METHOD": "GET"}, False, "h:7"),
    ],
    ids=str,
)
def test_which_variable_counts(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    https: bool,  # noqa: FBT001
    host: str | None,
) -> None:
    """That of the endpoint's scheme, lower case first; a script's is not trusted."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_of("environment", None, https=https).host == host


def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not quoted."""
    monkeypatch.setenv("ALL_PROXY", f"ftp://{LOGIN}h:1")
    with pytest.raises(ossc.ParameterError, match=r"^ALL_PROXY must be") as caught:
        client_of(f"http://{HOST}", proxy="environment")
    assert PASSWORD not in f"{caught.value!r}"


def test_signed_urls_go_by_the_proxy(server: ossc.mock.Server) -> None:
    """Each URL's own host decides whether it does."""
    server.put_object(BUCKET, "k", b"of the server")
    with client_of(server) as client:
        direct = client.bucket(BUCKET).presign_get("k")
    with RawServer(object_answer(b"of the proxy")) as proxy:
        with ossc.SignedURLs(
            proxy=proxy.endpoint, no_proxy="127.0.0.1", region="x"
        ) as urls:
            assert urls.request("GET", direct)[2] == b"of the server"
            assert urls.request("GET", f"http://{HOST}/k")[2] == b"of the proxy"
