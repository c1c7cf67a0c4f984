"""`FileResult`: what became of one file."""

from __future__ import annotations

from typing import Literal

from ossc._record import Record
from ossc.errors import OSSError

__all__ = ["Action", "FileResult"]

Action = Literal["upload", "download", "delete", "skip"]


class FileResult(Record):
    """What was done with one file of a folder and its object, or would be.

    Attributes:
        action: `"upload"`, `"download"`, `"delete"` (of what is extra), or `"skip"`: it
            is the same already, or a link that is not followed.
        key: The object's key.
        path: The local file.
        size: Its bytes; 0 where nobody looked.
        error: Why it was not done; None for a success.
    """

    __slots__ = ()

    action: Action
    key: str
    path: str
    size: int = 0
    error: OSSError | None = None
