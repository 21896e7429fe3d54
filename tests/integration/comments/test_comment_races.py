"""Two who comment, or change one comment, at the same moment, each with connections of their own, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from integration.comments import talking
from integration.people.test_people_races import at_once, shared_app, together, world

from tracker.accounts.models import Membership
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.barriers import service as barriers
from tracker.barriers.models import Barrier, BarrierRevision
from tracker.barriers.rows import Said
from tracker.comments import service as comments
from tracker.comments.models import Comment, CommentWithdrawal
from tracker.comments.service import NewComment
from tracker.db import session, transaction
from tracker.mail.models import LedgerEntry
from tracker.organisations.queries import get_open_organisation

__all__ = ["at_once", "shared_app", "together", "world"]

Deed = Callable[[], object]
AtOnce = Callable[..., list[object]]


@pytest.fixture
def robin(world: make.World) -> Viewer:
    person_id = make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    return Viewer(person_id, "Robin Ashdown", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))


@pytest.fixture
def sam(world: make.World) -> int:
    return make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk", name="Sam Fell")


def tried(deed: Deed) -> Deed:
    """What a deed gave back, or the name of the fault it met; a fault rolls its transaction back."""

    def attempt() -> object:
        try:
            with session().begin_nested():
                return deed()
        except (comments.ChangedMeanwhile, comments.AlreadyWithdrawn, barriers.ChangedMeanwhile) as fault:
            return type(fault).__name__

    return attempt


def how_many(*models: type) -> list[int]:
    session().rollback()
    return [session().scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in models]


def test_one_form_that_arrives_twice_at_once_says_and_tells_it_once(
    shared_app: Flask, robin: Viewer, sam: int, at_once: AtOnce
) -> None:
    said = NewComment("Once, @Sam", frozenset({sam}), "the same key")
    got = at_once(*[lambda: comments.add(talking.item(), said, robin)] * 3)
    assert sorted(map(bool, got)) == [False, False, True]
    assert how_many(Comment, LedgerEntry) == [1, 1]


def test_of_two_corrections_at_once_one_wins(shared_app: Flask, robin: Viewer, at_once: AtOnce) -> None:
    with transaction():
        first = talking.comment(robin, "Thirty")

    def correct(text: str) -> Deed:
        said = NewComment(text, frozenset(), text)
        return tried(lambda: comments.correct(talking.item(), first, said, robin, expected=first))

    got = at_once(correct("Thirteen"), correct("Fifteen"))
    assert sum(each == "ChangedMeanwhile" for each in got) == 1
    assert how_many(Comment) == [2]


def test_a_comment_is_corrected_or_withdrawn_and_never_both(shared_app: Flask, robin: Viewer, at_once: AtOnce) -> None:
    with transaction():
        first = talking.comment(robin, "Thirty")
    said = NewComment("Thirteen", frozenset(), "a correction")
    got = at_once(
        tried(lambda: comments.correct(talking.item(), first, said, robin, expected=first)),
        tried(lambda: comments.withdraw(talking.item(), first, robin, expected=first)),
    )
    assert sum(each in ("ChangedMeanwhile", "AlreadyWithdrawn") for each in got) == 1
    assert how_many(Comment, CommentWithdrawal) in ([2, 0], [1, 1])


def test_a_role_that_ends_at_that_moment_is_told_or_refused_and_nothing_between(
    shared_app: Flask, robin: Viewer, sam: int, at_once: AtOnce
) -> None:
    def end_role() -> object:
        session().execute(sa.update(Membership).where(Membership.person_id == sam).values(ended_at=make.LONG_AGO))
        return None

    def say() -> object:
        try:
            with session().begin_nested():
                return comments.add(talking.item(), NewComment("@Sam", frozenset({sam}), "key"), robin)
        except comments.CannotBeMentioned as fault:
            return fault.person_ids

    got = at_once(say, end_role)[0]
    assert how_many(Comment, LedgerEntry) == ([0, 0] if got == frozenset({sam}) else [1, 1])


def test_one_form_that_arrives_twice_at_once_adds_one_barrier(
    shared_app: Flask, robin: Viewer, at_once: AtOnce
) -> None:
    with transaction():
        barrier_id = talking.barrier(robin)
        organisation = get_open_organisation("XN1")
        said = barriers.get_barrier(organisation.organisation_id, barrier_id).said

    def add() -> object:
        return barriers.add_barrier(organisation, said, robin, submission_key="the same key")

    assert sorted(map(bool, at_once(add, add, add))) == [False, False, True]
    assert how_many(Barrier, BarrierRevision) == [2, 2]


def test_of_two_changes_of_a_barrier_at_once_one_wins(shared_app: Flask, robin: Viewer, at_once: AtOnce) -> None:
    with transaction():
        barrier_id = talking.barrier(robin)
        organisation = get_open_organisation("XN1")
        before = barriers.get_barrier(organisation.organisation_id, barrier_id).said

    def change(owner: str) -> Deed:
        said = Said(**{name: getattr(before, name) for name in Said.__slots__} | {"owner": owner})
        return tried(
            lambda: barriers.change_barrier(
                organisation, barrier_id, said, "-", robin, expected_version=1, submission_key=owner
            )
        )

    got = at_once(change("Chief Nurse"), change("Medical Director"))
    assert sorted(map(str, got)) == ["ChangedMeanwhile", "True"]
    assert how_many(BarrierRevision) == [2]
    assert session().scalars(sa.select(Barrier.version)).one() == 2
