"""Makes the rows of accounts that examples of the access table are about, and says their ids."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import uuid4

import make
import sqlalchemy as sa

from tracker import clock
from tracker.accounts import sessions, vault
from tracker.accounts.access_table import Where
from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.models import Account, Invitation, Membership, SignInSession
from tracker.accounts.rules import Role, SessionStep, SignInMethod
from tracker.accounts.tokens import token_hash
from tracker.db import session
from tracker.progress.models import SavedView, ViewPage

PLACES = {
    Where.ANY: "",
    Where.OWN: "XN1",
    Where.SAME_SYSTEM: "XN3",
    Where.SAME_REGION: "XN2",
    Where.FOREIGN: "XS1",
    Where.ITS_SYSTEM: "QN1",
    Where.ITS_REGION: "YN1",
    Where.UNKNOWN: "XZ9",
}
"""Leads, contributors and board members are of XN1; QN1 is its system, YN1 its region; nobody has the code XZ9."""

SERIAL = count()


def somebody(role: Role, code: str) -> tuple[int, int]:
    """Somebody new with a role: the ids of the person and of the membership."""
    person_id = make.person(role, find_organisation_id(code), email=f"target{next(SERIAL)}@example.nhs.uk")
    factor = {"totp_secret": vault.seal(make.AUTHENTICATOR), "totp_confirmed_at": make.LONG_AGO}
    session().execute(sa.update(Account).where(Account.person_id == person_id).values(factor))
    session().commit()
    role_id = session().scalar(sa.select(Membership.id).where(Membership.person_id == person_id))
    assert role_id is not None
    return person_id, role_id


def account_id(person_id: int) -> int:
    account_id = session().scalar(sa.select(Account.id).where(Account.person_id == person_id))
    assert account_id is not None
    return account_id


def saved_view(person_id: int) -> int:
    made = SavedView(
        person_id=person_id,
        name="Trusts",
        page=ViewPage.OVERDUE,
        query="type=trust",
        is_shared=False,
        recorded_at=clock.now(),
        submission_key=str(uuid4()),
    )
    session().add(made)
    session().commit()
    return made.id


def invitation(role: Role, code: str) -> int:
    """An invitation that an administrator made, to an address that was new to the service."""
    inviter = make.person(Role.ADMINISTRATOR, email="inviter@example.nhs.uk")
    made = Invitation(
        account_id=newcomer(),
        role=role,
        organisation_id=find_organisation_id(code),
        invited_by_id=inviter,
        created_at=clock.real_now(),
        expires_at=clock.real_now() + timedelta(hours=48),
    )
    session().add(made)
    session().commit()
    return made.id


def newcomer() -> int:
    """The account of somebody who was invited and has not come in yet."""
    person_id, role_id = somebody(Role.CONTRIBUTOR, PLACES[Where.OWN])
    session().execute(sa.delete(Membership).where(Membership.id == role_id))
    nothing = {"password_hash": None, "totp_secret": None, "totp_confirmed_at": None}
    session().execute(sa.update(Account).where(Account.person_id == person_id).values(nothing))
    session().commit()
    return account_id(person_id)


def session_of(person_id: int) -> int:
    """Another browser in which somebody is signed in."""
    token = sessions.begin(
        person_id, step=SessionStep.OPEN, method=SignInMethod.PASSWORD, browser="Another", second_factor=True
    )
    session().commit()
    found = session().scalar(sa.select(SignInSession.id).where(SignInSession.token_hash == token_hash(token)))
    assert found is not None
    return found
