"""Gathers the statements of one file, so that a body told of on many rows is told of once; plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.cells import Cells
from tracker.organisations.names import same_name
from tracker.organisations.rules import LinkKind
from tracker.organisations.statements import LINK_WORDS, LeftOut, Statement


@dataclass(slots=True)
class Parent:
    """A body that is told of only as the parent of others: its name, and the parents its members give it."""

    row: int
    code: str
    name: str
    name_column: str
    organisation_type: OrganisationType
    ons_code: str | None
    # For each kind of link, each parent given and the first row that gives it.
    parents: dict[LinkKind, dict[str, int]] = field(default_factory=dict)


class Gathering:
    """Statements by code in the order of the file; a code told of twice must be told the same."""

    def __init__(self, cells: Cells, columns: Mapping[str, str]) -> None:
        self._cells = cells
        self._columns = columns
        self._own: dict[str, Statement] = {}
        self._parents: dict[str, Parent] = {}
        self.left_out: list[LeftOut] = []
        self.notes: list[str] = []

    def leave_out(self, row: int, code: str, reason: str) -> None:
        self.left_out.append(LeftOut(row, code, reason))

    def add(self, statement: Statement, code_column: str) -> None:
        """Take what a row says about its own organisation."""
        earlier = self._own.get(statement.code)
        if earlier is None:
            self._own[statement.code] = statement
        elif replace(earlier, row=statement.row) == statement:
            self.leave_out(statement.row, statement.code, "the same as an earlier row")
        else:
            self._cells.fail(
                statement.row,
                code_column,
                statement.code,
                f"stands on row {earlier.row} too, with other facts",
                "Keep the row that is right and remove the other.",
            )

    def add_parent(
        self,
        row: int,
        code: str,
        name: str,
        name_column: str,
        organisation_type: OrganisationType,
        ons_code: str | None,
        parents: Mapping[LinkKind, str],
    ) -> None:
        """Take what a row says about a body its organisation belongs to."""
        parent = self._parents.get(code)
        if parent is None:
            parent = Parent(row, code, name, name_column, organisation_type, ons_code)
            parent.parents = {kind: {} for kind in parents}
            self._parents[code] = parent
        elif parent.name != name and not same_name(parent.name, name):
            self._cells.fail(
                row,
                name_column,
                name,
                f"is not the name that row {parent.row} gives {code}, which is {parent.name!r}",
                "Make the two names the same, or correct the code.",
            )
        elif parent.organisation_type is not organisation_type:
            self._cells.fail(
                row,
                name_column,
                code,
                f"is the code of a {organisation_type.label} here and of something else on row {parent.row}",
                "Correct the code on one of the two rows.",
            )
        for kind, above in parents.items():
            parent.parents[kind].setdefault(above, row)

    def statements(self, *, single_parents: frozenset[OrganisationType]) -> tuple[Statement, ...]:
        """Every statement. A type in ``single_parents`` must have one parent of a kind; another may span several."""
        spanning: dict[LinkKind, list[str]] = {}
        gathered: list[Statement] = []
        for parent in self._parents.values():
            links: dict[LinkKind, str | None] = {}
            for kind, given in parent.parents.items():
                if len(given) == 1:
                    links[kind] = next(iter(given))
                elif parent.organisation_type in single_parents:
                    self._two_parents(parent, kind, given)
                else:
                    spanning.setdefault(kind, []).append(parent.code)
            gathered.append(
                Statement(
                    row=parent.row,
                    code=parent.code,
                    organisation_type=parent.organisation_type,
                    name=parent.name,
                    parents=links,
                    ons_code=parent.ons_code,
                    is_told_by_members=True,
                )
            )
        for kind, codes in spanning.items():
            word = LINK_WORDS[kind]
            self.notes.append(
                f"{len(codes)} bodies have members in more than one {word}, so no {word} of their own is recorded "
                f"(their members keep theirs): {', '.join(sorted(codes))}."
            )
        both = self._own.keys() & self._parents.keys()
        for code in sorted(both):
            self._cells.fail(
                self._own[code].row,
                self._columns["code"],
                code,
                f"is also the code of a parent, on row {self._parents[code].row}",
                "Correct one of the two codes.",
            )
        return (*gathered, *self._own.values())

    def _two_parents(self, parent: Parent, kind: LinkKind, given: Mapping[str, int]) -> None:
        (first, first_row), (second, second_row) = list(given.items())[:2]
        self._cells.fail(
            second_row,
            self._columns.get(kind, kind),
            second,
            f"is not the {LINK_WORDS[kind]} that row {first_row} gives {parent.code}, which is {first}",
            "Correct the code on one of the two rows.",
        )
