"""`Client`: where requests go, with which keys, and how long they may take."""

from __future__ import annotations

import os
import warnings

from ossc._arguments import (
    ADDRESSING,
    ANONYMOUS,
    MAX_CONNECTIONS,
    MAX_MEMORY,
    Anonymous,
    bandwidth_of,
    limit_of,
    one_of,
    resolve_cloud_box,
    resolve_credentials,
    resolve_endpoint,
    resolve_region,
)
from ossc._attempts import Attempts, describe
from ossc._buckets import ServiceVerbs
from ossc._budget import Budget
from ossc._endpoint import region_of_endpoint
from ossc._names import check_bucket, check_mapping, check_whole
from ossc._presign import sign_url
from ossc._retry import Retry
from ossc._sdk import (
    Answer,
    Call,
    Session,
    perform,
    presign_url,
)
from ossc._settle import settler
from ossc._views import ViewVerbs
from ossc.bucket import Bucket
from ossc.credentials import Credentials
from ossc.errors import ClientClosed, OSSError, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import timedelta
    from typing import Any, Literal, TypeVar

    from typing_extensions import Self

    from ossc._arguments import Observer
    from ossc._connection import ConnectionOptions
    from ossc._credentials._refresh import Source
    from ossc._endpoint import Addressing, Network
    from ossc._sdk import CancelToken
    from ossc._sdk._batch import Batch
    from ossc._signed_url import PresignedURL

    T = TypeVar("T")

__all__ = ["ANONYMOUS", "Client"]

_RETRY = Retry()


class _Shared:
    """What a client shares with its views.

    Attributes:
        session: The kept connections; None when the client is closed.
        clock_offset: Seconds that the server's clock is ahead of ours, as far as known.
    """

    __slots__ = ("clock_offset", "session")

    def __init__(self) -> None:
        self.session: Session | None = None
        self.clock_offset = 0.0


class Client(ServiceVerbs, ViewVerbs):
    """A connection to OSS. Thread-safe; threads' requests run in parallel.

    Use it in a `with` block or call `close()`. After a fork the child makes connections
    of its own. Pickled, it travels as what it was made with, and so do its buckets: a
    client of its own, with its own connections and limits, is where it arrives. Keys that
    were given as such are in the pickle; sources of keys ask anew.

    Args:
        endpoint: `"https://oss-cn-hangzhou.aliyuncs.com"`, `"http://127.0.0.1:9000"`, …;
            without a scheme `https` is meant. Default: `OSS_ENDPOINT`, else the public
            endpoint of the region.
        region: Region id such as `"cn-hangzhou"`; signature V4 needs it. Default:
            `OSS_REGION`, else what the endpoint's name tells.
        network: Which of the region's endpoints, instead of `endpoint`: `"public"`,
            `"internal"` inside the cloud, `"dual-stack"` by IPv6 too, `"accelerate"` or
            `"accelerate-overseas"` from far away.
        credentials: `Credentials`; a source of them, such as `ossc.ECSRoleCredentials`,
            any callable, or a client of the package `alibabacloud_credentials`; or
            `ossc.ANONYMOUS` for unsigned requests. Default: those of the environment,
            else `ossc.default_chain()`, which the first request asks.
        signature: `"v4"` or the older `"v1"`.
        addressing: `"auto"`: bucket in the host name, or in the path where the host is
            an IP address; `"virtual"`, `"path"` say so outright; `"cname"`: the endpoint
            is a domain of your own that is bound to one bucket.
        connect_timeout: Seconds to connect in; rounded up to whole seconds.
        read_timeout: Seconds without a byte in either direction after which a request
            fails with `RequestTimedOut`.
        timeout: Seconds that one attempt at a request may take as a whole; None: no
            limit.
        retry: Which failures are repeated, how often and how patiently; None: none is.
        proxy: `"SCHEME://[user:password@]host:port"`, where the scheme is `http`,
            `https`, `socks5` or `socks5h`; or `"environment"`: what `HTTPS_PROXY` and
            its kin say (see docs/connections.md). Default: none, whatever they say.
        no_proxy: Hosts that the proxy is not for: names, which stand for those below
            them, too, addresses, networks, `"*"`. Default: none, or with
            `proxy="environment"` those of `NO_PROXY`.
        verify: True: the server's certificate must be signed by an authority that the
            system trusts; a path: by one in this file or folder; False: no check.
        connection: How connections are made and kept: the lowest version of TLS, a
            client's certificate, IPv4 or IPv6, and more.
        max_idle_connections: Connections kept open for reuse.
        max_connections: Requests that are under way at a time, in all threads
            together; further ones wait for their turn. None: no limit.
        max_memory: Bytes that the buffers of all transfers together may take, which is
            the largest answer that can be kept in memory, too; None: no limit.
        max_bandwidth: Bytes a second that all requests together may send and receive
            in bodies, on average; None: no limit.
        user_agent: Text appended to the `User-Agent` header.
        additional_headers: Names of headers that signature V4 covers too where a request
            has them, such as `("host", "range")`; `x-oss-…`, `Content-Type` and
            `Content-MD5` always are.
        cloud_box_id: The cloud box that signature V4 names instead of a region, such as
            `"cb-f8z7yvzgwfkl9q0h****"`. Default: what the endpoint's name tells.
        on_request: Called with an `ossc.RequestRecord` for each attempt at a request, in
            the thread that makes it, which for a call that is one request is the
            caller's. What it raises is logged.

    Raises:
        ParameterError: An argument is not usable, or a needed one is nowhere to be found.

    Example:
        >>> with ossc.Client("http://127.0.0.1:9000", region="cn-hangzhou") as client:
        ...     r = client.bucket("examplebucket").put_object("hello.txt", b"hello")
    """

    # One that came with a pickle may be its bucket's only, which nobody closes.
    _is_to_be_closed = True

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        region: str | None = None,
        network: Network | None = None,
        credentials: Credentials | Anonymous | Source | None = None,
        signature: Literal["v4", "v1"] = "v4",
        addressing: Addressing = "auto",
        connect_timeout: float = 10.0,
        read_timeout: float = 60.0,
        timeout: float | None = None,
        retry: Retry | None = _RETRY,
        proxy: str | None = None,
        no_proxy: str | Iterable[str] | None = None,
        verify: bool | str | os.PathLike[str] = True,
        connection: ConnectionOptions | None = None,
        max_idle_connections: int = 32,
        max_connections: int | None = None,
        max_memory: int | None = None,
        max_bandwidth: int | None = None,
        user_agent: str | None = None,
        additional_headers: Iterable[str] = (),
        cloud_box_id: str | None = None,
        on_request: Observer | None = None,
    ) -> None:
        if no_proxy is not None and not isinstance(no_proxy, str):
            no_proxy = tuple(no_proxy)
        given = locals().copy()
        del given["self"]
        # A function, so that nothing shows the secrets among them.
        self._given: Callable[[], dict[str, Any]] = lambda: given
        self._shared = _Shared()
        self._origin: Client | None = None
        region = resolve_region(region)
        self._endpoint = resolve_endpoint(endpoint, region, network)
        self._region = region or region_of_endpoint(self._endpoint) or ""
        self._credentials, self._source = resolve_credentials(credentials)
        self._addressing = one_of("addressing", addressing, ADDRESSING)
        version = one_of("signature", signature, ("v4", "v1"))
        self._signs_v4 = version == "v4"
        box = resolve_cloud_box(cloud_box_id, self._endpoint)
        # What V4 signs for: a place and a product.
        self._scope = (self._region, "oss") if box is None else (box, "oss-cloudbox")
        if self._signs_v4 and self._signs and not self._scope[0]:
            raise ParameterError(
                "signature V4 needs a region: give region=…, or set OSS_REGION"
            )
        most = limit_of("max_memory", max_memory, MAX_MEMORY)
        self._settle = settler(
            endpoint=self._endpoint,
            region=self._region,
            cloud_box_id=box,
            signature_version=int(version[1]),
            addressing=addressing,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            proxy=proxy,
            no_proxy=no_proxy,
            verify=verify,
            connection=connection,
            max_memory=most,
            user_agent=user_agent,
        )
        self._budget = Budget(
            most, limit_of("max_connections", max_connections, MAX_CONNECTIONS)
        )
        idle = check_whole(
            "max_idle_connections", max_idle_connections, MAX_CONNECTIONS
        )
        self._common_bandwidth = bandwidth_of(max_bandwidth)
        self._bandwidths = self._common_bandwidth
        self._wish(
            retry,
            timeout,
            additional_headers=additional_headers,
            on_request=on_request,
        )
        self._shared.session = Session(
            idle if max_connections is None else min(idle, max_connections)
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
        return self._shared.session is None

    @property
    def _session(self) -> Session | None:
        return self._shared.session

    @_session.setter
    def _session(self, session: Session | None) -> None:
        self._shared.session = session

    @property
    def _signs(self) -> bool:
        return self._credentials is not None or self._source is not None

    def _keys(
        self, cancel: CancelToken | None = None, ends: float | None = None
    ) -> Credentials | None:
        """The credentials as they are now; None: requests are not signed."""
        source = self._source
        if source is None or self.closed:
            return self._credentials
        return source.within(cancel or self._cancel, ends)

    def bucket(self, name: str) -> Bucket:
        """The bucket of that name. Nothing is sent.

        Args:
            name: 3 to 63 lower-case letters, digits and hyphens.

        Raises:
            ParameterError: No bucket can have that name.
        """
        return Bucket(self, check_bucket(name))

    def presign(
        self,
        method: str = "GET",
        expires: timedelta | float = 3600,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> PresignedURL:
        """A signed URL for a request on no bucket, such as ListBuckets.

        Args:
            method: The HTTP method.
            expires: Seconds or a `timedelta`; at most 7 days.
            params: Query parameters.
            headers: Headers that the user of the URL must send.
        """
        return sign_url(
            self,
            None,
            method,
            None,
            expires,
            headers=check_mapping("headers", headers),
            params=check_mapping("params", params),
        )

    def close(self) -> None:
        """Closes the idle connections. Requests under way in other threads finish.

        Calling it again does nothing; any other call then raises `ClientClosed`.
        """
        if self._origin is None:
            self._shared.session = None

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Closes the client."""
        self.close()

    def __del__(self) -> None:
        """Warns when the client was not closed."""
        mine = getattr(self, "_origin", self) is None and self._is_to_be_closed
        if mine and not self.closed:
            warnings.warn(
                f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2
            )

    def __repr__(self) -> str:
        """Endpoint and region; no secrets."""
        return f"ossc.Client({self._endpoint!r}, region={self._region!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies as a client of its own, made with the same arguments."""
        # Loaded here: few clients travel.
        from ossc._travel import reduced  # noqa: PLC0415

        return reduced(self)

    def _perform(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Makes a request and reads its answer; errors say what was done to what."""
        shared = self._shared
        if self._watched or shared.clock_offset:
            return Attempts(self, call).run(read)
        answer, keys = None, self._credentials
        try:
            if self._source is not None:
                keys = self._keys()
            answer = perform(call, self._settings, keys, shared.session)
            return read(answer)
        except OSSError as error:
            attempts = Attempts(self, call, made=1, keys=keys)
            if not attempts.another(error, answer):
                raise
        # Out here, where the error is no more: what follows does not hang on to it.
        return attempts.run(read)

    def _batch(
        self,
        keys: Credentials | None,
        *,
        width: int,
        most_items: int,
        arena_size: int,
    ) -> Batch:
        """C's side of many small requests, signed with these keys."""
        # Loaded here: few programs have batches.
        from ossc._sdk._batch import Batch  # noqa: PLC0415

        if self._shared.session is None:
            raise ClientClosed("the client is closed")
        return Batch(
            self._settings,
            keys,
            self._shared.session,
            width=width,
            most_items=most_items,
            arena_size=arena_size,
        )

    def _presign(self, call: Call, method: str, expires: int) -> str:
        """A signed URL for a call, valid until `expires` in Unix seconds."""
        session = self._session
        try:
            if session is None:
                raise ClientClosed("the client is closed")
            credentials = self._keys()
            if credentials is None:
                raise ParameterError("an anonymous client cannot sign a URL")
            return presign_url(
                call, method, expires, self._settings, credentials, session
            )
        except OSSError as error:
            describe(error, call)
            raise
