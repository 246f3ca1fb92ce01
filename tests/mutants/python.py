"""Mutants of the first lock: one check dropped, turned round or answered at once.

A mutated function takes the place of the real one's code, so that everybody who holds it
asks the mutant; nothing is written to a file.
"""

import ast
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.access import doors
from tests.access.scene import Scene

# Mutants that change nothing for anybody, each with its reason.
HARMLESS = Path(__file__).with_name("harmless.txt")
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.LtE: ast.Lt,
    ast.Lt: ast.LtE,
    ast.GtE: ast.Gt,
    ast.Gt: ast.GtE,
}


@dataclass(frozen=True)
class Mutant:
    """One mistake in one function of a module."""

    module: ModuleType
    path: tuple[str, ...]  # the class, if there is one, and the function
    line: int
    what: str
    text: str  # what stands there: it says where when lines have moved
    mutated: ast.FunctionDef

    @property
    def name(self) -> str:
        return f"{self.module.__name__}.{'.'.join(self.path)}:{self.line} {self.what}"

    @property
    def place(self) -> str:
        return f"{'.'.join(self.path)} {self.what} @ {self.text}"

    def killed_by(self, scene: Scene) -> str:
        """Make the mistake, ask the door everything, undo it. Say what is red, or ""."""
        meant = doors.FILE.read_text(encoding="utf-8")
        with self.alive():
            try:
                said = doors.written(scene)
            except Exception as error:
                return f"broke: {type(error).__name__}"
        pairs = zip(said.splitlines(), meant.splitlines(), strict=True)
        return next((one for one, other in pairs if one != other), "")

    @property
    def function(self) -> FunctionType:
        found: Any = self.module
        for name in self.path:
            found = vars(found)[name]
        for inner in ("fget", "func", "__func__"):
            found = getattr(found, inner, found)
        while hasattr(found, "__wrapped__"):
            found = found.__wrapped__
        return found

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Put the mistake in, and take it out again."""
        function = self.function
        before = function.__code__
        function.__code__ = _code_of(self.module, self.path, self.mutated)
        try:
            yield
        finally:
            function.__code__ = before


def harmful(module: ModuleType) -> list[Mutant]:
    """Give every mutant that changes something for somebody."""
    harmless = {
        line.split(" -- ")[0]
        for line in HARMLESS.read_text(encoding="utf-8").splitlines()
    }
    return [one for one in of_module(module) if one.place not in harmless]


def of_module(module: ModuleType) -> Iterator[Mutant]:
    """Give every mutant of every function in a module."""
    file = Path(module.__file__ or "")
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for path, function in _functions(tree):
        for line, what, text, mutated in _mutated(function):
            if ast.dump(mutated) != ast.dump(function):  # None for None is no mistake
                yield Mutant(module, path, line, what, text, mutated)


def _functions(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield (node.name,), node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield (node.name, inner.name), inner


def _mutated(
    function: ast.FunctionDef,
) -> Iterator[tuple[int, str, str, ast.FunctionDef]]:
    """Give copies of a function, each with one mistake."""
    places = list(ast.walk(function))
    for index, node in enumerate(places):
        for number, (what, _) in enumerate(_mistakes(node)):
            mutated = copy.deepcopy(function)
            target = list(ast.walk(mutated))[index]
            _mistakes(target)[number][1]()
            line = getattr(node, "lineno", function.lineno)
            text = ast.unparse(node).splitlines()[0][:60]
            yield line, what, text, ast.fix_missing_locations(mutated)


def _mistakes(node: ast.AST) -> list[tuple[str, Any]]:
    """Give each mistake that can be made here: its name, and what makes it."""
    found: list[tuple[str, Any]] = []

    def may(what: str, make: Any) -> None:
        found.append((what, make))

    if isinstance(node, ast.If | ast.IfExp):
        said = ast.unparse(node.test)[:40]
        may(f"not ({said})", lambda: setattr(node, "test", _not(node.test)))
    if isinstance(node, ast.If):
        may("never", lambda: setattr(node, "test", ast.Constant(value=False)))
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        may(other.__name__.lower(), lambda: setattr(node, "op", other()))
        for place, part in enumerate(node.values):
            neutral = ast.Constant(value=isinstance(node.op, ast.And))
            may(
                f"without {ast.unparse(part)[:40]}",
                lambda place=place, neutral=neutral: node.values.__setitem__(
                    place, neutral
                ),
            )
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        other_op = TURNED[type(node.ops[0])]
        may(
            f"{other_op.__name__} in {ast.unparse(node)[:40]}",
            lambda: node.ops.__setitem__(0, other_op()),
        )
    if isinstance(node, ast.Return) and node.value is not None:
        for value in (True, None):
            may(
                f"return {value}",
                lambda value=value: setattr(node, "value", ast.Constant(value=value)),
            )
    if isinstance(node, ast.Call):
        found += _of_call(node)
    if isinstance(node, ast.FunctionDef | ast.If | ast.For | ast.With):
        for place, statement in enumerate(node.body):
            if isinstance(statement, ast.Raise) or (
                isinstance(statement, ast.Expr)
                and isinstance(statement.value, ast.Call)
            ):
                may(
                    f"without {ast.unparse(statement)[:40]}",
                    lambda place=place: node.body.__setitem__(place, ast.Pass()),
                )
    return found


def _of_call(node: ast.Call) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if not isinstance(node.func, ast.Attribute):
        return found
    called = node.func
    if called.attr == "none":
        found.append(("all() for none()", lambda: setattr(called, "attr", "all")))
    if called.attr in {"filter", "exclude", "get"}:
        for place, keyword in enumerate(node.keywords):
            found.append(
                (
                    f"{called.attr} without {keyword.arg}",
                    lambda place=place: node.keywords.pop(place),
                )
            )
    return found


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _code_of(
    module: ModuleType, path: tuple[str, ...], mutated: ast.FunctionDef
) -> CodeType:
    """Compile a mutated function where it stands, and give its code alone."""
    file = module.__file__ or ""
    whole = ast.parse(Path(file).read_text(encoding="utf-8"))
    body = whole.body
    for name in path[:-1]:
        body = next(
            n.body for n in body if isinstance(n, ast.ClassDef) and n.name == name
        )
    place = next(
        place
        for place, n in enumerate(body)
        if isinstance(n, ast.FunctionDef) and n.name == path[-1]
    )
    body[place] = mutated
    code = compile(whole, file, "exec")
    for name in path:
        code = next(
            inner
            for inner in code.co_consts
            if isinstance(inner, CodeType) and inner.co_name == name
        )
    return code
