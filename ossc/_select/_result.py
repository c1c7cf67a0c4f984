"""`SelectResult`: the answer to a query, while it arrives."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from ossc._record import Record
from ossc._select._formats import CSVInput, CSVOutput, JSONInput, JSONOutput
from ossc._select._rows import csv_rows, json_rows
from ossc._select_frames import FrameReader
from ossc.errors import MalformedResponse, OSSError

if TYPE_CHECKING:
    from typing_extensions import Self

    from ossc._select._spool import Spool

__all__ = ["SelectResult", "SelectStats"]

_RAW = "x-oss-select-output-raw"


class SelectStats(Record):
    """What a query came to.

    Attributes:
        status: The status that the answer turned out to have.
        scanned: Bytes of the object that were looked at, which is what is charged for;
            None for raw rows, which do not tell.
        offset: How far into the object the query went; None for raw rows.
        request_id: OSS's id of the request.
    """

    __slots__ = ()

    status: int
    scanned: int | None
    offset: int | None
    request_id: str


class _Arriving:
    """Reads an answer behind the spool; knows nothing of who asks for it."""

    __slots__ = ("reader", "spool", "stats")

    def __init__(self, spool: Spool, max_frame: int) -> None:
        self.spool = spool
        self.reader = FrameReader(max_frame)
        self.stats: SelectStats | None = None

    def framed(self) -> Generator[bytes]:
        """The rows of an answer in frames."""
        for piece in self.spool.pieces():
            yield from self.reader.feed(piece)
        end = self.reader.close()
        self.stats = SelectStats(end.status, end.scanned, end.offset, self._id())

    def raw(self) -> Generator[bytes]:
        """The rows of an answer that has nothing else."""
        yield from self.spool.pieces()
        answer = self.spool.answer
        if answer is None or answer.headers.get(_RAW, "").lower() != "true":
            raise MalformedResponse("raw rows were asked for, and frames came")
        self.stats = SelectStats(answer.status, None, None, self._id())

    def _id(self) -> str:
        answer = self.spool.answer
        return "" if answer is None else answer.request_id


class SelectResult:
    r"""The rows that a query finds; made by `Bucket.select_object`.

    An iterator over pieces of bytes and a context manager, for one thread at a time.
    Pieces come while the service still looks for more, and may end within a row; each was
    compared with its checksum, but for raw rows. `rows` parses them. Memory holds a piece,
    a temporary file without a name the rest of what has come. Iterating to the end closes
    it, and so does an error; to stop before, use a `with` block or `close()`. After a
    fork the answer is the parent's.

    Attributes:
        key: The object's key.

    Example:
        >>> r = bucket.put_object("people.csv", b"ann,30\nbob,4\n")
        >>> with bucket.select_object(
        ...     "people.csv", "select _1 from ossobject where _2 > 18"
        ... ) as result:
        ...     list(result.rows())
        [['ann']]
        >>> result.stats.scanned
        13
    """

    def __init__(
        self,
        bucket: str,
        key: str,
        spool: Spool,
        given: CSVInput | JSONInput,
        output: CSVOutput | JSONOutput,
        *,
        max_frame: int,
        endpoint: str,
    ) -> None:
        self.key = key
        self._bucket = bucket
        self._endpoint = endpoint
        self._given = given
        self._output = output
        self._spool: Spool | None = spool
        self._arriving = _Arriving(spool, max_frame)
        self._pieces = self._arriving.raw() if output.raw else self._arriving.framed()

    @property
    def closed(self) -> bool:
        """Whether it was closed, iterated to the end, or ended by an error."""
        return self._spool is None

    @property
    def offset(self) -> int:
        """How far into the object the service has come, as far as it told."""
        return self._arriving.reader.offset

    @property
    def stats(self) -> SelectStats:
        """What the query came to, when all of the answer was read.

        Raises:
            ValueError: It was not.
        """
        stats = self._arriving.stats
        if stats is None:
            raise ValueError("the answer to the query was not read to its end")
        return stats

    def __iter__(self) -> Self:
        """Itself."""
        return self

    def __next__(self) -> bytes:
        """The next piece of the rows.

        Raises:
            ServerError: The query failed part way; what came before is good.
            MalformedResponse: The answer is damaged.
            Cancelled: The token was used.
        """
        if self._spool is None:
            raise StopIteration
        try:
            return next(self._pieces)
        except BaseException as error:
            self.close()
            if isinstance(error, OSSError):
                self._describe(error)
            raise

    def read(self) -> bytes:
        """All rows that were not read yet, in memory.

        Raises:
            ServerError: The query failed part way.
        """
        return b"".join(self)

    def rows(self) -> Iterator[Any]:
        """The rows, parsed: a list of texts each for CSV, a value each for JSON.

        Values of JSON are dictionaries, unless the query asks for elements of arrays
        that are none. It takes what was not read yet.

        Raises:
            ServerError: The query failed part way; the rows before it come out first.
            MalformedResponse: The answer is damaged.
        """
        output = self._output
        if isinstance(output, JSONOutput) or isinstance(self._given, JSONInput):
            return json_rows(self, output.record_delimiter)
        return csv_rows(
            self, output.record_delimiter, output.field_delimiter, self._given.quote
        )

    def close(self) -> None:
        """Gives up what has not come yet. The second time does nothing."""
        spool, self._spool = self._spool, None
        if spool is not None:
            self._pieces.close()
            spool.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Closes it."""
        self.close()

    def __del__(self) -> None:
        """Warns when it was neither closed nor read to its end."""
        spool: Spool | None = getattr(self, "_spool", None)
        if spool is not None:
            self._pieces.close()
            spool.abandon()
            warnings.warn(
                f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2
            )

    def __repr__(self) -> str:
        """The key."""
        return f"<ossc.SelectResult of {self.key!r}>"

    def __reduce__(self) -> NoReturn:
        """Requests under way stay where they are."""
        raise TypeError("an answer cannot be pickled or copied; ask again")

    def _describe(self, error: OSSError) -> None:
        """Writes into an error of the answer's reading what it was about."""
        if error.operation is not None:
            return
        error.operation = "SelectObject"
        error.bucket, error.key = self._bucket, self.key
        error.endpoint, error.method = self._endpoint, "POST"
        answer = self._arriving.spool.answer
        if answer is not None:
            error.request_id = answer.request_id
            error.headers = answer.headers
            error.status = error.status or answer.status
