"""`Document`: an object of JSON as a frozen record with typed attributes.

A class per object, a line per field::

    class Compaction(Document):
        status: str
        target_file_size_mb: int | None = field(
            "settings/icebergCompaction/targetFileSizeMB", default=None
        )

A field is found by its own name in JSON's spelling (`created_at`: `createdAt`) unless
`field` says another name, or a path. The type is `str` (or `Literal` texts), `int`,
`bool`, `datetime`, another document, a `Mapping` of texts, or a `Sequence` of one of these,
which is kept as a tuple. With `| None` the value may be missing; without, it must be there
unless the field has a default. How values are checked, read and written is in `_values`.

What a document was read from and does not know survives `replace`, and is written again.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any, get_type_hints

from ossc._record import Record, _set
from ossc.errors import MalformedResponse
from ossc.tables._values import Kind, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar

    from typing_extensions import Self, dataclass_transform

    from ossc._sdk import Answer
else:
    from ossc._record import dataclass_transform

__all__ = ["Document", "field", "object_of"]

_REQUIRED: Any = ...


class _Said:
    """What `field` says."""

    __slots__ = ("default", "path")

    def __init__(self, path: str, default: Any) -> None:
        self.path = path
        self.default = default


class _Field:
    """A field: its name, where it stands, and what it holds."""

    __slots__ = ("default", "kind", "name", "path")

    def __init__(self, name: str, path: str, kind: Kind, default: Any) -> None:
        self.name = name
        self.path = path.split("/")
        self.kind = kind
        self.default = default

    def found_in(self, found: Any) -> Any:
        """The field's value in an object of JSON."""
        for step in self.path:
            found = found.get(step) if isinstance(found, dict) else None
        if found is None or (found == "" and self.kind.optional):
            if self.default is _REQUIRED:
                raise MalformedResponse(f"the answer lacks {'/'.join(self.path)}")
            return self.default
        return self.kind.read("/".join(self.path), found)

    def put_into(self, made: dict[str, Any], value: Any) -> None:
        """Puts the value where it belongs; None: takes out what is there."""
        *way, last = self.path
        for step in way:
            if not isinstance(made.get(step), dict):
                if value is None:
                    return
                made[step] = {}
            made = made[step]
        if value is None:
            made.pop(last, None)
        else:
            made[last] = self.kind.write(value)


def field(path: str, *, default: Any = _REQUIRED) -> Any:
    """A field of a document that is not found by its own name.

    Args:
        path: The name in JSON; behind slashes, where it is inside of other objects.
        default: What it is when it is not given. Without one it has to be.
    """
    return _Said(path, default)


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(field,)
)
class Document(Record):
    """An object of JSON. Immutable.

    Fields are given by name. What a document was read from and does not know is kept,
    takes part in comparisons, and is written again.
    """

    __slots__ = ("_origin",)

    if TYPE_CHECKING:

        @property
        def _origin(self) -> str | None: ...

    _paths: ClassVar[dict[str, str]] = {}
    _parts: ClassVar[tuple[_Field, ...] | None] = None

    def __init_subclass__(cls, **options: tuple[str, ...]) -> None:
        """Takes the fields' places out of their declarations."""
        cls._paths = dict(cls._paths)
        cls._parts = None
        # The names only; `inspect` would import as much as dataclasses do.
        notes = cls.__dict__.get("__annotations__", ())  # noqa: RUF063
        for name in [name for name in notes if name[0] != "_"]:
            said = cls.__dict__.get(name)
            cls._paths[name] = said.path if isinstance(said, _Said) else _spelt(name)
            if isinstance(said, _Said):
                delattr(cls, name)
                if said.default is not _REQUIRED:
                    setattr(cls, name, said.default)
        super().__init_subclass__(**options)

    def __init__(self, **values: Any) -> None:
        """Takes the fields by name, and checks them."""
        super().__init__(**values)
        kind = type(self).__name__
        kept = [
            part.kind.checked(f"{kind}.{part.name}", value)
            for part, value in zip(_parts_of(type(self)), self._values, strict=True)
        ]
        _set(self, "_values", tuple(kept))
        _set(self, "_origin", None)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Reads an object of JSON.

        Raises:
            MalformedResponse: It lacks what must be there, or has what is no value.
        """
        if not isinstance(found, dict):
            raise MalformedResponse(f"{cls.__name__} is not an object of JSON")
        self = cls.__new__(cls)
        _set(self, "_values", tuple(p.found_in(found) for p in _parts_of(cls)))
        try:
            # A text: nobody can change it, and it can be pickled.
            _set(self, "_origin", json.dumps(found))
        except RecursionError:
            raise MalformedResponse(f"{cls.__name__} is nested too deep") from None
        return self

    def to_json(self) -> dict[str, Any]:
        """The object of JSON: as it was read, but for what was changed."""
        origin: dict[str, Any] = json.loads(self._origin or "{}")
        before = type(self).from_json(origin)._values if self._origin else None
        for index, part in enumerate(_parts_of(type(self))):
            value = self._values[index]
            if before is None or before[index] != value:
                part.put_into(origin, value)
        return origin

    def replace(self, **changes: Any) -> Self:
        """A copy with other values in some fields; all else stays, known or not."""
        values = dict(zip(self._fields, self._values, strict=True))
        made = type(self)(**{**values, **changes})
        _set(made, "_origin", self._origin)
        return made

    def __eq__(self, other: object) -> bool:
        """Equal to a document of the same class that is written as the same JSON."""
        if type(other) is not type(self):
            return NotImplemented
        return self._values == other._values and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        """By the fields."""
        return super().__hash__()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies by the fields, and with what is not known."""
        return _restored, (type(self), self._values, self._origin)


def _restored(cls: type[Document], values: tuple[Any, ...], origin: str) -> Document:
    self = cls.__new__(cls)
    _set(self, "_values", values)
    _set(self, "_origin", origin)
    return self


def _spelt(name: str) -> str:
    """A field's name as JSON spells it."""
    first, *rest = name.split("_")
    return first + "".join([word.capitalize() for word in rest])


def _parts_of(cls: type[Document]) -> tuple[_Field, ...]:
    """The fields of a class, put together when they are first needed."""
    if cls._parts is None:
        hints = _hints(cls)
        made = []
        for name in cls._fields:
            kind = kind_of(hints[name], Document)
            default = None if kind.optional else _REQUIRED
            default = cls._defaults.get(name, default)
            made.append(_Field(name, cls._paths[name], kind, default))
        cls._parts = tuple(made)
    return cls._parts


def _hints(cls: type[Document]) -> dict[str, Any]:
    """The types of a document's fields."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Document) and base is not Document:
            notes = base.__dict__.get("__annotations__", {})  # noqa: RUF063 - as above
            fields = {name: note for name, note in notes.items() if name[0] != "_"}
            own = SimpleNamespace(__annotations__=fields)
            hints |= get_type_hints(own, vars(sys.modules[base.__module__]))
    return hints


def object_of(answer: Answer) -> dict[str, Any]:
    """The object of JSON that an answer's body is.

    Raises:
        MalformedResponse: It is none.
    """
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise MalformedResponse("the answer is not JSON") from None
    if not isinstance(found, dict):
        raise MalformedResponse("the answer is not an object of JSON")
    return found
