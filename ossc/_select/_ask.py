"""Asking: the requests of the Select verbs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from ossc._names import check_mapping, check_whole, encode_key, merge_headers
from ossc._ranges import ByteRange, range_headers
from ossc._sdk import Answer, Call, functions
from ossc._select._formats import CSVInput, CSVOutput, JSONInput, JSONOutput
from ossc._select._meta import SelectMeta, read_meta
from ossc._select._request import meta_body, process_of, select_body
from ossc._select._result import SelectResult
from ossc._select._spool import Spool
from ossc._select_frames import MAX_PAYLOAD
from ossc._whereto import endpoint_of
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from ossc._sdk import CancelToken, Progress
    from ossc._verbs import Verbs

__all__ = ["create_meta", "select"]

_POST = functions.send("POST")
_XML = {"Content-Type": "application/xml"}
_MAX_SKIPPED = 2**31 - 1


def select(
    bucket: Verbs,
    key: str,
    expression: str,
    given: CSVInput | JSONInput | None,
    output: CSVOutput | JSONOutput | None,
    span: ByteRange | None,
    *,
    skip_partial_records: bool = False,
    max_skipped_records: int = 0,
    cancel: CancelToken | None = None,
    headers: Mapping[str, str] | None = None,
) -> SelectResult:
    """An answer that arrives; see `Bucket.select_object`."""
    given = _input(given)
    output = _output(given, output)
    check_whole("max_skipped_records", max_skipped_records, _MAX_SKIPPED)
    encode_key(key)
    body = select_body(
        expression,
        given,
        output,
        skip_partial_records=skip_partial_records,
        max_skipped_records=max_skipped_records,
    )
    wanted = merge_headers(_XML, check_mapping("headers", headers))
    bucket = bucket._ended_by(cancel)
    client = bucket._client
    most = client._budget.max_memory or MAX_PAYLOAD
    request = partial(
        _request,
        bucket,
        key,
        body,
        process_of(given, "select"),
        merge_headers(wanted, _range(given, span)),
    )
    spool = Spool(request, client._cancel)
    try:
        spool.wait()
    except BaseException:
        spool.close()
        raise
    return SelectResult(
        bucket.name,
        key,
        spool,
        given,
        output,
        max_frame=most,
        endpoint=endpoint_of(Call("SelectObject", _POST, bucket.name), client),
    )


def _request(
    bucket: Verbs,
    key: str,
    body: bytes,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    fd: int,
    cancel: CancelToken,
    progress: Progress,
) -> Answer:
    """Makes the request, whose answer goes into a file."""
    return bucket._object(
        "SelectObject",
        _POST,
        key,
        lambda answer: answer,
        params=params,
        headers=headers,
        body=body,
        fd=fd,
        cancel=cancel,
        progress=progress,
    )


def create_meta(
    bucket: Verbs,
    key: str,
    given: CSVInput | JSONInput | None,
    *,
    overwrite: bool,
    headers: Mapping[str, str] | None,
) -> SelectMeta:
    """What an object is made up of; see `Bucket.create_select_object_meta`."""
    given = _input(given)
    if given.compression != "none":
        raise ParameterError("the meta of compressed objects cannot be created")
    if isinstance(given, JSONInput) and given.type == "DOCUMENT":
        raise ParameterError("the meta of JSON can be created for the type LINES only")
    return bucket._object(
        "CreateSelectObjectMeta",
        _POST,
        key,
        read_meta,
        params=process_of(given, "meta"),
        headers=merge_headers(_XML, check_mapping("headers", headers)),
        body=meta_body(given, overwrite=overwrite),
    )


def _input(given: CSVInput | JSONInput | None) -> CSVInput | JSONInput:
    if given is None:
        return CSVInput()
    if not isinstance(given, CSVInput | JSONInput):
        kind = type(given).__name__
        raise TypeError(f"input must be an ossc.CSVInput or ossc.JSONInput, not {kind}")
    return given


def _output(
    given: CSVInput | JSONInput, output: CSVOutput | JSONOutput | None
) -> CSVOutput | JSONOutput:
    kind = CSVOutput if isinstance(given, CSVInput) else JSONOutput
    if output is None:
        return kind()
    if not isinstance(output, kind):
        raise TypeError(
            f"the output of an {type(given).__name__} must be an ossc.{kind.__name__}, "
            f"not {type(output).__name__}"
        )
    return output


def _range(given: CSVInput | JSONInput, span: ByteRange | None) -> dict[str, str]:
    """The header for rows that begin within a range of bytes."""
    if span is None:
        return {}
    if not isinstance(given, CSVInput) or given.quoted_record_delimiters:
        raise ParameterError(
            "a range of bytes goes with a CSVInput of quoted_record_delimiters=False"
        )
    return {"Range": range_headers(span)["Range"]}
