"""`Record`: whatever a frozen dataclass of the same fields does, it does."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, ClassVar

import pytest

import ossc
from ossc import models
from ossc._record import Record
from ossc.models import Headers

WHEN = datetime(2012, 2, 24, 6, 7, 48, tzinfo=timezone.utc)
HEADERS = Headers({"ETag": '"E"'})

RECORDS: list[type[Record]] = [
    getattr(models, name)
    for name in models.__all__
    if issubclass(getattr(models, name), Record)
]


def _twin(cls: type[Record]) -> type:
    """A frozen dataclass with the fields of a record."""
    fields: list[Any] = []
    for name in cls._fields:
        default = cls._defaults.get(name, dataclasses.MISSING)
        field = dataclasses.field(
            default=default,
            repr=name not in cls._hidden,
            hash=name not in cls._unhashed,
        )
        fields.append((name, object, field))
    return dataclasses.make_dataclass(cls.__name__, fields, frozen=True)


def _values(cls: type[Record], salt: int = 0) -> list[Any]:
    """A value for each field."""
    odd: dict[str, Any] = {
        "headers": HEADERS,
        "last_modified": WHEN,
        "metadata": {"a": str(salt)},
        "data": b"%d" % salt,
    }
    return [odd.get(name, f"{name}{salt}") for name in cls._fields]


@pytest.fixture(params=RECORDS, ids=lambda cls: cls.__name__)
def cls(request: Any) -> Any:
    """Each class of record."""
    return request.param


def test_there_are_records() -> None:
    """The fixture has all that the verbs return."""
    assert len(RECORDS) >= 11
    assert {ossc.GetObjectResult, ossc.PutObjectResult, ossc.Part} <= set(RECORDS)


def test_printing(cls: Any) -> None:
    """The class and the fields, but for the hidden ones."""
    values = _values(cls)
    assert repr(cls(*values)) == repr(_twin(cls)(*values))


def test_comparing(cls: Any) -> None:
    """Equal fields of the same class, and nothing else, are equal."""
    twin, values, other = _twin(cls), _values(cls), _values(cls, 1)
    assert (cls(*values) == cls(*values)) is (twin(*values) == twin(*values)) is True
    assert (cls(*values) != cls(*other)) is (twin(*values) != twin(*other)) is True
    for stranger in (
        tuple(values),
        None,
        twin(*values),
        type("Y", (cls,), {})(*values),
    ):
        assert cls(*values) != stranger
        assert stranger != cls(*values)


def test_each_field_counts(cls: Any) -> None:
    """One field that differs makes two records differ."""
    values = _values(cls)
    for index in range(len(values)):
        changed = [*values[:index], "another", *values[index + 1 :]]
        assert cls(*changed) != cls(*values)


def test_hashing(cls: Any) -> None:
    """Equal records have equal hashes, as many as the dataclass has."""
    values, other = _values(cls), _values(cls, 1)
    assert hash(cls(*values)) == hash(_twin(cls)(*values))
    assert len({cls(*values), cls(*values), cls(*other)}) == 2


def test_nothing_can_be_changed(cls: Any) -> None:
    """No field can be set or deleted, no attribute added."""
    record, twin = cls(*_values(cls)), _twin(cls)(*_values(cls))
    for name in (*cls._fields, "another"):
        for thing in (record, twin):
            with pytest.raises(AttributeError):
                setattr(thing, name, 1)
            with pytest.raises(AttributeError):
                delattr(thing, name)
    assert not hasattr(record, "__dict__")
    assert not hasattr(record, "another")
    assert record == cls(*_values(cls))


def test_arguments(cls: Any) -> None:
    """By position, by name, mixed, with defaults: what works there works here."""
    values = _values(cls)
    named = dict(zip(cls._fields, values, strict=True))
    for given in range(len(values) + 1):
        rest = {name: named[name] for name in cls._fields[given:]}
        assert cls(*values[:given], **rest) == cls(*values)
    least = {name: named[name] for name in cls._fields if name not in cls._defaults}
    twin = _twin(cls)(**least)
    for name in cls._fields:
        assert getattr(cls(**least), name) == getattr(twin, name)


def _attempts(values: list[Any], fields: tuple[str, ...]) -> list[Any]:
    named = dict(zip(fields, values, strict=True))
    return [
        ([], {}),
        ([*values, 1], {}),
        (values, {"another": 1}),
        (values, {fields[0]: 1}),
        (values[:1], named),
        ([], {name: named[name] for name in fields[1:]}),
    ]


def test_wrong_arguments(cls: Any) -> None:
    """Missing, unknown, repeated or too many: a TypeError in both."""
    twin, values = _twin(cls), _values(cls)
    for positional, named in _attempts(values, cls._fields):
        is_enough = not positional and not named and len(cls._defaults) == len(values)
        for made in (cls, twin):
            if not is_enough:
                with pytest.raises(TypeError):
                    made(*positional, **named)


def test_the_error_names_what_is_wrong() -> None:
    """A caller who makes one, for a test, is told which field it is about."""
    with pytest.raises(TypeError, match="MultipartUpload lacks key, upload_id"):
        ossc.MultipartUpload("b")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'colour'"):
        ossc.MultipartUpload("b", "k", "u", colour=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="has 3 fields, not 4"):
        ossc.MultipartUpload("b", "k", "u", 1)  # type: ignore[call-arg]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling(cls: Any, protocol: int) -> None:
    """In every protocol, and the copy is as frozen and as printable."""
    record = cls(*_values(cls))
    back = pickle.loads(pickle.dumps(record, protocol))
    assert type(back) is cls
    assert (back, repr(back), hash(back)) == (record, repr(record), hash(record))
    with pytest.raises(AttributeError):
        setattr(back, cls._fields[0], 1)


def test_copying(cls: Any) -> None:
    """A copy has the same values, a deep one its own."""
    record = cls(*_values(cls))
    shallow, deep = copy.copy(record), copy.deepcopy(record)
    assert record == shallow == deep
    for name in cls._fields:
        assert getattr(shallow, name) is getattr(record, name)
    if "metadata" in cls._fields:
        assert deep.metadata is not record.metadata


def test_patterns(cls: Any) -> None:
    """`match` knows the order of the fields."""
    assert cls.__match_args__ == _twin(cls).__match_args__  # type: ignore[attr-defined]


def test_a_pattern() -> None:
    """By position and by name."""
    match ossc.MultipartUpload("b", "k", "u"):
        case ossc.MultipartUpload(bucket, "k", upload_id=upload_id):
            assert (bucket, upload_id) == ("b", "u")
        case _:
            raise AssertionError


def test_a_subclass_of_a_users() -> None:
    """It adds fields and methods, and may change a default; fields keep their places."""

    class Mine(ossc.PutObjectResult):
        __slots__ = ()
        callback_response: bytes = b"none"
        note: str = "new"
        _private: ClassVar[int] = 1

        def short(self) -> str:
            return self.etag[:2]

    assert Mine._fields == (*ossc.PutObjectResult._fields, "note")
    mine = Mine("ETAG", 1, "R")
    assert (mine.short(), mine.callback_response, mine.note) == ("ET", b"none", "new")
    assert (mine.headers, mine.version_id) == (Headers(), None)
    assert Mine("ETAG", 1, "R", None, b"x", HEADERS, "n").note == "n"
    assert repr(mine).endswith(
        ".Mine(etag='ETAG', crc64=1, request_id='R', "
        "version_id=None, callback_response=b'none', note='new')"
    )
    base = ossc.PutObjectResult("ETAG", 1, "R", None, b"none")
    assert mine != base
    assert hash(mine) != hash(base)
    assert ossc.PutObjectResult("ETAG", 1, "R").callback_response == b""
    with pytest.raises(AttributeError):
        mine.note = "x"  # type: ignore[misc]


def test_an_object_inherits_from_its_info() -> None:
    """What a get returns is what a head returns, and the data."""
    fields = (*ossc.ObjectInfo._fields, "data", "content_range")
    assert ossc.GetObjectResult._fields == fields
    assert ossc.GetObjectResult._hidden == {"headers", "data"}
    assert ossc.GetObjectResult._unhashed == {"metadata"}
    result = ossc.GetObjectResult(*_values(ossc.ObjectInfo))
    assert (result.data, result.content_range) == (b"", None)


# --- filled when it is looked at ---


class _Source:
    """Stands for an answer; counts how often it is read."""

    def __init__(self, cls: type[Record], error: Exception | None = None) -> None:
        self.values = tuple(_values(cls))
        self.body = b"0"
        self.read = 0
        self.error = error

    def fill(self, key: str, answer: _Source) -> tuple[Any, ...]:
        assert (key, answer) == ("k", self)
        self.read += 1
        if self.error is not None:
            raise self.error
        return self.values


LOOKS: dict[str, Callable[[Any, Any], object]] = {
    "a field": lambda late, now: (
        getattr(late, late._fields[0]) == getattr(now, now._fields[0])
    ),
    "==": lambda late, now: late == now,
    "== the other way": lambda late, now: now == late,
    "!=": lambda late, now: not late != now,  # noqa: SIM202 - the operator itself
    "hash": lambda late, now: hash(late) == hash(now),
    "repr": lambda late, now: repr(late) == repr(now),
    "pickle": lambda late, now: pickle.loads(pickle.dumps(late)) == now,
    "copy": lambda late, now: copy.copy(late) == now,
    "deepcopy": lambda late, now: copy.deepcopy(late) == now,
    "in": lambda late, now: {late: 1}[now] == 1,
}


@pytest.mark.parametrize("look", LOOKS)
def test_it_is_filled_at_the_first_look(cls: Any, look: str) -> None:
    """Whichever look it is, the record is then what it would have been."""
    source = _Source(cls)
    late = cls._later(source.fill, "k", source)
    assert (type(late), source.read) == (cls, 0)
    assert LOOKS[look](late, cls(*source.values))
    assert source.read == 1
    assert [getattr(late, name) for name in cls._fields] == list(source.values)
    assert source.read == 1


def test_what_does_not_look_does_not_fill(cls: Any) -> None:
    """Neither types, nor names that are not there, nor attempts to change it."""
    source = _Source(cls)
    late = cls._later(source.fill, "k", source)
    assert isinstance(late, cls)
    assert not hasattr(late, "another")
    for name in cls._fields:
        with pytest.raises(AttributeError):
            setattr(late, name, 1)
    assert source.read == 0
    assert late != 5
    assert source.read == 0


def test_the_bytes_alone_fill_nothing() -> None:
    """Most callers want them, and no header."""
    source = _Source(ossc.GetObjectResult)
    late = ossc.GetObjectResult._later(source.fill, "k", source)
    assert late.data is source.body
    assert source.read == 0
    assert late.key == "key0"
    assert late.data is source.body


def test_what_filling_raises_comes_out() -> None:
    """Each time, and not as an attribute that is missing."""
    source = _Source(ossc.PutObjectResult, ossc.MalformedResponse("odd"))
    late = ossc.PutObjectResult._later(source.fill, "k", source)
    for _ in range(2):
        with pytest.raises(ossc.MalformedResponse, match="odd"):
            late.etag  # noqa: B018 - the look is what is tested
    with pytest.raises(ossc.MalformedResponse):
        repr(late)


def test_a_record_that_was_never_made() -> None:
    """What pickle or a debugger makes without fields has none, and says so."""
    empty = object.__new__(ossc.PutObjectResult)
    with pytest.raises(AttributeError):
        empty.etag  # noqa: B018 - the look is what is tested


def test_many_threads_look_at_once() -> None:
    """All see the same values, however many of them filled the record."""
    for _ in range(50):
        source = _Source(ossc.GetObjectResult)
        late = ossc.GetObjectResult._later(source.fill, "k", source)
        start = threading.Barrier(8)
        seen: list[Any] = []

        def look(
            late: ossc.GetObjectResult = late,
            start: threading.Barrier = start,
            seen: list[Any] = seen,
        ) -> None:
            start.wait(10)
            seen.append((late.key, late.headers, late.data, hash(late)))

        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len(seen) == 8
        assert all(each == seen[0] for each in seen)
        assert 1 <= source.read <= 8
