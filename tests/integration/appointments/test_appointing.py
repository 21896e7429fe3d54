"""Appointing, correcting, ending and taking back: who may, what it does to those before, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.appointments.posting import (
    APPOINT,
    IN_POST,
    LEAD,
    OWNER,
    TITLE,
    Sent,
    ask_id,
    changes,
    day,
    id_of,
    person_id_of,
    send,
    stored,
    text_of,
)

from tracker.accounts.models import Person
from tracker.accounts.rules import Role
from tracker.appointments.panels import in_post_sum, panel
from tracker.audit.models import AuditEntry
from tracker.db import session

Enter = Callable[..., FlaskClient]


def test_whoever_is_appointed_is_shown_with_the_days_and_a_sentence_of_history(robin: FlaskClient) -> None:
    assert "No executive lead is in post. Vacant for 95 days, since 31 July 2020." in text_of(robin.get(IN_POST))
    assert send(robin, APPOINT, LEAD).location == IN_POST
    page = text_of(robin.get(IN_POST))
    assert "The appointment is saved." in page
    assert "Vacant" not in page
    for words in ("Priya Ravensworth", "Medical Director", "14 September 2020", "No last day", "No deputy is in post."):
        assert words in page
    assert (
        "12:00 on 2 November 2020: Robin Ashdown, Health inequalities lead, appointed Priya Ravensworth, "
        "Medical Director, as executive lead from 14 September 2020." in page
    )
    assert stored() == [("Priya Ravensworth", "executive_lead", None, date(2020, 9, 14), None)]


def test_a_new_lead_ends_the_time_of_the_one_before_and_the_history_says_so(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    send(robin, APPOINT, LEAD, {"name": "Ben Second", "email": "ben@example.nhs.uk"}, day("starts_on", "1 11 2020"))
    assert stored() == [
        ("Priya Ravensworth", "executive_lead", None, date(2020, 9, 14), date(2020, 10, 31)),
        ("Ben Second", "executive_lead", None, date(2020, 11, 1), None),
    ]
    page = text_of(robin.get(IN_POST))
    assert "appointed Ben Second, Medical Director, as executive lead from 1 November 2020." in page
    assert "the last day of Priya Ravensworth, Medical Director, as executive lead is 31 October 2020" in page


def test_whoever_is_put_in_before_a_later_one_leaves_the_day_before(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD, day("starts_on", "1 12 2020"))
    send(robin, APPOINT, LEAD, {"name": "Acting One", "email": "a@example.nhs.uk"}, day("starts_on", "1 10 2020"))
    assert stored()[0] == ("Acting One", "executive_lead", None, date(2020, 10, 1), date(2020, 11, 30))
    page = text_of(robin.get(IN_POST))
    assert "From a later day" in page


def test_an_ask_may_have_several_owners_and_a_person_several_asks(robin: FlaskClient) -> None:
    send(robin, APPOINT, OWNER, asks=["8ua-2020/2.2", "8ua-2020/7.1"])
    send(robin, APPOINT, OWNER, name="Lou Second", asks="8ua-2020/2.2")
    assert [(name, ref) for name, _, ref, *_ in stored()] == [
        ("Kit Larkin", "2.2"),
        ("Lou Second", "2.2"),
        ("Kit Larkin", "7.1"),
    ]
    page = text_of(robin.get(IN_POST))
    assert f"as owner of ask 2.2 of “{TITLE}” and owner of ask 7.1 of “{TITLE}” from 14 September 2020" in page


def test_the_panel_of_an_ask_and_the_sum_of_an_organisation_say_who_it_is_today(
    robin: FlaskClient, world: make.World
) -> None:
    send(robin, APPOINT, OWNER)
    send(robin, APPOINT, LEAD, post="deputy")
    found = panel(world.north_trust, ask_id("2.2"), date(2020, 11, 2))
    assert [owner.in_words for owner in found.owners] == ["Kit Larkin, Matron"]
    assert found.is_owned_by(person_id_of("Kit Larkin"))
    assert panel(world.north_trust, ask_id("2.2"), date(2020, 9, 13)).owners == ()
    assert panel(world.north_trust, ask_id("2.3"), date(2020, 11, 2)).owners == ()
    here = in_post_sum(world.north_trust, date(2020, 11, 2))
    assert (here.lead, here.deputy.name if here.deputy else "", here.owned_asks) == (None, "Priya Ravensworth", 1)


def test_somebody_who_signs_in_is_appointed_by_being_chosen_and_keeps_their_account(
    robin: FlaskClient, enter: Enter, world: make.World
) -> None:
    kim = enter(Role.CONTRIBUTOR, name="Kim Dale").person_id  # type: ignore[attr-defined]
    send(robin, APPOINT, OWNER, who=str(kim))
    (row,) = stored()
    assert row[0] == "Kim Dale"
    assert person_id_of("Kim Dale") == kim


def test_whoever_types_the_details_of_somebody_in_the_list_is_asked_to_choose_them(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    before = session().scalar(sa.select(sa.func.count(Person.id)))
    answer = send(robin, APPOINT, LEAD, post="deputy")
    assert "Priya Ravensworth is in the list already. Choose them there." in text_of(answer)
    assert session().scalar(sa.select(sa.func.count(Person.id))) == before


def test_the_same_address_under_another_name_makes_another_person(robin: FlaskClient, enter: Enter) -> None:
    """A mailbox may be shared, so an address links nobody to an account."""
    kim = enter(Role.CONTRIBUTOR, name="Kim Dale", email="kim@example.nhs.uk").person_id  # type: ignore[attr-defined]
    send(robin, APPOINT, OWNER, name="K. Dale", email="kim@example.nhs.uk")
    assert person_id_of("K. Dale") != kim


def test_somebody_of_another_organisation_cannot_be_chosen(robin: FlaskClient, world: make.World) -> None:
    other = make.person(Role.CONTRIBUTOR, world.south_trust, name="Ida Elsewhere")
    answer = send(robin, APPOINT, OWNER, who=str(other))
    assert "Who is it?: choose one of the answers that are offered" in text_of(answer)
    assert "Ida Elsewhere" not in text_of(robin.get(APPOINT))
    assert stored() == []


@pytest.mark.parametrize(
    ("form", "fields", "sentence"),
    [
        (LEAD, {"who": ""}, "Choose who it is"),
        (LEAD, {"name": ""}, "Enter their name"),
        (LEAD, {"name": "=cmd"}, "Name must begin with a letter, not with “=”"),
        (LEAD, {"email": ""}, "Enter the work email of the executive lead"),
        (LEAD, {"email": "nowhere"}, "must be an email address in the correct format"),
        (LEAD, {"job_title": ""}, "Enter the job title"),
        (LEAD, {"job_title": "t" * 201}, "Job title must be 200 characters or fewer. You have typed 201."),
        (LEAD, {"post": ""}, "Choose what they answer for"),
        (LEAD, {"post": "chair"}, "What do they answer for?: choose one of the answers that are offered"),
        (OWNER, {"asks": ""}, "choose one of the answers that are offered"),
        (OWNER, {"asks": "8ua-2020/9.9"}, "choose one of the answers that are offered"),
        (LEAD, day("starts_on", ""), "Enter their first day"),
        (LEAD, day("starts_on", "31 2 2020"), "31 February 2020 is not a real date"),
        (LEAD, day("ends_on", "13 9 2020"), "The last day must be on or after the first"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_saves_nothing(
    robin: FlaskClient, form: Sent, fields: Sent, sentence: str
) -> None:
    answer = send(robin, APPOINT, form, fields)
    page = text_of(answer)
    assert answer.status_code == 200
    assert page.count(sentence) >= 2, "the summary and the field say the same"
    assert "Error: " in page.split("</title>", 1)[0]
    assert "Medical Director" in page or "Matron" in page or "job_title" in fields
    assert stored() == []
    assert changes() == []


def test_an_owner_of_no_ask_is_refused(robin: FlaskClient) -> None:
    sent = {key: value for key, value in OWNER.items() if key != "asks"}
    assert "Select at least one ask" in text_of(send(robin, APPOINT, sent))


def test_two_leads_from_the_same_day_and_one_owner_twice_are_refused(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    answer = send(robin, APPOINT, LEAD, name="Ben Second", email="ben@example.nhs.uk")
    assert "Priya Ravensworth is recorded from the same day, 14 September 2020." in text_of(answer)
    send(robin, APPOINT, OWNER)
    kit = str(person_id_of("Kit Larkin"))
    answer = send(robin, APPOINT, OWNER, day("starts_on", "1 10 2020"), who=kit)
    assert "Kit Larkin owns one of these asks already, from 14 September 2020." in text_of(answer)
    assert len(stored()) == 2


def test_a_contributor_takes_a_free_ask_and_changes_only_their_own(robin: FlaskClient, enter: Enter) -> None:
    send(robin, APPOINT, OWNER)
    send(robin, APPOINT, LEAD)
    kim = enter(Role.CONTRIBUTOR, name="Kim Dale")
    page = text_of(kim.get(APPOINT))
    assert "Take on an ask" in page
    assert "Kit Larkin" not in page
    assert "8ua-2020/2.2" not in page
    assert "executive_lead" not in page
    for fields in (
        {"post": "executive_lead"},
        {"who": "new"},
        {"asks": "8ua-2020/2.2"},
        {"who": str(person_id_of("Kit Larkin"))},
    ):
        myself = OWNER | {"who": str(kim.person_id), "asks": "8ua-2020/7.1"}  # type: ignore[attr-defined]
        assert "choose one of the answers that are offered" in text_of(send(kim, APPOINT, myself, fields)), fields
    send(kim, APPOINT, OWNER, who=str(kim.person_id), asks="8ua-2020/7.1")  # type: ignore[attr-defined]
    assert ("Kim Dale", "ask_owner", "7.1", date(2020, 9, 14), None) in stored()
    others = id_of("Kit Larkin")
    for deed in ("correct", "end", "take-back"):
        assert kim.get(f"{IN_POST}/{others}/{deed}").status_code == 403
        assert kim.get(f"{IN_POST}/{id_of('Kim Dale')}/{deed}").status_code == 200
    assert kim.get(f"{IN_POST}/hand-over/{person_id_of('Kit Larkin')}").status_code == 403
    assert "Not yours to change" in text_of(kim.get(IN_POST))


def test_others_read_who_is_in_post_and_change_nothing(robin: FlaskClient, enter: Enter) -> None:
    send(robin, APPOINT, LEAD)
    for role in (Role.BOARD, Role.SYSTEM, Role.REGION, Role.NATIONAL):
        reader = enter(role)
        page = text_of(reader.get(IN_POST))
        assert "Priya Ravensworth" in page
        assert "/appoint" not in page
        assert "priya@example.nhs.uk" not in page
        assert reader.get(APPOINT).status_code == 403


def test_the_audit_holds_numbers_and_days_and_no_name(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    send(robin, APPOINT, OWNER)
    send(robin, f"{IN_POST}/{id_of('Kit Larkin')}/end", day("last_day", "31 10 2020"), reason="Off to Leeds")
    entries = session().scalars(
        sa.select(AuditEntry).where(AuditEntry.verb.in_(("lead named", "appointed", "appointment ended")))
    )
    told = [(entry.verb, entry.role, str(entry.subject), str(entry.before), str(entry.after)) for entry in entries]
    assert [verb for verb, *_ in told] == ["lead named", "appointed", "appointment ended"]
    for word in ("Kit", "Priya", "Matron", "Leeds"):
        assert all(word not in text for entry in told for text in entry)


def test_the_files_hold_the_vacancy_and_names_only_where_they_are_asked_for(robin: FlaskClient) -> None:
    send(robin, APPOINT, OWNER)
    lines = robin.get(f"{IN_POST}.csv").text.splitlines()
    assert lines[1] == "XN1,Dales Hospitals NHS Trust,executive_lead,Executive lead,,,,vacant,,2020-07-31,,95"
    assert lines[2].endswith(",in_post,Matron,2020-09-14,,")
    assert "Kit Larkin" not in "".join(lines)
    named = robin.get(f"{IN_POST}.csv?names=yes").text.splitlines()
    assert named[0].endswith(",days_vacant,name")
    assert named[2].endswith(",Kit Larkin")
    assert robin.get(f"{IN_POST}.xlsx").data[:2] == b"PK"
    session().rollback()
    entries = session().scalars(sa.select(AuditEntry.after).where(AuditEntry.verb == "people in post exported"))
    assert [entry["names"] for entry in entries] == [False, True, False]


def test_a_page_costs_as_many_statements_for_a_hundred_appointments_as_for_one(
    robin: FlaskClient, statements: Callable[[str], int]
) -> None:
    send(robin, APPOINT, OWNER)
    before = statements(IN_POST)
    send(
        robin, APPOINT, OWNER, name="Lou Second", asks=["8ua-2020/2.3", "8ua-2020/7.1", "8ua-2020/6.1", "8ua-2020/8.1"]
    )
    for number in range(3):
        send(robin, APPOINT, OWNER, name=f"Owner {number}", asks=["8ua-2020/2.3", "8ua-2020/7.1"])
    assert statements(IN_POST) == before <= 10
