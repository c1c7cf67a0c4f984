"""If-Match and its kin, for reads and for copy sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._encoding import http_date, parse_http_date
from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from ossc.mock._http import Request
    from ossc.mock._records import ObjectRecord

__all__ = ["check_conditions"]


def check_conditions(
    request: Request, record: ObjectRecord, modified: float, prefix: str = ""
) -> None:
    """Raise 412 or 304 for the first condition that does not hold.

    Args:
        request: Its headers carry the conditions.
        record: The object that they are about.
        modified: When it changed last; symlinks make this differ from the record.
        prefix: What the header names begin with, ``x-oss-copy-source-`` for copies.
    """
    seconds = int(modified)
    match = request.header(prefix + "if-match")
    if match is not None and not _same_etag(match, record.etag):
        raise _failed("If-Match")
    date = _date(request, prefix + "if-unmodified-since")
    if date is not None and date < seconds:
        raise _failed("If-Unmodified-Since")
    none_match = request.header(prefix + "if-none-match")
    if none_match is not None and _same_etag(none_match, record.etag):
        raise _not_modified(record, modified)
    date = _date(request, prefix + "if-modified-since")
    if date is not None and date >= seconds:
        raise _not_modified(record, modified)


def _same_etag(wanted: str, etag: str) -> bool:
    return wanted.strip().strip('"').upper() == etag.upper()


def _date(request: Request, name: str) -> int | None:
    text = request.header(name)
    return None if text is None else parse_http_date(text)


def _failed(condition: str) -> ServiceError:
    return ServiceError("PreconditionFailed", extra={"Condition": condition})


def _not_modified(record: ObjectRecord, modified: float) -> ServiceError:
    headers = {"ETag": record.quoted_etag, "Last-Modified": http_date(modified)}
    return ServiceError("NotModified", "Not Modified", status=304, headers=headers)
