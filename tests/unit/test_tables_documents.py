"""Objects of JSON as records: read, changed, written, compared, and what is no value."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc.tables._document import Document, field

WHEN = datetime(2024, 2, 29, 12, 0, 0, 250000, tzinfo=timezone.utc)


class Inner(Document):
    """An object inside of another."""

    __slots__ = ()

    name: str
    size: int | None = None


class Outer(Document, unhashed=("texts",)):
    """All kinds of fields."""

    __slots__ = ()

    long_name: str
    count: int = field("deep/er/count", default=0)
    is_on: bool | None = field("deep/on", default=None)
    made_at: datetime | None = None
    inner: Inner | None = None
    several: Sequence[Inner] = ()
    words: Sequence[str] | None = None
    texts: Mapping[str, str] | None = None


FULL: dict[str, Any] = {
    "longName": "x",
    "deep": {"er": {"count": 5, "more": None}, "on": False, "other": [1]},
    "madeAt": "2024-02-29T12:00:00.250000Z",
    "inner": {"name": "a", "size": 1, "new": {"y": 1.5}},
    "several": [{"name": "b", "extra": True}, {"name": "c"}],
    "words": ["d"],
    "texts": {"e": "f"},
    "unknown": {"g": [None]},
}


def test_reading() -> None:
    """Each field is found at its place."""
    found = Outer.from_json(FULL)
    assert (found.long_name, found.count, found.is_on) == ("x", 5, False)
    assert found.made_at == WHEN
    assert found.inner is not None
    assert (found.inner.name, found.inner.size) == ("a", 1)
    assert [each.name for each in found.several] == ["b", "c"]
    assert (found.words, found.texts) == (("d",), {"e": "f"})


def test_what_was_read_is_written_as_it_was() -> None:
    """Known or not."""
    assert Outer.from_json(FULL).to_json() == FULL


def test_changes_leave_the_rest_alone() -> None:
    """At their places, and in the objects inside."""
    found = Outer.from_json(FULL)
    assert found.inner is not None
    changed = found.replace(
        count=6, inner=found.inner.replace(size=None), words=None, is_on=None
    )
    expected = copy.deepcopy(FULL)
    expected["deep"]["er"]["count"] = 6
    del expected["deep"]["on"], expected["words"], expected["inner"]["size"]
    assert changed.to_json() == expected
    assert found.to_json() == FULL
    assert changed.replace(count=5) != found
    assert found.replace(count=5) == found
    swapped = found.replace(several=[found.several[1], found.several[0]])
    assert swapped.to_json()["several"] == FULL["several"][::-1]


def test_documents_that_are_made() -> None:
    """Only what was said is written."""
    assert Outer(long_name="x").to_json() == {
        "longName": "x",
        "deep": {"er": {"count": 0}},
        "several": [],
    }
    made = Outer(
        long_name="x",
        count=1,
        is_on=True,
        made_at=WHEN.astimezone(timezone(timedelta(hours=8))),
        inner=Inner(name="a"),
        several=[Inner(name="b", size=2)],
        words=["c"],
        texts={"d": "e"},
    )
    assert made.to_json() == {
        "longName": "x",
        "deep": {"er": {"count": 1}, "on": True},
        "madeAt": "2024-02-29T12:00:00.250000Z",
        "inner": {"name": "a"},
        "several": [{"name": "b", "size": 2}],
        "words": ["c"],
        "texts": {"d": "e"},
    }
    assert Outer.from_json(made.to_json()) == made
    assert Inner(name="a") != Outer(long_name="a")


def test_places_that_hold_something_else() -> None:
    """A value is put where it belongs, whatever stood in the way."""
    found = Outer.from_json({"longName": "x", "deep": 5})
    assert (found.count, found.is_on) == (0, None)
    assert found.replace(is_on=None).to_json() == {"longName": "x", "deep": 5}
    changed = found.replace(count=2).to_json()
    assert changed == {"longName": "x", "deep": {"er": {"count": 2}}}


def test_empty_texts() -> None:
    """Of what may be missing they are none, as the service has it."""

    class Text(Document):
        __slots__ = ()
        one: str | None = None
        two: str = "z"

    # Classes of functions have no module to find their types in; this one needs none.
    found = Text.from_json({"one": "", "two": ""})
    assert (found.one, found.two) == (None, "")
    assert found.to_json() == {"one": "", "two": ""}


def test_copies_and_pickles() -> None:
    """They keep what is not known."""
    found = Outer.from_json(FULL)
    for each in (copy.copy(found), pickle.loads(pickle.dumps(found))):
        assert each == found
        assert hash(each) == hash(found)
        assert each.to_json() == FULL
    assert found != Outer.from_json({**FULL, "unknown": 1})
    with pytest.raises(AttributeError):
        found.count = 7  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"longName": None}, "lacks longName"),
        ({"longName": 5}, "longName is 5, not a str"),
        ({"deep": {"er": {"count": True}}}, "deep/er/count is True, not a int"),
        ({"deep": {"er": {"count": "5"}}}, "not a int"),
        ({"deep": {"on": 1}}, "deep/on is 1, not a bool"),
        ({"madeAt": "2024"}, "'2024' is not a time"),
        ({"madeAt": 5}, "madeAt is 5"),
        ({"inner": []}, "Inner is not an object"),
        ({"inner": {}}, "lacks name"),
        ({"several": [[]]}, "Inner is not an object"),
        ({"words": [1]}, "words is 1"),
        ({"texts": []}, "not a dict"),
    ],
)
def test_what_is_no_value(changes: dict[str, Any], words: str) -> None:
    """The server is told, not believed."""
    with pytest.raises(ossc.MalformedResponse, match=words):
        Outer.from_json({**FULL, **changes})


@pytest.mark.parametrize("found", [[], None, "x", 5])
def test_what_is_no_object(found: Any) -> None:
    """Likewise."""
    with pytest.raises(ossc.MalformedResponse, match="Outer is not an object"):
        Outer.from_json(found)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"long_name": 5}, TypeError),
        ({"long_name": None}, TypeError),
        ({"long_name": "\ud800"}, ossc.ParameterError),
        ({"long_name": "x", "count": True}, TypeError),
        ({"long_name": "x", "count": 2**63}, ossc.ParameterError),
        ({"long_name": "x", "is_on": 1}, TypeError),
        ({"long_name": "x", "made_at": datetime(2024, 1, 1)}, ossc.ParameterError),  # noqa: DTZ001
        ({"long_name": "x", "inner": {"name": "a"}}, TypeError),
        ({"long_name": "x", "several": Inner(name="a")}, TypeError),
        ({"long_name": "x", "several": ["a"]}, TypeError),
        ({"long_name": "x", "words": "abc"}, TypeError),
        ({"long_name": "x", "texts": {"a": 1}}, TypeError),
        ({"long_name": "x", "texts": ["a"]}, TypeError),
        ({"long_name": "x", "other": 1}, TypeError),
        ({}, TypeError),
    ],
)
def test_bad_values(values: dict[str, Any], error: type[Exception]) -> None:
    """The caller hears of it at once."""
    with pytest.raises(error):
        Outer(**values)


def test_types_that_no_document_has() -> None:
    """Whoever writes a model hears of it."""

    class Odd(Document):
        __slots__ = ()
        what: complex

    with pytest.raises(TypeError, match="no document can hold"):
        Odd.from_json({"what": 1})


def test_depths() -> None:
    """What is nested too deep is no document."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ossc.MalformedResponse, match="nested too deep"):
        Inner.from_json({"name": "a", "deep": deep})
    # Taken apart from the outside: not even the interpreter's own way down is short.
    while deep:
        deep = deep.pop()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(), json_values),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)
def test_anything_unknown_survives(unknown: dict[str, Any], name: str) -> None:
    """Whatever the service says one day is written again behind a change."""
    known = {"name": "a", "size": 1}
    found = Inner.from_json({**unknown, **known})
    assert found.to_json() == {**unknown, **known}
    changed = found.replace(name=name)
    expected = {**unknown, **known, "name": name}
    assert changed.to_json() == expected
    assert Inner.from_json(json.loads(json.dumps(changed.to_json()))) == changed
