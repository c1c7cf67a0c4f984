"""`Record`: what the verbs return is made of.

Frozen, slotted records that compare, hash, print and pickle by their fields, as frozen
dataclasses do. They are not dataclasses because decorating those costs as much at import as
all the rest of the package, and because a record here can be filled when it is first looked
at: most callers of a get want the bytes, not a dozen parsed headers.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, NoReturn

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_options: object) -> Callable[[type], type]:
        """For type checkers: the annotated fields are the arguments."""
        return lambda cls: cls


__all__ = ["Record"]

_new = object.__new__
_set = object.__setattr__


@dataclass_transform(frozen_default=True)
class Record:
    """Base of the records. A subclass annotates its fields; a value is a default.

    Fields named in `hidden` are not printed, those in `unhashed` do not count in hashes.
    """

    __slots__ = ("_source", "_values")

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}
    _hidden: ClassVar[frozenset[str]] = frozenset()
    _unhashed: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(
        cls, *, hidden: tuple[str, ...] = (), unhashed: tuple[str, ...] = ()
    ) -> None:
        """Turns the annotated names into read-only properties."""
        # The names only; `inspect` would import as much as dataclasses do.
        notes = cls.__dict__.get("__annotations__", ())  # noqa: RUF063
        own = [name for name in notes if name[0] != "_"]
        cls._defaults = {
            **cls._defaults,
            **{name: cls.__dict__[name] for name in own if name in cls.__dict__},
        }
        # A field that is annotated again stays in its place.
        cls._fields += tuple([name for name in own if name not in cls._fields])
        type.__setattr__(cls, "__match_args__", cls._fields)
        cls._hidden |= frozenset(hidden)
        cls._unhashed |= frozenset(unhashed)
        for name in own:
            setattr(cls, name, _property(cls._fields.index(name)))

    def __init__(self, *values: Any, **named: Any) -> None:
        """Takes the fields in their order or by name."""
        fields, kind = self._fields, type(self).__name__
        if len(values) > len(fields):
            raise TypeError(f"{kind} has {len(fields)} fields, not {len(values)}")
        given = dict(zip(fields, values))  # noqa: B905 - fewer values: the rest is named
        for name, value in named.items():
            if name in given or name not in fields:
                raise TypeError(f"{kind}: unexpected or repeated argument {name!r}")
            given[name] = value
        everything = {**self._defaults, **given}
        missing = [name for name in fields if name not in everything]
        if missing:
            raise TypeError(f"{kind} lacks {', '.join(missing)}")
        _set(self, "_values", tuple([everything[name] for name in fields]))

    @classmethod
    def _later(
        cls, fill: Callable[[Any, Any], tuple[Any, ...]], key: Any, answer: Any
    ) -> Self:
        """A record whose values `fill(key, answer)` gives when one is asked for."""
        self = _new(cls)
        _set_source(self, (fill, key, answer))
        return self

    def __getattr__(self, name: str) -> Any:
        """Only what is not there yet comes here."""
        if name != "_values":
            kind = type(self).__name__
            raise AttributeError(f"{kind!r} object has no attribute {name!r}")
        fill, key, answer = self._source
        values = fill(key, answer)
        _set(self, "_values", values)
        return values

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Records do not change."""
        raise _frozen(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        """Records do not change."""
        raise _frozen(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        """Equal to a record of the same class with equal fields."""
        if type(other) is not type(self):
            return NotImplemented
        return bool(self._values == other._values)

    def __hash__(self) -> int:
        """By the fields."""
        fields = zip(self._fields, self._values)  # noqa: B905 - as many of both
        return hash(tuple([v for name, v in fields if name not in self._unhashed]))

    def __repr__(self) -> str:
        """The fields that are worth a look."""
        fields = zip(self._fields, self._values)  # noqa: B905 - as many of both
        shown = [f"{name}={v!r}" for name, v in fields if name not in self._hidden]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies by the fields."""
        return type(self), self._values


# The slot's own setter: the record's refuses.
_set_source = Record.__dict__["_source"].__set__


def _property(index: int) -> property:
    return property(lambda self: self._values[index])


def _frozen(sentence: str) -> AttributeError:
    # Imported here: it costs more than all of ossc, for a mistake that nobody makes.
    from dataclasses import FrozenInstanceError  # noqa: PLC0415

    return FrozenInstanceError(sentence)
