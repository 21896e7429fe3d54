"""The page "Who can see and do what": it shows the whole table as it is written, and the powers as the rules are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import html5lib
import make
import pytest
from flask.testing import FlaskClient

from tracker.accounts import roles_presenters
from tracker.accounts.access_table import WHO, Answer, TableFault, Where, parse, read_table
from tracker.accounts.roles_presenters import ANSWERS, MEANINGS, NARROWER, PLACES, POWER_WORDS
from tracker.accounts.rules import GRANTS, POWERS, Permission, Role
from tracker.frameworks.rules import OrganisationType
from tracker.progress.rules import ASSURABLE_TYPES

XHTML = "{http://www.w3.org/1999/xhtml}"
HEADING = f"  {' '.join(WHO)}"
ROW = f"  own {' '.join('yes' for _ in WHO)}"


def tables_of(html: str) -> Iterator[tuple[str, list[list[str]]]]:
    """The title and the cells of every table of a page."""
    for table in html5lib.parse(html).iter(f"{XHTML}table"):
        (caption,) = table.iter(f"{XHTML}caption")
        rows = [[words(cell) for cell in row if cell.tag != f"{XHTML}script"] for row in table.iter(f"{XHTML}tr")]
        yield words(caption), rows


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_page_shows_every_line_of_the_table(client: FlaskClient, world: make.World) -> None:
    shown = dict(tables_of(client.get("/roles").text))
    for group in read_table():
        heading, *rows = shown[group.title]
        assert heading[0:3] == ["What", "Organisation", "Not signed in"]
        assert heading[3:-1] == [role.label for role in Role]
        assert len(rows) == len(group.rows)
        for cells, row in zip(rows, group.rows, strict=True):
            answers = [ANSWERS[row.answers[who]][0] for who in WHO]
            assert cells[:-1] == [row.address.label, PLACES[row.where], *answers]
            assert cells[-1].startswith(row.address.method)


def test_the_page_is_the_same_for_everybody_and_open_to_all(client: FlaskClient, world: make.World) -> None:
    unknown = dict(tables_of(client.get("/roles").text))
    make.sign_in(client, Role.LEAD, world.north_trust)
    assert dict(tables_of(client.get("/roles").text)) == unknown


def test_every_power_of_the_rules_is_in_words_and_every_role_has_a_cell(client: FlaskClient, world: make.World) -> None:
    assert set(POWER_WORDS) == set(Permission) - {Permission.SIGNED_IN}
    shown = {cells[0]: cells[1:] for cells in dict(tables_of(client.get("/roles").text))["What each role can do"]}
    for power, told in POWER_WORDS.items():
        assert [cell != "No" for cell in shown[told]] == [power in POWERS[role] for role in Role], told
    assert shown["Invite people"] == [
        "Own organisation",
        "No",
        "No",
        "No",
        "Everything in the region",
        "No",
        "Everywhere",
    ]


def test_who_can_invite_whom_is_what_the_rules_grant(client: FlaskClient, world: make.World) -> None:
    shown = {cells[0]: cells[1] for cells in dict(tables_of(client.get("/roles").text))["Who can invite whom"]}
    assert set(shown) == {"Role", *(role.label for role in GRANTS)}
    assert shown["Health inequalities lead"] == "Contributor and Board member"
    assert shown["Regional team"] == "Health inequalities lead"
    assert shown["Administrator"] == "Every role"


def test_the_narrower_powers_are_those_of_the_rules_of_progress() -> None:
    told = {role for role, power in NARROWER if power is Permission.ASSURE_PROGRESS}
    assert told == set(ASSURABLE_TYPES)
    assert set(ASSURABLE_TYPES[Role.SYSTEM]) == {OrganisationType.PRACTICE}
    assert set(ASSURABLE_TYPES[Role.REGION]) == {
        OrganisationType.TRUST,
        OrganisationType.CCG,
        OrganisationType.ICB,
        OrganisationType.SYSTEM,
    }


def test_every_answer_and_every_place_is_explained(client: FlaskClient, world: make.World) -> None:
    text = " ".join(client.get("/roles").text.split())
    assert set(ANSWERS) == set(Answer)
    assert set(PLACES) == set(Where)
    assert set(MEANINGS) == set(Where) - {Where.ANY}
    assert all(word in text and meaning[1:] in text for word, meaning in ANSWERS.values())
    assert all(len(told) == len(roles_presenters.STANDPOINTS) for told in MEANINGS.values())


def test_each_part_can_be_reached_from_the_top_and_from_the_keyboard(client: FlaskClient, world: make.World) -> None:
    page = html5lib.parse(client.get("/roles").text)
    links = {link.get("href") for link in page.iter(f"{XHTML}a")}
    regions = [each for each in page.iter(f"{XHTML}div") if each.get("role") == "region"]
    assert len(regions) == len(list(page.iter(f"{XHTML}table"))) == len(read_table()) + 3
    for region in regions:
        assert region.get("tabindex") == "0"
        assert f"#{region.get('aria-labelledby')}" in links


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["# A", HEADING, "GET /x", "What", ROW.replace("own", "near")], "Line 5"),
        (["# A", HEADING, "GET /x", "What", ROW.replace("yes", "maybe", 1)], "Line 5"),
        (["# A", HEADING, "GET /x", "What", ROW.removesuffix(" yes")], "Line 5"),
        (["# A", HEADING, "GET /x", "What", f"{ROW} yes"], "Line 5"),
        (["# A", HEADING, ROW], "Line 3: a row stands below no address"),
        (["# A", HEADING, "PUT /x", "What", ROW], "Line 3: not an address"),
        (["# A", HEADING, "GET /x (yes maybe)", "What", ROW], "Line 3"),
        (["# A", HEADING, "GET /x", "What", ROW, "More words"], "Line 6: neither an address nor a row"),
    ],
)
def test_a_table_that_cannot_be_read_says_on_which_line(lines: list[str], said: str) -> None:
    with pytest.raises(TableFault, match=said):
        list(parse("\n".join(lines)))


def test_a_status_that_is_not_the_usual_one_stands_behind_its_address() -> None:
    (group,) = parse("\n".join(["# A", "About it.", HEADING, "POST /x (yes 200, sign-in 401)", "What", ROW]))
    address = group.rows[0].address
    assert (group.about, address.label) == ("About it.", "What")
    assert [address.status_of(answer) for answer in (Answer.YES, Answer.SIGN_IN, Answer.NO)] == [200, 401, 403]
