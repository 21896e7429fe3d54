"""Finds where a guard, a scope filter or an audit entry can be taken away, and how the source reads then.

It works on the text of the files alone: it imports nothing of the tracker and runs nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mutation.sources import Mutant, Source, name_of, owner_of, walk

EVERYWHERE = '__import__("tracker.accounts.rules", fromlist=["Scope"]).Scope(is_everywhere=True)'
ANYTHING = '__import__("sqlalchemy").true()'
NO_MARK = "(lambda view: view)"

# What a call of one of these is replaced with: the filter lets everything through, the question is answered with yes.
SCOPE_CALLS = {
    "in_scope": ANYTHING,
    "scope": EVERYWHERE,
    "covers": "True",
    "reaches": "True",
    "may_anywhere": "True",
    "fits_role": "True",
}
# A call that looks for the role through which somebody may do something finds the first role they have.
FINDS_A_ROLE = {"find_power", "find_grantor", "find_held_role"}
# What a function of the rules answers, whatever it is asked.
ANSWERS = {
    "covers": "True",
    "reaches": "True",
    "may_anywhere": "True",
    "fits_role": "True",
    "find_power": "next(iter(self.held), None)",
    "find_grantor": "next(iter(self.held), None)",
    "find_held_role": "next(iter(viewer.held), None)",
    "needs_second_factor": "False",
}
ANSWERED_HERE = ("tracker/accounts/rules.py", "tracker/progress/access.py")
# Whose rows a select reads; a comparison with one of these is a scope filter of its own.
OWNER_COLUMNS = {"organisation_id", "person_id", "account_id", "invitation_id", "session_id"}
# Where every condition of a select decides about access.
EVERY_CONDITION = (
    "tracker/accounts/viewers.py",
    "tracker/accounts/bodies.py",
    "tracker/accounts/links.py",
    "tracker/accounts/sessions.py",
)
# Where what a role may do and whose a line is is asked in Python, in the conditions of loops.
EVERY_LOOP = (
    "tracker/accounts/rules.py",
    "tracker/accounts/viewers.py",
    "tracker/people/rules.py",
    "tracker/progress/access.py",
)
REFUSALS = {"401", "403", "404"}
WRITES_ENTRIES = {"note_out_of_reach"}
NOT_ABOUT_ACCESS = {
    ("tracker/organisations/queries.py", "organisations_as_at"): "joins each body with the names of its parents",
    ("tracker/frameworks/queries.py", "get_framework"): "frameworks are the same for everybody",
    ("tracker/frameworks/queries.py", "list_asks"): "frameworks are the same for everybody",
    ("tracker/frameworks/queries.py", "get_ask"): "frameworks are the same for everybody",
    ("tracker/frameworks/queries.py", "scale_of"): "frameworks are the same for everybody",
}


def find_mutants(root: Path) -> list[Mutant]:
    """Every mutant of the package ``tracker`` below a folder, in the order of files and lines."""
    sources = [Source.read(root, path) for path in sorted((root / "tracker").rglob("*.py"))]
    sources = [source for source in sources if not source.path.startswith("tracker/migrations/")]
    writers = _functions_that_write_entries(sources)
    found: list[Mutant] = []
    for source in sources:
        for node, where in walk(source.tree):
            found.extend(_mutants_of(source, node, where, writers))
    return _numbered(found)


def _mutants_of(source: Source, node: ast.AST, where: str, writers: Mapping[str, set[str]]) -> Iterator[Mutant]:
    where = where or "module"
    if (source.path, where) in NOT_ABOUT_ACCESS:
        return
    if isinstance(node, ast.FunctionDef):
        yield from _of_marks(source, node, where)
        yield from _of_answers(source, node, where)
    elif isinstance(node, ast.Call):
        yield from _of_calls(source, node, where, writers)
    elif isinstance(node, ast.If):
        yield from _of_refusals(source, node, where)
    elif isinstance(node, ast.comprehension) and source.path in EVERY_LOOP:
        for test in node.ifs:
            yield from _with_parts(source, "condition", where, test, "True")
    elif isinstance(node, ast.List) and source.path in EVERY_CONDITION:
        yield from (source.mutant("condition", where, each, ANYTHING) for each in node.elts if _is_condition(each))
    elif isinstance(node, ast.Dict) and source.path == "tracker/accounts/rules.py":
        yield from _of_powers(source, node, where)


def _of_powers(source: Source, node: ast.Dict, where: str) -> Iterator[Mutant]:
    """Each power of the table of roles, reaching everywhere."""
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None and ast.unparse(key).startswith("Permission.") and ast.unparse(value) != "Reach.EVERYWHERE":
            yield source.mutant("power", where, value, "Reach.EVERYWHERE")


def _with_parts(source: Source, kind: str, where: str, test: ast.expr, neutral: str) -> Iterator[Mutant]:
    """A question answered beforehand; and where it has several parts, without each of them."""
    yield source.mutant(kind, where, test, neutral)
    if isinstance(test, ast.BoolOp):
        neutral = "False" if isinstance(test.op, ast.Or) else "True"
        yield from (source.mutant(f"{kind}-part", where, part, neutral) for part in test.values)


def _of_marks(source: Source, node: ast.FunctionDef, where: str) -> Iterator[Mutant]:
    """``@requires(…)`` taken away, and asked of everybody who is signed in."""
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and name_of(mark) == "requires":
            yield source.mutant("mark-removed", where, mark, NO_MARK)
            if ast.unparse(mark.args[0]) != "Permission.SIGNED_IN":
                yield source.mutant("mark-weakened", where, mark.args[0], "Permission.SIGNED_IN")
            for other in mark.keywords:
                yield source.mutant("mark-weakened", where, other.value, "{Permission.SIGNED_IN}")


def _of_answers(source: Source, node: ast.FunctionDef, where: str) -> Iterator[Mutant]:
    """The functions of the rules themselves, answering yes."""
    if node.name in ANSWERS and source.path in ANSWERED_HERE:
        yield source.mutant("answer", where, node.body[-1], f"return {ANSWERS[node.name]}")


def _of_calls(source: Source, node: ast.Call, where: str, writers: Mapping[str, set[str]]) -> Iterator[Mutant]:
    name = name_of(node)
    is_answered = source.path in ANSWERED_HERE and where.rpartition(".")[2] == name  # The function itself is tried.
    if (name == "record" and owner_of(node) == "audit") or source.path in writers.get(name, ()):
        yield source.mutant("audit", where, node, "None")
    elif name in FINDS_A_ROLE and not is_answered:
        first = ast.unparse(node.args[0]) if node.args else ""
        viewer = first if first == "viewer" else owner_of(node)
        yield source.mutant("scope", where, node, f"next(iter({viewer}.held), None)")
    elif name in SCOPE_CALLS and not is_answered:
        yield source.mutant("scope", where, node, SCOPE_CALLS[name])
    elif name in ("where", "and_", "_end"):
        yield from _of_conditions(source, node, where)


def _of_conditions(source: Source, node: ast.Call, where: str) -> Iterator[Mutant]:
    """The conditions of a select: all of them where they decide about access, elsewhere those that say whose rows."""
    for condition in node.args:
        if isinstance(condition, ast.Starred) or not _is_condition(condition):
            continue
        if source.path in EVERY_CONDITION:
            yield source.mutant("condition", where, condition, ANYTHING)
        elif _says_whose(condition):
            yield source.mutant("owner", where, condition, ANYTHING)


def _is_condition(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare | ast.Call | ast.Attribute | ast.BoolOp)


def _says_whose(node: ast.expr) -> bool:
    """A comparison of one of the columns that say whose a row is with a value, not with another column."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
        left, right = node.left, node.comparators[0]
        return _column(left) in OWNER_COLUMNS and not _column_of_a_table(right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("in_", "is_not_distinct_from") and _column(node.func.value) in OWNER_COLUMNS
    return False


def _column(node: ast.expr) -> str:
    """``SignInSession.person_id`` and ``columns.c.person_id`` are both person_id."""
    return node.attr if isinstance(node, ast.Attribute) else ""


def _column_of_a_table(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (ast.unparse(node.value)[:1].isupper() or ".c" in ast.unparse(node.value))
    )


def _of_refusals(source: Source, node: ast.If, where: str) -> Iterator[Mutant]:
    """A question that ends in a refusal, never asked."""
    if _refuses(node, source.path):
        yield from _with_parts(source, "refusal", where, node.test, "False")


def _refuses(node: ast.If, path: str) -> bool:
    """Whether the branch ends in an abort or an error that is a refusal, or goes on with nobody let in."""
    last = node.body[-1]
    value = last.value if isinstance(last, ast.Return | ast.Expr) else None
    if isinstance(value, ast.Call) and name_of(value) == "abort":
        return ast.unparse(value.args[0]) in REFUSALS
    if isinstance(last, ast.Raise) and last.exc is not None:
        return any(word in ast.unparse(last.exc) for word in ("NotFound", "Forbidden", "PermissionError"))
    if path == "tracker/progress/access.py":
        return isinstance(last, ast.Continue)
    return path == "tracker/accounts/access.py" and isinstance(last, ast.Return)


def _functions_that_write_entries(sources: Sequence[Source]) -> dict[str, set[str]]:
    """Functions outside the audit that are handed a verb and write it down, and the files that may mean them.

    A call of one is an entry, too. A private one is meant in its own file only.
    """
    everywhere = {source.path for source in sources}
    found = dict.fromkeys(WRITES_ENTRIES, everywhere)
    for source in sources:
        if source.path.startswith("tracker/audit/"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and _takes_a_verb(node) and "audit.record(" in ast.unparse(node):
                found[node.name] = {source.path} if node.name.startswith("_") else everywhere
    return found


def _takes_a_verb(node: ast.FunctionDef) -> bool:
    return any(argument.arg == "verb" for argument in (*node.args.args, *node.args.kwonlyargs))


def _numbered(found: Sequence[Mutant]) -> list[Mutant]:
    """Numbers for mutants of one kind in one function, where there are several."""
    times = Counter(mutant.name for mutant in found)
    seen: Counter[str] = Counter()
    numbered = []
    for mutant in found:
        seen[mutant.name] += 1
        number = seen[mutant.name] if times[mutant.name] > 1 else 0
        numbered.append(replace(mutant, number=number))
    return numbered
