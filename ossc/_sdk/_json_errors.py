"""Errors in JSON, as OSS's other products tell them. Loaded by the first of them."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.models import Headers

__all__ = ["json_error_fields"]


def json_error_fields(raw: bytes, headers: Headers) -> dict[str, str]:
    """The fields of an error by the names that they have in XML; none of what is no error.

    The text begins with a brace, so that it is an object if it is JSON at all.
    It is `{"Error": {"Code": …, "Message": …}}`, or `{"message": …}` with the code in the
    header `x-oss-error-type`.
    """
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    error = document.get("Error")
    if not isinstance(error, dict):
        code = headers.get("x-oss-error-type")
        error = {"Code": code, "Message": document.get("message")} if code else {}
    return {
        name: text.encode("utf-8", "replace").decode()
        for name, text in error.items()
        if isinstance(text, str)
    }
