"""Conditions on metadata: of plain indexes, and the larger ones of fusion indexes."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ossc.mock._vectors._request import bad

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc.mock._vectors._state import VectorIndex

__all__ = ["MAX_DEPTH", "Condition", "Test", "tokens", "truth_of"]

MAX_DEPTH = 8
MAX_ITEMS = 1024
MAX_BYTES = 64 * 1024
_WORD = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]")

Test = "Callable[[Mapping[str, Any]], bool]"


def tokens(text: str, field: Mapping[str, Any]) -> list[str]:
    """Return what a text is searched by: its words, or its pieces."""
    how = field["text"]
    if how.get("analyzer", "standard") == "split":
        pieces = text.split(how["analyzerParameters"]["delimiter"])
        return [piece.strip() for piece in pieces if piece.strip()]
    return [word.lower() for word in _WORD.findall(text)]


@dataclass
class Condition:
    """A condition that was understood.

    Attributes:
        holds: Whether metadata fits.
        words: What texts are to be searched for, each with its field.
    """

    holds: Callable[[Mapping[str, Any]], bool]
    words: list[tuple[str, list[str]]]


def truth_of(document: Any, index: VectorIndex) -> Condition:
    """Return what a condition means for an index.

    Raises:
        ServiceError: It means nothing.
    """
    reader = _Reader(index)
    return Condition(reader.read(document, 1), reader.words)


class _Reader:
    """Reads one condition."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index
        self._is_fusion = index.schema is not None
        self._schema = index.schema_by_name
        self._items = 0
        self.words: list[tuple[str, list[str]]] = []

    def read(self, document: Any, depth: int) -> Any:
        """Return the function that says whether metadata fits."""
        if not isinstance(document, dict):
            message = "a condition must be an object."
            raise bad(message)
        if depth > MAX_DEPTH:
            message = f"the condition is nested deeper than {MAX_DEPTH}."
            raise bad(message)
        tests = [self._part(name, value, depth) for name, value in document.items()]
        return lambda metadata: all(test(metadata) for test in tests)

    def _part(self, name: str, value: Any, depth: int) -> Any:
        if name in {"$and", "$or"}:
            return self._joined(name, value, depth)
        if name == "$not" and self._is_fusion:
            inner = self.read(value, depth + 1)
            return lambda metadata: not inner(metadata)
        if name.startswith("$"):
            message = f"{name} is no operator here."
            raise bad(message)
        return self._of_field(name, value)

    def _joined(self, name: str, value: Any, depth: int) -> Any:
        if self._is_fusion and isinstance(value, dict):
            value = value.get("clauses")
        if not isinstance(value, list) or not value:
            message = f"{name} needs a list of conditions."
            raise bad(message)
        tests = [self.read(each, depth + 1) for each in value]
        join = all if name == "$and" else any
        return lambda metadata: join(test(metadata) for test in tests)

    def _of_field(self, name: str, value: Any) -> Any:
        self._items += 1
        if self._items > MAX_ITEMS:
            message = f"the condition names more than {MAX_ITEMS} fields."
            raise bad(message)
        if name in self._index.hidden or (self._is_fusion and name not in self._schema):
            message = f"{name} cannot be filtered by."
            raise bad(message)
        if not isinstance(value, dict) or not value:
            message = f"the condition on {name} needs an operator."
            raise bad(message)
        tests = [self._test(name, each, operand) for each, operand in value.items()]
        return lambda metadata: all(test(metadata) for test in tests)

    def _test(self, name: str, sign: str, operand: Any) -> Any:
        if self._is_fusion and isinstance(operand, dict):
            operand = operand.get("value")
        if sign == "$exists":
            if not isinstance(operand, bool):
                message = "$exists takes true or false."
                raise bad(message)
            return lambda metadata: (name in metadata) == operand
        if sign == "$textMatch" and self._is_fusion:
            return self._text(name, operand)
        if sign in {"$in", "$nin"}:
            if not isinstance(operand, list) or not all(map(self._fits, operand)):
                message = f"{sign} takes a list of texts."
                raise bad(message)
            return _among(name, operand, wanted=sign == "$in")
        if not self._fits(operand):
            message = f"{sign} takes a text."
            raise bad(message)
        if sign in {"$eq", "$ne"}:
            return _among(name, [operand], wanted=sign == "$eq")
        if sign in _ORDER and self._is_fusion:
            return _ordered(name, _ORDER[sign], operand)
        message = f"{sign} is no operator."
        raise bad(message)

    def _fits(self, operand: Any) -> bool:
        kinds = (str, int, float) if self._is_fusion else (str,)
        return isinstance(operand, kinds)

    def _text(self, name: str, operand: Any) -> Any:
        field = self._schema[name]
        if not isinstance(operand, str) or not (field.get("text") or {}).get("enabled"):
            message = f"{name} cannot be searched for texts."
            raise bad(message)
        wanted = tokens(operand, field)
        self.words.append((name, wanted))

        def test(metadata: Mapping[str, Any]) -> bool:
            kept = {
                token
                for text in _values(metadata, name)
                for token in tokens(str(text), field)
            }
            return any(word in kept for word in wanted)

        return test


_ORDER = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


def _values(metadata: Mapping[str, Any], name: str) -> list[Any]:
    value = metadata.get(name, [])
    return value if isinstance(value, list) else [value]


def _among(name: str, operands: list[Any], *, wanted: bool) -> Any:
    def test(metadata: Mapping[str, Any]) -> bool:
        return any(each in operands for each in _values(metadata, name)) == wanted

    return test


def _ordered(name: str, compare: Callable[[Any, Any], bool], operand: Any) -> Any:
    def test(metadata: Mapping[str, Any]) -> bool:
        return any(
            isinstance(each, str) == isinstance(operand, str) and compare(each, operand)
            for each in _values(metadata, name)
        )

    return test
