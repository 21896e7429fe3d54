"""Organisations that finish an ask and share how, through the real services and pages."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import make
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.evidence.standing import ask_id
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import session, transaction
from tracker.frameworks.rules import OrganisationType
from tracker.progress.models import ProgressEntry
from tracker.shared_notes import service
from tracker.shared_notes.models import SharedNote
from tracker.shared_notes.queries import find_note
from tracker.shared_notes.rows import Said

SAID = Said("We asked every ward.", "Director of Strategy, executive lead", "inequalities@example.nhs.uk")


def lead_of(code: str, organisation_id: int) -> Viewer:
    person_id = make.person(Role.LEAD, organisation_id, email=f"lead.of.{code}@example.nhs.uk", name=f"Lead of {code}")
    return Viewer(person_id, f"Lead of {code}", (HeldRole(Role.LEAD, organisation_id, code),))


def trust(code: str, name: str, region: int, of_type: OrganisationType = OrganisationType.TRUST) -> Viewer:
    """One organisation more, and its lead."""
    made = make.organisation(code, name, of_type, region=region)
    session().commit()
    return lead_of(code, made)


def finish(lead: Viewer, ref: str = "8.1", *, assured_by: Viewer | None = None, **said: object) -> None:
    code = lead.held[0].organisation_code or ""
    tell.say(lead, ref, "complete_claimed", code=code, evidence_url="https://example.nhs.uk/plan", **said)
    if assured_by is not None:
        tell.decide(assured_by, ref, is_assured=True, code=code)


def share(lead: Viewer, ref: str = "8.1", said: Said = SAID) -> None:
    """Share a note in a transaction of its own."""
    item = tell.item(lead, ref, lead.held[0].organisation_code or "")
    with transaction():
        newest = find_note(item.organisation.organisation_id, item.ask.ask_id)
        number = newest.number if newest else 0
        assert service.share(item, said, expected_version=number, submission_key=str(uuid4()))


def withdraw(lead: Viewer, ref: str = "8.1") -> bool:
    with transaction():
        return service.withdraw(tell.item(lead, ref, lead.held[0].organisation_code or ""))


def note_version(code: str, ref: str) -> int:
    """The version of what an organisation shares of an ask: 0 before anything."""
    organisation_id = find_organisation_id(code)
    assert organisation_id is not None
    newest = find_note(organisation_id, ask_id(ref))
    return newest.number if newest else 0


def note_row(person_id: int, code: str, ref: str, *, is_shared: bool = True) -> int:
    """The id of one version more of a note, put straight into the table; it rests on the first entry of all."""
    entry_id = session().scalars(sa.select(sa.func.min(ProgressEntry.id))).one()
    note = SharedNote(
        organisation_id=find_organisation_id(code),
        ask_id=ask_id(ref),
        number=note_version(code, ref) + 1,
        is_shared=is_shared,
        text=SAID.text if is_shared else "",
        contact_role=SAID.contact_role if is_shared else "",
        contact_mailbox=SAID.contact_mailbox if is_shared else "",
        entry_id=entry_id,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=person_id,
        role="lead",
        submission_key=str(uuid4()),
    )
    session().add(note)
    session().commit()
    return note.id


def hidden(client: FlaskClient, path: str) -> dict[str, str]:
    text = client.get(path).get_data(as_text=True).split("<main", 1)[1].split("</form>", 1)[0]
    return dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', text))


def words(answer: TestResponse) -> str:
    """The main part of a page without its marks, in one line."""
    text = answer.get_data(as_text=True).split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
