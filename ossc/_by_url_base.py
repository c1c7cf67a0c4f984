"""What the groups of requests by signed URLs have in common (see `_by_url`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ossc._names import check_mapping, merge_headers
from ossc._put import as_buffer
from ossc._sdk import Answer, Call, functions
from ossc._signed_url import Given, PresignedURL, check_url, hidden
from ossc.client import ANONYMOUS, Client
from ossc.errors import ParameterError
from ossc.models import Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn, TypeVar

    from typing_extensions import Buffer, Self

    T = TypeVar("T")

__all__ = ["ByURL", "calls_back", "sent_headers"]

_CALLBACKS = ("callback", "x-oss-callback")


class ByURL:
    """Base of the groups of requests that `SignedURLs` is made of."""

    __slots__ = ("_client", "_is_ours")

    def __init__(self, client: Client | None = None, **options: Any) -> None:
        if client is not None and options:
            raise TypeError("options are those of an own client; none was wanted")
        self._is_ours = client is None
        # A name that leads nowhere: each URL brings its own host.
        self._client = client or Client(
            "https://url.invalid", credentials=ANONYMOUS, **options
        )

    def request(
        self,
        method: str,
        url: str,
        data: Buffer | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Headers, bytes]:
        """Any other request.

        A `POST` is not repeated where the server may have acted on it.

        Returns:
            The status, which is a success, the headers and the body.
        """
        if method not in ("GET", "PUT", "HEAD", "DELETE", "POST"):
            raise ParameterError(f"cannot make a request of the method {method!r:.20}")
        link = url = hidden(url)
        body = None if data is None else as_buffer(data)
        sent = sent_headers(method, link, headers)
        once = method == "POST" or calls_back(link, sent)

        def read(answer: Answer) -> tuple[int, Headers, bytes]:
            return answer.status, answer.headers, answer.body

        return self._perform(
            method,
            method,
            link,
            read,
            headers=sent,
            body=body,
            once=once,
            any_size=True,
        )

    def close(self) -> None:
        """Closes the own client; one that was given stays open."""
        if self._is_ours:
            self._client.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Closes the own client."""
        self.close()

    def __repr__(self) -> str:
        """No URLs."""
        return "ossc.SignedURLs()" if self._is_ours else f"SignedURLs({self._client!r})"

    def __reduce__(self) -> NoReturn:
        """Connections stay where they are."""
        raise TypeError("SignedURLs cannot be pickled or copied")

    def _perform(
        self,
        operation: str,
        method: str,
        link: Given,
        read: Callable[[Answer], T],
        **parts: Any,
    ) -> T:
        call = Call(
            operation,
            functions.send_url(method),
            key=link.path.encode("utf-8", "replace"),
            url=link,
            **parts,
        )
        return self._client._perform(call, read)


def sent_headers(
    method: str, link: Given, headers: Mapping[str, str] | None
) -> Mapping[str, str]:
    """The headers that go with a URL, which is looked at."""
    check_url(link)
    given = check_mapping("headers", headers)
    if not isinstance(link, PresignedURL):
        return given
    if link.method != method:
        raise ParameterError(f"the URL was signed for {link.method}, not for {method}")
    return merge_headers(link.headers, given)


def calls_back(link: Given, headers: Mapping[str, str]) -> bool:
    """Whether the upload calls an application, so that a repeated one calls it twice."""
    return _CALLBACKS[0] in link.params or any(
        name.lower() == _CALLBACKS[1] for name in headers
    )
