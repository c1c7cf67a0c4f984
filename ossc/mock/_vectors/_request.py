"""What a handler of vector buckets gets, and how it reads and answers JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from typing import TYPE_CHECKING, Any

from ossc.mock._errors import ServiceError
from ossc.mock._http import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc.mock._call import Call
    from ossc.mock._vectors._state import VectorBucket, VectorIndex

__all__ = ["Work", "answer", "bad", "flag", "nothing", "numbers", "whole"]

MAX_BODY = 64 * 1024 * 1024
_INDEX = re.compile(r"[A-Za-z][A-Za-z0-9]{0,62}")
_FLOAT32 = (2.0 - 2.0**-23) * 2.0**127


def bad(message: str, **more: str) -> ServiceError:
    """Return the error for what an index does not take."""
    return ServiceError("VectorIndexParameterInvalid", message, status=400, extra=more)


def answer(document: Mapping[str, Any]) -> Response:
    """Return an answer in JSON."""
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Response(200, {"Content-Type": "application/json"}, body)


def nothing(status: int = 200) -> Response:
    """Return an answer without a body."""
    return Response(status)


class Work:
    """A request that is carried out.

    Attributes:
        call: The request.
        buckets: All buckets, by account and name.
        region: The server's.
        body: The request's body, whole.
    """

    def __init__(
        self,
        call: Call,
        buckets: dict[tuple[str, str], VectorBucket],
        region: str,
    ) -> None:
        self.call = call
        self.buckets = buckets
        self.region = region
        self.body = _whole_body(call)

    @property
    def account(self) -> str:
        """Whose request it is."""
        return self.call.caller.account or ""

    @property
    def name(self) -> str:
        """The name of the bucket that is meant."""
        return self.call.route.address.bucket or ""

    @property
    def bucket(self) -> VectorBucket:
        """The bucket that is meant, which must be there."""
        found = self.buckets.get((self.account, self.name))
        if found is None:
            raise ServiceError("NoSuchBucket", extra={"BucketName": self.name})
        return found

    def document(self) -> dict[str, Any]:
        """Return the JSON of the request.

        Raises:
            ServiceError: It is none.
        """
        try:
            found = json.loads(self.body, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise ServiceError("MalformedJson", "The JSON is not valid.") from None
        if not isinstance(found, dict):
            raise ServiceError("MalformedJson", "The JSON is no object.")
        return found

    def index_name(self, document: Mapping[str, Any]) -> str:
        """Return the name of the index that is meant."""
        name = document.get("indexName")
        if not isinstance(name, str) or not _INDEX.fullmatch(name):
            message = "indexName has 1 to 63 letters and digits, a letter first."
            raise bad(message)
        return name

    def index(self, document: Mapping[str, Any]) -> VectorIndex:
        """Return the index that is meant."""
        name = self.index_name(document)
        found = self.bucket.indexes.get(name)
        if found is None:
            message = "The specified vector index does not exist."
            extra = {"IndexName": name}
            raise ServiceError("NoSuchVectorIndex", message, status=404, extra=extra)
        return found


def _refuse(name: str) -> float:
    raise ValueError(name)


def _whole_body(call: Call) -> bytes:
    pieces, size = [], 0
    for piece in call.request.body.chunks():
        size += len(piece)
        if size > MAX_BODY:
            raise ServiceError("EntityTooLarge")
        pieces.append(piece)
    body = b"".join(pieces)
    given = call.request.header("content-md5")
    digest = hashlib.md5(body).digest()  # noqa: S324 - what the header is
    if given and given != base64.b64encode(digest).decode("ascii"):
        raise ServiceError("InvalidDigest")
    return body


def flag(document: Mapping[str, Any], name: str) -> bool:
    """Return a truth of a document; false where there is none."""
    value = document.get(name, False)
    if not isinstance(value, bool):
        message = f"{name} must be true or false."
        raise bad(message)
    return value


def whole(document: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """Return a whole number of a document within its limits, or None."""
    value = document.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"{name} must be a whole number."
        raise bad(message)
    if not least <= value <= most:
        message = f"{name} must be between {least} and {most}."
        raise bad(message)
    return value


def numbers(value: Any, what: str, dimension: int, metric: str) -> list[float]:
    """Return a vector of a document that fits where it is to stand."""
    if not isinstance(value, list) or not all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in value
    ):
        message = f"{what} must be numbers."
        raise bad(message)
    if len(value) != dimension:
        message = f"{what} has {len(value)} numbers, not {dimension}."
        raise bad(message)
    try:
        found = [float(each) for each in value]
    except OverflowError:
        found = [math.inf]
    if not all(abs(each) <= _FLOAT32 for each in found):
        message = f"{what} has a number that is no float32."
        raise bad(message)
    if metric == "cosine" and not any(found):
        message = f"{what} consists of zeros, which have no direction."
        raise bad(message)
    return found
