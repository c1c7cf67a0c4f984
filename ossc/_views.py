"""`ViewVerbs`: how a client's calls are made, and views that make them in another way."""

from __future__ import annotations

import time

from ossc._arguments import (
    bandwidth_of,
    header_list,
    milliseconds,
    observer_of,
    token_of,
)
from ossc._retry import Retry, check_deadline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import EllipsisType

    from typing_extensions import Self

    from ossc._arguments import Observer
    from ossc._bandwidth import Bandwidth
    from ossc._budget import Budget
    from ossc._sdk import CancelToken, Settings

__all__ = ["ViewVerbs"]


class ViewVerbs:
    """What views of a client may have otherwise. `Client` inherits it."""

    _origin: object
    _budget: Budget
    _common_bandwidth: tuple[Bandwidth, ...]
    _bandwidths: tuple[Bandwidth, ...]
    _signs_v4: bool
    _settle: Callable[[int, str], Settings]
    _cancel: CancelToken | None = None
    _deadline: float | None = None
    _ends: float | None = None

    def _wish(
        self,
        retry: Retry | EllipsisType | None = ...,
        timeout: float | EllipsisType | None = ...,
        deadline: float | EllipsisType | None = ...,
        cancel: CancelToken | EllipsisType | None = ...,
        additional_headers: Iterable[str] | EllipsisType = ...,
        on_request: Observer | EllipsisType | None = ...,
    ) -> None:
        """Takes over what is given of how each call is to be made."""
        if retry is not ...:
            if retry is not None and not isinstance(retry, Retry):
                kind = type(retry).__name__
                raise TypeError(f"retry must be an ossc.Retry or None, not {kind}")
            self._retry = retry
            if retry is not None and retry.deadline is not None:
                self._deadline, self._ends = retry.deadline, None
        if timeout is not ...:
            self._timeout_ms = milliseconds("timeout", timeout)
        if additional_headers is not ...:
            self._additional = header_list(additional_headers, v4=self._signs_v4)
        if timeout is not ... or additional_headers is not ...:
            self._settings = self._settle(self._timeout_ms, self._additional)
        if deadline is not ...:
            self._deadline, self._ends = check_deadline(deadline), None
        if cancel is not ...:
            self._cancel = token_of(cancel)
        if on_request is not ...:
            self._on_request = observer_of(on_request)
        self._watched = not (
            self._deadline is None
            and self._on_request is None
            and self._cancel is None
            and self._budget.max_connections is None
            and not self._bandwidths
        )

    def with_options(
        self,
        *,
        retry: Retry | EllipsisType | None = ...,
        timeout: float | EllipsisType | None = ...,
        deadline: float | EllipsisType | None = ...,
        cancel: CancelToken | EllipsisType | None = ...,
        additional_headers: Iterable[str] | EllipsisType = ...,
        max_bandwidth: int | EllipsisType | None = ...,
        on_request: Observer | EllipsisType | None = ...,
    ) -> Self:
        """A view of this client whose calls are made in another way. Nothing is sent.

        It shares the connections, the limits and what is known of the server's clock.
        Closing this client closes it; closing the view does nothing.

        Args:
            retry: As in `Client`. Its deadline counts where it has one and `deadline`
                is not given.
            timeout: Seconds that one attempt may take; None: no limit.
            deadline: Seconds that a call may take with all its requests, attempts,
                pauses and waits; None: no limit. Each page of a list, key of a batch,
                file of a folder and block of a stream is a call.
            cancel: Ends the calls that are under way, and all later ones, with
                `Cancelled`; None: no token.
            additional_headers: As in `Client`, in place of those.
            max_bandwidth: Bytes a second that the view's calls together may move, within
                what the client may; None: no limit of the view's own.
            on_request: As in `Client`, in place of that; None: nobody is told.

        What is not given stays as it is.

        Raises:
            ParameterError: A time is not positive, or a header cannot be signed.

        Example:
            >>> with ossc.Client("http://127.0.0.1:9000") as client:
            ...     patient = client.with_options(retry=ossc.Retry(9), deadline=60)
            ...     data = patient.bucket("examplebucket").get_object("greeting.txt").data
        """
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._origin = self
        if max_bandwidth is not ...:
            view._bandwidths = self._common_bandwidth + bandwidth_of(max_bandwidth)
        view._wish(retry, timeout, deadline, cancel, additional_headers, on_request)
        return view

    def _running(self) -> Self:
        """This client with its deadline running, for a call of several requests."""
        if self._deadline is None or self._ends is not None:
            return self
        view = self.with_options()
        view._ends = time.monotonic() + self._deadline
        return view
