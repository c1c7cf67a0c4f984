"""`Exam`: what the steps of an examination share, and how each is kept within its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ossc._doctor._report import Finding
from ossc._retry import Retry
from ossc._sdk._settled import Settled, settled
from ossc._threads import Thread
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ossc.client import Client
    from ossc.errors import OSSError, ServerError

__all__ = ["Exam", "Overdue", "skipped", "within", "words"]

T = TypeVar("T")


class Overdue(Exception):
    """Something took longer than a step may take."""


class Exam:
    """An examination. One thread at a time.

    Attributes:
        arguments: Those that a client was to be made of; None: a client was given.
        client: What is examined; None when there is none.
        bucket: The bucket that is asked for, or None.
        limit: Seconds that a step may take.
        settled: What the client's connections are made with.
        scheme: Of the endpoint, `"http"` or `"https"`.
        host: The host that requests go to, as it is written in a URL.
        port: Its port.
        addresses: Where connections go to: to the host, or to the proxy.
        skew: Seconds that the server's clock is ahead of ours; None: not known.
        refusal: The server's error for the signed request.
        location: The region that the bucket is in, as OSS says.
    """

    def __init__(
        self,
        client: Client | None,
        arguments: Mapping[str, Any] | None,
        bucket: str | None,
        limit: float,
    ) -> None:
        self.arguments = arguments
        self.client = client
        self.bucket = bucket
        self.limit = limit
        self.settled: Settled | None = None
        self.scheme = self.host = ""
        self.port = 0
        self.addresses: list[str] = []
        self.skew: float | None = None
        self.refusal: ServerError | None = None
        self.location = ""

    def subject(self) -> tuple[Client, Settled]:
        """The client, and what it was made with."""
        if self.client is None:
            raise ParameterError("there is no client")
        if self.settled is None:
            self.settled = settled(self.client._settings)
        return self.client, self.settled

    def place(self) -> tuple[str, int]:
        """Host and port that connections go to: the proxy's, if there is one."""
        _, facts = self.subject()
        if not facts.proxy_host:
            return self.host.strip("[]"), self.port
        host, _, port = facts.proxy_host.rpartition(":")
        return host.strip("[]"), int(port)

    def view(self, *, signed: bool) -> Client:
        """The client with limits that fit a step; its requests are signed or not."""
        client, _ = self.subject()
        # A wrong clock is corrected in a second attempt, if the client has one.
        again = Retry(2, backoff=0.1) if signed and client._retry is not None else None
        view = client.with_options(
            retry=again, timeout=self.limit, deadline=2 * self.limit, cancel=None
        )
        if not signed:
            view._credentials = view._source = None
        return view


def within(seconds: float, work: Callable[[], T]) -> T:
    """What a function returns or raises that nobody can interrupt.

    Raises:
        Overdue: It takes longer. It goes on in a thread that nobody waits for.
    """
    found: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - raised below
            failed.append(error)

    thread = Thread(run, "ossc-doctor", daemon=True)
    thread.begin()
    thread.join(seconds)
    if failed:
        raise failed.pop()
    if not found:
        raise Overdue
    return found[0]


def words(error: OSSError) -> str:
    """An error's own sentence, and how long it took."""
    said = " ".join(error.message.split())
    label = f"{type(error).__name__}: "
    if error.code and error.code != type(error).__name__:
        label += f"{error.code}: "
    facts = (
        f"HTTP {error.status}" if error.status else "",
        f"request id {error.request_id}" if error.request_id else "",
        str(error.timings or ""),
    )
    told = "; ".join(fact for fact in facts if fact)
    return f"{label}{said}" + (f" ({told})" if told else "")


def skipped(name: str, why: str) -> Finding:
    """A step that was not made."""
    return Finding(name, "skipped", why)
