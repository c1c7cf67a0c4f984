"""`Client`: where requests go, with which keys, and how long they may take."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar
from urllib.parse import unquote

from ossc import _buckets
from ossc._endpoint import (
    Addressing,
    check_endpoint,
    endpoint_of_region,
    region_of_endpoint,
)
from ossc._names import (
    check_bucket,
    check_header,
    check_seconds,
    check_text,
    check_whole,
    merge_headers,
)
from ossc._sdk import Answer, Call, Session, Settings, perform, presign_url
from ossc._tls import trust_of
from ossc._version import __version__
from ossc.bucket import Bucket
from ossc.credentials import Credentials, credentials_from_environment
from ossc.errors import ClientClosed, OSSError, ParameterError
from ossc.models import BucketSummary
from ossc.options import ACL, StorageClass

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["ANONYMOUS", "Client"]

T = TypeVar("T")


class _Anonymous:
    """The type of `ANONYMOUS`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ossc.ANONYMOUS"


ANONYMOUS = _Anonymous()
"""Given as credentials: requests are not signed."""


class Client:
    """A connection to OSS. Thread-safe; threads' requests run in parallel.

    Use it in a `with` block or call `close()`. After a fork the child makes connections
    of its own.

    Args:
        endpoint: `"https://oss-cn-hangzhou.aliyuncs.com"`, `"http://127.0.0.1:9000"`, …;
            without a scheme `https` is meant. Default: `OSS_ENDPOINT`, else the public
            endpoint of the region.
        region: Region id such as `"cn-hangzhou"`; signature V4 needs it. Default:
            `OSS_REGION`, else what the endpoint's name tells.
        credentials: `Credentials`, or `ossc.ANONYMOUS` for unsigned requests. Default:
            `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET`, `OSS_SESSION_TOKEN`.
        signature: `"v4"` or the older `"v1"`.
        addressing: `"auto"`: bucket in the host name, or in the path where the host is
            an IP address; `"virtual"`, `"path"` say so outright; `"cname"`: the endpoint
            is a domain of your own that is bound to one bucket.
        connect_timeout: Seconds to connect in; rounded up to whole seconds.
        read_timeout: Seconds without a byte in either direction after which a request
            fails with `RequestTimedOut`.
        timeout: Seconds that a whole request may take; None: no limit.
        proxy: HTTP proxy as `"http://[user:password@]host:port"`.
        verify: True: the server's certificate must be signed by an authority that the
            system trusts; a path: by one in this file or folder; False: no check.
        max_idle_connections: Connections kept open for reuse.
        max_memory: Largest answer, in bytes, that is kept in memory; None: no limit.
        user_agent: Text appended to the `User-Agent` header.

    Raises:
        ParameterError: An argument is not usable, or a needed one is nowhere to be found.

    Example:
        >>> with ossc.Client("http://127.0.0.1:9000", region="cn-hangzhou") as client:
        ...     r = client.bucket("examplebucket").put_object("hello.txt", b"hello")
    """

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        region: str | None = None,
        credentials: Credentials | _Anonymous | None = None,
        signature: Literal["v4", "v1"] = "v4",
        addressing: Addressing = "auto",
        connect_timeout: float = 10.0,
        read_timeout: float = 60.0,
        timeout: float | None = None,
        proxy: str | None = None,
        verify: bool | str | os.PathLike[str] = True,
        max_idle_connections: int = 32,
        max_memory: int | None = None,
        user_agent: str | None = None,
    ) -> None:
        self._session: Session | None = None
        region = _resolve_region(region)
        self._endpoint = _resolve_endpoint(endpoint, region)
        self._region = region or region_of_endpoint(self._endpoint) or ""
        self._credentials = _resolve_credentials(credentials)
        self._addressing = _one_of("addressing", addressing, _ADDRESSING)
        version = _one_of("signature", signature, ("v4", "v1"))
        self._signs_v4 = version == "v4"
        if self._signs_v4 and not self._region and self._credentials is not None:
            raise ParameterError(
                "signature V4 needs a region: give region=…, or set OSS_REGION"
            )
        trust = trust_of(verify, https=self._endpoint.startswith("https"))
        proxy_host, proxy_auth = _split_proxy(proxy)
        self._user_agent = _full_user_agent(user_agent)
        self._settings = Settings(
            endpoint=self._endpoint,
            region=self._region,
            signature_version=4 if self._signs_v4 else 1,
            is_cname=addressing == "cname",
            path_style=addressing == "path",
            verify_tls=trust.verify,
            ca_file=trust.ca_file,
            ca_path=trust.ca_path,
            proxy_host=proxy_host,
            proxy_auth=proxy_auth,
            connect_timeout_s=-(
                -_milliseconds("connect_timeout", connect_timeout) // 1000
            ),
            stall_timeout_ms=_milliseconds("read_timeout", read_timeout),
            total_timeout_ms=_milliseconds("timeout", timeout),
            max_memory=_max_memory(max_memory),
            user_agent=self._user_agent,
        )
        self._session = Session(
            check_whole("max_idle_connections", max_idle_connections, _MAX_IDLE)
        )

    @property
    def endpoint(self) -> str:
        """The endpoint as `scheme://host[:port]`."""
        return self._endpoint

    @property
    def region(self) -> str:
        """The region id; empty when none is known."""
        return self._region

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._session is None

    def bucket(self, name: str) -> Bucket:
        """The bucket of that name. Nothing is sent.

        Args:
            name: 3 to 63 lower-case letters, digits and hyphens.

        Raises:
            ParameterError: No bucket can have that name.
        """
        return Bucket(self, check_bucket(name))

    def create_bucket(
        self,
        name: str,
        *,
        acl: ACL | None = None,
        storage_class: StorageClass | None = None,
    ) -> Bucket:
        """Creates a bucket (PutBucket); one's own existing bucket is no error.

        Args:
            name: 3 to 63 lower-case letters, digits and hyphens.
            acl: `"private"` (the default), `"public-read"` or `"public-read-write"`.
            storage_class: What its objects have by default; `"Standard"`.

        Raises:
            BucketAlreadyExists: Somebody else has a bucket of that name.
        """
        _buckets.create(self, check_bucket(name), acl, storage_class)
        return Bucket(self, name)

    def delete_bucket(self, name: str) -> None:
        """Deletes an empty bucket.

        Args:
            name: The bucket's name.

        Raises:
            BucketNotEmpty: It holds objects or open uploads.
            NoSuchBucket: It does not exist.
        """
        _buckets.delete(self, check_bucket(name))

    def list_buckets(self, prefix: str = "") -> Iterator[BucketSummary]:
        """The caller's buckets by name, fetched page by page while iterating.

        Args:
            prefix: Only names that begin so.
        """
        return _buckets.iterate(self, check_text("prefix", prefix))

    def close(self) -> None:
        """Closes the idle connections. Requests under way in other threads finish.

        Calling it again does nothing; any other call then raises `ClientClosed`.
        """
        self._session = None

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Closes the client."""
        self.close()

    def __del__(self) -> None:
        """Warns when the client was not closed."""
        if getattr(self, "_session", None) is not None:
            warnings.warn(
                f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2
            )

    def __repr__(self) -> str:
        """Endpoint and region; no secrets."""
        return f"ossc.Client({self._endpoint!r}, region={self._region!r})"

    def __reduce__(self) -> NoReturn:
        """Connections stay where they are."""
        raise TypeError(
            "a client cannot be pickled or copied; make one in each process"
        )

    def _perform(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Makes a request and reads its answer; errors say what was done to what."""
        answer = None
        try:
            answer = perform(call, self._settings, self._credentials, self._session)
            return read(answer)
        except OSSError as error:
            _tell(error, call)
            if answer is not None:
                error.status = answer.status
                error.request_id = answer.request_id
                error.headers = answer.headers
            raise

    def _presign(self, call: Call, method: str, expires: int) -> str:
        """A signed URL for a call, valid until `expires` in Unix seconds."""
        session, credentials = self._session, self._credentials
        try:
            if session is None:
                raise ClientClosed("the client is closed")
            if credentials is None:
                raise ParameterError("an anonymous client cannot sign a URL")
            return presign_url(
                call, method, expires, self._settings, credentials, session
            )
        except OSSError as error:
            _tell(error, call)
            raise


_ADDRESSING = ("auto", "virtual", "path", "cname")
_MAX_IDLE = 100_000
_MAX_MEMORY = 2**63 - 1
_REGION = re.compile(r"[A-Za-z0-9-]{1,64}")
_PROXY_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")


def _tell(error: OSSError, call: Call) -> None:
    """Writes into an error what was being done to what."""
    error.operation = call.operation
    error.bucket = call.bucket
    error.key = call.key.decode("utf-8", "replace") if call.key else None


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if check_text(name, value) not in choices:
        raise ParameterError(
            f"{name} is {value!r:.40}, not one of {', '.join(choices)}"
        )
    return value


def _resolve_region(region: str | None) -> str | None:
    found = region or os.environ.get("OSS_REGION")
    if found and _REGION.fullmatch(check_text("region", found)) is None:
        raise ParameterError(f"{found!r:.60} is not a region id")
    return found or None


def _full_user_agent(addition: str | None) -> str:
    name = f"ossc/{__version__}"
    if addition is not None:
        name = f"{name} {check_text('user_agent', addition)}".strip()
    check_header("User-Agent", name)
    return name


def _max_memory(size: int | None) -> int:
    """For the C side, where 0 is no limit."""
    if size is None:
        return 0
    return check_whole("max_memory", size, _MAX_MEMORY, least=1)


def _resolve_endpoint(endpoint: str | None, region: str | None) -> str:
    given = endpoint or os.environ.get("OSS_ENDPOINT")
    if given:
        return check_endpoint(check_text("endpoint", given))
    if region:
        return endpoint_of_region(region)
    raise ParameterError(
        "no endpoint: give endpoint=… or region=…, or set OSS_ENDPOINT"
    )


def _resolve_credentials(
    credentials: Credentials | _Anonymous | None,
) -> Credentials | None:
    if isinstance(credentials, _Anonymous):
        return None
    if credentials is not None and not isinstance(credentials, Credentials):
        kind = type(credentials).__name__
        raise TypeError(f"credentials must be ossc.Credentials, not {kind}")
    found = credentials or credentials_from_environment()
    if found is None:
        raise ParameterError(
            "no credentials: give credentials=ossc.Credentials(…), set OSS_ACCESS_KEY_ID "
            "and OSS_ACCESS_KEY_SECRET, or ask for unsigned requests with ossc.ANONYMOUS"
        )
    return replace(found)


def _milliseconds(name: str, seconds: float | None) -> int:
    if seconds is None:
        return 0
    if not 0 < check_seconds(name, seconds) < 86_400 * 365:
        raise ParameterError(f"{name} is {seconds} s; it must be a positive time")
    return max(1, round(seconds * 1000))


def _split_proxy(proxy: str | None) -> tuple[str | None, str | None]:
    if proxy is None:
        return None, None
    scheme, _, rest = check_text("proxy", proxy).rpartition("://")
    user, _, host = rest.removesuffix("/").rpartition("@")
    if scheme.lower() not in ("", "http") or _PROXY_HOST.fullmatch(host) is None:
        raise ParameterError("proxy must be http://[user:password@]host:port")
    return host, unquote(user) or None
