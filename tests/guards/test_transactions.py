"""Whoever changes the identity opens the transaction that it is told to.

The identity is sent at the first statement of a transaction; a block that acts as somebody
else outside one asks and writes as nobody, and is refused. Tests cannot see that, because
pytest-django puts a transaction around each: so the source is read instead.
"""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
# A request's transaction is opened around every view; proofs and the demo's stories
# are scripts that say themselves where theirs begin.
ELSEWHERE = ("/views", "/middleware.py", "/migrations/", "/proofs/", "/demo/")

# One statement that tells the identity and writes: there is no transaction to lose.
AT_ONCE = {"careplan/outbox/outcomes.py: record"}


@dataclass
class Function:
    """One function: does it open a transaction, and what does it do outside of one?"""

    name: str
    is_atomic: bool
    acts: list[int] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)


def functions_of(source: str) -> dict[str, Function]:
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            atomic = any("atomic" in ast.unparse(d) for d in node.decorator_list)
            found[node.name] = function = Function(node.name, atomic)
            for statement in node.body:
                _look(statement, function)
    return found


def _look(node: ast.AST, function: Function) -> None:
    """Note what stands outside every `with transaction.atomic()`."""
    if isinstance(node, ast.With):
        items = [ast.unparse(item.context_expr) for item in node.items]
        if any("atomic(" in item for item in items):
            return
        if any(item.startswith("acting_as(") for item in items):
            if _opens_one_at_once(node):
                return
            function.acts.append(node.lineno)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        function.calls.add(node.func.id)
    for child in ast.iter_child_nodes(node):
        _look(child, function)


def _opens_one_at_once(block: ast.With) -> bool:
    first = block.body[0]
    return isinstance(first, ast.With) and "atomic(" in ast.unparse(first.items[0])


def bare(functions: dict[str, Function]) -> set[str]:
    """Name the functions that act as somebody else in no transaction of this module.

    A private one may leave it to those that call it, if all of them do.
    """
    wrong = {f.name for f in functions.values() if f.acts and not f.is_atomic}
    waiting = list(wrong)
    while waiting:
        name = waiting.pop()
        callers = [f for f in functions.values() if name in f.calls]
        if not name.startswith("_") or not callers:
            continue
        wrong.discard(name)
        for caller in callers:
            if not caller.is_atomic and caller.name not in wrong:
                wrong.add(caller.name)
                waiting.append(caller.name)
    return wrong


def product() -> list[Path]:
    files = [
        path
        for room in ("careplan", "journal", "patients")
        for path in (BASE / room).rglob("*.py")
    ]
    return [f for f in files if not any(part in str(f) for part in ELSEWHERE)]


def test_whoever_acts_as_somebody_else_does_so_in_a_transaction():
    wrong = [
        f"{path.relative_to(BASE)}: {name}"
        for path in product()
        for name in sorted(bare(functions_of(path.read_text(encoding="utf-8"))))
    ]
    assert set(wrong) == AT_ONCE


LOST = """
def helper(alert):
    return alert

def raise_alert(patient):
    with acting_as(system("escalate")):
        return _open(patient)
"""


def test_a_rule_that_lost_its_decorator_is_found():
    assert bare(functions_of(LOST)) == {"raise_alert"}
    kept = LOST.replace("def raise", "@transaction.atomic\ndef raise")
    assert bare(functions_of(kept)) == set()
    inner = LOST.replace('("escalate")):', '("escalate")), transaction.atomic():')
    assert bare(functions_of(inner)) == set()
