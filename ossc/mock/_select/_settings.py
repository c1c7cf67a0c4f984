"""Settings: what the document of a Select request asks, read and checked."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ossc.mock._errors import ServiceError
from ossc.mock._xml import parse, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = [
    "CsvFormat",
    "JsonFormat",
    "RowRange",
    "Settings",
    "read_meta",
    "read_select",
]

_MAX_EXPRESSION_BYTES = 16 * 1024
_RANGE = re.compile(r"(line|split)-range=([0-9]{1,18})?-([0-9]{1,18})?")
_HEADERS = ("none", "ignore", "use")
_BOOLS = {"true": True, "false": False, "": False}


@dataclass(frozen=True)
class RowRange:
    """Rows or splits, both ends inclusive; without a first one, so many last ones."""

    unit: str
    first: int | None
    last: int | None


@dataclass(frozen=True)
class CsvFormat:
    """How a CSV object is laid out."""

    record: bytes = b"\n"
    field: bytes = b","
    quote: bytes = b'"'
    comment: bytes | None = None
    header: str = "none"
    quoted_records: bool = True


@dataclass(frozen=True)
class JsonFormat:
    """How a JSON object is laid out."""

    is_document: bool = False
    numbers_as_strings: bool = False


Format: TypeAlias = "CsvFormat | JsonFormat"


@dataclass(frozen=True)
class Settings:
    """A whole request; for a meta request only its first part."""

    format: Format
    is_gzip: bool = False
    overwrite: bool = False
    range: RowRange | None = None
    expression: str = ""
    out_record: str = "\n"
    out_field: str = ","
    out_quote: str = '"'
    keep_all_columns: bool = False
    raw: bool = False
    checksums: bool = False
    header: bool = False
    skip_partial: bool = False
    most_skipped: int = 0


def read_select(data: bytes, kind: str) -> Settings:
    """Return what the body of a ``csv/select`` or ``json/select`` asks.

    Raises:
        ServiceError: The document or one of its values is not as it must be.
    """
    tree = parse(data, "SelectRequest")
    given, output = (
        _child(tree, "InputSerialization"),
        _child(tree, "OutputSerialization"),
    )
    options, written = _child(tree, "Options"), _child(output, kind.upper())
    quote = _character(written, "QuoteCharacter", "InvalidOutputQuote")
    layout = _format(given, kind)
    if isinstance(layout, CsvFormat):
        quote = quote or layout.quote
    settings = Settings(
        format=layout,
        is_gzip=_is_gzip(given, encoded=False),
        range=_range(_child(given, kind.upper())),
        expression=_expression(tree),
        out_record=_delimiter(written, "RecordDelimiter", "\n", "Output", 2),
        out_field=_delimiter(written, "FieldDelimiter", ",", "Output", 1),
        out_quote=(quote or b'"').decode("ascii"),
        keep_all_columns=_flag(output, "KeepAllColumns"),
        raw=_flag(output, "OutputRawData"),
        checksums=_flag(output, "EnablePayloadCrc"),
        header=_flag(output, "OutputHeader"),
        skip_partial=_flag(options, "SkipPartialDataRecord"),
        most_skipped=_most_skipped(options),
    )
    _check(settings)
    return settings


def read_meta(data: bytes, kind: str) -> Settings:
    """Return what the body of a ``csv/meta`` or ``json/meta`` asks.

    Raises:
        ServiceError: The document or one of its values is not as it must be.
    """
    tree = parse(data, f"{kind.capitalize()}MetaRequest")
    given = _child(tree, "InputSerialization")
    settings = Settings(
        format=_format(given, kind),
        is_gzip=_is_gzip(given, encoded=True),
        overwrite=_flag(tree, "OverwriteIfExists"),
    )
    if settings.is_gzip:
        raise _unsupported_compression()
    if isinstance(settings.format, JsonFormat) and settings.format.is_document:
        message = "Meta can only be created for JSON of the type LINES."
        raise ServiceError("InvalidJsonType", message)
    return settings


def _check(settings: Settings) -> None:
    if settings.raw and settings.checksums:
        message = "EnablePayloadCrc cannot be true when OutputRawData is true."
        raise ServiceError("InvalidOSSSelectParameters", message)
    is_document = (
        isinstance(settings.format, JsonFormat) and settings.format.is_document
    )
    if settings.range is not None and (settings.is_gzip or is_document):
        raise _invalid_range("cannot be used with such an object")


def _child(tree: Element, name: str) -> Element:
    """Return the child of that name, or one that is empty."""
    child = tree.find(name)
    return type(tree)(name) if child is None else child


def _text(tree: Element, name: str) -> str:
    return (text_of(tree, name) or "").strip()


def _flag(tree: Element, name: str) -> bool:
    text = _text(tree, name).lower()
    if text not in _BOOLS:
        extra = {"ErrorDetail": f"{name} must be true or false"}
        raise ServiceError("MalformedXML", extra=extra)
    return _BOOLS[text]


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _expression(tree: Element) -> str:
    data = _decoded(_text(tree, "Expression"))
    if not data or len(data) > _MAX_EXPRESSION_BYTES:
        message = "The SQL is missing, too long, or not base64."
        raise ServiceError("InvalidSqlParameter", message)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        message = "The SQL is not UTF-8."
        raise ServiceError("InvalidSqlParameter", message) from None


def _delimiter(tree: Element, name: str, default: str, side: str, most: int) -> str:
    text = text_of(tree, name)
    if not text:
        return default
    data = _decoded(text.strip())
    if not data or len(data) > most or not data.isascii():
        message = f"The {name} is not the base64 of {most} characters at most."
        ec = "0016-00000829" if name == "RecordDelimiter" else None
        raise ServiceError(f"Invalid{side}{name}", message, ec=ec)
    return data.decode("ascii")


def _format(given: Element, kind: str) -> Format:
    tree = _child(given, kind.upper())
    if kind == "json":
        return JsonFormat(_is_document(tree), _flag(tree, "ParseJsonNumberAsString"))
    header = _text(tree, "FileHeaderInfo").lower() or "none"
    if header not in _HEADERS:
        message = "FileHeaderInfo must be None, Ignore or Use."
        raise ServiceError("InvalidFileHeaderInfo", message)
    quoted = _text(tree, "AllowQuotedRecordDelimiter")
    comment = _character(tree, "CommentCharacter", "InvalidCommentCharacter")
    return CsvFormat(
        record=_delimiter(tree, "RecordDelimiter", "\n", "Input", 2).encode(),
        field=_delimiter(tree, "FieldDelimiter", ",", "Input", 1).encode(),
        quote=_character(tree, "QuoteCharacter", "InvalidInputQuote") or b'"',
        comment=comment,
        header=header,
        quoted_records=not quoted or _flag(tree, "AllowQuotedRecordDelimiter"),
    )


def _character(tree: Element, name: str, code: str) -> bytes | None:
    text = _text(tree, name)
    if not text:
        return None
    data = _decoded(text)
    if data is None or len(data) != 1 or not data.isascii():
        raise ServiceError(code, f"The {name} is not the base64 of one character.")
    return data


def _is_document(tree: Element) -> bool:
    kind = _text(tree, "Type").upper()
    if kind not in {"DOCUMENT", "LINES"}:
        message = "The type of JSON must be DOCUMENT or LINES."
        raise ServiceError("InvalidJsonType", message)
    return kind == "DOCUMENT"


def _is_gzip(given: Element, *, encoded: bool) -> bool:
    """Return whether the object is compressed; in meta requests oss2 encodes that."""
    text = _text(given, "CompressionType")
    data = _decoded(text) if encoded else None
    names = {text.lower(), (data or b"").decode("latin-1").lower()}
    if "gzip" in names:
        return True
    if text and "none" not in names:
        raise _unsupported_compression()
    return False


def _unsupported_compression() -> ServiceError:
    message = "The CompressionType is not supported."
    return ServiceError("UnsupportedCompressionFormat", message, ec="0016-00000826")


def _range(tree: Element) -> RowRange | None:
    text = _text(tree, "Range")
    if not text:
        return None
    found = _RANGE.fullmatch(text)
    if found is None or (found[2] is None and found[3] is None):
        raise _invalid_range("is malformed")
    first = None if found[2] is None else int(found[2])
    last = None if found[3] is None else int(found[3])
    if first is not None and last is not None and first > last:
        raise _invalid_range("is backwards")
    return RowRange(found[1], first, last)


def _invalid_range(what: str) -> ServiceError:
    return ServiceError("InvalidRange", f"The Range {what}.", status=400)


def _most_skipped(options: Element) -> int:
    text = _text(options, "MaxSkippedRecordsAllowed") or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        message = "MaxSkippedRecordsAllowed must be a whole number."
        raise ServiceError(
            "InvalidMaxSkippedRecordsAllowed", message, ec="0016-00000834"
        )
    return int(text)
