"""Who may offer what, judged by what they hold now, and what the lists call it."""

from __future__ import annotations

import pytest

from tracker.accounts.rules import GRANTS, HeldRole, Place, Role, Viewer
from tracker.people.rules import PURPOSE, PersonState, bodies_to_choose, may_still_give, roles_to_give

TRUST, SYSTEM, REGION = 1, 2, 3
HERE = Place(TRUST, SYSTEM, REGION)
NEIGHBOUR = Place(4, SYSTEM, REGION)
FOREIGN = Place(5, 6, 7)
LEAD = HeldRole(Role.LEAD, TRUST, "XN1")
TEAM = HeldRole(Role.REGION, REGION, "YN1")
ADMINISTRATOR = HeldRole(Role.ADMINISTRATOR, None, None)


def viewer(*held: HeldRole) -> Viewer:
    return Viewer(1, "Robin Ashdown", held)


@pytest.mark.parametrize("role", Role)
def test_somebody_is_offered_the_roles_they_may_give_in_the_usual_order(role: Role) -> None:
    offered = roles_to_give(viewer(HeldRole(role, 1, "X1")))
    assert set(offered) == set(GRANTS.get(role, ()))
    assert list(offered) == sorted(offered, key=list(Role).index)


def test_two_roles_offer_what_either_may_give() -> None:
    assert roles_to_give(viewer(LEAD, TEAM)) == (Role.LEAD, Role.CONTRIBUTOR, Role.BOARD)
    assert roles_to_give(viewer()) == ()


def test_leads_choose_between_their_own_and_whoever_has_many_names_one() -> None:
    assert bodies_to_choose(viewer(LEAD)) == {TRUST: "XN1"}
    assert bodies_to_choose(viewer(LEAD, HeldRole(Role.LEAD, 4, "XN3"))) == {TRUST: "XN1", 4: "XN3"}
    assert bodies_to_choose(viewer(LEAD, HeldRole(Role.BOARD, 4, "XN3"))) == {TRUST: "XN1"}
    for many in (TEAM, ADMINISTRATOR):
        assert bodies_to_choose(viewer(many)) is None
        assert bodies_to_choose(viewer(LEAD, many)) is None


@pytest.mark.parametrize(
    ("held", "role", "place", "by"),
    [
        ((LEAD,), Role.CONTRIBUTOR, HERE, LEAD),
        ((LEAD,), Role.BOARD, HERE, LEAD),
        ((LEAD,), Role.LEAD, HERE, None),
        ((LEAD,), Role.CONTRIBUTOR, NEIGHBOUR, None),
        ((TEAM,), Role.LEAD, HERE, TEAM),
        ((TEAM,), Role.LEAD, FOREIGN, None),
        ((TEAM,), Role.CONTRIBUTOR, HERE, None),
        ((TEAM, LEAD), Role.CONTRIBUTOR, HERE, LEAD),
        ((TEAM, LEAD), Role.CONTRIBUTOR, NEIGHBOUR, None),
        ((LEAD, ADMINISTRATOR), Role.CONTRIBUTOR, FOREIGN, ADMINISTRATOR),
        ((ADMINISTRATOR,), Role.NATIONAL, None, ADMINISTRATOR),
        ((TEAM, LEAD), Role.ADMINISTRATOR, None, None),
        ((), Role.CONTRIBUTOR, HERE, None),
    ],
)
def test_an_offer_holds_while_whoever_made_it_may_make_it(
    held: tuple[HeldRole, ...], role: Role, place: Place | None, by: HeldRole | None
) -> None:
    assert may_still_give(1, held, role, place) == by


def test_every_role_has_a_purpose_and_every_state_a_label() -> None:
    assert set(PURPOSE) == set(Role)
    assert len({state.label for state in PersonState}) == len(PersonState)
