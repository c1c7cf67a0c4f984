"""Models of XML: what is declared in a line is read, checked, changed and written."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc import _xml
from ossc._model import Model, field
from ossc._model_tree import render

UTC = timezone.utc
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'


class Tag(Model):
    """A tag."""

    __slots__ = ()

    key: str
    value: str = ""


class Rule(Model):
    """A rule with a bit of everything."""

    __slots__ = ()

    id: str | None = field("ID", default=None)
    status: Literal["Enabled", "Disabled"]
    days: int | None = field("Expiration/Days", default=None)
    date: datetime | None = field("Expiration/Date", default=None)
    storage_class: str | None = None
    tags: Sequence[Tag] = field("Tag", default=())
    is_deep: bool | None = field("Deep", default=None)


class Rules(Model, root="Configuration"):
    """Rules."""

    __slots__ = ()

    rules: Sequence[Rule] = field("Rule", default=())
    names: Sequence[str] = field("Names/Name", default=())
    numbers: Sequence[int] | None = field("Numbers/Number", default=None)


class MoreRules(Rules, root="More"):
    """Rules, and a last word."""

    __slots__ = ()

    last: str = "end"


class LooseRule(Model):
    """A rule in which nothing is needed and all are texts."""

    __slots__ = ()

    id: str | None = field("ID", default=None)
    status: str = "none"
    days: str | None = field("Expiration/Days", default=None)
    keys: Sequence[str] = field("Tag/Key", default=())
    values: Sequence[str] | None = field("Tag/Value", default=None)
    rule: LooseRule | None = None


class Loose(Model, root="Configuration"):
    """Rules as any server may have them."""

    __slots__ = ()

    rules: Sequence[LooseRule] = field("Rule", default=())
    first: LooseRule | None = field("Names/Rule", default=None)
    names: Sequence[str] = field("Names/Name", default=())
    numbers: Sequence[str] | None = field("Numbers/Number", default=None)


def body(document: bytes) -> str:
    """A document without its first line."""
    assert document.startswith(HEAD)
    return document[len(HEAD) :].decode()


def test_a_model_is_written_and_read() -> None:
    """Names, paths, types: what comes back is equal."""
    model = Rules(
        rules=[
            Rule(
                id="a & b",
                status="Enabled",
                days=30,
                date=datetime(2026, 1, 2, tzinfo=UTC),
                storage_class="IA",
                tags=[Tag(key="k", value="<v>")],
                is_deep=False,
            )
        ],
        names=("x", "y"),
    )
    assert body(model.to_xml()) == (
        "<Configuration><Rule><ID>a &amp; b</ID><Status>Enabled</Status><Expiration>"
        "<Days>30</Days><Date>2026-01-02T00:00:00.000Z</Date></Expiration>"
        "<StorageClass>IA</StorageClass><Tag><Key>k</Key><Value>&lt;v&gt;</Value></Tag>"
        "<Deep>false</Deep></Rule><Names><Name>x</Name><Name>y</Name></Names>"
        "</Configuration>"
    )
    read = Rules.from_xml(model.to_xml())
    assert read == model
    assert read.rules[0].tags == (Tag(key="k", value="<v>"),)
    assert read.rules[0].days == 30
    assert read.numbers is None
    assert hash(read) == hash(model)


def test_the_way_to_a_sequence_is_there_when_it_is_empty() -> None:
    """An empty list is said; None is not, and the two are told apart when read."""
    assert body(Rules().to_xml()) == "<Configuration><Names></Names></Configuration>"
    empty = Rules(numbers=())
    assert "<Numbers></Numbers>" in body(empty.to_xml())
    assert Rules.from_xml(empty.to_xml()).numbers == ()
    assert Rules.from_xml(Rules().to_xml()).numbers is None


def test_what_is_not_known_survives_a_change() -> None:
    """Unknown elements, order and spelling stay, at every depth."""
    rules = (
        "<Rule><New>1</New><Status>Enabled</Status><Expiration><Odd><Deep>z</Deep></Odd>"
        "<Days>007</Days></Expiration><Status>twice</Status></Rule>"
    )
    document = (
        f"<Configuration><First/>{rules}<Mid/><Rule><Status>Disabled</Status></Rule>"
        "<Names><Name>x</Name><Else/></Names></Configuration>"
    )
    read = Rules.from_xml(document.encode())
    written = document.replace("<First/>", "<First></First>")
    written = written.replace("<Mid/>", "<Mid></Mid>").replace(
        "<Else/>", "<Else></Else>"
    )
    assert body(read.to_xml()) == written
    first, second = read.rules
    changed = read.replace(
        rules=[first.replace(days=8), second, Rule(status="Enabled")], names=()
    )
    expected = written.replace("007", "8").replace("<Name>x</Name>", "")
    added = "Disabled</Status></Rule>"
    expected = expected.replace(added, f"{added}<Rule><Status>Enabled</Status></Rule>")
    assert body(changed.to_xml()) == expected
    assert read.rules[0].days == 7
    assert body(read.replace(rules=[second]).to_xml()).count("<Rule>") == 1


def test_unknown_elements_count_in_comparisons() -> None:
    """Two documents that differ in what is not known are not the same."""
    one, two = (
        Tag.from_xml(f"<Tag><Key>k</Key>{more}</Tag>".encode())
        for more in ("<A>1</A>", "<A>2</A>")
    )
    assert one != two
    assert one == copy.copy(one)
    assert one != Tag(key="k")
    assert Tag.from_xml(b"<Tag><Key>k</Key></Tag>") == Tag(key="k")
    assert Tag(key="k") != ("k", "")


def test_a_field_can_be_taken_away() -> None:
    """None leaves the element out, and with it what was only there around it."""
    rule = Rule.from_xml(
        b"<Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
    )
    assert body(rule.replace(days=None).to_xml()) == (
        "<Rule><Status>Enabled</Status></Rule>"
    )
    listed = Rules.from_xml(b"<Configuration><Numbers/></Configuration>")
    assert listed.numbers == ()
    assert "Numbers" not in body(listed.replace(numbers=None).to_xml())
    assert "<Numbers><Number>1</Number></Numbers>" in body(
        listed.replace(numbers=[1]).to_xml()
    )


def test_empty_elements_say_nothing() -> None:
    """Where a number may be missing, an empty element is none, and is written again."""
    text = "<Rule><Status>Enabled</Status><Expiration><Days></Days></Expiration></Rule>"
    rule = Rule.from_xml(text.encode())
    assert rule.days is None
    assert body(rule.to_xml()) == text
    assert "<Days>3</Days>" in body(rule.replace(days=3).to_xml())
    assert "<Days></Days>" not in body(rule.replace(days=3).to_xml())


@pytest.mark.parametrize(
    ("cls", "document", "complaint"),
    [
        (Tag, "<Tag/>", "<Tag> lacks <Key>"),
        (Tag, "<Tagg><Key/></Tagg>", "not <Tag>"),
        (Tag, "<Tag>", "not well-formed"),
        (Rule, "<Rule><Status/><Deep>no</Deep></Rule>", "neither true nor false"),
        (
            Rule,
            "<Rule><Status/><Expiration><Days>1e3</Days></Expiration></Rule>",
            "not a number",
        ),
        (
            Rule,
            "<Rule><Expiration><Days>9223372036854775808</Days></Expiration></Rule>",
            "not a number",
        ),
        (
            Rule,
            "<Rule><Status/><Expiration><Date>today</Date></Expiration></Rule>",
            "not a time",
        ),
        (Rules, "<Configuration><Rule/></Configuration>", "<Rule> lacks <Status>"),
    ],
)
def test_documents_that_are_none(
    cls: type[Model], document: str, complaint: str
) -> None:
    """A text that is no value is told, with its element."""
    with pytest.raises(ossc.MalformedResponse, match=complaint):
        cls.from_xml(document.encode())


@pytest.mark.parametrize(
    ("cls", "values", "error", "complaint"),
    [
        (Tag, {}, TypeError, "Tag lacks key"),
        (Tag, {"key": "k", "kee": "v"}, TypeError, "'kee'"),
        (Tag, {"key": 1}, TypeError, "Tag.key must be a str, not int"),
        (Tag, {"key": None}, TypeError, "Tag.key must be a str, not NoneType"),
        (Tag, {"key": "a\0"}, ossc.ParameterError, "XML cannot hold"),
        (Tag, {"key": "\ud800"}, ossc.ParameterError, "XML cannot hold"),
        (Rule, {"status": "Enabled", "days": True}, TypeError, "must be an int"),
        (Rule, {"status": "Enabled", "days": 2**63}, ossc.ParameterError, "64 bits"),
        (Rule, {"status": "Enabled", "is_deep": 1}, TypeError, "must be a bool"),
        (Rule, {"status": "Enabled", "date": "now"}, TypeError, "must be a datetime"),
        (
            Rule,
            {"status": "Enabled", "date": datetime(2026, 1, 1)},  # noqa: DTZ001
            ossc.ParameterError,
            "aware",
        ),
        (Rules, {"names": "abc"}, TypeError, "must be a sequence, not str"),
        (Rules, {"names": 1}, TypeError, "must be a sequence, not int"),
        (Rules, {"names": None}, TypeError, "must be a sequence"),
        (Rules, {"rules": [Tag(key="k")]}, TypeError, "must be a Rule, not Tag"),
    ],
)
def test_values_that_no_element_has(
    cls: type[Model], values: dict[str, Any], error: type[Exception], complaint: str
) -> None:
    """They are refused where they are given, by the name of the field."""
    with pytest.raises(error, match=complaint):
        cls(**values)


def test_models_are_frozen_records() -> None:
    """They do not change, print their fields, pickle with what is not known."""
    tag = Tag.from_xml(b"<Tag><Key>k</Key><Else>1</Else></Tag>")
    with pytest.raises(AttributeError):
        tag.key = "other"  # type: ignore[misc]
    assert repr(tag) == "Tag(key='k', value='')"
    again = pickle.loads(pickle.dumps(tag))
    assert again == tag
    assert again.to_xml() == tag.to_xml()
    assert {tag: 1}[again] == 1


def test_models_inherit() -> None:
    """A subclass has the fields of its base before its own."""
    more = MoreRules(names=["x"])
    assert body(more.to_xml()) == (
        "<More><Names><Name>x</Name></Names><Last>end</Last></More>"
    )
    assert MoreRules.from_xml(b"<More/>") == MoreRules()
    assert body(MoreRules.from_xml(b"<More/>").to_xml()) == "<More></More>"
    assert MoreRules() != Rules()


def test_times_are_of_any_zone() -> None:
    """They are written, and compared, in UTC."""
    zone = timezone(timedelta(hours=8))
    rule = Rule(status="Enabled", date=datetime(2026, 1, 1, 8, tzinfo=zone))
    assert rule.date == datetime(2026, 1, 1, tzinfo=UTC)
    assert "2026-01-01T00:00:00.000Z" in body(rule.to_xml())


def test_line_ends_stay_what_they_are() -> None:
    """A carriage return would come back as a line feed, if it were written as it is."""
    tag = Tag(key="a\rb\r\nc\td")
    assert Tag.from_xml(tag.to_xml()) == tag


def test_many_elements_are_read_and_changed_one_by_one() -> None:
    """A list of any length takes as long as it is, not the square of that."""
    count = 50_000
    names = "".join(f"<Name>{number}</Name>" for number in range(count))
    document = f"<Configuration><Names>{names}</Names></Configuration>".encode()
    model = Rules.from_xml(document)
    assert model.names[-1] == str(count - 1)
    assert body(model.to_xml()).encode() == document
    changed = model.replace(names=model.names[1:])
    assert Rules.from_xml(changed.to_xml()).names == model.names[1:]


def test_two_fields_of_one_element_are_a_mistake() -> None:
    """It is told when the model is first used."""

    class Twice(Model):
        __slots__ = ()

        one: str = field("Name", default="")
        two: str = field("Name", default="")

    class Inside(Model):
        __slots__ = ()

        one: str = field("Name", default="")
        two: str = field("Name/Inner", default="")

    with pytest.raises(TypeError, match="two fields"):
        Twice()
    with pytest.raises(TypeError, match="a field of its own"):
        Inside()


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n\r"
    ),
    max_size=8,
).filter(lambda text: not text or text.strip())
NAMES = st.sampled_from(
    [
        *("Rule", "Status", "ID", "Expiration", "Days", "Tag", "Key", "Value", "Names"),
        *("Name", "Numbers", "Number", "New", "Other", "Deep", "Date", "StorageClass"),
    ]
)


def named(name: str, text: str, children: list[_xml.Element]) -> _xml.Element:
    """An element."""
    made = _xml.Element(name)
    made.text, made.children = "" if children else text, children
    return made


TREES = st.recursive(
    st.builds(named, NAMES, TEXTS | st.sampled_from(["1", "07", "true"]), st.just([])),
    lambda inner: st.builds(named, NAMES, st.just(""), st.lists(inner, max_size=5)),
    max_leaves=25,
)


def as_tuple(element: _xml.Element) -> tuple[Any, ...]:
    """An element to compare."""
    inner = tuple(as_tuple(child) for child in element.children)
    return element.name, element.text, inner


@given(st.lists(TREES, max_size=6))
def test_any_tree_that_is_read_is_written_back_equal(
    children: list[_xml.Element],
) -> None:
    """Whatever the server says, known or not, in whatever order."""
    root = named("Configuration", "", children)
    model = Loose.from_xml(render(as_tuple(root)).encode())
    assert as_tuple(_xml.parse(model.to_xml(), "Configuration")) == as_tuple(root)
    assert Loose.from_xml(model.to_xml()) == model
    same = model.replace(rules=list(model.rules), names=list(model.names))
    assert same.to_xml() == model.to_xml()


@given(st.lists(TREES, max_size=6))
def test_any_tree_of_values_is_written_back_equal(
    children: list[_xml.Element],
) -> None:
    """The same for numbers and times, however they are spelt; or it is no value."""
    root = named("Configuration", "", children)
    try:
        model = Rules.from_xml(render(as_tuple(root)).encode())
    except ossc.MalformedResponse:
        return
    assert as_tuple(_xml.parse(model.to_xml(), "Configuration")) == as_tuple(root)


RULES = st.builds(
    Rule,
    id=st.none() | TEXTS,
    status=st.sampled_from(["Enabled", "Disabled"]),
    days=st.none() | st.integers(-(2**63), 2**63 - 1),
    date=st.none()
    | st.datetimes(
        datetime.fromisoformat("1970-01-01"),
        datetime.fromisoformat("9999-01-01"),
        timezones=st.just(UTC),
    ).map(lambda moment: moment.replace(microsecond=0)),
    storage_class=st.none() | TEXTS,
    tags=st.lists(st.builds(Tag, key=TEXTS, value=TEXTS), max_size=3),
    is_deep=st.none() | st.booleans(),
)


@given(
    st.builds(
        Rules,
        rules=st.lists(RULES, max_size=3),
        names=st.lists(TEXTS, max_size=3),
        numbers=st.none() | st.lists(st.integers(-5, 5), max_size=3),
    )
)
def test_any_model_that_is_written_is_read_equal(model: Rules) -> None:
    """Values go there and back."""
    assert Rules.from_xml(model.to_xml()) == model


@given(st.lists(TREES, max_size=6), st.lists(RULES, max_size=3))
def test_a_change_keeps_what_is_not_known(
    children: list[_xml.Element], rules: list[Rule]
) -> None:
    """Whatever the rules become, the other children are there, in their order."""
    root = named("Configuration", "", children)
    try:
        model = Rules.from_xml(render(as_tuple(root)).encode())
    except ossc.MalformedResponse:
        return
    written = _xml.parse(model.replace(rules=rules).to_xml(), "Configuration")

    def others(element: _xml.Element) -> list[tuple[Any, ...]]:
        return [as_tuple(c) for c in element.children if c.name != "Rule"]

    assert others(written) == others(root)
    assert [Rule._of(c) for c in written.all("Rule")] == rules
