"""`Model`: an element of OSS's XML as a frozen record with typed attributes.

A class per element, a line per field::

    class Tag(Model):
        key: str
        value: str = ""

    class BucketTagging(Model, root="Tagging"):
        tags: Sequence[Tag] = field("TagSet/Tag", default=())

A field's element has the field's name in capitals (`storage_class`: `StorageClass`) unless
`field` says another name, or a path. The type is `str` (or `Literal` texts), `int`,
`float`, `bool`, `datetime`, another model, or a `Sequence` of one of these, which is kept
as a tuple. With `| None` the element may be missing; without, it must be there unless the
field has a default. The way to a sequence is written even where the sequence is empty;
for a `Sequence[…] | None` that is the difference between `()` and None.

The texts of a type are those of `_model_text`; how what is not known survives a change is
in `_model_tree`. Loaded by the first setting that is looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ossc import _xml
from ossc._model_text import CODECS, Codec
from ossc._model_tree import Group, Leaf, Reader, render, unknown, write
from ossc._record import Record, _set
from ossc.errors import MalformedResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Self, dataclass_transform

    from ossc._model_tree import Layout, Node
else:
    from ossc._record import dataclass_transform

__all__ = ["Model", "field"]

_REQUIRED: Any = ...


class _Field:
    """What `field` says."""

    __slots__ = ("default", "path")

    def __init__(self, path: str, default: Any) -> None:
        self.path = path
        self.default = default


def field(path: str, *, default: Any = _REQUIRED) -> Any:
    """A field of a model whose element is not named after it.

    Args:
        path: The element's name; behind slashes, where others are around it.
        default: What it is when it is not given. Without one it has to be.
    """
    return _Field(path, default)


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(field,)
)
class Model(Record):
    """An element of OSS's XML. Immutable.

    Fields are given by name. What a model was read from and does not know is kept, takes
    part in comparisons, and is written again.
    """

    __slots__ = ("_layout",)

    if TYPE_CHECKING:

        @property
        def _layout(self) -> Layout | None: ...

    _root: ClassVar[str] = ""
    _paths: ClassVar[dict[str, str]] = {}
    _group: ClassVar[Group | None] = None

    def __init_subclass__(cls, *, root: str | None = None) -> None:
        """Takes the fields' elements out of their declarations."""
        cls._root = root or cls.__name__
        cls._paths = dict(cls._paths)
        cls._group = None
        # The names only; `inspect` would import as much as dataclasses do.
        for name in cls.__dict__.get("__annotations__", ()):  # noqa: RUF063
            said = cls.__dict__.get(name)
            cls._paths[name] = said.path if isinstance(said, _Field) else _named(name)
            if isinstance(said, _Field):
                delattr(cls, name)
                if said.default is not _REQUIRED:
                    setattr(cls, name, said.default)
        super().__init_subclass__()

    def __init__(self, **values: Any) -> None:
        """Takes the fields by name, and checks them."""
        super().__init__(**values)
        kind = type(self).__name__
        each = zip(
            self._fields, _group_of(type(self)).leaves, self._values, strict=True
        )
        kept = [leaf.checked(f"{kind}.{name}", value) for name, leaf, value in each]
        _set(self, "_values", tuple(kept))
        _set(self, "_layout", None)

    @classmethod
    def from_xml(cls, document: bytes) -> Self:
        """Reads a document.

        Raises:
            MalformedResponse: It is not well-formed, has another root, lacks an element
                that must be there, or has a text that is no value.
        """
        return cls._of(_xml.parse(document, cls._root))

    def to_xml(self) -> bytes:
        """The document."""
        text = '<?xml version="1.0" encoding="UTF-8"?>\n' + render(
            self._node(self._root)
        )
        return text.encode()

    def replace(self, **changes: Any) -> Self:
        """A copy with other values in some fields; all else stays, known or not."""
        values = dict(zip(self._fields, self._values, strict=True))
        made = type(self)(**{**values, **changes})
        _set(made, "_layout", self._layout)
        return made

    @classmethod
    def _of(cls, element: _xml.Element) -> Self:
        """The model of an element."""
        group = _group_of(cls)
        reader = Reader()
        layout = reader.read(group, element)
        for leaf in group.leaves:
            if leaf.required and leaf.index not in reader.found:
                raise MalformedResponse(f"<{element.name}> lacks <{leaf.path}>")
        self = cls.__new__(cls)
        _set(self, "_values", reader.values(group))
        _set(self, "_layout", layout)
        return self

    def _node(self, name: str) -> Node:
        return write(_group_of(type(self)), name, self._values, self._layout)

    def __eq__(self, other: object) -> bool:
        """Equal to a model of the same class with equal fields and unknown elements."""
        if type(other) is not type(self):
            return NotImplemented
        if self._values != other._values:
            return False
        return unknown(self._layout) == unknown(other._layout)

    def __hash__(self) -> int:
        """By the fields."""
        return super().__hash__()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies by the fields, and with what is not known."""
        return _restored, (type(self), self._values, self._layout)


def _restored(
    cls: type[Model], values: tuple[Any, ...], layout: Layout | None
) -> Model:
    self = cls.__new__(cls)
    _set(self, "_values", values)
    _set(self, "_layout", layout)
    return self


def _named(name: str) -> str:
    """The element that a field is named after."""
    return "".join([word[:1].upper() + word[1:] for word in name.split("_")])


def _group_of(cls: type[Model]) -> Group:
    """The fields of a model, put together when they are first needed."""
    if cls._group is None:
        group = Group(is_top=True)
        hints = _hints(cls)
        for index, name in enumerate(cls._fields):
            leaf = _leaf(index, cls._paths[name], hints[name])
            if name in cls._defaults and not leaf.optional:
                leaf.absent = cls._defaults[name]
            leaf.required = not (leaf.optional or leaf.many or name in cls._defaults)
            group.add(leaf)
        cls._group = group
    return cls._group


def _hints(cls: type[Model]) -> dict[str, Any]:
    """The types of a model's fields."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Model) and base is not Model:
            notes = base.__dict__.get("__annotations__", {})  # noqa: RUF063 - as above
            own = SimpleNamespace(__annotations__=notes)
            names = vars(sys.modules[base.__module__])
            hints |= get_type_hints(own, names)
    return hints


def _leaf(index: int, path: str, hint: Any) -> Leaf:
    kinds, optional = [hint], False
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        optional = len(kinds) < len(get_args(hint))
    many = get_origin(kinds[0]) is Sequence
    if many:
        kinds = list(get_args(kinds[0]))
    return Leaf(index, path, _kind(kinds[0]), many=many, optional=optional)


def _kind(hint: Any) -> type[Model] | Codec:
    if get_origin(hint) is Literal:
        return CODECS[str]
    if isinstance(hint, type) and issubclass(hint, Model):
        return hint
    return CODECS[hint]
