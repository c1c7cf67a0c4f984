"""Writes the stubs of `ossc.aio`: what type checkers and editors see of the twins.

The signatures are those of ossc's own sources, changed as the bridge changes the verbs.
`python -m tests.aio_stubs` writes the files; a test says when that is due.
"""

from __future__ import annotations

import ast
import builtins
import copy
import importlib
import inspect
import subprocess
import sys
from collections.abc import Container, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import ossc
import ossc.crypto
import ossc.settings
import ossc.tables
import ossc.vectors
from ossc._later import _Later
from ossc.aio import _bridge
from ossc.aio._bridge import Change

_FOLDER = Path(ossc.__file__).parent / "aio"
EXTRAS = {ossc.crypto: "crypto", ossc.tables: "tables", ossc.vectors: "vectors"}
STUBS = tuple(_FOLDER / f"{name}.pyi" for name in ("_twins", *EXTRAS.values()))

HEAD = '"""Written by `python -m tests.aio_stubs`; not to be edited."""\n\n'

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree_of(module: str) -> ast.Module:
    """A module's source."""
    path = importlib.import_module(module).__file__
    assert path is not None
    return ast.parse(Path(path).read_text("utf-8"))


def unfolded(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements with those that only type checkers see."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from unfolded(statement.body)
        else:
            yield statement


def body_of(kind: type) -> list[ast.stmt]:
    """What stands in a class."""
    (found,) = (
        each
        for each in tree_of(kind.__module__).body
        if isinstance(each, ast.ClassDef) and each.name == kind.__name__
    )
    return list(unfolded(found.body))


def definitions(kind: type, name: str) -> list[Function]:
    """The function of that name in a class: its overloads, or itself."""
    found = [
        each
        for each in body_of(kind)
        if isinstance(each, Function) and each.name == name
    ]
    overloads = [each for each in found if decorators(each) == ["overload"]]
    return copy.deepcopy(overloads or found)


def decorators(function: Function) -> list[str]:
    """Their names."""
    return [ast.unparse(each) for each in function.decorator_list]


def imported(line: str) -> object:
    """What an import brings."""
    space: dict[str, object] = {}
    exec(line, space)
    del space["__builtins__"]
    return space.popitem()[1]


class Names:
    """The names that the stub uses, and where they come from."""

    def __init__(self, own: set[str], twins: Container[str] = ()) -> None:
        self.own = own
        self.twins = twins
        self.lines: dict[str, str] = {}

    def need(self, node: ast.AST, module: str) -> None:
        """Imports what an annotation of a module names."""
        for each in ast.walk(node):
            if not isinstance(each, ast.Name) or hasattr(builtins, each.id):
                continue
            if each.id in self.own:
                continue
            if each.id in self.twins:
                self.add(each.id, f"from ossc.aio._twins import {each.id}")
            else:
                self.add(each.id, self.origin(each.id, module))

    def add(self, name: str, line: str) -> None:
        """Imports a name; two things of one name are a mistake."""
        other = self.lines.setdefault(name, line)
        assert line == other or imported(line) is imported(other), (name, line, other)

    def origin(self, name: str, module: str) -> str:
        """The import of a name, as the module makes it."""
        for each in unfolded(tree_of(module).body):
            if isinstance(each, ast.ImportFrom):
                for alias in each.names:
                    if (alias.asname or alias.name) == name:
                        return f"from {each.module} import {ast.unparse(alias)}"
            elif isinstance(each, ast.Import):
                for alias in each.names:
                    if (alias.asname or alias.name) == name:
                        return f"import {ast.unparse(alias)}"
        return f"from {module} import {name}"


class Widened(ast.NodeTransformer):
    """Arguments that may be asynchronous, too."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """`Iterable[X]` is also an `AsyncIterable[X]`."""
        if isinstance(node.value, ast.Name) and node.value.id == "Iterable":
            text = ast.unparse(node)
            return ast.parse(f"{text} | Async{text}", mode="eval").body
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """`Readable` is also an `AsyncReadable`."""
        if node.id == "Readable":
            return ast.parse("Readable | AsyncReadable", mode="eval").body
        return node


def returns(function: Function, change: str) -> ast.expr:
    """What a verb returns in the twin."""
    assert function.returns is not None
    text = ast.unparse(function.returns)
    if change == Change.OPEN:
        opened: Any = getattr(ossc, text.removeprefix("io."), None)
        if opened is None:
            text = f"Opening[{text.removeprefix('io.')}]"
        elif "__next__" not in vars(opened):
            text = f"Opening[{text}]"
        else:
            (step,) = definitions(opened, "__next__")
            assert step.returns is not None
            text = f"IterableOpening[{text}, {ast.unparse(step.returns)}]"
    elif text.startswith(("Iterator[", "Generator[")):
        assert isinstance(function.returns, ast.Subscript)
        inner = function.returns.slice
        item = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
        text = f"Results[{ast.unparse(item)}]"
    return ast.parse(text, mode="eval").body


def is_simple(default: ast.expr | None) -> bool:
    """Whether a default can stand in a stub as it is."""
    return default is None or isinstance(default, ast.Constant)


class Writer:
    """Writes the classes of a stub: of the twins themselves, or of those of an extra."""

    def __init__(self, extra: ModuleType | None = None) -> None:
        twins = _bridge.all_twins()
        source = extra or ossc.settings
        public = {name: getattr(source, name) for name in source.__all__}
        kinds = {name: kind for name, kind in public.items() if isinstance(kind, type)}
        self.kinds: dict[str, type] = {name: getattr(ossc, name) for name in twins}
        if extra is not None:
            owners = {name for name, kind in kinds.items() if _bridge.is_owner(kind)}
            self.kinds = {name: kinds[name] for name in owners}
        settings = {
            each
            for kind in kinds.values()
            if _bridge.is_setting(kind)
            for each in kind.__mro__
            if _bridge.is_setting(each)
        }
        self.settings = sorted(
            settings, key=lambda each: (len(each.__mro__), each.__name__)
        )
        own = {*self.kinds, *(each.__name__ for each in self.settings)}
        self.names = Names(own, twins if extra is not None else ())

    def text(self) -> str:
        """The stub."""
        classes = [self.setting(kind) for kind in self.settings]
        for _, kind in sorted(self.kinds.items()):
            (base,) = _bridge.twin_of(kind).__mro__[1:2]
            classes.append(self.twin(kind, base, base.__name__))
        listed = f"__all__ = {sorted(self.kinds)!r}\n"
        imports = "\n".join(sorted(set(self.names.lines.values())))
        text = f"{HEAD}{imports}\n\n{listed}\n" + "\n\n".join(classes)
        return ruff_of(text)

    def setting(self, kind: type) -> str:
        """The twin of a setting, with the parents that it has."""
        (node,) = (
            each
            for each in tree_of(kind.__module__).body
            if isinstance(each, ast.ClassDef) and each.name == kind.__name__
        )
        bases = [base for base in node.bases if ast.unparse(base) != "ProductSetting"]
        parents = [ast.unparse(base) for base in bases]
        for base in bases:
            self.names.need(base, kind.__module__)
        if not parents:
            self.names.add("SettingVerbs", "from ossc.aio._verbs import SettingVerbs")
            parents = ["SettingVerbs"]
        return self.class_of(kind, ", ".join(parents), _own_members(kind))

    def twin(self, kind: type, base: type, name: str) -> str:
        """The twin of another class."""
        if name == "Results":
            step = next(iter(body_of(kind)))
            assert step is not None
            name = "Results[T]"
            self.names.need(ast.parse("T"), kind.__module__)
        self.names.add(base.__name__, f"from {base.__module__} import {base.__name__}")
        members = [
            (name, value)
            for name, value in _bridge.members_of(kind)
            if not hasattr(base, name)
        ]
        return self.class_of(kind, name, members)

    def class_of(self, kind: type, bases: str, members: list[tuple[str, Any]]) -> str:
        """A class of the stub."""
        lines = [f"class {kind.__name__}({bases}):"]
        lines += [_docstring(_bridge.document(kind, "", kind.__doc__), 4)]
        lines += self.attributes(kind)
        twin = _bridge.twin_of(kind)
        if "__signature__" in vars(twin):
            lines[1:] = [_docstring(twin.__doc__ or "", 4), *self.begin(kind, twin)]
        for name, value in members:
            lines += self.member(kind, name, value)
        if "__next__" in vars(kind) and _bridge.is_stream(kind):
            (step,) = definitions(kind, "__next__")
            assert step.returns is not None
            text = ast.unparse(step.returns)
            lines.append(f"    async def __anext__(self) -> {text}: ...")
        return "\n".join(lines) + "\n"

    def member(self, kind: type, name: str, value: Any) -> list[str]:
        """A member of a class."""
        owner = next(each for each in kind.__mro__ if name in vars(each))
        module = owner.__module__
        if isinstance(value, _Later):
            return [self.annotated(owner, name)]
        if isinstance(value, property):
            (function,) = (
                each for each in definitions(owner, name) if each.returns is not None
            )
            self.names.need(function.returns or function, module)
            return [_text_of(function, value.__doc__ or "")]
        if not inspect.isfunction(value):
            return []
        document = _bridge.document(kind, name, value.__doc__)
        found = definitions(owner, name)
        change = _bridge.change_of(kind, value)
        return [
            _text_of(self.changed(each, module, change), document) for each in found
        ]

    def changed(self, function: Function, module: str, change: str) -> Function:
        """A verb or a method, as the twin has it."""
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for each in [*every, arguments.vararg, arguments.kwarg]:
            if each is None or each.annotation is None:
                continue
            if change != Change.STAY:
                each.annotation = Widened().visit(each.annotation)
            self.widen(each.annotation)
            self.names.need(each.annotation, module)
        arguments.defaults = [_default(each) for each in arguments.defaults]
        arguments.kw_defaults = [
            each and _default(each) for each in arguments.kw_defaults
        ]
        if function.decorator_list:
            self.names.add("overload", "from typing import overload")
        function.returns = returns(function, change)
        self.widen(function.returns)
        self.names.need(function.returns, module)
        if change != Change.CALL:
            return function
        fields = {name: getattr(function, name) for name in function._fields}
        return ast.copy_location(ast.AsyncFunctionDef(**fields), function)

    def widen(self, node: ast.AST | None) -> None:
        """Imports the names that the twins have and the sources do not."""
        places = {
            "AsyncIterable": "collections.abc",
            "AsyncReadable": "ossc.aio._feed",
            "BufferedReader": "ossc.aio._files",
            "IterableOpening": "ossc.aio._opening",
            "Opening": "ossc.aio._opening",
            "Results": "ossc.aio._results",
        }
        for each in ast.walk(node) if node is not None else ():
            if isinstance(each, ast.Name) and each.id in places:
                self.names.lines[each.id] = f"from {places[each.id]} import {each.id}"
                self.names.own.add(each.id)

    def annotated(self, owner: type, name: str) -> str:
        """A setting."""
        (found,) = (
            each
            for each in body_of(owner)
            if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == name
        )
        annotation = found.annotation
        for each in ast.walk(annotation):
            # The values are those of ossc.settings, the settings are twins.
            if isinstance(each, ast.Attribute) and each.attr in self.names.own:
                annotation = ast.Name(each.attr)
        self.names.need(annotation, owner.__module__)
        return f"    @property\n    def {name}(self) -> {ast.unparse(annotation)}: ..."

    def begin(self, kind: type, twin: type) -> list[str]:
        """How a client, or what has one, is made."""
        owner = next(each for each in kind.__mro__ if "__init__" in vars(each))
        (function,) = definitions(owner, "__init__")
        changed = self.changed(function, owner.__module__, Change.STAY)
        if "max_threads" in inspect.signature(twin).parameters:
            changed.args.kwonlyargs.append(
                ast.arg("max_threads", ast.parse("int | None", mode="eval").body)
            )
            changed.args.kw_defaults.append(ast.Constant(None))
        return [_text_of(changed, "")]

    def attributes(self, kind: type) -> list[str]:
        """What instances of a stream have from the beginning."""
        if not _bridge.is_stream(kind):
            return []
        begin = next(iter(definitions(kind, "__init__")), None)
        lines = []
        for name, annotation in _attributes_of(kind, begin):
            self.names.need(annotation, kind.__module__)
            lines.append(f"    {name}: {ast.unparse(annotation)}")
        return lines


def _attributes_of(
    kind: type, begin: Function | None
) -> Iterator[tuple[str, ast.expr]]:
    for each in body_of(kind):
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant):
            name = ast.unparse(each.targets[0])
            if not name.startswith("_"):
                yield name, ast.Name(type(each.value.value).__name__)
    if begin is None:
        return
    given = {each.arg: each.annotation for each in begin.args.args}
    for each in begin.body:
        if isinstance(each, ast.AnnAssign):
            name, annotation = ast.unparse(each.target), each.annotation
        elif isinstance(each, ast.Assign) and len(each.targets) == 1:
            name = ast.unparse(each.targets[0])
            found = given.get(ast.unparse(each.value))
            if found is None:
                assert not name.startswith("self.") or name.startswith("self._"), name
                continue
            annotation = found
        else:
            continue
        if name.startswith("self.") and not name.startswith("self._"):
            yield name.removeprefix("self."), annotation


def _own_members(kind: type) -> list[tuple[str, Any]]:
    return [pair for pair in vars(kind).items() if not pair[0].startswith("_")]


def _default(default: ast.expr) -> ast.expr:
    return default if is_simple(default) else ast.Constant(...)


def _text_of(function: Function, document: str) -> str:
    """A function with its docstring and nothing else."""
    function.body = [ast.Expr(ast.Constant(...))]
    *head, _ = ast.unparse(ast.fix_missing_locations(function)).split("\n")
    if not document:
        return "\n".join(f"    {line}" for line in [*head, "    ..."])
    return "\n".join([*(f"    {line}" for line in head), _docstring(document, 8)])


def _docstring(document: str, depth: int) -> str:
    clean = inspect.cleandoc(document)
    mark = 'r"""' if "\\" in clean else '"""'
    end = '\n"""' if "\n" in clean else '"""'
    lines = f"{mark}{clean}{end}".split("\n")
    return "\n".join(f"{' ' * depth}{line}".rstrip() for line in lines) + "\n"


def ruff_of(text: str) -> str:
    """The text in the house's format."""
    for command in (["check", "--fix", "--select", "I,F401"], ["format"]):
        text = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *command,
                "-q",
                "--stdin-filename",
                STUBS[0],
                "-",
            ],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text


def texts() -> Iterator[tuple[Path, str]]:
    """The stubs, as they should be."""
    for path, extra in zip(STUBS, (None, *EXTRAS), strict=True):
        yield path, Writer(extra).text()


def main() -> None:
    """Writes the stubs."""
    for path, text in texts():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
