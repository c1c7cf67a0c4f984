"""The server: sockets, threads and the interface that tests use.

One thread accepts, one thread serves each connection. ``Server.close`` ends them
all; leaving the ``with`` block also complains about faults that met no request.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from ossc.mock._arranging import Arrangements
from ossc.mock._auth import Authenticator, Credential
from ossc.mock._blobs import Segment, slurp
from ossc.mock._call import Context
from ossc.mock._callback_key import CallbackKey
from ossc.mock._connection import Connection
from ossc.mock._errors import ServiceError
from ossc.mock._folder import FolderBackend
from ossc.mock._live_push import LivePush
from ossc.mock._names import HostTable, check_bucket_name, check_key
from ossc.mock._products import Products
from ossc.mock._records import Bucket, ObjectRecord
from ossc.mock._service import PUBLIC_KEY_PATH, Service
from ossc.mock._setup import (
    as_seconds,
    clock_of,
    credentials_of,
    listen,
    properties_of,
    wake,
)
from ossc.mock._store import MemoryBackend, Store
from ossc.mock._tables import Tables
from ossc.mock._vectors import VectorBuckets
from ossc.mock.faults import Faults, UnusedFault

if TYPE_CHECKING:
    import os
    import ssl
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from types import TracebackType

    from ossc.mock._http import RecordedRequest
    from ossc.mock._setup import Clock, Credentials

__all__ = ["Server", "serve"]

MAX_CONNECTIONS = 512
MAX_RECORDED = 10_000
_JOIN_SECONDS = 5.0
_SLICE_SECONDS = 0.1


def serve(
    port: int = 0,
    root: str | os.PathLike[str] | None = None,
    *,
    host: str = "127.0.0.1",
    region: str = "cn-hangzhou",
    credentials: Credentials = None,
    clock: Clock = None,
    tls: ssl.SSLContext | None = None,
    buckets: Iterable[str] = (),
    cname: Mapping[str, str] | None = None,
    endpoints: Iterable[str] = (),
    callback_timeout: float = 5.0,
    min_part_size: int = 102400,
    restore_seconds: float | None = None,
    cloud_box_id: str | None = None,
) -> Server:
    """Start a server; use it as a context manager.

    Args:
        port: 0 takes a free one.
        root: Folder that keeps the data; None keeps it in memory.
        host: Address to listen on.
        region: The region that V4 signatures must name.
        credentials: Key ids with secrets, or ``Credential`` objects; None makes a
            pair up.
        clock: Fixed time or a function that tells it; None is the real time.
        tls: Makes the server speak https.
        buckets: Names of buckets to create.
        cname: Host names bound to buckets.
        endpoints: Further host names that stand for this server.
        callback_timeout: Seconds that an upload callback may take in all.
        min_part_size: The least size of all parts but the last.
        restore_seconds: How long restoring an archived object takes; None: until a
            request has seen that it is under way.
        cloud_box_id: Makes the server a cloud box, which V4 signatures must name.

    Example:
        >>> import ossc.mock
        >>> with ossc.mock.serve(buckets=["examplebucket"]) as server:
        ...     server.put_object("examplebucket", "a.txt", b"hello")
        ...     server.get_object("examplebucket", "a.txt")
        b'hello'
    """
    known = credentials_of(credentials)
    backend = MemoryBackend() if root is None else FolderBackend(Path(root))
    callback_key = CallbackKey()
    endpoints = tuple(endpoints)
    sisters = (
        VectorBuckets(region),
        Tables(region, None if root is None else Path(root)),
    )
    context = Context(
        store=Store(backend),
        authenticator=Authenticator(known, region, cloud_box_id),
        hosts=HostTable(endpoints, cname or {}),
        region=region,
        callback_key=callback_key,
        callback_timeout=callback_timeout,
        min_part_size=min_part_size,
        products=Products(sisters, region, endpoints),
        restore_seconds=restore_seconds,
    )
    listener = listen(host, port)
    server = Server(context, listener, host, known[0], clock=clock, tls=tls)
    callback_key.url = server.callback_key_url
    try:
        server.begin_with(buckets)
    except BaseException:
        server.close()
        raise
    server.start()
    return server


class Server(Arrangements):
    """A running server. Thread-safe."""

    def __init__(
        self,
        context: Context,
        listener: socket.socket,
        host: str,
        credential: Credential,
        *,
        clock: Clock,
        tls: ssl.SSLContext | None,
    ) -> None:
        self.service = Service(context)
        self.faults = Faults()
        self.closing = threading.Event()
        self.tls = tls
        self.region = context.region
        self.port: int = listener.getsockname()[1]
        self.access_key_id = credential.access_key_id
        self.access_key_secret = credential.access_key_secret
        scheme = "http" if tls is None else "https"
        shown = f"[{host}]" if ":" in host else host
        self.endpoint = f"{scheme}://{shown}:{self.port}"
        self.account_id = credential.account
        self.vectors_endpoint = f"{scheme}://oss-vectors.localhost:{self.port}"
        self._context = context
        self._account = credential.account
        self._clock = clock_of(clock)
        self._listener = listener
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._live: dict[Connection, threading.Thread] = {}
        self._recorded: deque[RecordedRequest] = deque(maxlen=MAX_RECORDED)
        self._accepted = 0
        self._acceptor = threading.Thread(
            target=self._accept, name="ossc-mock-accept", daemon=True
        )

    def start(self) -> None:
        """Begin to accept connections."""
        self._acceptor.start()

    def __enter__(self) -> Server:  # noqa: PYI034
        """Return the server, which runs already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close; complain about unused faults unless something failed already."""
        self.close()
        left = self.faults.unused
        if left and kind is None:
            listed = "\n".join(f"  {fault}" for fault in left)
            message = f"these faults met no request:\n{listed}"
            raise UnusedFault(message)

    def close(self) -> None:
        """End all connections and threads. Does nothing the second time."""
        if self.closing.is_set():
            return
        self.closing.set()
        wake(self._listener)
        self._listener.close()
        if self._acceptor.is_alive():
            self._acceptor.join(_JOIN_SECONDS)
        with self._lock:
            live = dict(self._live)
        for connection in live:
            connection.abort()
        for thread in live.values():
            thread.join(_JOIN_SECONDS)
        self._context.store.close()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                sock, peer = self._listener.accept()
            except OSError:
                if self.closing.is_set():
                    return
                time.sleep(0.01)
                continue
            while not self._slots.acquire(timeout=_SLICE_SECONDS):
                if self.closing.is_set():
                    break
            if self.closing.is_set():
                sock.close()
                return
            self._start_connection(sock, str(peer[0]))

    def _start_connection(self, sock: socket.socket, client_ip: str) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(self, sock, client_ip)
        thread = threading.Thread(
            target=self._run, args=(connection,), name="ossc-mock", daemon=True
        )
        with self._lock:
            self._accepted += 1
            self._live[connection] = thread
        thread.start()

    def _run(self, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            with self._lock:
                del self._live[connection]
            self._slots.release()

    def now(self) -> float:
        """Return the server's time as Unix seconds."""
        return self._clock()

    def record(self, request: RecordedRequest) -> None:
        """Remember a request."""
        with self._lock:
            self._recorded.append(request)

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far, the oldest first; at most the last 10 000."""
        with self._lock:
            return list(self._recorded)

    @property
    def connections(self) -> int:
        """How many connections have been accepted so far."""
        with self._lock:
            return self._accepted

    def reset_counts(self) -> None:
        """Forget the recorded requests and the number of connections."""
        with self._lock:
            self._accepted = 0
            self._recorded.clear()

    @property
    def data_location(self) -> str:
        """Where the data lives, in words."""
        return self._context.store.describe()

    @property
    def callback_key_url(self) -> str:
        """Where the public key of upload callbacks can be fetched."""
        return self.endpoint + PUBLIC_KEY_PATH

    @property
    def callback_public_key_pem(self) -> str:
        """The public key that upload callbacks are signed for."""
        return self._context.callback_key.public_pem

    def create_bucket(self, name: str, acl: str | None = None) -> None:
        """Create a bucket that belongs to the server's first key.

        Args:
            name: The bucket; one that is there already stays as it is.
            acl: Its access rule, ``"private"`` for a new one; changes an old one's.

        Raises:
            ValueError: The name breaks the rules.
        """
        try:
            check_bucket_name(name)
        except ServiceError as error:
            message = f"{error} ({name!r})"
            raise ValueError(message) from None
        store = self._context.store
        with store.lock:
            bucket = store.buckets.get(name)
            if bucket is None:
                bucket = Bucket(name, self._account, self.now())
            bucket.acl = bucket.acl if acl is None else acl
            store.add_bucket(bucket)

    def put_object(self, bucket: str, key: str, data: bytes, **meta: str) -> None:
        """Store an object directly.

        Args:
            bucket: The bucket, which must exist.
            key: The key.
            data: The content.
            **meta: ``content_type`` and its kin, ``acl``, ``storage_class``; any
                other name becomes user metadata.
        """
        check_key(key)
        store = self._context.store
        writer = store.writer()
        writer.write(data)
        blob = writer.finish()
        with store.lock:
            home = store.buckets[bucket]
            record = ObjectRecord(
                key,
                (Segment(blob, 0, blob.size),) if blob.size else (),
                hashlib.md5(data).hexdigest().upper(),  # noqa: S324
                writer.crc64,
                self.now(),
                properties=properties_of(home, meta),
            )
            store.put_object(home, record)

    def get_object(self, bucket: str, key: str) -> bytes:
        """Return an object's content.

        Raises:
            KeyError: There is no such bucket or object.
        """
        store = self._context.store
        with store.lock:
            return slurp(store.buckets[bucket].objects[key].segments)

    def push_live(
        self, bucket: str, url: str, remote_addr: str = "127.0.0.1:1935"
    ) -> LivePush:
        """Push a stream to a LiveChannel by its signed URL; use as a context manager.

        There is no RTMP here: what a real push does to the channel is done by calls.

        Args:
            bucket: The bucket, which must exist.
            url: Of `presign_rtmp`.
            remote_addr: Who is said to push.

        Raises:
            PermissionError: The URL is not signed well, or is too old, or the channel
                does not take a stream now.
        """
        return LivePush(self, bucket, url, remote_addr)

    def add_sts(
        self,
        access_key_id: str,
        secret: str,
        token: str,
        expires: datetime | float | None = None,
    ) -> None:
        """Make a temporary key known, with its token."""
        until = None if expires is None else as_seconds(expires)
        credential = Credential(
            access_key_id, secret, token, until, account=self._account
        )
        self._context.authenticator.add(credential)
