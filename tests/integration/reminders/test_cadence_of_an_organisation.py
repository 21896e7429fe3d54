"""An organisation chooses when its people are reminded of a date."""

from __future__ import annotations

from datetime import date

import make
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.reminders.choosing_there import audited, post, text_of
from integration.reminders.passing import LEAD, TODAY, ledger, move_deadline
from smtp_server import MailServer

from tracker.accounts.rules import Role
from tracker.config import Settings
from tracker.db import session
from tracker.reminders.models import ReminderCadence
from tracker.reminders.service import send_reminders

PAGE = "/organisations/XN1/reminders"


def choices() -> list[ReminderCadence]:
    session().rollback()
    return list(session().scalars(sa.select(ReminderCadence).order_by(ReminderCadence.id)))


def test_what_is_chosen_changes_what_is_due(
    world: make.World, client: FlaskClient, lead: int, server: MailServer, settings: Settings
) -> None:
    move_deadline(world.north_trust, "6.1", date(2020, 12, 30))
    make.enter(client, LEAD)
    send_reminders(TODAY, settings)
    assert "before_60" not in {entry.kind for entry in ledger()}
    answer = post(client, PAGE, cadence="earlier", version="0")
    assert answer.location == "/organisations/XN1"
    (chosen,) = choices()
    assert (chosen.cadence, chosen.true_on, chosen.person_id) == ("earlier", TODAY, lead)
    send_reminders(date(2020, 11, 3), settings)
    assert ledger()[-1].kind == "before_60"
    assert "/6.1/" in server.messages[-1].text
    assert "Reminded of its dates Earlier" in text_of(client, "/organisations/XN1")
    (said,) = audited("reminder cadence chosen")
    assert (said.before, said.after, said.role) == ({"cadence": "standard"}, {"cadence": "earlier"}, "lead")


def test_choosing_the_standard_closes_the_choice(client: FlaskClient, lead: int) -> None:
    make.enter(client, LEAD)
    post(client, PAGE, cadence="fewer", version="0")
    (first,) = choices()
    assert "Fewer, since 2 November 2020. 14 and 1 days before a date" in text_of(client, PAGE)
    post(client, PAGE, cadence="standard", version=str(first.id))
    (closed,) = choices()
    assert closed.superseded_at is not None
    assert "Now Standard. 30, 14, 7 and 1 days before a date, on the day, 3 days after it" in text_of(client, PAGE)
    post(client, PAGE, cadence="standard", version="0")
    assert len(audited("reminder cadence chosen")) == 2


def test_a_form_that_is_not_right_or_comes_late_says_so(client: FlaskClient, lead: int) -> None:
    make.enter(client, LEAD)
    assert "Choose one of them" in post(client, PAGE, version="0").text
    made_up = post(client, PAGE, cadence="hourly", version="0")
    assert "choose one of the answers that are offered" in made_up.text
    post(client, PAGE, cadence="fewer", version="0")
    late = post(client, PAGE, cadence="earlier", version="0")
    assert late.status_code == 409
    assert "Somebody else of your organisation chose another meanwhile." in late.text
    (chosen,) = choices()
    assert f'name="version" type="hidden" value="{chosen.id}"' in late.text
    assert chosen.cadence == "fewer"


def test_everybody_else_who_sees_the_organisation_reads_it(world: make.World, client: FlaskClient) -> None:
    for role, body in (
        (Role.BOARD, world.north_trust),
        (Role.CONTRIBUTOR, world.north_trust),
        (Role.SYSTEM, world.north_system),
        (Role.REGION, world.north_region),
    ):
        browser = client.application.test_client()
        make.sign_in(browser, role, body)
        assert "The organisation itself chooses this." in text_of(browser, PAGE)
        assert post(browser, PAGE, cadence="fewer", version="0").status_code == 403
    assert choices() == []
    assert post(browser, PAGE.replace("XN1", "XS1"), cadence="fewer").status_code in (403, 404)


def test_a_system_chooses_for_its_own_asks(world: make.World, client: FlaskClient) -> None:
    make.sign_in(client, Role.SYSTEM, world.north_system)
    assert post(client, "/organisations/QN1/reminders", cadence="fewer", version="0").status_code == 302
    assert [each.organisation_id for each in choices()] == [world.north_system]
