"""Who would be written to about which overdue asks, and in which words; a few statements at any size, and it writes
nothing. Who answers for an ask is what reminders say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from urllib.parse import quote

from flask import current_app

from tracker.accounts.queries import names_of
from tracker.accounts.rules import Scope
from tracker.appointments.queries import named_leads
from tracker.escalations.chase_history import Written, last_written
from tracker.escalations.chasing import NO_LEAD, ask_lines, filled_in
from tracker.escalations.queries import DEFAULT_SORT, escalation_rows, overdue_rows
from tracker.escalations.rows import ListFilters, ListRow
from tracker.escalations.rules import State
from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.mail.letters import one_line
from tracker.reminders.answering import AnswersFor, recipients
from tracker.web.wording import plural


@dataclass(frozen=True, slots=True)
class Words:
    """A template: its subject and text with their fields, and of which body it comes."""

    subject: str
    text: str
    sender: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person about the overdue asks of one organisation, with its fields filled in."""

    person_id: int
    person_name: str
    organisation: str
    rows: tuple[ListRow, ...]
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a message to many would be: its letters, and the asks for which nobody can be reached."""

    letters: tuple[Letter, ...] = ()
    unreached: tuple[ListRow, ...] = ()
    written: tuple[tuple[ListRow, Written], ...] = ()
    """The asks that a message to many was sent about before, with the last one."""
    held: tuple[ListRow, ...] = ()
    """Those of the chosen asks that are on hold."""
    left_out: tuple[ListRow, ...] = ()
    """The asks of a whole list that are left out because they are on hold."""
    gone: int = 0
    """How many of the chosen asks have no date that has passed, or are not in reach any more."""

    @property
    def mark(self) -> int:
        """A number that is another one where anything that would be sent is different."""
        said = "\n".join(f"{each.person_id}\n{each.subject}\n{each.body}" for each in self.letters)
        return int(sha256(said.encode()).hexdigest(), 16) % 10**9

    @property
    def organisations(self) -> int:
        return len({row.organisation_id for letter in self.letters for row in letter.rows})


def item_name(code: str, ask: AskFacts) -> str:
    """How a list names an ask of an organisation that is chosen: "XN1/8ua-2020/6.1"."""
    return f"{code}/{ask.framework_code}/{ask.ref}"


def plan_chase(
    scope: Scope,
    filters: ListFilters,
    items: Sequence[str] | None,
    words: Words,
    base_url: str,
    catalogue: Catalogue,
    today: date,
    *,
    is_whole_list: bool = False,
) -> Plan:
    """The letters about the overdue asks that were chosen, or (``items`` None) about every one that the filters of the
    list of escalations leave. Of a whole list what is on hold is left out, unless it is a list of nothing else: whoever
    held it has said that nothing happens before a day.
    """
    wanted = None if items is None else set(items)
    if wanted is None:
        listed = escalation_rows(scope, filters, DEFAULT_SORT, catalogue, today)
        rows = [row for row in listed if row.status_class is not None]
    else:
        codes = {each.partition("/")[0] for each in wanted}
        rows = [row for row in overdue_rows(scope, codes, catalogue, today) if item_name(row.code, row.ask) in wanted]
    found = {item_name(row.code, row.ask) for row in rows}
    held = [row for row in rows if row.state(today) is State.HELD]
    left_out = held if is_whole_list and filters.state != State.HELD else []
    if left_out:
        rows = [row for row in rows if row.state(today) is not State.HELD]
    written = last_written({row.organisation_id for row in rows})
    answering = _answering(rows, recipients(today))
    reached = {id(row) for of_person in answering.values() for row in of_person}
    names = names_of({person_id for person_id, _ in answering})
    leads = named_leads(today, organisation_ids={row.organisation_id for row in rows})
    letters = []
    for (person_id, organisation_id), of_person in answering.items():
        lead = leads.get(organisation_id)
        name = names.get(person_id, "colleague")
        values = _values(of_person, name, (lead.name if lead else "") or NO_LEAD, base_url, today)
        letters.append(_letter(person_id, name, of_person, words, values))
    return Plan(
        letters=tuple(
            sorted(letters, key=lambda each: (each.organisation.casefold(), each.person_name, each.person_id))
        ),
        unreached=tuple(row for row in rows if id(row) not in reached),
        written=tuple((row, written[_key(row)]) for row in rows if _key(row) in written),
        held=() if left_out else tuple(held),
        left_out=tuple(left_out),
        gone=0 if wanted is None else len(wanted - found),
    )


def _key(row: ListRow) -> tuple[int, int]:
    return row.organisation_id, row.ask.ask_id


def _answering(rows: Sequence[ListRow], people: dict[int, AnswersFor]) -> dict[tuple[int, int], list[ListRow]]:
    """The rows that each person answers for, by person and organisation."""
    of_body: dict[int, list[ListRow]] = {}
    for row in rows:
        of_body.setdefault(row.organisation_id, []).append(row)
    found: dict[tuple[int, int], list[ListRow]] = {}
    for person_id, answers_for in people.items():
        for body, asks in answers_for.items():
            theirs = [row for row in of_body.get(body, ()) if asks is None or row.ask.ask_id in asks]
            if theirs:
                found[person_id, body] = theirs
    return found


def _values(rows: Sequence[ListRow], name: str, lead: str, base_url: str, today: date) -> dict[str, str]:
    late = {id(row): row.days_overdue(today) or 0 for row in rows}
    asks = [
        ask_lines(
            row.ask.ref, row.ask.wording, plural(late[id(row)], "day overdue", "days overdue"), _link(base_url, row)
        )
        for row in rows
    ]
    return {
        "name": one_line(name),
        "organisation": one_line(rows[0].name),
        "asks": "\n\n".join(asks),
        "days": str(max(late.values())),
        "lead": one_line(lead),
    }


def _link(base_url: str, row: ListRow) -> str:
    parts = (row.code, row.ask.framework_code, row.ask.ref)
    return "/".join((base_url, "organisations", *(quote(part, safe="") for part in parts), "update"))


def _letter(person_id: int, name: str, rows: Sequence[ListRow], words: Words, values: dict[str, str]) -> Letter:
    said = {
        "subject": one_line(filled_in(words.subject, values)),
        "text": filled_in(words.text, values).strip(),
        "sender": words.sender,
    }
    subject, body = (
        current_app.jinja_env.get_template(f"email/chase/{part}.txt").render(said).strip()
        for part in ("subject", "body")
    )
    return Letter(
        person_id=person_id,
        person_name=name,
        organisation=rows[0].name,
        rows=tuple(rows),
        subject=subject,
        body=body + "\n",
    )
