"""Finds a parent that is most likely a mistyped code: new, told of by its members alone, named like another; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.planning import SAME_CODE_TYPES, Picture, Plan
from tracker.organisations.rules import LinkKind
from tracker.organisations.statements import LINK_WORDS, PARENT_TYPES, Reading, RowError, Statement


def namesakes(plan: Plan) -> tuple[RowError, ...]:
    """An error for each new parent, told of by its members' rows alone, whose name another open body has.

    A code that a list has on a row of its own is believed, so a second body of one name can still be brought in.
    Of two such parents in one run the later is the error, and it names the row of the other: either may be wrong.
    """
    told = _told_of_by_members(plan)
    waiting = set(told)
    by_name: dict[date, Mapping[str, list[str]]] = {}
    errors = []
    for code, (reading, statement, day) in told.items():
        waiting.discard(code)
        if day not in by_name:
            by_name[day] = _open_by_name(plan, day)
        picture = plan.after.get(code)
        if picture is None:
            continue
        for other in by_name[day].get(_key(picture.name_on(day)), ()):
            if other != code and other not in waiting and _is_namesake(plan, picture, plan.after[other], day):
                errors.append(_error(reading, statement, other, told.get(other)))
                break
    return tuple(errors)


def _told_of_by_members(plan: Plan) -> dict[str, tuple[Reading, Statement, date]]:
    """The new parents that no list of this run has on a row of their own, in the order of the run."""
    said = [(reading, statement, day) for reading, day in plan.readings for statement in reading.statements]
    listed = {statement.code for _, statement, _ in said if not statement.is_told_by_members}
    told: dict[str, tuple[Reading, Statement, date]] = {}
    for reading, statement, day in said:
        if statement.code not in plan.before and statement.code not in listed:
            told.setdefault(statement.code, (reading, statement, day))
    return told


def _open_by_name(plan: Plan, day: date) -> Mapping[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for picture in plan.after.values():
        if picture.is_open_on(day):
            codes.setdefault(_key(picture.name_on(day)), []).append(picture.code)
    return codes


def _key(name: str) -> str:
    """The same for names that differ in capitals and spaces only (as ``names.same_name`` has it)."""
    return " ".join(name.split()).casefold()


def _is_namesake(plan: Plan, new: Picture, other: Picture, day: date) -> bool:
    mine, theirs = new.type_on(day), other.type_on(day)
    if mine is OrganisationType.PCN and theirs is mine:
        # No list of PCNs is taken that could vouch for a second one, and a PCN that was set up anew leaves its old
        # code open here (absence closes nothing): only two under one commissioner in one run are a mistake for sure.
        return other.code in plan.mentioned and _commissioner(new) == _commissioner(other)
    return mine is theirs or any({mine, theirs} == pair for pair in SAME_CODE_TYPES)


def _commissioner(picture: Picture) -> str | None:
    spans = picture.links.get(LinkKind.COMMISSIONER, ())
    return spans[-1].value if spans else None


def _error(
    reading: Reading,
    statement: Statement,
    other: str,
    other_told: tuple[Reading, Statement, date] | None,
) -> RowError:
    kind = next(kind for kind, types in PARENT_TYPES.items() if statement.organisation_type in types)
    word = LINK_WORDS[kind]
    where = "" if other_told is None else f" (on row {other_told[1].row} of {other_told[0].file_name})"
    mend = "Correct the code or the name."
    if statement.organisation_type is not OrganisationType.PCN:
        listing = "CCG" if statement.organisation_type is OrganisationType.CCG else word
        mend += f" If it really is another {listing}, import a list of {listing}s that has it, in the same run."
    return RowError(
        reading.file_name,
        statement.row,
        reading.columns.get(kind, kind),
        statement.code,
        f"is not known here, but its name, {statement.name}, is that of {other}{where}",
        mend,
    )
