"""What people typed is left as it is when somebody is forgotten, and every place that may hold the name is told."""

from __future__ import annotations

from datetime import date

import make
import sqlalchemy as sa
import tell
from flask.testing import FlaskCliRunner
from integration.personal_data.conftest import NAME
from integration.personal_data.forgetting import forget

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.audit import service as audit
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.people.personal_texts import TEXTS, Holds
from tracker.progress import service
from tracker.progress.models import ProgressEntry
from tracker.returns.models import ReturnRow


def frozen_rows() -> list[str]:
    """Where the two returns that were submitted hold what was said of ask 2.2, as they tell of it."""
    held = sa.select(ReturnRow.id).where(ReturnRow.content.contains("Whitcombe")).order_by(ReturnRow.id)
    return [f"XN1 8ua-2020 2.2: content (return_row {row_id})" for row_id in session().scalars(held)]


def test_texts_that_people_typed_are_left_and_their_places_told(runner: FlaskCliRunner, asha) -> None:
    lines = forget(runner).stdout.splitlines()
    assert lines[0] == f"Forgotten: person {asha.lead}, person {asha.lead + 1}."
    assert lines[1].startswith("4 texts that people typed may still hold the name, the last name or the address.")
    assert lines[2:] == [
        "  XN1: url (evidence 1)",
        "  XN1 8ua-2020 2.2: narrative (progress_entry 1)",
        *(f"  {each}" for each in frozen_rows()),
    ]
    assert session().scalar(sa.select(ProgressEntry.narrative)) == "Dr Whitcombe presents it."


def test_texts_are_found_in_every_column_that_people_or_the_audit_may_fill(
    runner: FlaskCliRunner, asha, world: make.World
) -> None:
    """Each place that may hold a name is written into, one after the other, and each is told."""
    viewer = Viewer(asha.lead, NAME, (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    with transaction():
        about = tell.item(viewer, "7.1")
        change = tell.change(about, "at_risk", narrative="-", reason="-", next_step="-", next_step_on=date(2020, 12, 1))
        service.change_status(about, change, read_catalogue())
        audit.record(verb="test", subject=NAME, before={"who": NAME}, after={"who": "ASHA WHITCOMBE"})
    places = [place for place, holds in TEXTS.items() if holds is Holds.TYPED and place != "organisation_import.files"]
    with transaction():
        for place in places:
            table, _, column = place.partition(".")
            session().execute(sa.text(f"UPDATE {table} SET {column} = 'told by asha.whitcombe herself'"))
    told = forget(runner).stdout
    assert [
        place
        for place in places
        if f"{place.partition('.')[2].replace('_', ' ')} ({place.partition('.')[0]} " not in told
    ] == []
    assert [
        each for each in ("subject (audit_entry", "before (audit_entry", "after (audit_entry") if each not in told
    ] == []
