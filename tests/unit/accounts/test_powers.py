"""Who may do what, and how far it reaches: the Powers table, fed to the rules on both sides of every edge."""

from __future__ import annotations

import pytest

from tracker.accounts.rules import (
    POWERS,
    ROLES_WITHOUT_A_BODY,
    HeldRole,
    Permission,
    Place,
    Reach,
    Role,
    Scope,
    Viewer,
    fits_role,
)

TRUST, SYSTEM, REGION = 1, 2, 3
FELLOW, NEIGHBOUR, FOREIGN = 4, 5, 6
PLACES = {
    "own": Place(TRUST, SYSTEM, REGION),
    "its system": Place(SYSTEM, None, REGION),
    "its region": Place(REGION, None, None),
    "same system": Place(FELLOW, SYSTEM, REGION),
    "same region": Place(NEIGHBOUR, 7, REGION),
    "foreign": Place(FOREIGN, 8, 9),
    "placed nowhere": Place(10, None, None),
}
BODY_OF = {
    Role.LEAD: TRUST,
    Role.CONTRIBUTOR: TRUST,
    Role.BOARD: TRUST,
    Role.SYSTEM: SYSTEM,
    Role.REGION: REGION,
    Role.NATIONAL: None,
    Role.ADMINISTRATOR: None,
}
OWN = {"own"}
MEMBERS = {"own", "its system", "same system"}
REGIONAL = {"own", "its system", "its region", "same system", "same region"}
ALL = set(PLACES)
NONE: set[str] = set()

# Columns: lead, contributor, board, system, region, national, administrator.
REACHED = {
    Permission.SEE_ORGANISATIONS: (OWN, OWN, OWN, MEMBERS, REGIONAL, ALL, ALL),
    Permission.SEE_PROGRESS: (OWN, OWN, OWN, MEMBERS, REGIONAL, ALL, NONE),
    Permission.EXPORT_PROGRESS: (OWN, OWN, OWN, MEMBERS, REGIONAL, ALL, NONE),
    Permission.UPDATE_PROGRESS: (OWN, OWN, NONE, {"its system"}, NONE, NONE, NONE),
    Permission.APPOINT_LEAD: (OWN, NONE, NONE, {"its system"}, NONE, NONE, NONE),
    Permission.ADOPT_FRAMEWORK: (OWN, NONE, NONE, NONE, NONE, NONE, NONE),
    Permission.ASSURE_PROGRESS: (NONE, NONE, NONE, MEMBERS, REGIONAL, NONE, NONE),
    Permission.AGREE_TARGETS: (NONE, NONE, NONE, NONE, REGIONAL, NONE, NONE),
    Permission.COMMENT: (OWN, OWN, NONE, {"its system"}, REGIONAL, NONE, NONE),
    Permission.SUBMIT_RETURNS: (OWN, NONE, NONE, {"its system"}, NONE, NONE, NONE),
    Permission.SHARE_NOTES: (OWN, NONE, NONE, {"its system"}, NONE, NONE, NONE),
    Permission.SET_REMINDERS: (OWN, NONE, NONE, {"its system"}, NONE, NONE, NONE),
    Permission.DECIDE_RETURNS: (NONE, NONE, OWN, NONE, NONE, NONE, NONE),
    Permission.REVIEW_OVERDUE: (NONE, NONE, NONE, MEMBERS, REGIONAL, ALL, NONE),
    Permission.SEE_ESCALATIONS: (NONE, NONE, NONE, NONE, REGIONAL, ALL, NONE),
    Permission.ESCALATE: (NONE, NONE, NONE, NONE, REGIONAL, NONE, NONE),
    Permission.SAVE_VIEWS: (NONE, NONE, NONE, MEMBERS, REGIONAL, ALL, NONE),
    Permission.CHASE: (NONE, NONE, NONE, NONE, REGIONAL, NONE, NONE),
    Permission.SEE_PEOPLE: (OWN, NONE, NONE, NONE, REGIONAL, NONE, ALL),
    Permission.INVITE_PEOPLE: (OWN, NONE, NONE, NONE, REGIONAL, NONE, ALL),
    Permission.END_ROLES: (OWN, NONE, NONE, NONE, REGIONAL, NONE, ALL),
    Permission.MANAGE_ACCOUNTS: (NONE, NONE, NONE, NONE, NONE, NONE, ALL),
    Permission.READ_AUDIT: (OWN, NONE, OWN, {"its system"}, {"its region"}, NONE, ALL),
}

# Which roles may be given and taken away, by the role that does it; nobody else gives any.
GIVEN = {
    Role.LEAD: {Role.CONTRIBUTOR, Role.BOARD},
    Role.REGION: {Role.LEAD},
    Role.ADMINISTRATOR: set(Role),
}


def viewer(*held: HeldRole) -> Viewer:
    return Viewer(person_id=1, name="Robin Ashdown", held=held)


def holding(role: Role) -> Viewer:
    return viewer(HeldRole(role, BODY_OF[role], None if BODY_OF[role] is None else f"X{BODY_OF[role]}"))


def test_the_table_knows_every_role_and_every_power() -> None:
    assert set(POWERS) == set(Role)
    assert set(REACHED) == set(Permission) - {Permission.SIGNED_IN}


@pytest.mark.parametrize("permission", REACHED)
def test_a_power_reaches_exactly_the_places_of_the_table(permission: Permission) -> None:
    for role, expected in zip(Role, REACHED[permission], strict=True):
        asking = holding(role)
        scope = asking.scope(permission)
        assert {name for name, place in PLACES.items() if scope.covers(place)} == expected, role
        assert asking.may_anywhere(permission) is bool(expected), role
        # The same question asked of one place at a time.
        assert {name for name, place in PLACES.items() if asking.find_power(permission, place)} == expected, role


@pytest.mark.parametrize("giver", Role)
@pytest.mark.parametrize("permission", [Permission.INVITE_PEOPLE, Permission.END_ROLES])
def test_a_role_gives_and_takes_away_what_the_table_says_where_its_power_reaches(
    giver: Role, permission: Permission
) -> None:
    asking, reached = holding(giver), REACHED[permission][list(Role).index(giver)]
    for given in Role:
        found = {name for name, place in PLACES.items() if asking.find_grantor(permission, given, place)}
        assert found == (reached if given in GIVEN.get(giver, set()) else NONE), given
    # What belongs to no body, such as the national role, is for those whose power reaches everywhere.
    assert bool(asking.find_grantor(permission, Role.NATIONAL, None)) is (giver is Role.ADMINISTRATOR)


def test_two_memberships_do_not_join_the_grant_of_one_with_the_reach_of_the_other() -> None:
    """A lead here who is a contributor there invites nobody there."""
    both = viewer(HeldRole(Role.LEAD, TRUST, "X1"), HeldRole(Role.CONTRIBUTOR, FOREIGN, "X6"))
    assert both.find_grantor(Permission.INVITE_PEOPLE, Role.BOARD, PLACES["own"])
    assert both.find_grantor(Permission.INVITE_PEOPLE, Role.BOARD, PLACES["foreign"]) is None


@pytest.mark.parametrize("role", Role)
def test_who_sees_or_changes_many_organisations_needs_a_second_factor(role: Role) -> None:
    assert holding(role).needs_second_factor is (role in {Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR})


@pytest.mark.parametrize("role", Role)
def test_nobody_both_updates_and_assures_the_same_body_but_a_system_its_own(role: Role) -> None:
    # A system assures practices only (progress/rules.py) and updates itself only: the two never meet.
    both = {Permission.UPDATE_PROGRESS, Permission.ASSURE_PROGRESS} <= set(POWERS[role])
    assert both is (role is Role.SYSTEM)


@pytest.mark.parametrize("role", Role)
def test_a_role_without_a_body_reaches_everywhere_and_one_with_a_body_never(role: Role) -> None:
    reaches = set(POWERS[role].values())
    assert (reaches == {Reach.EVERYWHERE}) is (role in ROLES_WITHOUT_A_BODY)
    assert (Reach.EVERYWHERE in reaches) is (role in ROLES_WITHOUT_A_BODY)


def test_somebody_with_no_membership_may_only_be_signed_in() -> None:
    nobody = viewer()
    assert nobody.may_anywhere(Permission.SIGNED_IN)
    for permission in REACHED:
        assert not nobody.may_anywhere(permission)
        assert not any(nobody.scope(permission).covers(place) for place in PLACES.values())


def test_two_memberships_add_up_and_neither_lends_its_power_to_the_other() -> None:
    both = viewer(HeldRole(Role.BOARD, TRUST, "X1"), HeldRole(Role.CONTRIBUTOR, FOREIGN, "X6"))
    seen, updated = both.scope(Permission.SEE_PROGRESS), both.scope(Permission.UPDATE_PROGRESS)
    assert seen.covers(PLACES["own"])
    assert seen.covers(PLACES["foreign"])
    assert updated.covers(PLACES["foreign"])
    assert not updated.covers(PLACES["own"])


def test_an_administrator_who_also_leads_sees_progress_only_where_they_lead() -> None:
    both = viewer(HeldRole(Role.ADMINISTRATOR, None, None), HeldRole(Role.LEAD, TRUST, "X1"))
    assert both.scope(Permission.SEE_ORGANISATIONS).is_everywhere
    assert both.scope(Permission.SEE_PROGRESS) == Scope(own=frozenset({TRUST}))


def test_a_held_role_that_lost_its_body_reaches_nothing() -> None:
    adrift = viewer(HeldRole(Role.REGION, None, None), HeldRole(Role.LEAD, None, None))
    assert adrift.scope(Permission.SEE_PROGRESS) == Scope()
    # Above all not the bodies whose own system or region is not known.
    assert not adrift.scope(Permission.SEE_PROGRESS).covers(PLACES["placed nowhere"])


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), NONE),
        (Scope(is_everywhere=True), ALL),
        (Scope(own=frozenset({TRUST})), {"own"}),
        (Scope(own=frozenset({SYSTEM})), {"its system"}),
        (Scope(own=frozenset({REGION})), {"its region"}),
        (Scope(systems=frozenset({SYSTEM})), MEMBERS),
        (Scope(systems=frozenset({REGION})), {"its region"}),
        (Scope(regions=frozenset({REGION})), REGIONAL),
        (Scope(regions=frozenset({SYSTEM})), {"its system"}),
        (Scope(own=frozenset({FOREIGN}), systems=frozenset({7})), {"foreign", "same region"}),
        (Scope(own=frozenset({TRUST}), regions=frozenset({9})), {"own", "foreign"}),
    ],
)
def test_a_scope_covers_its_bodies_their_members_and_nothing_else(scope: Scope, covered: set[str]) -> None:
    assert {name for name, place in PLACES.items() if scope.covers(place)} == covered


@pytest.mark.parametrize(
    ("role", "fitting", "unfitting"),
    [
        (Role.LEAD, ["trust", "ccg", "icb", "system", "practice", "pcn"], ["region", "national_body"]),
        (Role.CONTRIBUTOR, ["trust", "practice"], ["region", "national_body"]),
        (Role.BOARD, ["trust", "ccg"], ["region", "national_body"]),
        (Role.SYSTEM, ["system", "icb"], ["trust", "ccg", "practice", "region"]),
        (Role.REGION, ["region"], ["trust", "system", "icb", "national_body"]),
        (Role.NATIONAL, [], ["national_body", "region", "trust"]),
        (Role.ADMINISTRATOR, [], ["national_body", "trust"]),
    ],
)
def test_a_role_is_held_in_bodies_of_its_own_types(role: Role, fitting: list[str], unfitting: list[str]) -> None:
    assert [body for body in fitting + unfitting if fits_role(role, [body])] == fitting


def test_a_body_that_became_an_icb_can_be_held_as_a_system_and_one_of_no_type_as_nothing() -> None:
    assert fits_role(Role.SYSTEM, ["ccg", "icb"])
    assert not any(fits_role(role, []) for role in Role)


def test_every_role_has_a_name_for_people() -> None:
    assert len({role.label for role in Role}) == len(Role)
