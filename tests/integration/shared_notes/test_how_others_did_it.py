"""Who reads on a late ask how others did it, whom they see, and what they do not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.evidence.standing import ask_id
from integration.shared_notes.sharing import SAID, finish, lead_of, share, trust, withdraw, words

from tracker import clock
from tracker.accounts.rules import Role, Scope, Viewer
from tracker.db import database, session, transaction
from tracker.frameworks.rules import OrganisationType, Service
from tracker.organisations.models import OrganisationLife
from tracker.organisations.queries import get_open_organisation, service_answers
from tracker.organisations.service import track
from tracker.progress import kept
from tracker.progress.kept_models import KeptDay
from tracker.shared_notes import queries
from tracker.shared_notes.rows import Asker
from tracker.shared_notes.rules import likeness, place

LATE, PAGE = "/organisations/XN1/8ua-2020/8.1", "/organisations/XN1/8ua-2020/8.1/how-others-did-it"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def peers(world: make.World, region: Viewer) -> dict[str, Viewer]:
    """Others that have finished ask 8.1, in both regions and of two types; two of them share how."""
    leads = {
        "XN5": trust("XN5", "Amber Hospitals NHS Trust", world.north_region),
        "XN6": trust("XN6", "Beck Hospitals NHS Trust", world.north_region),
        "XS5": trust("XS5", "Cove Hospitals NHS Trust", world.south_region),
        "XS6": trust("XS6", "Dune Hospitals NHS Trust", world.south_region),
        "0S1": trust("0S1", "NHS Downs CCG", world.south_region, OrganisationType.CCG),
    }
    make.service_answer(get_open_organisation("XN1").organisation_id, Service.MATERNITY, True)
    make.service_answer(get_open_organisation("XN1").organisation_id, Service.MENTAL_HEALTH, False)
    for service, is_provided in ((Service.MATERNITY, True), (Service.MENTAL_HEALTH, False)):
        make.service_answer(get_open_organisation("XS5").organisation_id, service, is_provided)
    make.service_answer(get_open_organisation("XN5").organisation_id, Service.MATERNITY, False)
    finish(leads["XN5"], assured_by=region)
    for code in ("XN6", "XS5", "XS6", "0S1"):
        finish(leads[code])
    share(leads["XS5"])
    share(leads["0S1"])
    with transaction():
        kept.keep()
    return leads


def test_a_lead_reads_who_shares_and_only_how_many_others_have_finished(
    client: FlaskClient, world: make.World, peers: dict[str, Viewer]
) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    for path in (LATE, PAGE):
        text = words(client.get(path))
        assert (
            "4 of the 5 other organisations of this type (NHS trust) have finished this ask. 1 of them says how."
            in text
        )
        assert "Cove Hospitals NHS Trust Complete, claimed Done on 14 September 2020. Same type and services." in text
        assert f"{SAID.text} Ask: {SAID.contact_role}, {SAID.contact_mailbox}" in text
        assert text.index("Cove Hospitals") < text.index("NHS Downs CCG")
        assert not any(name in text for name in ("Amber", "Beck", "Dune", "Lead of", "Robin"))
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv").get_data(as_text=True))))
    assert [(row["ods_code"], row["likeness"], row["note"]) for row in rows] == [
        ("XS5", "Same type and services", SAID.text),
        ("0S1", "Another type", SAID.text),
    ]
    assert client.get(f"{PAGE}.xlsx").status_code == 200


def test_a_region_reads_the_names_of_its_own_and_the_national_team_those_of_all_of_the_type(
    client: FlaskClient, world: make.World, peers: dict[str, Viewer]
) -> None:
    make.sign_in(client, Role.REGION, world.north_region)
    text = words(client.get(LATE))
    in_order = ["Cove Hospitals", "Beck Hospitals", "Amber Hospitals", "NHS Downs CCG"]
    places = [text.index(name) for name in in_order]
    assert places == sorted(places)
    assert "Dune" not in text
    assert (
        "Complete, assured Done on 14 September 2020. Same type, other services, same region. No note is shared" in text
    )
    make.sign_in(client, Role.NATIONAL)
    assert "Dune Hospitals" in words(client.get(LATE))


@ON_SQLITE
def test_what_the_database_says_of_order_and_likeness_is_what_the_rules_say(
    world: make.World, peers: dict[str, Viewer]
) -> None:
    here = get_open_organisation("XN1")
    everywhere = Scope(is_everywhere=True)
    asker = Asker(here.organisation_id, here.organisation_type, world.north_region, ask_id("8.1"), everywhere)
    found = queries.others(asker, clock.today())
    assert found.total == len(found.named) == 5
    ours = (here.organisation_type, service_answers(here.organisation_id, clock.today()))
    places = []
    for other in found.named:
        theirs = get_open_organisation(other.code)
        answers = service_answers(theirs.organisation_id, clock.today())
        assert other.likeness is likeness(ours, (theirs.organisation_type, answers)), other.code
        places.append(
            place(
                other.likeness,
                says_how=other.said is not None,
                is_assured=other.status_class == "done_assured",
                is_same_region=theirs.place.region_id == world.north_region,
                name=other.name,
                code=other.code,
            )
        )
    assert places == sorted(places)
    assert [each.code for each in queries.others(asker, clock.today(), limit=2, offset=1).named] == [
        each.code for each in found.named[1:3]
    ]
    live = queries.others(asker, clock.today())
    session().execute(sa.delete(KeptDay))
    assert queries.others(asker, clock.today()) == live, "The live facts say the same as what is kept."


@ON_SQLITE
def test_few_of_a_type_are_not_counted_and_what_is_not_late_has_no_such_part(
    client: FlaskClient, world: make.World, lead: Viewer
) -> None:
    finish(lead_of("XS1", world.south_trust))
    make.sign_in(client, Role.LEAD, world.north_trust)
    text = words(client.get(LATE))
    assert "There are too few other organisations of this type (NHS trust) to say how many" in text
    assert "Downs Hospitals" not in text
    assert "How others did it" not in words(client.get("/organisations/XN1/8ua-2020/3.1")), "It is due later."


@ON_SQLITE
def test_the_page_takes_as_many_statements_for_many_as_for_few_and_is_paged(
    client: FlaskClient, world: make.World, peers: dict[str, Viewer], lead: Viewer
) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)

    def count() -> list[int]:
        counts = []
        for path in (LATE, PAGE):
            client.get(path)
            with statements_of(database.engine) as heard:
                assert client.get(path).status_code == 200
            counts.append(len(heard))
        return counts

    few = count()
    for number in range(12):
        other = trust(f"XM{number}", f"Moor {number} NHS Trust", world.south_region)
        finish(other)
        share(other)
    with transaction():
        kept.keep()
    assert count() == few
    assert "See all 14 that can be shown" in words(client.get(LATE))
    assert "Showing 11 to 14 of 14 organisations" in words(client.get(f"{PAGE}?page=2"))
    assert "Showing 1 to 10 of 14 organisations" in words(client.get(f"{PAGE}?page=9"))


@pytest.fixture
def shown(client: FlaskClient, world: make.World) -> Callable[[], bool]:
    """Whether the lead of the northern trust reads the note of XS5."""
    make.sign_in(client, Role.LEAD, world.north_trust)
    return lambda: SAID.text in words(client.get(PAGE))


def test_a_note_is_shown_while_the_ask_is_done_and_comes_back_only_when_it_is_shared_again(
    shown: Callable[[], bool], world: make.World, region: Viewer
) -> None:
    other = trust("XN5", "Amber Hospitals NHS Trust", world.north_region)
    with transaction():
        kept.keep()
    finish(other)
    assert not shown()
    share(other)
    assert shown()
    finish(other, narrative="Said otherwise")
    assert shown(), "A claim that is reworded is a claim still."
    _decide(region, is_assured=True)
    assert shown(), "What is assured is done still."
    _say(other, "at_risk", reason="The scheme has ended")
    assert not shown(), "It is open again."
    finish(other)
    assert not shown(), "Nobody has looked at the note since."
    share(other)
    assert shown()
    _decide(region, is_assured=False)
    assert not shown(), "It was returned."
    finish(other)
    share(other)
    assert withdraw(other)
    assert not shown()
    assert not withdraw(other), "There is nothing to take back."
    share(other)
    _say(other, "not_applicable", reason="It is a specialist trust")
    assert not shown()


@ON_SQLITE
def test_practices_are_counted_in_their_region(client: FlaskClient, world: make.World) -> None:
    with transaction():
        track(OrganisationType.PRACTICE, True)
    practices = [
        trust(f"N8100{number}", f"Practice {number}", region, OrganisationType.PRACTICE)
        for number, region in enumerate([*[world.north_region] * 6, world.south_region])
    ]
    for each in (practices[5], practices[6]):
        finish(each, "1.3")
    with transaction():
        kept.keep()
    make.sign_in(client, Role.LEAD, practices[0].held[0].organisation_id)
    text = words(client.get("/organisations/N81000/8ua-2020/1.3/how-others-did-it"))
    assert "1 of the 5 other organisations of this type (GP practice) in this region has finished this ask." in text


@ON_SQLITE
def test_what_a_closed_organisation_shared_is_shown_no_more(shown: Callable[[], bool], world: make.World) -> None:
    other = trust("XN5", "Amber Hospitals NHS Trust", world.north_region)
    finish(other)
    share(other)
    assert shown()
    closed = sa.update(OrganisationLife).where(OrganisationLife.organisation_id == other.held[0].organisation_id)
    session().execute(closed.values(ends_on=date(2020, 10, 31)))
    with transaction():
        kept.keep()
    assert not shown()


def _say(viewer: Viewer, status: str, **said: object) -> None:
    tell.say(viewer, "8.1", status, code="XN5", **said)


def _decide(viewer: Viewer, *, is_assured: bool) -> None:
    tell.decide(viewer, "8.1", is_assured=is_assured, reason="" if is_assured else "More is needed", code="XN5")
