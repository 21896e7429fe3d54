"""How the entries of the audit about people come about: who may come in, and who does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import make
import sqlalchemy as sa
from integration.audit.stage import Happening, Stage, account_of, open_session_of
from integration.people import inviting

from tracker.accounts import addresses, links, second_factors
from tracker.accounts import service as accounts
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.accounts.viewers import OpenSession
from tracker.db import session, transaction
from tracker.own_account import service as own_account
from tracker.people import managing
from tracker.sign_in import forgotten, identities, own_identities, totp
from tracker.sign_in.claims import Identity
from tracker.sign_in.refusals import Refusal


def is_managed(change: Callable[[Account, int], object]) -> Happening:
    """An administrator changes the account of the lead of XN1."""

    def happen(stage: Stage) -> None:
        person_id, by = stage.person(Role.LEAD), stage.person(Role.ADMINISTRATOR)
        with stage.request():
            change(account_of(person_id), by)

    return happen


def switch_off(account: Account, by: int) -> None:
    accounts.set_active(account, False, by=by, by_role="administrator")


def correct_name(account: Account, by: int) -> None:
    accounts.correct_name(account.person_id, "Robin Ashdown-Lee", by=by, by_role="administrator")


def switch_back_on(account: Account, by: int) -> None:
    accounts.set_active(account, False, by=by, by_role="administrator")
    accounts.set_active(account, True, by=by, by_role="administrator")


def end_role(account: Account, by: int) -> None:
    membership_id = session().scalars(sa.select(Membership.id).where(Membership.person_id == account.person_id)).one()
    accounts.end_membership(membership_id, by=by, by_role="administrator")


def reset_second_factor(account: Account, by: int) -> None:
    account.totp_secret = "sealed"
    second_factors.reset(account, by=by, by_role="administrator")


def connect(account: Account, _by: int) -> None:
    identity = Identity("https://id.example", "subject-of-robin", "robin@example.nhs.uk")
    identities.connect(account.id, identity, by=account.person_id)


def disconnect(here: OpenSession) -> None:
    account = account_of(here.person_id)
    connect(account, 0)
    (identity,) = identities.identities_of(account.id)
    own_identities.disconnect(here, identity.id, make.PASSWORD)


def refuse_connecting(account: Account, _by: int) -> None:
    identities.record_refusal(Refusal.DOMAIN, by=account.person_id)


def is_changed_by_owner(change: Callable[[OpenSession], object], role: Role = Role.LEAD) -> Happening:
    """Somebody changes their own account."""

    def happen(stage: Stage) -> None:
        person_id = stage.person(role)
        with stage.request():
            change(open_session_of(person_id))

    return happen


def change_password(here: OpenSession) -> None:
    own_account.change_password(here, make.PASSWORD, "nine brisk puffins")


def confirm_wrongly(here: OpenSession) -> None:
    own_account.change_password(here, "not the password", "nine brisk puffins")


def renew_codes(here: OpenSession) -> None:
    own_account.renew_recovery_codes(here, make.PASSWORD, present_code(here))


def end_this_session(here: OpenSession) -> None:
    own_account.end_session(here, make.PASSWORD, here.session_id)


def end_other_sessions(here: OpenSession) -> None:
    own_account.end_other_sessions(here, make.PASSWORD)


def present_code(here: OpenSession) -> str:
    """What the authenticator shows that those have who need one; it is asked of nobody else."""
    return totp.code_of(make.AUTHENTICATOR, totp.step_of(here.started_at))


def set_up_authenticator(here: OpenSession) -> Sequence[str]:
    """The recovery codes that are shown then."""
    secret = totp.new_secret()
    code = totp.code_of(secret, totp.step_of(here.started_at))
    return own_account.set_up_second_factor(here, make.PASSWORD, secret, code, present_code(here)).recovery_codes


def remove_authenticator(here: OpenSession) -> None:
    own_account.remove_second_factor(here, make.PASSWORD, set_up_authenticator(here)[0])


def begin_address(account: Account, by: int) -> str:
    return addresses.begin(account.id, "robyn@example.nhs.uk", by=by, by_role="administrator")


def confirm_address(account: Account, by: int) -> None:
    path = links.make_for_mail(begin_address(account, by))
    assert path is not None
    assert addresses.confirm(path.rpartition("/")[2])


def send_password_link(account: Account, by: int) -> None:
    managing.mail_password_link(account.person_id, by, "administrator", mail_from="tracker@example.nhs.uk")


def refuse_offer(stage: Stage) -> None:
    answer = inviting.invite(stage.browser(Role.LEAD), Role.ADMINISTRATOR)
    assert answer.status_code == 200, answer.text


def invite(stage: Stage) -> None:
    answer = inviting.invite(stage.browser(Role.LEAD))
    assert answer.status_code == 302, answer.text


def withdraw(stage: Stage) -> None:
    client = stage.browser(Role.LEAD)
    inviting.invite(client)
    sent = {"csrf_token": make.csrf_token(client, "/organisations")}
    answer = client.post(f"/people/invitations/{inviting.newest().id}/withdraw", data=sent)
    assert answer.status_code == 302, answer.text


def accept(stage: Stage) -> None:
    link = inviting.invited(stage.browser(Role.LEAD))
    inviting.accept(stage.app.test_client(), link)


def fail_to_sign_in(stage: Stage) -> None:
    client = stage.app.test_client()
    sent = {"email": stage.email(Role.LEAD), "password": "not the password"}
    client.post("/sign-in", data={"csrf_token": make.csrf_token(client, "/sign-in"), **sent})


def sign_out(stage: Stage) -> None:
    client = stage.browser(Role.LEAD)
    client.post("/sign-out", data={"csrf_token": make.csrf_token(client, "/organisations")})


def ask_for_link(stage: Stage) -> None:
    email = stage.email(Role.LEAD)
    with stage.request():
        forgotten.ask_for_link(email)


def try_too_often(stage: Stage) -> None:
    client = stage.app.test_client()
    sent = {"csrf_token": make.csrf_token(client, "/forgotten-password"), "email": stage.email(Role.LEAD)}
    answers = [client.post("/forgotten-password", data=sent).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2


def set_password_by_link(stage: Stage) -> None:
    person_id = stage.person(Role.LEAD)
    with transaction():
        path = links.make_password_link(account_of(person_id).id)
    client = stage.app.test_client()
    sent = {"csrf_token": make.csrf_token(client, path), "password": "nine brisk puffins"}
    assert client.post(path, data=sent).status_code == 302
