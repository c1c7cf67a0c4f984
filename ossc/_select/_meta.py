"""What CreateSelectObjectMeta answers."""

from __future__ import annotations

from ossc._record import Record
from ossc._sdk import Answer
from ossc._select_frames import FrameReader
from ossc.errors import MalformedResponse

__all__ = ["SelectMeta", "read_meta"]


class SelectMeta(Record):
    """How an object is made up, as the service has counted it.

    Attributes:
        splits: How many splits `split_range` can choose from.
        rows: How many rows `line_range` can choose from.
        columns: How many columns the first row has; 0 for JSON.
        scanned: Bytes of the object that were looked at.
        offset: How far into the object the service went.
        status: The status that the answer turned out to have.
        request_id: OSS's id of the request.
    """

    __slots__ = ()

    splits: int
    rows: int
    columns: int
    scanned: int
    offset: int
    status: int
    request_id: str


def read_meta(answer: Answer) -> SelectMeta:
    """The meta of an answer in frames.

    Raises:
        MalformedResponse: The answer is damaged.
        ServerError: The end frame tells of a failure.
    """
    reader = FrameReader()
    for _ in reader.feed(answer.body):
        raise MalformedResponse("rows came where the meta of an object was asked for")
    end = reader.close()
    return SelectMeta(
        splits=end.splits,
        rows=end.rows,
        columns=end.columns,
        scanned=end.scanned,
        offset=end.offset,
        status=end.status,
        request_id=answer.request_id,
    )
