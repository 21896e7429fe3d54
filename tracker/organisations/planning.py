"""Plans an import: what is known, plus what the files say, gives what will be known; plain Python, no database.

Files are applied in the order of ``FileKind``, whatever the order of the command, so that parents come before
members. What each says holds from the run's ``effective_on``, else from the file's own date, else from today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.lives import Life, life_after
from tracker.organisations.names import same_name
from tracker.organisations.rules import TRACKED_BY_DEFAULT, LinkKind
from tracker.organisations.statements import (
    LINK_WORDS,
    PARENT_TYPES,
    FileKind,
    Reading,
    RowError,
    Statement,
)
from tracker.organisations.timelines import Timeline, said_from, value_on

CODES_SHOWN = 10

NO_LINKS: Mapping[LinkKind, Timeline[str]] = {}

_KIND_ORDER = {kind: place for place, kind in enumerate(FileKind)}

# A body may have become the other since (STP to ICB on one code, CCG to sub-ICB location): a list that is older or
# does not know says nothing about that, and the change itself is a reclassification, not an import.
SAME_CODE_TYPES = (
    frozenset({OrganisationType.SYSTEM, OrganisationType.ICB}),
    frozenset({OrganisationType.CCG, OrganisationType.SUB_ICB_LOCATION}),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything known about one organisation. ``links`` are what ODS says; a person's choices stand elsewhere."""

    code: str
    lives: tuple[Life, ...] = ()
    names: Timeline[str] = ()
    types: Timeline[OrganisationType] = ()
    links: Mapping[LinkKind, Timeline[str]] = field(default_factory=lambda: NO_LINKS)
    ons_codes: Timeline[str] = ()

    def is_open_on(self, day: date) -> bool:
        return any(life.holds_on(day) for life in self.lives)

    def type_on(self, day: date) -> OrganisationType | None:
        """The type on a day, or the last one it had."""
        return value_on(self.types, day) or (self.types[-1].value if self.types else None)

    def name_on(self, day: date) -> str:
        return value_on(self.names, day) or (self.names[-1].value if self.names else self.code)


@dataclass(frozen=True, slots=True)
class Plan:
    """The pictures before and after a run, what the files mention, and what stands in the way of applying it."""

    before: Mapping[str, Picture]
    after: Mapping[str, Picture]
    readings: tuple[tuple[Reading, date], ...]  # each file, with the day from which its facts hold
    mentioned: frozenset[str]
    errors: tuple[RowError, ...]
    notes: tuple[str, ...]


class Planner:
    """Applies readings to pictures, one statement at a time, and notes what does not fit."""

    def __init__(self, known: Mapping[str, Picture], *, today: date, effective_on: date | None) -> None:
        self._known = known
        self._pictures = dict(known)
        self._today = today
        self._effective_on = effective_on
        self._errors: list[RowError] = []
        self._types: dict[str, OrganisationType] = {}
        self._types_known: set[OrganisationType] = set()
        self._links_left_out: dict[LinkKind, int] = {}
        self._history_left_out = 0
        self._members_left_out = 0

    def plan(self, readings: Iterable[Reading]) -> Plan:
        in_order = sorted(readings, key=lambda reading: _KIND_ORDER[reading.kind])
        self._learn_types(in_order)
        for reading in in_order:
            for statement in reading.statements:
                self._apply(reading, statement, self._day_of(reading))
        mentioned = {statement.code for reading in in_order for statement in reading.statements}
        mentioned |= {row.code for reading in in_order for row in reading.left_out}
        return Plan(
            before=self._known,
            after=self._pictures,
            readings=tuple((reading, self._day_of(reading)) for reading in in_order),
            mentioned=frozenset(mentioned),
            errors=tuple(self._errors),
            notes=self._notes(),
        )

    def _day_of(self, reading: Reading) -> date:
        return self._effective_on or reading.dated_on or self._today

    def _learn_types(self, readings: Sequence[Reading]) -> None:
        """Who is what, so that a link to a parent that comes later in the same run resolves."""
        for picture in self._known.values():
            if (kind := picture.type_on(self._today)) is not None:
                self._types[picture.code] = kind
        for reading in readings:
            for statement in reading.statements:
                if statement.organisation_type is not None:
                    self._types.setdefault(statement.code, statement.organisation_type)
        self._types_known = set(self._types.values())

    def _apply(self, reading: Reading, statement: Statement, day: date) -> None:
        known = self._pictures.get(statement.code)
        if statement.organisation_type is None:
            self._apply_memberships(reading, statement, known)
            return
        picture = known or Picture(statement.code)
        types = self._types_after(reading, statement, picture, day)
        lives = life_after(
            picture.lives,
            statement,
            kind=reading.kind,
            day=day,
            file_is_dated=self._effective_on is not None or reading.dated_on is not None,
            latest_date=reading.latest_date,
        )
        if types is None:
            return
        if any(life.ends_on and life.starts_on and life.ends_on < life.starts_on for life in lives):
            closed_on = statement.closed_on or lives[-1].ends_on
            self._fail(
                reading,
                statement,
                "closed_on",
                str(closed_on),
                f"is before {statement.code} opened, on {lives[-1].starts_on}",
                "Correct the close date, or give the open date in the file.",
            )
            return
        picture = replace(picture, lives=lives, types=types)
        # The file tells nothing of the days after a body has closed: what it was called then is what counts.
        if known is None or picture.is_open_on(day) or any(_starts_after(life, day) for life in lives):
            picture = replace(
                picture,
                names=_name_after(picture.names, statement.name, day),
                links=self._links_after(reading, statement, picture.links, day),
                ons_codes=said_from(picture.ons_codes, statement.ons_code, day)
                if statement.ons_code
                else picture.ons_codes,
            )
        self._pictures[statement.code] = picture

    def _types_after(
        self, reading: Reading, statement: Statement, picture: Picture, day: date
    ) -> Timeline[OrganisationType] | None:
        """The types after a statement, or None (and an error) where the file makes one body into another."""
        said, known = statement.organisation_type, picture.type_on(day)
        if known is None or said is None or known is said:
            return picture.types or said_from((), said, day)
        if any({known, said} <= pair for pair in SAME_CODE_TYPES):
            return picture.types
        if (known, said) == (OrganisationType.CCG, OrganisationType.COMMISSIONING_HUB):
            # It was listed with the CCGs; eccg's role RO218 says that it never was one.
            return tuple(replace(span, value=said) for span in picture.types)
        if (known, said) == (OrganisationType.COMMISSIONING_HUB, OrganisationType.CCG):
            return picture.types
        self._fail(
            reading,
            statement,
            "code",
            statement.code,
            f"is known here as {known.label}, and this file has it as {said.label}",
            "Check that this is the right file, or correct the code.",
        )
        return None

    def _links_after(
        self,
        reading: Reading,
        statement: Statement,
        links: Mapping[LinkKind, Timeline[str]],
        day: date,
    ) -> Mapping[LinkKind, Timeline[str]]:
        said: dict[LinkKind, Timeline[str]] = {}
        for kind, parent in statement.parents.items():
            if parent is not None and not self._is_parent(reading, statement, kind, parent):
                continue
            said[kind] = said_from(links.get(kind, ()), parent, day)
        return {kind: timeline for kind, timeline in {**links, **said}.items() if timeline}

    def _is_parent(self, reading: Reading, statement: Statement, kind: LinkKind, parent: str) -> bool:
        wanted = PARENT_TYPES[kind]
        word = LINK_WORDS[kind]
        if self._types.get(parent) in wanted:
            return True
        if parent in self._types:
            problem = f"is known here as {self._types[parent].label}, not as a {word}"
            self._fail(reading, statement, kind, parent, problem, "Correct the code.")
        elif not wanted & self._types_known or statement.closed_on is not None:
            # With no list of such parents at all, or for a body long closed, the link is left out and told of.
            if statement.closed_on is None:
                self._links_left_out[kind] = self._links_left_out.get(kind, 0) + 1
        else:
            self._fail(
                reading,
                statement,
                kind,
                parent,
                f"is not a {word} that is known here",
                f"Import the file that lists this {word} first (or in the same run), or correct the code.",
            )
        return False

    def _apply_memberships(self, reading: Reading, statement: Statement, known: Picture | None) -> None:
        """Membership history has dates of its own, so it replaces the commissioners of a practice that is known."""
        if known is None:
            self._members_left_out += 1
            return
        wanted = PARENT_TYPES[LinkKind.COMMISSIONER]
        kept = []
        for span in statement.commissioners:
            if self._types.get(span.value) in wanted:
                kept.append(span)
            elif span.ends_on is not None or not wanted & self._types_known:
                self._history_left_out += 1
            elif not self._is_parent(reading, statement, LinkKind.COMMISSIONER, span.value):
                return
        if kept:
            links = {**known.links, LinkKind.COMMISSIONER: tuple(kept)}
            self._pictures[statement.code] = replace(known, links=links)

    def _fail(self, reading: Reading, statement: Statement, column: str, value: str, problem: str, mend: str) -> None:
        label = reading.columns.get(column, column)
        self._errors.append(RowError(reading.file_name, statement.row, label, value, problem, mend))

    def _notes(self) -> tuple[str, ...]:
        notes = [
            f"{number:,} links to a {LINK_WORDS[kind]} were left out, because no {LINK_WORDS[kind]} is known yet. "
            f"Import a list of them, and then the same files again."
            for kind, number in self._links_left_out.items()
        ]
        if self._members_left_out:
            notes.append(f"{self._members_left_out:,} members of epcmem are no practices known here and were left out.")
        if self._history_left_out:
            notes.append(
                f"{self._history_left_out:,} past memberships name a commissioner not known here and were left out."
            )
        if OrganisationType.REGION in self._types_known and (codes := self._without_region()):
            shown = ", ".join(codes[:CODES_SHOWN]) + (", ..." if len(codes) > CODES_SHOWN else "")
            bodies = "1 open organisation has" if len(codes) == 1 else f"{len(codes):,} open organisations have"
            notes.append(
                f"{bodies} no region: {shown}. Import again the file that lists them with their region, "
                f"or one that gives their close date."
            )
        return tuple(notes)

    def _without_region(self) -> list[str]:
        """Open bodies of the types that belong to a region, which came before any list of regions and were not told of
        since: ``etr_mid2020`` before the lists leaves six dissolved trusts so."""
        return sorted(
            picture.code
            for picture in self._pictures.values()
            if picture.is_open_on(self._today)
            and picture.type_on(self._today) in TRACKED_BY_DEFAULT
            and value_on(picture.links.get(LinkKind.REGION, ()), self._today) is None
        )


def _name_after(names: Timeline[str], said: str | None, day: date) -> Timeline[str]:
    """A name that differs in capitals and spaces only is the same name: lists spell them differently."""
    if said is None:
        return names
    current = value_on(names, day)
    if current is not None and same_name(current, said):
        return names
    return said_from(names, said, day)


def _starts_after(life: Life, day: date) -> bool:
    return life.starts_on is not None and life.starts_on > day
