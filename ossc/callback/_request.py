"""`CallbackRequest`: a verified callback as an application server sees it.

Made by `_verify` only after the signature was found right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ossc.callback._errors import CallbackFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CallbackRequest"]


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A callback whose signature was right.

    The signature covers `path`, `query` and `body`, and nothing else: what comes
    from the headers (bucket, request id, owner, requester, content type) is as
    the sender wrote it. Decide by values that the body template put into the
    body (`${bucket}`, `${object}`, …). Immutable, so thread-safe.

    Attributes:
        path: Path of the request, percent-decoded.
        query: Query of the request as sent, without `?`.
        body: Body of the request.
        content_type: Type of the body, without parameters, in lower case.
        bucket: Bucket of the upload, from the headers.
        request_id: Request id of the upload, from the headers.
        owner: Account id of the bucket's owner, from the headers.
        requester: Account id of the uploader, from the headers.
        key_url: Where the public key came from.
        headers: All headers, names in lower case.
    """

    path: str
    query: str
    body: bytes
    content_type: str
    bucket: str
    request_id: str
    owner: str
    requester: str
    key_url: str
    headers: Mapping[str, str]

    def form(self) -> dict[str, str]:
        """Return the body's fields, if it is a form.

        Of fields that occur twice the last one counts.

        Raises:
            CallbackFormatError: The body is not UTF-8.
        """
        try:
            text = self.body.decode("utf-8")
            return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
        except ValueError as error:
            message = "the callback's body is not a form in UTF-8"
            raise CallbackFormatError(message) from error

    def json(self) -> Any:
        """Return the body's value, if it is JSON.

        Raises:
            CallbackFormatError: The body is not JSON.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            message = "the callback's body is not JSON"
            raise CallbackFormatError(message) from error
