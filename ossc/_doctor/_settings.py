"""The steps that send nothing: configuration, endpoint, proxy, credentials, libraries."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from typing import TYPE_CHECKING

from ossc import _sdk
from ossc._arguments import ANONYMOUS
from ossc._doctor._exam import Exam, Overdue, skipped, within
from ossc._doctor._report import Finding
from ossc._endpoint import region_of_endpoint
from ossc._names import check_bucket
from ossc._version import __version__
from ossc.client import Client
from ossc.errors import OSSError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ossc.credentials import Credentials

__all__ = [
    "ask_credentials",
    "configure",
    "is_address",
    "look_at_endpoint",
    "look_at_libraries",
    "look_at_proxy",
]

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY")
_PAIRS = ("OSS_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID")
_PAIR = "a key pair"
_SOON_S = 300
_CHECK_VALUE = 0x995DC9BBDF1939FA


def configure(exam: Exam) -> Finding:
    """Makes the client, and says what came from where."""
    name = "configuration"
    if exam.client is not None and exam.client.closed:
        exam.client = None
        return Finding(name, "fail", "the client is closed", "make a new one")
    wrong = _prepare(exam)
    if wrong:
        return Finding(name, "fail", wrong, "see the arguments of ossc.Client")
    client, _ = exam.subject()
    if exam.arguments is None:
        return Finding(name, "ok", f"that of {client!r}")
    return Finding(name, "ok", _origins(exam.arguments, client))


def _prepare(exam: Exam) -> str:
    """Makes the client, if there is none yet; what is wrong with what was given."""
    try:
        if exam.client is None:
            exam.client = Client(**(exam.arguments or {}))
        if exam.bucket is not None:
            check_bucket(exam.bucket)
    except OSSError as error:
        wrong = error.message
    else:
        return ""
    exam.bucket = None
    if exam.client is None:
        # For the steps that need no keys.
        with contextlib.suppress(OSSError):
            options = {**(exam.arguments or {}), "credentials": ANONYMOUS}
            exam.client = Client(**options)
    return wrong


def _origins(arguments: Mapping[str, Any], client: Client) -> str:
    """What came from where; names, no values."""

    def origin(name: str, otherwise: str) -> str:
        return "an argument" if arguments.get(name) is not None else otherwise

    endpoint = "OSS_ENDPOINT" if os.environ.get("OSS_ENDPOINT") else "the region's"
    if arguments.get("network") is not None:
        endpoint = "one of the region's networks"
    region = "OSS_REGION" if os.environ.get("OSS_REGION") else "the endpoint's name"
    pairs = [f"{pair} and its secret" for pair in _PAIRS if os.environ.get(pair)]
    keys = pairs[0] if pairs else "the default chain of sources"
    return (
        f"endpoint: {origin('endpoint', endpoint)}; "
        f"region: {origin('region', region) if client.region else 'none'}; "
        f"credentials: {origin('credentials', keys)}"
    )


def look_at_endpoint(exam: Exam) -> Finding:
    """Which host requests go to."""
    name = "endpoint"
    client, _ = exam.subject()
    exam.scheme, _, place = client.endpoint.partition("://")
    host, port = _host_and_port(place)
    exam.port = port or (443 if exam.scheme == "https" else 80)
    exam.host, how = host, "requests are of no bucket"
    in_path = client._addressing == "path" or is_address(host)
    if client._addressing == "cname":
        how = "the domain stands for one bucket"
    elif exam.bucket is not None:
        how = (
            "the bucket is in the path" if in_path else "the bucket is in the host name"
        )
        exam.host = host if in_path else f"{exam.bucket}.{host}"
    detail = f"{client.endpoint}; {how}; connections are for {exam.host}:{exam.port}"
    if client._addressing == "cname" and exam.bucket is None:
        advice = "give bucket=… as well: a domain of a bucket answers to nothing else"
        return Finding(name, "warn", detail, advice)
    own = _own_name(host, exam.bucket)
    if own and client._addressing != "cname":
        advice = f"the endpoint is named without the bucket: {exam.scheme}://{own}"
        return Finding(name, "fail", detail, advice)
    return Finding(name, "ok", detail)


def _host_and_port(place: str) -> tuple[str, int]:
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        return place, 0
    return host, int(port)


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    from ipaddress import ip_address  # noqa: PLC0415 - as the standard library's others

    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _own_name(host: str, bucket: str | None) -> str:
    """What is left of a host without the bucket in front of it; empty: there is none."""
    first, _, rest = host.partition(".")
    is_bucket = first == bucket and bool(rest)
    in_front = bool(region_of_endpoint(f"https://{rest}")) and not region_of_endpoint(
        f"https://{host}"
    )
    return rest if is_bucket or in_front else ""


def look_at_proxy(exam: Exam) -> Finding:
    """What stands between; the environment's proxies do not."""
    name = "proxy"
    _, facts = exam.subject()
    if facts.proxy_host:
        user = "with a user and a password" if facts.proxy_auth else "without a user"
        return Finding(name, "ok", f"{facts.proxy_host}, {user}")
    named = [each for each in _PROXIES if os.environ.get(each)]
    if named:
        detail = f"none; {named[0]} of the environment is not looked at"
        return Finding(name, "ok", detail, "if it is needed here, give proxy=…")
    return Finding(name, "ok", "none")


def ask_credentials(exam: Exam) -> Finding:
    """Has the source give the keys, and looks at them."""
    name = "credentials"
    client, _ = exam.subject()
    if not client._signs:
        return skipped(name, "none are used: requests are not signed")
    try:
        keys = within(exam.limit, client._keys)
    except Overdue:
        detail = f"{_source_of(client)} has given none for {exam.limit:g} s"
        return Finding(name, "fail", detail, "see docs/credentials.md for what it asks")
    except OSSError as error:
        advice = (
            "give credentials=…, or set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET"
        )
        return Finding(name, "fail", f"{_source_of(client)}: {error.message}", advice)
    except Exception as error:  # noqa: BLE001 - of a source that is not ours
        # Its words may hold anything.
        detail = f"{_source_of(client)} failed with {type(error).__name__}"
        return Finding(name, "fail", detail, "call it by itself to see what it says")
    if keys is None:
        return skipped(name, "none are used: requests are not signed")
    return _look_at_keys(name, keys, _source_of(client))


def _source_of(client: Client) -> str:
    """The name of what gives the keys; not what it is made of."""
    if client._source is None:
        return _PAIR
    return repr(client._source._source).partition("(")[0]


def _look_at_keys(name: str, keys: Credentials, source: str) -> Finding:
    key_id = keys.access_key_id
    shown = f"{key_id[:4]}…{key_id[-4:]}" if len(key_id) >= 12 else f"{key_id[:2]}…"
    kind = "permanent" if keys.security_token is None else "temporary, with a token"
    detail = f"{source} gives the key {shown}, {kind}"
    if key_id == keys.access_key_secret:
        return Finding(name, "fail", detail, "id and secret are the same text")
    if key_id.startswith("STS.") and keys.security_token is None:
        advice = "an id that begins with STS. needs its security token"
        return Finding(name, "fail", detail, advice)
    if keys.expiration is None:
        return Finding(name, "ok", detail)
    left = keys.expiration.timestamp() - time.time()
    if left <= 0:
        detail = f"{detail}, expired {-left:.0f} s ago"
        return Finding(
            name, "fail", detail, "get new ones; or this machine's clock is wrong"
        )
    detail = f"{detail}, good for {left:.0f} s"
    if left < _SOON_S and source == _PAIR:
        return Finding(name, "warn", detail, "a key pair is not renewed by itself")
    return Finding(name, "ok", detail)


def look_at_libraries(_exam: Exam) -> Finding:
    """Versions, and whether the CRC-64 is right on this processor."""
    name = "libraries"
    info = _sdk.sdk_info()
    detail = (
        f"ossc {__version__} ({info.provider} C SDK {info.sdk_version}), "
        f"{info.libcurl.partition(' zlib')[0]}, {info.crypto}, apr {info.apr}, "
        f"CRC-64 by {info.crc64}; Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}"
    )
    if _sdk.crc64(b"123456789") != _CHECK_VALUE:
        advice = "the CRC-64 is wrong on this processor; please report it"
        return Finding(name, "fail", detail, advice)
    if info.sanitized:
        detail += "; a build for tests, and slow"
    return Finding(name, "ok", detail)
