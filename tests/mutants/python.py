"""Mutants of the first lock: one check dropped, turned round or answered at once.

A mutated function takes the place of the real one's code, so that everybody who holds it
asks the mutant; nothing is written to a file.
"""

import ast
import copy
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

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
    code: CodeType

    @property
    def name(self) -> str:
        return f"{self.module.__name__}.{'.'.join(self.path)}:{self.line} {self.what}"

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
        function.__code__ = self.code
        try:
            yield
        finally:
            function.__code__ = before


def of_module(module: ModuleType) -> Iterator[Mutant]:
    """Give every mutant of every function in a module."""
    file = Path(module.__file__ or "")
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for path, function in _functions(tree):
        for line, what, mutated in _mutated(function):
            code = _code_of(tree, path, mutated, str(file))
            if code is not None:
                yield Mutant(module, path, line, what, code)


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
) -> Iterator[tuple[int, str, ast.FunctionDef]]:
    """Give copies of a function, each with one mistake."""
    places = list(ast.walk(function))
    for index, node in enumerate(places):
        for number, (what, _) in enumerate(_mistakes(node)):
            mutated = copy.deepcopy(function)
            target = list(ast.walk(mutated))[index]
            _mistakes(target)[number][1]()
            line = getattr(node, "lineno", function.lineno)
            yield line, what, ast.fix_missing_locations(mutated)


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
    tree: ast.Module, path: tuple[str, ...], mutated: ast.FunctionDef, file: str
) -> CodeType | None:
    """Compile a mutated function where it stands, and give its code alone."""
    whole = copy.deepcopy(tree)
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
    code: CodeType | None = compile(whole, file, "exec")
    for name in path:
        code = next(
            (
                inner
                for inner in (code.co_consts if code else ())
                if isinstance(inner, types.CodeType) and inner.co_name == name
            ),
            None,
        )
    return code
