"""`Kind`: how the values of a document's field are checked, read and written.

What the server sent is not trusted: a value of another type is a `MalformedResponse`. What
the caller gives is checked when a document is made, so that a mistake is told where it was
made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from ossc._answers import iso_time
from ossc._model_text import CODECS
from ossc._names import encode_text
from ossc.errors import MalformedResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.tables._document import Document

__all__ = ["Kind", "kind_of"]


class Kind:
    """A type of values.

    Attributes:
        base: `str`, `int`, `bool`, `datetime`, `dict` or a class of documents.
        many: Whether it is a sequence of those.
        optional: Whether it may be missing.
    """

    __slots__ = ("base", "many", "optional")

    def __init__(self, base: type, *, many: bool, optional: bool) -> None:
        self.base = base
        self.many = many
        self.optional = optional

    def checked(self, what: str, value: Any) -> Any:
        """A value of the caller's; `what` names it in errors.

        Raises:
            TypeError: It is of another type.
            ParameterError: It is none that JSON or the service can hold.
        """
        if value is None and self.optional:
            return None
        if not self.many:
            return _checked(self.base, what, value)
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            raise TypeError(f"{what} must be a sequence, not {type(value).__name__}")
        return tuple([_checked(self.base, f"an item of {what}", v) for v in value])

    def read(self, what: str, found: Any) -> Any:
        """A value of the server's.

        Raises:
            MalformedResponse: It is none.
        """
        if not self.many:
            return _read(self.base, what, found)
        # One that stands alone means a list of one, as with the service's own clients.
        items = found if isinstance(found, list) else [found]
        return tuple([_read(self.base, what, item) for item in items])

    def write(self, value: Any) -> Any:
        """What JSON holds for a value."""
        if self.many:
            return [_written(item) for item in value]
        return _written(value)


def kind_of(hint: Any, documents: type[Document]) -> Kind:
    """The kind that an annotation tells.

    Args:
        hint: The annotation.
        documents: The base of all classes of documents.
    """
    choices, optional = [hint], False
    if get_origin(hint) in (Union, UnionType):
        choices = [each for each in get_args(hint) if each is not NoneType]
        optional = len(choices) < len(get_args(hint))
    (found,) = choices
    many = get_origin(found) is Sequence
    if many:
        (found,) = get_args(found)
    if get_origin(found) is Literal:
        found = str
    if get_origin(found) is Mapping:
        found = dict
    known = (str, int, bool, datetime, dict)
    if found not in known and not issubclass(found, documents):
        raise TypeError(f"no document can hold a {found}")
    return Kind(found, many=many, optional=optional)


def _checked(base: type, what: str, value: Any) -> Any:
    if base is str:
        encode_text(what, value)
        return value
    if base is dict:
        return _checked_mapping(what, value)
    if base in CODECS:
        return CODECS[base].check(what, value)
    if not isinstance(value, base):
        raise TypeError(f"{what} must be a {base.__name__}, not {type(value).__name__}")
    return value


def _checked_mapping(what: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} must be a mapping, not {type(value).__name__}")
    for name, text in value.items():
        encode_text(f"a name in {what}", name)
        encode_text(f"a value in {what}", text)
    return dict(value)


def _read(base: type, what: str, found: Any) -> Any:
    if base is datetime:
        return iso_time(_read(str, what, found))
    if hasattr(base, "from_json"):
        return base.from_json(found)
    # A bool is an int, but not in JSON.
    if not isinstance(found, base) or (base is int and isinstance(found, bool)):
        raise MalformedResponse(f"{what} is {found!r:.60}, not a {base.__name__}")
    if isinstance(found, dict):
        return {str(name): str(text) for name, text in found.items()}
    return found


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    if hasattr(value, "to_json"):
        return value.to_json()
    return dict(value) if isinstance(value, dict) else value
