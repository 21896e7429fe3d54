"""Times the save of an update (history, position, audit) at 600,000 items: on the clock, and against bare SQL.

The bare side sends what a save must ask and write (the position, the key, the last entry, the new one, what lists read
of it, the audit) through the driver, in one transaction on the same database, and makes nothing of the answers.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from time import perf_counter
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from bench.country import LEAD_EMAIL, Country
from bench.measuring import Scoreboard, in_pairs
from bench.running import KINDS, country_on
from conftest import StrictClient
from flask import Flask, Response

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.audit.models import AuditChain, AuditEntry
from tracker.db import database, session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import get_open_organisation
from tracker.progress import service
from tracker.progress.items import Item
from tracker.progress.models import Progress, ProgressEntry
from tracker.progress.rules import EntryKind

ORGANISATIONS = int(os.environ.get("BENCH_SAVE_ORGANISATIONS", "24000"))
"""With so many, about 600,000 asks are tracked and as many entries stand in the history."""
PAIRS = 200
POSTS = 100
AT_MOST_MILLISECONDS = 25.0
AT_MOST_TIMES = 4.0
STORY = "Two pop-up clinics a week, near the people who were missed before."


def main() -> int:
    board = Scoreboard()
    for kind in KINDS:
        began = perf_counter()
        with country_on(kind, ORGANISATIONS) as (app, country, _url):
            with app.app_context():
                entries = session().scalar(sa.select(sa.func.count()).select_from(ProgressEntry))
                print(f"{kind}: {entries:,} entries, made in {perf_counter() - began:.0f} s", flush=True)
                of_the_bare_side, *items = _items()
                pairs = in_pairs(_saver(cycle(items)), _bare_saver(kind, of_the_bare_side), pairs=PAIRS)
                board.ratio(f"{kind}, save of an update in a transaction", pairs, AT_MOST_TIMES)
                board.figure(f"{kind}, save in process, median", pairs.ours, "ms", AT_MOST_MILLISECONDS)
                database.session.remove()
            board.figure(f"{kind}, save sent as a form, median", _posted(app, country), "ms", AT_MOST_MILLISECONDS)
    return board.exit_code


def _items() -> list[Item]:
    """Open asks of organisations all over the country, spoken about by one person."""
    rows = session().execute(
        sa.select(Progress.organisation_id, Progress.ask_id, Progress.id)
        .where(Progress.status_class == StatusClass.AT_RISK)
        .order_by((Progress.id * 7919) % 10_007)
        .limit(2 * PAIRS)
    )
    catalogue = read_catalogue()
    codes = _codes()
    viewer = Viewer(1, "Robin Ashdown", (HeldRole(Role.LEAD, 1, "X"),))
    return [
        Item(get_open_organisation(codes[organisation_id]), catalogue.asks[ask_id], viewer, "lead")
        for organisation_id, ask_id, _ in rows
    ]


def _codes() -> dict[int, str]:
    from tracker.organisations.models import Organisation

    return {row.id: row.code for row in session().execute(sa.select(Organisation.id, Organisation.code))}


def _saver(items: Iterator[Item]) -> Callable[[], None]:
    """What happens between a form that holds together and the page after it."""
    catalogue = read_catalogue()
    versions = {
        (row.organisation_id, row.ask_id): row.version
        for row in session().execute(sa.select(Progress.organisation_id, Progress.ask_id, Progress.version))
    }
    session().commit()

    def save() -> None:
        item = next(items)
        place = (item.organisation.organisation_id, item.ask.ask_id)
        with transaction():
            service.change_status(item, _change(versions[place]), catalogue)
        versions[place] += 1
        database.session.remove()

    return save


def _change(version: int) -> service.StatusChange:
    return service.StatusChange(
        status_code="at_risk",
        narrative=STORY,
        reason="One van is in repair.",
        recovery_on=clock.today(),
        next_step="",
        next_step_on=None,
        completed_on=None,
        evidence_url="",
        expected_version=version,
        submission_key=str(uuid4()),
    )


def _bare_saver(kind: str, item: Item) -> Callable[[], None]:
    """The statements of one save through the driver: no session, no rule, no object."""
    mark = "?" if kind == "SQLite" else "%s"
    place = (item.organisation.organisation_id, item.ask.ask_id)
    chain_id, length = _chain(item.organisation.code)
    numbers = iter(range(length + 1, 10**9))
    locked = "" if kind == "SQLite" else " FOR UPDATE"
    of_item = f"organisation_id = {mark} AND ask_id = {mark}"
    entry, audit = _entry_statement(mark), _audit_statement(mark)
    kept = (
        f"UPDATE standing_now SET version = version + 1, entry_id = {mark}, updated_on = {mark}, "
        "confirmed_on = NULL, review_on = NULL, evidence_on = NULL, is_open = TRUE, is_overdue = TRUE, "
        f"said_class = 'at_risk', status_class = 'at_risk', late_on = coalesce(target_on, national_on) WHERE {of_item}"
    )

    def save() -> None:
        now, number, key = _now(kind), next(numbers), str(uuid4())
        with database.engine.connect().execution_options(takes_write_lock=True) as connection, connection.begin():
            run = connection.connection.cursor()
            run.execute(f"SELECT * FROM progress WHERE {of_item}{locked}", place)
            last_id = dict(zip([column[0] for column in run.description], run.fetchone(), strict=True))["entry_id"]
            run.execute(f"SELECT EXISTS (SELECT * FROM progress_entry WHERE submission_key = {mark})", (key,))
            run.fetchone()
            run.execute(f"SELECT * FROM progress_entry WHERE id = {mark}", (last_id,))
            run.fetchone()
            run.execute(entry, (*place, STORY, "One van is in repair.", _day(kind), now, key))
            entry_id = run.fetchone()[0]
            run.execute(
                f"UPDATE progress SET version = version + 1, entry_id = {mark} WHERE {of_item}", (entry_id, *place)
            )
            run.execute(kept, (entry_id, _day(kind), *place))
            run.execute(f"SELECT * FROM audit_chain WHERE id = {mark}{locked}", (chain_id,))
            run.fetchone()
            run.execute(audit, (chain_id, number, now, item.organisation.code, "{}", "{}", "0" * 64, "1" * 64))
            head = f"UPDATE audit_chain SET length = {mark}, head_hash = {mark} WHERE id = {mark}"
            run.execute(head, (number, "1" * 64, chain_id))

    return save


def _entry_statement(mark: str) -> str:
    return (
        "INSERT INTO progress_entry (organisation_id, ask_id, narrative, reason, true_on, recorded_at, submission_key, "
        f"kind, status_code, status_class, next_step, role, blocked_by, backdating_reason) "
        f"VALUES ({', '.join([mark] * 7)}, '{EntryKind.UPDATE.value}', 'at_risk', 'at_risk', '', 'lead', '', '') "
        "RETURNING id"
    )


def _audit_statement(mark: str) -> str:
    return (
        "INSERT INTO audit_entry (chain_id, number, recorded_at, person_id, role, verb, subject, before, after, "
        f"request_id, previous_hash, entry_hash) VALUES ({mark}, {mark}, {mark}, 1, 'lead', 'status update', {mark}, "
        f"{mark}, {mark}, '', {mark}, {mark})"
    )


def _chain(code: str) -> tuple[int, int]:
    """The chain of the organisation that the bare side writes to; its hashes are never checked."""
    with transaction():
        chain = session().scalar(sa.select(AuditChain).where(AuditChain.name == f"bare-{code}"))
        if chain is None:
            chain = AuditChain(name=f"bare-{code}", length=0, head_hash="")
            session().add(chain)
            session().flush()
        found = chain.id
    length = session().scalar(sa.select(sa.func.count()).where(AuditEntry.chain_id == found)) or 0
    session().commit()
    return found, length


def _now(kind: str) -> Any:
    return clock.now().replace(tzinfo=None).isoformat(" ") if kind == "SQLite" else clock.now()


def _day(kind: str) -> Any:
    return clock.today().isoformat() if kind == "SQLite" else clock.today()


def _posted(app: Flask, country: Country) -> float:
    """Milliseconds that the form of an update takes to be taken: sign-in, token, rules, history, audit; the median."""
    import make

    client = StrictClient(app, Response)
    with app.app_context():
        make.enter_by_pages(client, LEAD_EMAIL, make.PASSWORD)
        database.session.remove()
    page = f"/organisations/{country.trust_code}/8ua-2020/1.1/update"
    taken = []
    for _ in range(POSTS):
        html = client.get(page).get_data(as_text=True)
        hidden = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', html))
        later = clock.today().replace(year=clock.today().year + 1)
        sent = hidden | {"status": "at_risk", "reason": "One van is in repair.", "narrative": STORY}
        sent |= {f"recovery_on-{part}": str(getattr(later, part)) for part in ("day", "month", "year")}
        began = perf_counter()
        answer = client.post(page, data=sent)
        taken.append(1000 * (perf_counter() - began))
        assert answer.status_code == 302, f"{page} answered {answer.status_code}."
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    sys.exit(main())
