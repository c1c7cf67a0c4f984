"""oss2, the vendor's Python SDK of version 1, pointed at the mock server."""

from __future__ import annotations

import oss2

from . import strangers
from .strangers import REGION, VENDOR_HOST, Login, Server, Untyped


def make_auth(server: Server, login: Login) -> Untyped:
    """Make oss2's signer for a login."""
    key_id, secret, token = login.keys(server)
    if token is not None:
        return oss2.StsAuth(key_id, secret, token, auth_version=login.version)
    kind = oss2.Auth if login.version == "v1" else oss2.AuthV4
    return kind(key_id, secret)


def client_options(server: Server, login: Login) -> dict[str, Untyped]:
    """Return endpoint and session for a login."""
    endpoint = server.endpoint
    if login.virtual_host:
        # oss2 takes localhost for an IP address, so the vendor's name stands in.
        endpoint = f"http://{VENDOR_HOST}:{strangers.port_of(server)}"
    session = oss2.Session(adapter=strangers.LoopbackAdapter())
    return {"endpoint": endpoint, "session": session, "region": REGION}


def make_bucket(server: Server, login: Login, name: str) -> Untyped:
    """Make oss2's object for a bucket, which need not exist."""
    options = client_options(server, login)
    return oss2.Bucket(make_auth(server, login), bucket_name=name, **options)


def fresh_bucket(server: Server, login: Login) -> Untyped:
    """Make oss2's object for a bucket that was just created."""
    return make_bucket(server, login, strangers.new_bucket(server))
