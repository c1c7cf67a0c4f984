"""Verbs that ask objects; what does the work is loaded by the first use."""

from __future__ import annotations

from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc._ranges import ByteRange
    from ossc._sdk import CancelToken
    from ossc._select import (
        CSVInput,
        CSVOutput,
        JSONInput,
        JSONOutput,
        SelectMeta,
        SelectResult,
    )

__all__ = ["SelectVerbs"]


class SelectVerbs(Verbs):
    """SQL over single objects."""

    __slots__ = ()

    def select_object(
        self,
        key: str,
        expression: str,
        input: CSVInput | JSONInput | None = None,  # noqa: A002 - as in OSS's API
        output: CSVOutput | JSONOutput | None = None,
        *,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        skip_partial_records: bool = False,
        max_skipped_records: int = 0,
        cancel: CancelToken | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> SelectResult:
        r"""Has the service look through an object and send what is wanted (SelectObject).

        Returns when the first rows are there; the rest arrives while it is read. A
        failure before that is raised here, a later one where the result is read.

        Args:
            key: The object's key.
            expression: The query, such as
                `"select _1, _3 from ossobject where _2 > 18 limit 10"`. Columns of CSV
                are `_1`, `_2`, … or, with `CSVInput("use")`, the names of the first row;
                those of JSON are paths (`s.a.b[0]`), and so may be the table
                (`ossobject.list[*] s`).
            input: How the object is laid out; without it, as CSV with commas.
            output: How the answer is to be: an `ossc.CSVOutput` for CSV, an
                `ossc.JSONOutput` for JSON.
            range: Only rows that begin within this range of bytes, as in `get_object`;
                of CSV without delimiters in quotes.
            skip_partial_records: Leave out rows that lack a column which the query
                names, instead of taking it for null.
            max_skipped_records: How many rows may be left out, because of that or because
                a value is not of the type that the query takes it for; one more is an
                error.
            cancel: Ends it from another thread.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: The query is wrong, or does not fit the object.

        Example:
            >>> r = bucket.put_object("a.csv", b"name,age\nann,30\nbob,4\n")
            >>> query = "select name from ossobject where age > 18"
            >>> with bucket.select_object("a.csv", query, ossc.CSVInput("use")) as found:
            ...     found.read()
            b'ann\n'
        """
        # Loaded here: a program without queries needs neither this nor threads.
        from ossc._select._ask import select  # noqa: PLC0415

        return select(
            self,
            key,
            expression,
            input,
            output,
            range,
            skip_partial_records=skip_partial_records,
            max_skipped_records=max_skipped_records,
            cancel=cancel,
            headers=headers,
        )

    def create_select_object_meta(
        self,
        key: str,
        input: CSVInput | JSONInput | None = None,  # noqa: A002 - as in OSS's API
        *,
        overwrite: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> SelectMeta:
        r"""Has the service count an object's rows (CreateSelectObjectMeta).

        It remembers them until the object is overwritten; then ranges of rows and of
        splits can be asked.

        Args:
            key: The object's key.
            input: How the object is laid out; CSV, or JSON of the type `LINES`.
            overwrite: Count anew even if that was done before.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: The object is not what it is said to be.

        Example:
            >>> r = bucket.put_object("a.csv", b"ann,30\nbob,4\n")
            >>> meta = bucket.create_select_object_meta("a.csv")
            >>> meta.rows, meta.columns
            (2, 2)
        """
        from ossc._select._ask import create_meta  # noqa: PLC0415 - as above

        return create_meta(self, key, input, overwrite=overwrite, headers=headers)
