"""The verb that signs URLs for others to use."""

from __future__ import annotations

import time

from ossc._callbacks import callback_params
from ossc._names import (
    check_mapping,
    check_seconds,
    encode_key,
    merge_headers,
    version_params,
)
from ossc._sdk import Call, functions, signing_time_can_be_given
from ossc._verbs import Verbs
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from ossc.callback import Callback

__all__ = ["PresignVerbs"]

MAX_EXPIRES = 7 * 24 * 3600


class PresignVerbs(Verbs):
    """Presigned URLs."""

    __slots__ = ()

    def presign(
        self,
        method: str,
        key: str,
        expires: timedelta | float = 3600,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        version_id: str | None = None,
        callback: Callback | None = None,
    ) -> str:
        """A URL that lets whoever has it make one kind of request, without credentials.

        Nothing is sent. The URL is a secret for as long as it lives.

        Args:
            method: `"GET"`, `"PUT"`, `"HEAD"`, `"DELETE"` or `"POST"`.
            key: The object's key.
            expires: How long it is good for: seconds or a `timedelta`; at most 7 days.
            headers: Headers that the user of the URL must send with the same values:
                `Content-Type`, `Content-MD5` and `x-oss-…`.
            params: Query parameters, such as `response-content-disposition`.
            version_id: Which version the URL is for; default: the current one.
            callback: For `"PUT"`: the upload calls your application.

        Returns:
            The URL.

        Example:
            >>> url = bucket.presign("GET", "photo.jpg", timedelta(minutes=10))
        """
        if method not in ("GET", "PUT", "HEAD", "DELETE", "POST"):
            raise ParameterError(f"cannot sign a URL for the method {method!r:.20}")
        now = int(time.time())
        query = dict(version_params(params, version_id))
        if callback is not None:
            query.update(callback_params(callback))
        signed = check_mapping("headers", headers)
        if self._client._signs_v4 and signing_time_can_be_given():
            signed = merge_headers(signed, {"x-oss-date": _stamp(now)})
        call = Call(
            "presign",
            functions.send(method),
            bucket=self._name,
            key=encode_key(key),
            headers=signed,
            params=query,
        )
        return self._client._presign(call, method, now + _seconds(expires))


def _seconds(expires: timedelta | float) -> int:
    # Imported here: gets and puts do without.
    from datetime import timedelta  # noqa: PLC0415

    seconds = expires.total_seconds() if isinstance(expires, timedelta) else expires
    if not 1 <= check_seconds("expires", seconds) <= MAX_EXPIRES:
        raise ParameterError(
            f"expires is {seconds} s; a URL lives from 1 second to 7 days"
        )
    return int(seconds)


def _stamp(now: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
