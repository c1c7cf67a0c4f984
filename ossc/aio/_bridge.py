"""The twins of ossc's classes, made from the classes themselves.

What a verb becomes is told by its signature: one that returns a result is awaited, one
that returns an iterator returns an async iterator, one that returns a stream returns its
`Opening`, and one that sends nothing stays as it is. No verb is named here.
"""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Callable, Iterator
from functools import reduce, wraps
from operator import attrgetter
from typing import Any

import ossc
from ossc._later import _Later
from ossc._product import ProductClient, ProductSetting
from ossc.aio._by_url import URLsBase, hide
from ossc.aio._client import ClientBase
from ossc.aio._encryption import EncryptionBase
from ossc.aio._files import BufferedReader
from ossc.aio._opening import IterableOpening, Opening
from ossc.aio._results import Results
from ossc.aio._streams import IterableStream, ReaderStream, Stream, WriterStream
from ossc.aio._verbs import Plan, SettingVerbs, Verbs

__all__ = [
    "Change",
    "all_twins",
    "change_of",
    "document",
    "is_owner",
    "is_setting",
    "is_stream",
    "members_of",
    "opening_of",
    "returned_classes",
    "twin_of",
]

# Packages of which the twins are in modules of their own.
_EXTRAS = ("crypto", "tables", "vectors")
_TWINS = "ossc.aio._twins"
_MODULES = (_TWINS, *(f"ossc.aio.{extra}" for extra in _EXTRAS))
# What programs make or are given outright, by name: an extra may not be there.
_OWNERS: dict[str, type[Verbs]] = {
    "Bucket": Verbs,
    "Client": ClientBase,
    "EncryptionBucket": EncryptionBase,
    "Index": Verbs,
    "Resource": Verbs,
    "SignedURLs": URLsBase,
}
_AS_A_CLIENT = """
Threads, `max_threads` and closing are as those of `ossc.aio.Client`.
"""
_STREAMS = {"ObjectReader": ReaderStream, "ObjectWriter": WriterStream}
# Of streams: these do not wait for anything.
_AT_ONCE = ("readable", "seekable", "writable")
_ROOTS: tuple[type, ...] = (ossc.Bucket, ossc.Client, ossc.SignedURLs)
_ITERATOR = re.compile(r"(Iterator|Generator)\b")


class Change:
    """What becomes of a function."""

    CALL = "is awaited"
    ITERATE = "returns an async iterator"
    OPEN = "returns an opening"
    STAY = "stays as it is"


def members_of(kind: type) -> Iterator[tuple[str, Any]]:
    """The public members that ossc gives a class, each with its name, once."""
    seen = set()
    for owner in kind.__mro__:
        if not owner.__module__.startswith("ossc."):
            continue
        for name, value in vars(owner).items():
            if not name.startswith("_") and name not in seen:
                seen.add(name)
                yield name, value


def returned_classes(function: Callable[..., Any]) -> list[type]:
    """The classes of ossc of which a function returns one, as far as they are known."""
    annotation = str(function.__annotations__.get("return", "None"))
    names = [re.sub(r"\[.*", "", each).strip() for each in annotation.split("|")]
    here = function.__globals__
    found = []
    for name in names:
        first, *rest = name.split(".")
        place = getattr(ossc.settings, first, None)
        start = here.get(first, getattr(ossc, first, place))
        found.append(reduce(lambda at, step: getattr(at, step, None), rest, start))
    return [kind for kind in found if isinstance(kind, type)]


def change_of(kind: type, function: Callable[..., Any]) -> str:
    """What becomes of a function of a class."""
    if _ITERATOR.match(str(function.__annotations__.get("return", ""))):
        return Change.ITERATE
    if is_stream(kind):
        return Change.STAY if function.__name__ in _AT_ONCE else Change.CALL
    said = " ".join((function.__doc__ or "").split())
    if function.__name__.startswith("presign") or "Nothing is sent." in said:
        return Change.STAY
    changes = map(_change_for, returned_classes(function))
    return next((each for each in changes if each), Change.CALL)


def _change_for(returned: type) -> str:
    """What becomes of a function that returns something of that class."""
    if is_setting(returned):
        return Change.STAY
    if is_stream(returned):
        return Change.OPEN
    return Change.ITERATE if hasattr(returned, "__next__") else ""


def is_stream(kind: type) -> bool:
    """Whether something of that class is opened and closed."""
    is_closed = hasattr(kind, "close") and hasattr(kind, "__exit__")
    return is_closed and _owner_base(kind) is None


def is_setting(kind: type) -> bool:
    """Whether it is the class of a setting, which has verbs."""
    is_of_product = issubclass(kind, ProductSetting) and kind is not ProductSetting
    return hasattr(kind, "_row") or is_of_product


def is_owner(kind: type) -> bool:
    """Whether programs make it or are given it outright: a client, a bucket."""
    return _owner_base(kind) is not None


def all_twins() -> dict[str, type[Any]]:
    """The twins of clients, of buckets, and of what their verbs return, by name."""
    found = {each.__name__: twin_of(each) for each in _ROOTS}
    for kind in _ROOTS:
        for _, value in members_of(kind):
            is_verb = inspect.isfunction(value)
            if is_verb and change_of(kind, value) in (Change.OPEN, Change.ITERATE):
                for returned in returned_classes(value):
                    found[returned.__name__] = twin_of(returned)
    return found


_twins: dict[type, type[Any]] = {io.BufferedReader: BufferedReader}


def twin_of(kind: type) -> type[Any]:
    """The twin of a class; it has one."""
    if kind not in _twins:
        _twins.setdefault(kind, _made_for(kind))
    return _twins[kind]


def _made_for(kind: type) -> type[Any]:
    """The base with all that the class has."""
    bases = _bases_of(kind)
    space: dict[str, Any] = {
        "__slots__": (),
        "__module__": _module_of(kind),
        "__doc__": document(kind, "", kind.__doc__),
    }
    if bases[0].__init__ is not object.__init__ and _owner_base(kind):
        space["__signature__"] = signature_of_owner(kind, bases[0])
        if issubclass(kind, ProductClient):
            space["_kind"] = kind
            space["__doc__"] += _AS_A_CLIENT
        else:
            space["__doc__"] = bases[0].__doc__
    written = {
        name
        for each in bases[0].__mro__
        for name in vars(each)
        if each.__module__ not in _MODULES
    }
    for name, value in members_of(kind):
        if name not in written:
            made = _member(kind, name, value)
            if made is not None:
                space[name] = made
    return type(kind.__name__, bases, space)


def signature_of_owner(kind: type, base: type) -> inspect.Signature:
    """How the twin of a client and its kin is made: as these, and with `max_threads`."""
    signature = inspect.signature(kind)
    every = [*signature.parameters.values()]
    own = inspect.signature(base).parameters.get("max_threads")
    if own is not None:
        every = sorted([*every, own], key=lambda each: each.kind)
    return signature.replace(parameters=every)


def _module_of(kind: type) -> str:
    extra = _extra_of(kind)
    return f"ossc.aio.{extra}" if extra else _TWINS


def _extra_of(kind: type) -> str:
    part = kind.__module__.split(".")[1]
    return part if part in _EXTRAS else ""


def _owner_base(kind: type) -> type[Verbs] | None:
    """The base of the twin of a class that programs make or are given outright."""
    names = [each.__name__ for each in kind.__mro__]
    return next((_OWNERS[name] for name in names if name in _OWNERS), None)


def _bases_of(kind: type) -> tuple[type[Any], ...]:
    owner = _owner_base(kind)
    if owner is not None:
        return (owner,)
    if is_stream(kind):
        base = IterableStream if "__next__" in vars(kind) else Stream
        return (_STREAMS.get(kind.__name__, base),)
    if hasattr(kind, "__next__"):
        return (Results,)
    parents = [twin_of(each) for each in kind.__bases__ if is_setting(each)]
    return tuple(parents) or (SettingVerbs,)


def _member(kind: type, name: str, value: Any) -> Any:
    if isinstance(value, _Later):
        return _setting(name)
    if isinstance(value, property):
        returned = returned_classes(value.fget) if value.fget is not None else []
        is_of_setting = any(map(is_setting, returned))
        return _setting(name) if is_of_setting else _property(kind, name, value)
    if not inspect.isfunction(value):
        return None
    change = change_of(kind, value)
    made: Callable[..., Any]
    if change == Change.STAY:
        made = _staying(value)
    elif is_stream(kind):
        made = _read(value) if change == Change.ITERATE else _used(value)
    elif change == Change.ITERATE:
        made = _iterated(value)
    elif change == Change.OPEN:
        made = _opened(value)
    elif issubclass(kind, ossc.SignedURLs):
        made = _awaited_by_url(value)
    else:
        made = _awaited(value)
    wraps(value)(made)
    made.__module__, made.__qualname__ = _module_of(kind), f"{kind.__name__}.{name}"
    made.__doc__ = document(kind, name, value.__doc__)
    return made


def _awaited(function: Callable[..., Any]) -> Callable[..., Any]:
    plan = _plan(function)

    async def verb(self: Verbs, *args: Any, **options: Any) -> Any:
        return await self._call(plan, args, options)

    async def maker(self: Any, *args: Any, **options: Any) -> Any:
        bucket = await self._call(plan, args, options)
        # Not of the view that only this call has.
        return twin_of(ossc.Bucket)._of(self._pool, self._client().bucket(bucket.name))

    async def product(self: Any, *args: Any, **options: Any) -> Any:
        made = await self._call(plan, args, options)
        # Likewise.
        sync = self._sync
        made._client = sync if isinstance(sync, ProductClient) else sync._client
        return twin_of(type(made))._of(self._pool, made)

    found = returned_classes(function)
    if ossc.Bucket in found:
        return maker
    return product if any(map(is_owner, found)) else verb


def _awaited_by_url(function: Callable[..., Any]) -> Callable[..., Any]:
    plan = _plan(function)
    place = [*inspect.signature(function).parameters].index("url") - 1

    async def verb(self: Verbs, *args: Any, **options: Any) -> Any:
        # From here on no traceback shows the signature.
        args, options = hide(place, args, options)
        return await self._call(plan, args, options)

    return verb


def _iterated(function: Callable[..., Any]) -> Callable[..., Any]:
    plan = _plan(function)
    kind: type[Any] = Results
    for returned in returned_classes(function):
        kind = twin_of(returned)

    def verb(self: Verbs, *args: Any, **options: Any) -> Any:
        return kind(*self._iterate(plan, args, options))

    return verb


def opening_of(function: Callable[..., Any]) -> type[Opening[Any]]:
    """What opens the streams that a function returns."""
    are_iterators = ["__next__" in vars(each) for each in returned_classes(function)]
    return IterableOpening if all(are_iterators) else Opening


def _opened(function: Callable[..., Any]) -> Callable[..., Any]:
    plan, opening = _plan(function), opening_of(function)

    def verb(self: Verbs, *args: Any, **options: Any) -> Any:
        return opening(self._opener(plan, twin_of, args, options))

    return verb


def _used(function: Callable[..., Any]) -> Callable[..., Any]:
    name = function.__name__

    async def method(self: Stream, *args: Any, **options: Any) -> Any:
        return await self._use(getattr(self._sync, name), *args, **options)

    return method


def _read(function: Callable[..., Any]) -> Callable[..., Any]:
    name = function.__name__

    def method(self: Stream, *args: Any, **options: Any) -> Any:
        iterator = getattr(self._sync, name)(*args, **options)
        return Results(self._pool, self._token, iterator)

    return method


def _staying(function: Callable[..., Any]) -> Callable[..., Any]:
    def verb(self: Any, *args: Any, **options: Any) -> Any:
        result = function(self._sync, *args, **options)
        if _owner_base(type(result)) is not None:
            # With the same threads.
            return twin_of(type(result))._of(self._pool, result)
        if is_setting(type(result)):
            return _setting_of(self, lambda sync: function(sync, *args, **options))
        return result

    return verb


def _setting(name: str) -> property:
    return property(lambda self: _setting_of(self, attrgetter(name)))


def _setting_of(owner: Verbs, reach: Callable[[Any], Any]) -> Any:
    return twin_of(type(reach(owner._sync)))(owner, reach)


def _property(kind: type, name: str, source: property) -> property:
    # A list is ahead of its reader; where the reader is, the results know.
    attribute = "_place" if name == "token" and hasattr(kind, "__next__") else ""

    def get(self: Any) -> Any:
        return getattr(self, attribute) if attribute else getattr(self._sync, name)

    return property(get, doc=source.__doc__)


def _plan(function: Callable[..., Any]) -> Plan:
    """What the signature tells."""
    kinds = {name: str(kind) for name, kind in function.__annotations__.items()}
    return Plan(
        function,
        # Options that only overloads tell of are those of streams.
        cancel="CancelToken" in kinds.get("cancel", "")
        or kinds.get("options") == "Any",
        progress="Progress" in kinds.get("progress", ""),
        feeds=[
            (name, place - 1)
            for place, name in enumerate(inspect.signature(function).parameters)
            if re.search(r"\bIterable\b", kinds.get(name, ""))
        ],
    )


def document(kind: type, member: str, text: str | None) -> str:
    """The docstring with a line on top, without examples of calls nobody awaits."""
    extra = _extra_of(kind)
    place = f"ossc.{extra}." if extra else "ossc."
    name = f"{place}{kind.__name__}.{member}".rstrip(".")
    clean = inspect.cleandoc(text or "")
    clean = re.sub(r"\n\nExample:\n(?:(?: .*)?\n?)*", "\n", clean).rstrip()
    return f"`{name}` for tasks.\n\n{clean}\n"
