"""New versions, asks that it serves, expiry and checks: each dated, none overwritten, and of two people one wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.evidence import bringing
from integration.evidence.bringing import XN1, a_file, add, day, said, send
from unit.evidence import made_files as made

from tracker import clock
from tracker.accounts.rules import Role
from tracker.db import transaction
from tracker.evidence import effects, expiring
from tracker.evidence.effects import EvidenceChanged
from tracker.evidence.rules import ASSURES, Became
from tracker.progress.rules import ASSURABLE_TYPES

Enter = Callable[..., FlaskClient]
TODAY = date(2020, 11, 2)
CHECKED = {"note": "Read it against the minutes", **day("checked_on", 1, 11, 2020)}


@dataclass(frozen=True, slots=True)
class Lost:
    """That an ask lost a piece of evidence, or has another version of it."""

    ask_id: int
    evidence_id: int
    cause: Became
    by: int | None


@pytest.fixture
def losses(app: Flask) -> list[Lost]:
    """What those who rest on evidence are told of what they lose."""
    told: list[Lost] = []

    def hear(changed: EvidenceChanged) -> None:
        told.extend(
            Lost(ask_id, changed.evidence_id, became, changed.by)
            for ask_id, became in changed.asks.items()
            if became not in (Became.ADDED, Became.DATED)
        )

    effects.on_change(app, hear)
    return told


def test_a_new_version_takes_the_place_of_the_old_which_stays_in_the_history(
    enter: Enter, world: make.World, losses: list[Lost]
) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead, said(note="First words"))
    changed = said(note="Second words", title="Board paper, revised", **day("true_on", 20, 10, 2020))
    assert send(lead, f"{XN1}/{evidence_id}/new-version", changed).status_code == 302
    piece = bringing.piece(evidence_id, world.north_trust)
    assert [(each.number, each.note) for each in piece.versions] == [(2, "Second words"), (1, "First words")]
    page = lead.get(f"{XN1}/{evidence_id}").text
    assert "Board paper, revised" in page.partition("<h1")[2].partition("</h1>")[0]
    assert "First words" in page.partition("Earlier versions")[2]
    (entry,) = bringing.audited("evidence revised")
    assert entry.after == {"evidence": evidence_id, "kind": "note", "version": 2, "expires_on": "2021-03-31"}
    assert [(lost.evidence_id, lost.cause, lost.by) for lost in losses] == [
        (evidence_id, Became.REPLACED, make.person(Role.LEAD, world.north_trust))
    ]


def test_a_new_version_starts_from_what_is_there(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    page = lead.get(f"{XN1}/{add(lead, said('link'))}/new-version").text
    assert 'value="https://example.nhs.uk/paper"' in page
    assert 'value="Board paper on access"' in page


def test_of_two_people_who_revise_at_once_one_wins_and_the_other_keeps_both_texts(
    enter: Enter, world: make.World, folder: Path
) -> None:
    lead, contributor = enter(Role.LEAD), enter(Role.CONTRIBUTOR)
    evidence_id = add(lead)
    path = f"{XN1}/{evidence_id}/new-version"
    opened = {client: bringing.fields(client, path) for client in (lead, contributor)}
    assert send(lead, path, said(note="Of the lead"), opened[lead]).status_code == 302
    answer = send(contributor, path, a_file(made.pdf(), title="Of the contributor"), opened[contributor])
    assert answer.status_code == 409
    assert "Of the lead" in answer.text
    assert "Of the contributor" in answer.text
    assert "Choose the file again" in answer.text
    assert bringing.files_in(folder) == [], "The file of the one who lost is gone again."
    again = bringing.re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert again is not None
    last = opened[contributor] | {"version": again[1]}
    assert send(contributor, path, a_file(made.pdf(), title="Of the contributor"), last).status_code == 302
    assert bringing.piece(evidence_id, world.north_trust).newest.number == 3


def test_a_double_click_on_a_new_version_saves_it_once(enter: Enter, folder: Path) -> None:
    lead = enter(Role.LEAD)
    path = f"{XN1}/{add(lead)}/new-version"
    opened = bringing.fields(lead, path)
    for _ in range(2):
        assert send(lead, path, a_file(made.pdf()), opened).status_code == 302
    assert bringing.rows() == (2, 1)
    assert len(bringing.files_in(folder)) == 1


def test_ending_a_use_is_dated_told_and_stays_in_the_history(
    enter: Enter, world: make.World, losses: list[Lost]
) -> None:
    with clock.frozen(datetime(2020, 10, 1, 12, tzinfo=UTC)):
        evidence_id = add(enter(Role.LEAD), said(**day("true_on", 1, 9, 2020)), "2.2", "6.1")
    lead = enter(Role.LEAD)
    chosen = {"asks": ["8ua-2020/6.1", "8ua-2020/2.3"]}
    assert send(lead, f"{XN1}/{evidence_id}/asks", chosen).status_code == 302
    piece = bringing.piece(evidence_id, world.north_trust)
    assert len(piece.asks_on(TODAY)) == 2
    before = set(piece.asks_on(date(2020, 11, 1)))
    (ended,) = before - set(piece.asks_on(TODAY))
    assert [(lost.ask_id, lost.cause) for lost in losses] == [(ended, Became.WITHDRAWN)]
    page = lead.get(f"{XN1}/{evidence_id}").text
    assert "from 1 October 2020 to 1 November 2020" in page.replace("\n", " ")
    (entry,) = bringing.audited("evidence used elsewhere")
    assert entry.before == {"asks": "8ua-2020/2.2, 8ua-2020/6.1"}
    assert entry.after == {"evidence": evidence_id, "asks": "8ua-2020/2.3, 8ua-2020/6.1"}


def test_a_use_that_began_and_ended_on_one_day_never_was(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead)
    assert send(lead, f"{XN1}/{evidence_id}/asks", {"asks": []}).status_code == 302
    assert bringing.piece(evidence_id, world.north_trust).uses == ()
    assert "It serves no ask any more." in lead.get(f"{XN1}/{evidence_id}").text
    assert "No ask any more" in lead.get(XN1).text


def test_of_two_people_who_change_the_asks_one_is_told(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    path = f"{XN1}/{add(lead)}/asks"
    opened = bringing.fields(lead, path)
    assert send(lead, path, {"asks": ["8ua-2020/6.1"]}, opened).status_code == 302
    again = send(lead, path, {"asks": ["8ua-2020/6.1"]}, opened)
    assert again.status_code == 302, "The same once more, as a double click sends it."
    assert len(bringing.audited("evidence used elsewhere")) == 1
    assert send(lead, path, {"asks": ["8ua-2020/2.3"]}, opened).status_code == 409


def test_changing_the_expiry_to_a_day_that_has_passed_lets_it_expire_at_once(enter: Enter, losses: list[Lost]) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead)
    path = f"{XN1}/{evidence_id}/expiry"
    assert send(lead, path, day("expires_on", 2, 11, 2020)).status_code == 302
    assert losses == [], "Its last good day is not over."
    assert send(lead, path, day("expires_on", 1, 11, 2020)).status_code == 302
    assert [lost.cause for lost in losses] == [Became.EXPIRED]
    page = lead.get(f"{XN1}/{evidence_id}").text
    assert "It has expired, so no claim rests on it." in page
    assert "Expired" in lead.get(XN1).text
    changes = [(entry.before, entry.after) for entry in bringing.audited("evidence expiry changed")]
    assert changes[1] == (
        {"expires_on": "2020-11-02"},
        {"evidence": evidence_id, "expires_on": "2020-11-01"},
    )
    assert send(lead, path, {f"expires_on-{part}": "" for part in ("day", "month", "year")}).status_code == 302
    assert "Does not expire" in lead.get(f"{XN1}/{evidence_id}").text


def test_an_expiry_before_the_evidence_itself_is_refused(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    answer = send(lead, f"{XN1}/{add(lead)}/expiry", day("expires_on", 13, 9, 2020))
    assert "cannot be before the date of the evidence" in answer.text


def test_an_expiry_that_is_saved_twice_or_meanwhile_is_told(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    path = f"{XN1}/{add(lead)}/expiry"
    opened = bringing.fields(lead, path)
    for _ in range(2):
        assert send(lead, path, day("expires_on", 1, 1, 2021), opened).status_code == 302
    assert len(bringing.audited("evidence expiry changed")) == 1
    other = opened | {"submission_key": bringing.new_key()}
    answer = send(lead, path, day("expires_on", 1, 2, 2021), other)
    assert answer.status_code == 409
    assert "1 January 2021" in answer.text


def test_time_lets_evidence_expire_the_day_after_and_each_piece_is_told_once(
    enter: Enter, losses: list[Lost], world: make.World
) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead, said(**day("expires_on", 30, 11, 2020)), "2.2", "6.1")
    replaced = add(lead, said(**day("expires_on", 30, 11, 2020)))
    send(lead, f"{XN1}/{replaced}/new-version", said(**day("expires_on", 1, 1, 2021)))
    losses.clear()
    for on, told in ((30, 0), (31, 2), (31, 0)):
        month = 12 if on == 31 else 11
        with clock.frozen(datetime(2020, month, 1 if on == 31 else 30, 12, tzinfo=UTC)), transaction():
            assert expiring.let_expire() == told
    assert [(lost.evidence_id, lost.cause, lost.by) for lost in losses] == [(evidence_id, Became.EXPIRED, None)] * 2
    (entry,) = bringing.audited("evidence expired")
    assert (entry.subject, entry.person_id) == (f"evidence {evidence_id}", None)


def test_a_handler_that_fails_takes_the_change_with_it(app: Flask, enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead)

    def fail(_changed: EvidenceChanged) -> None:
        raise RuntimeError("The status could not be changed.")

    effects.on_change(app, fail)
    with pytest.raises(RuntimeError):
        send(lead, f"{XN1}/{evidence_id}/asks", {"asks": []})
    assert len(bringing.piece(evidence_id, world.north_trust).asks_on(TODAY)) == 1
    assert bringing.audited("evidence used elsewhere") == []


def test_the_region_checks_a_version_and_everybody_reads_it(enter: Enter, world: make.World) -> None:
    lead, region = enter(Role.LEAD), enter(Role.REGION)
    evidence_id = add(lead)
    assert send(region, f"{XN1}/{evidence_id}/check", CHECKED).status_code == 302
    page = lead.get(f"{XN1}/{evidence_id}").text
    assert "Checked on 1 November 2020 by Robin Ashdown, Regional team" in page.replace("\n", " ")
    assert "Read it against the minutes" in page
    assert "1 November 2020" in lead.get(XN1).text
    (entry,) = bringing.audited("evidence checked")
    assert (entry.role, entry.after["checked_on"]) == ("region", "2020-11-01")  # type: ignore[index]
    send(lead, f"{XN1}/{evidence_id}/new-version", said(note="Changed since"))
    page = lead.get(f"{XN1}/{evidence_id}").text
    assert "Not checked yet" in page
    assert "Read it against the minutes" in page.partition("Earlier versions")[2]


def test_a_check_counts_for_the_version_that_was_read(enter: Enter) -> None:
    lead, region = enter(Role.LEAD), enter(Role.REGION)
    evidence_id = add(lead)
    path = f"{XN1}/{evidence_id}/check"
    opened = bringing.fields(region, path)
    send(lead, f"{XN1}/{evidence_id}/new-version", said(note="Changed since"))
    answer = send(region, path, CHECKED, opened)
    assert answer.status_code == 409
    assert "Changed since" in answer.text
    assert "Read it against the minutes" in answer.text
    assert bringing.audited("evidence checked") == []


def test_a_check_is_saved_once_and_needs_words_and_a_day_that_has_come(enter: Enter) -> None:
    region = enter(Role.REGION)
    path = f"{XN1}/{add(enter(Role.LEAD))}/check"
    answer = send(region, path, {"note": "", **day("checked_on", 3, 11, 2020)})
    assert bringing.summary(answer) == [
        "The date you checked it must be today or in the past",
        "Enter what you checked, and what you found",
    ]
    opened = bringing.fields(region, path)
    for _ in range(2):
        assert send(region, path, CHECKED, opened).status_code == 302
    assert len(bringing.audited("evidence checked")) == 1


@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.BOARD, Role.NATIONAL, Role.SYSTEM])
def test_nobody_but_its_assurer_checks_the_evidence_of_a_trust(enter: Enter, role: Role) -> None:
    evidence_id = add(enter(Role.LEAD))
    client = enter(role)
    assert client.get(f"{XN1}/{evidence_id}/check").status_code == 403
    token = make.csrf_token(client, "/organisations")
    assert client.post(f"{XN1}/{evidence_id}/check", data=CHECKED | {"csrf_token": token}).status_code == 403
    assert "Check this evidence" not in client.get(f"{XN1}/{evidence_id}").text


def test_nobody_checks_what_they_added_themselves(app: Flask, enter: Enter, world: make.World) -> None:
    """Somebody of the regional team who is also a contributor here."""
    from tracker.accounts.models import Membership
    from tracker.db import session

    person_id = make.person(Role.REGION, world.north_region)
    both = Membership(
        person_id=person_id, role=Role.CONTRIBUTOR, organisation_id=world.north_trust, granted_at=make.LONG_AGO
    )
    session().add(both)
    session().commit()
    client = enter(Role.REGION)
    evidence_id = add(client)
    answer = send(client, f"{XN1}/{evidence_id}/check", CHECKED)
    assert bringing.summary(answer) == ["You added this version, so somebody else must check it."]


def test_whose_evidence_a_role_checks_is_whose_claims_it_assures() -> None:
    assert ASSURES == ASSURABLE_TYPES
