"""`FileResult`: what became of one file. `LocalEntry`: what a file is before that."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Literal

from ossc._record import Record
from ossc.errors import OSSError

__all__ = ["Action", "FileResult", "LocalEntry"]

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


class LocalEntry(Record):
    """A file of a folder, as `where` of `upload_folder` is asked about it.

    Attributes:
        name: Its path below the folder, with slashes.
        path: The file.
        size: Its bytes.
        last_modified: When it was written, in UTC.
        stat: All that the system says of it; of a link that is followed, of its target.
    """

    __slots__ = ()

    name: str
    path: str
    size: int
    last_modified: datetime
    stat: os.stat_result
