"""From an XML element to a model's values and back, without losing what is not known.

A model's fields are the leaves of a `Group`. Reading gives their values and a layout: what
stood where, as plain tuples. An entry of a layout is one of

- `(None, node)`: an element that the model does not know;
- `(index, value, node)`: one that a field's value was read from;
- `(name, layout)`: one that only holds fields together.

Writing follows the layout, so that all that was not changed comes out as it went in. A
layout of None is that of a model which was made, not read.
"""

from __future__ import annotations

from ossc._xml import Element, escape
from ossc.errors import MalformedResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from ossc._model import Model
    from ossc._model_text import Codec

    Node: TypeAlias = tuple[str, str, tuple[Any, ...]]
    Layout: TypeAlias = tuple[tuple[Any, ...], ...]

__all__ = ["Group", "Leaf", "Reader", "render", "unknown", "write"]


class Leaf:
    """Where a field's values stand.

    Attributes:
        index: Of the field.
        path: Names of the elements on the way to it.
        kind: The class of a model, or how texts are read and written.
        many: Whether it is a sequence.
        optional: Whether it may be None.
        required: Whether the element must be there.
        absent: The value when the element is not there.
    """

    __slots__ = ("absent", "index", "kind", "many", "optional", "path", "required")

    def __init__(
        self,
        index: int,
        path: str,
        kind: type[Model] | Codec,
        *,
        many: bool,
        optional: bool,
    ) -> None:
        self.index = index
        self.path = path
        self.kind = kind
        self.many = many
        self.optional = optional
        self.required = False
        self.absent: Any = () if many and not optional else None

    def checked(self, what: str, value: Any) -> Any:
        """A value that a caller gave, as it is kept; raises for one that cannot be."""
        if value is None and self.optional:
            return None
        if not self.many:
            return self._checked(what, value)
        if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
            kind = type(value).__name__
            raise TypeError(f"{what} must be a sequence, not {kind}")
        return tuple([self._checked(f"an item of {what}", item) for item in value])

    def _checked(self, what: str, value: Any) -> Any:
        if not isinstance(self.kind, type):
            return self.kind.check(what, value)
        if not isinstance(value, self.kind):
            wanted, kind = self.kind.__name__, type(value).__name__
            raise TypeError(f"{what} must be a {wanted}, not {kind}")
        return value

    def read(self, element: Element) -> Any:
        """The value of an element; None for an empty one that holds none."""
        try:
            if isinstance(self.kind, type):
                return self.kind._of(element)
            return self.kind.read(f"<{element.name}>", element.text)
        except MalformedResponse:
            if self.optional and not self.many and _is_blank(element):
                return None
            raise

    def node(self, name: str, value: Any) -> Node:
        """The element of a value."""
        if isinstance(self.kind, type):
            made: Node = value._node(name)
            return made
        return name, self.kind.write(value), ()


class Group:
    """Fields and groups of fields that stand in one element, by their names there."""

    __slots__ = ("entries", "groups", "is_top", "leaves")

    def __init__(self, *, is_top: bool = False) -> None:
        self.entries: dict[str, Leaf | Group] = {}
        self.groups: dict[str, Group] = {}
        self.leaves: list[Leaf] = []
        self.is_top = is_top

    def add(self, leaf: Leaf) -> None:
        """Puts a leaf at the end of its path."""
        *way, name = leaf.path.split("/")
        here = self
        here.leaves.append(leaf)
        for step in way:
            if step not in here.entries:
                here.entries[step] = here.groups[step] = Group()
            if step not in here.groups:
                raise TypeError(f"{leaf.path}: {step} is a field of its own")
            here = here.groups[step]
            here.leaves.append(leaf)
        if name in here.entries:
            raise TypeError(f"{leaf.path}: there are two fields of that element")
        here.entries[name] = leaf


class Reader:
    """Reads the values of a group's fields.

    Attributes:
        found: What was read, by the index of the field.
    """

    def __init__(self) -> None:
        self.found: dict[int, list[Any]] = {}

    def values(self, group: Group) -> tuple[Any, ...]:
        """The values; what was not found is absent."""
        return tuple([self._value(leaf) for leaf in group.leaves])

    def _value(self, leaf: Leaf) -> Any:
        found = self.found.get(leaf.index)
        if found is None:
            return leaf.absent
        return tuple(found) if leaf.many else found[0]

    def read(self, group: Group, element: Element) -> Layout:
        """The layout of an element, whose values are kept."""
        layout: list[tuple[Any, ...]] = []
        seen: set[str] = set()
        if element.text.strip():
            layout.append((None, ("", element.text, ())))
        for child in element.children:
            entry = group.entries.get(child.name)
            again = child.name in seen
            if isinstance(entry, Leaf) and (entry.many or not again):
                value = entry.read(child)
                self.found.setdefault(entry.index, []).append(value)
                layout.append((entry.index, value, _frozen(child)))
            elif isinstance(entry, Group) and not again:
                layout.append((child.name, self.read(entry, child)))
            else:
                layout.append((None, _frozen(child)))
            seen.add(child.name)
        for entry in group.entries.values():
            # Its surroundings are there, so the sequence is: empty, but not absent.
            if isinstance(entry, Leaf) and entry.many and not group.is_top:
                self.found.setdefault(entry.index, [])
        return tuple(layout)


def write(
    group: Group, name: str, values: tuple[Any, ...], layout: Layout | None
) -> Node:
    """The element of a group's values, laid out as it was read."""
    return _Writer(values).write(group, name, layout, was_read=layout is not None)


class _Writer:
    """Writes the values of a group's fields, each once."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values
        self.left: dict[int, Iterator[Any]] = {}

    def write(
        self, group: Group, name: str, layout: Layout | None, *, was_read: bool
    ) -> Node:
        nodes: list[Node] = []
        said = layout or ()
        by_index = {leaf.index: leaf for leaf in group.leaves}
        last = {entry[0]: place for place, entry in enumerate(said)}
        for place, entry in enumerate(said):
            key = entry[0]
            if key is None:
                nodes.append(entry[1])
            elif isinstance(key, str):
                nodes += self._again(group.groups[key], key, entry[1])
            else:
                leaf = by_index[key]
                nodes += self._slot(leaf, entry[1], entry[2])
                if last[key] == place:
                    nodes += self._rest(leaf)
        for key, item in group.entries.items():
            if isinstance(item, Leaf):
                if item.index not in last and not (was_read and self._unsaid(item)):
                    nodes += self._rest(item)
            elif key not in last and self._has_content(item, was_read=was_read):
                nodes.append(self.write(item, key, None, was_read=was_read))
        return name, "", tuple(nodes)

    def _again(self, group: Group, name: str, layout: Layout) -> list[Node]:
        """A group that was there, unless what it was there for is gone."""
        node = self.write(group, name, layout, was_read=True)
        gone = any(
            leaf.many and self.values[leaf.index] is None for leaf in group.leaves
        )
        return [] if not node[2] and (layout or gone) else [node]

    def _slot(self, leaf: Leaf, value: Any, node: Node) -> list[Node]:
        """What stands where a value was read."""
        new = next(self._left(leaf), None)
        if new is not None and new != value:
            return [leaf.node(node[0], new)]
        return [node] if new == value else []

    def _rest(self, leaf: Leaf) -> list[Node]:
        name = leaf.path.rpartition("/")[2]
        return [leaf.node(name, value) for value in self._left(leaf)]

    def _left(self, leaf: Leaf) -> Iterator[Any]:
        """The values of a field that are not written yet."""
        if leaf.index not in self.left:
            value = self.values[leaf.index]
            values = value if leaf.many else (value,)
            self.left[leaf.index] = iter(() if value is None else values)
        return self.left[leaf.index]

    def _unsaid(self, leaf: Leaf) -> bool:
        return bool(self.values[leaf.index] == leaf.absent)

    def _has_content(self, group: Group, *, was_read: bool) -> bool:
        said = [leaf for leaf in group.leaves if not (was_read and self._unsaid(leaf))]
        return any(self.values[leaf.index] is not None for leaf in said)


def _is_blank(element: Element) -> bool:
    return not element.children and not element.text.strip()


def _frozen(element: Element) -> Node:
    """An element as a tuple. A text between elements is layout, not content."""
    text = element.text if element.text.strip() or not element.children else ""
    return element.name, text, tuple([_frozen(child) for child in element.children])


def unknown(layout: Layout | None) -> tuple[Any, ...]:
    """The elements that a model does not know, and the groups that they stand in."""
    found: list[Any] = []
    for entry in layout or ():
        if entry[0] is None:
            found.append(entry[1])
        elif isinstance(entry[0], str) and unknown(entry[1]):
            found.append((entry[0], unknown(entry[1])))
    return tuple(found)


def render(node: Node) -> str:
    """An element as XML; one without a name is a text."""
    name, text, children = node
    # An XML parser takes a carriage return for the end of a line.
    inner = escape(text).replace("\r", "&#13;") + "".join(map(render, children))
    return f"<{name}>{inner}</{name}>" if name else inner
