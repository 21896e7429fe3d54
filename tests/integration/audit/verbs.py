"""Every verb that the source hands to the audit, found by reading the source; it runs nothing of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TRACKER = Path(__file__).resolve().parents[3] / "tracker"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that names a verb: where it stands, in which function, and what stands behind ``verb=``."""

    path: Path
    line: int
    function: ast.FunctionDef | None
    verb: ast.expr


def verbs_in_source(made_up: Mapping[str, frozenset[str]]) -> tuple[set[str], list[str]]:
    """The verbs, and the places where a verb could not be read.

    ``made_up`` says what an expression that is worked out while running can become, by its source text.
    """
    trees = {
        path: ast.parse(path.read_text()) for path in sorted(TRACKER.rglob("*.py")) if "versions" not in path.parts
    }
    found: set[str] = set()
    unread: list[str] = []
    for path, tree in trees.items():
        for call in _calls_of_audit(path, tree):
            for expression in _expressions(call, trees):
                said = _values(expression, made_up)
                found |= said
                if not said:
                    unread.append(f"{call.path.relative_to(TRACKER)}:{call.line}: {ast.unparse(expression)}")
    return found, unread


def _calls_of_audit(path: Path, tree: ast.Module) -> Iterator[Call]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ("audit.record", "service.record", "record"):
            continue
        verb = next((each.value for each in node.keywords if each.arg == "verb"), None)
        if verb is None:
            continue
        inside = [each for each in functions if each.lineno <= node.lineno <= (each.end_lineno or 0)]
        innermost = max(inside, key=lambda each: each.lineno, default=None)
        yield Call(path, node.lineno, innermost, verb)


def _expressions(call: Call, trees: Mapping[Path, ast.Module]) -> Iterator[ast.expr]:
    """The verb itself; where it is a parameter of its function, what every caller of that function hands in."""
    function, verb = call.function, call.verb
    names = [each.arg for each in function.args.args + function.args.kwonlyargs] if function else []
    if function is None or not isinstance(verb, ast.Name) or verb.id not in names:
        yield verb
        return
    # A name with an underscore is called in its own module only; other modules may use the same for something else.
    for tree in [trees[call.path]] if function.name.startswith("_") else trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == function.name:
                by_name = next((each.value for each in node.keywords if each.arg == verb.id), None)
                position = names.index(verb.id)
                given = by_name or (node.args[position] if position < len(node.args) else None)
                if given is not None and not (isinstance(given, ast.Name) and given.id == verb.id):
                    yield given


def _values(expression: ast.expr, made_up: Mapping[str, frozenset[str]]) -> set[str]:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return {expression.value}
    if isinstance(expression, ast.IfExp):
        return _values(expression.body, made_up) | _values(expression.orelse, made_up)
    return set(made_up.get(ast.unparse(expression), ()))
