"""The errors that only table buckets have, and which classes their codes stand for.

They join the table of `ossc.errors` when the first program asks for `ossc.tables`; before
that nobody can meet them.
"""

from __future__ import annotations

from ossc.errors import _BY_CODE, AccessDenied, InvalidArgument, ServerError

__all__ = ["Conflict", "NotFound"]


class NotFound(ServerError, FileNotFoundError):
    """The table bucket, the namespace, the table or its policy does not exist."""


class Conflict(ServerError):
    """It exists already, is not empty, or was changed since it was looked at."""


_BY_CODE |= {
    "BadRequestException": InvalidArgument,
    "ConflictException": Conflict,
    "ForbiddenException": AccessDenied,
    "NotFoundException": NotFound,
}
