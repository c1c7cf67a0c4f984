"""The documents that Select requests carry."""

from __future__ import annotations

from ossc._names import encode_text
from ossc._sdk import base64_encode
from ossc._select._formats import CSVInput, CSVOutput, JSONInput, JSONOutput
from ossc.errors import ParameterError

__all__ = ["meta_body", "process_of", "select_body"]

MAX_EXPRESSION = 16 * 1024


def process_of(given: CSVInput | JSONInput, verb: str) -> dict[str, str]:
    """The query parameter that names the operation."""
    kind = "csv" if isinstance(given, CSVInput) else "json"
    return {"x-oss-process": f"{kind}/{verb}"}


def select_body(
    expression: str,
    given: CSVInput | JSONInput,
    output: CSVOutput | JSONOutput,
    *,
    skip_partial_records: bool,
    max_skipped_records: int,
) -> bytes:
    """The document of a SelectObject request."""
    raw = encode_text("the expression", expression)
    if not 0 < len(raw) <= MAX_EXPRESSION:
        raise ParameterError(
            f"the expression has {len(raw)} bytes; OSS takes 1 to {MAX_EXPRESSION}"
        )
    parts = [
        _leaf("Expression", base64_encode(raw)),
        _input(given),
        _output(output),
        _node(
            "Options",
            _leaf("SkipPartialDataRecord", _flag(skip_partial_records)),
            _leaf("MaxSkippedRecordsAllowed", str(max_skipped_records)),
        ),
    ]
    return _node("SelectRequest", *parts).encode()


def meta_body(given: CSVInput | JSONInput, *, overwrite: bool) -> bytes:
    """The document of a CreateSelectObjectMeta request."""
    if isinstance(given, CSVInput):
        name, inner = "CsvMetaRequest", _node("CSV", *_layout(given))
    else:
        name, inner = "JsonMetaRequest", _node("JSON", _leaf("Type", given.type))
    parts = [
        _node("InputSerialization", _leaf("CompressionType", "None"), inner),
        _leaf("OverwriteIfExists", _flag(overwrite)),
    ]
    return _node(name, *parts).encode()


def _input(given: CSVInput | JSONInput) -> str:
    compression = _leaf("CompressionType", given.compression.upper())
    if given.compression == "none":
        compression = _leaf("CompressionType", "None")
    if isinstance(given, CSVInput):
        inner = _node(
            "CSV",
            _leaf("FileHeaderInfo", given.header.capitalize()),
            *_layout(given),
            *_range(given),
            _leaf("AllowQuotedRecordDelimiter", _flag(given.quoted_record_delimiters)),
        )
    else:
        numbers = _leaf("ParseJsonNumberAsString", _flag(given.numbers_as_strings))
        inner = _node("JSON", _leaf("Type", given.type), *_range(given), numbers)
    return _node("InputSerialization", compression, inner)


def _layout(given: CSVInput) -> list[str]:
    """What rows and columns are told apart by."""
    found = [
        _encoded("RecordDelimiter", given.record_delimiter),
        _encoded("FieldDelimiter", given.field_delimiter),
        _encoded("QuoteCharacter", given.quote),
    ]
    if given.comment is not None:
        found.append(_encoded("CommentCharacter", given.comment))
    return found


def _range(given: CSVInput | JSONInput) -> list[str]:
    unit, span = "line", given.line_range
    if span is None:
        unit, span = "split", given.split_range
    if span is None:
        return []
    first, last = ("" if end is None else str(end) for end in span)
    return [_leaf("Range", f"{unit}-range={first}-{last}")]


def _output(output: CSVOutput | JSONOutput) -> str:
    record = _encoded("RecordDelimiter", output.record_delimiter)
    flags = {"OutputRawData": output.raw, "EnablePayloadCrc": not output.raw}
    if isinstance(output, CSVOutput):
        inner = _node("CSV", record, _encoded("FieldDelimiter", output.field_delimiter))
        flags["KeepAllColumns"] = output.keep_all_columns
        flags["OutputHeader"] = output.header
    else:
        inner = _node("JSON", record)
    leaves = [_leaf(name, _flag(flag)) for name, flag in flags.items()]
    return _node("OutputSerialization", inner, *leaves)


def _flag(flag: object) -> str:
    return "true" if flag else "false"


def _encoded(name: str, text: str) -> str:
    return _leaf(name, base64_encode(text.encode("ascii")))


def _leaf(name: str, text: str) -> str:
    """An element whose text has nothing that XML would mind."""
    return f"<{name}>{text}</{name}>"


def _node(name: str, *inner: str) -> str:
    return _leaf(name, "".join(inner))
