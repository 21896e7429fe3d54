"""Changes to one's own account; each is audited, ends what it makes untrue and none commits.

What changes how somebody signs in is done for whoever shows again that it is they, and signs every other browser out;
other browsers are signed out for them only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.accounts import queries, second_factors, sessions, viewers
from tracker.accounts import service as accounts
from tracker.accounts.models import Account
from tracker.accounts.rules import NEEDS_SECOND_FACTOR
from tracker.accounts.viewers import OpenSession
from tracker.audit import service as audit
from tracker.sign_in import authenticators, confirming, recovery
from tracker.sign_in.acting import role_of
from tracker.sign_in.service import CodeRefusal


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change of how somebody signs in: is it they, is it done, and this browser's fresh token.

    ``refusal``: why the code of the second factor that they have did not do.
    """

    is_really: bool
    refusal: CodeRefusal | None = None
    is_done: bool = False
    token: str = ""
    recovery_codes: tuple[str, ...] = ()


NOT_THEY = Changed(is_really=False)
NOT_DONE = Changed(is_really=True)


def change_name(here: OpenSession, name: str) -> bool:
    """Write one's name as it should be; False when it stands so already."""
    return accounts.correct_name(here.person_id, name, by=here.person_id, by_role=role_of(here.person_id))


def change_password(here: OpenSession, current: str, new: str) -> Changed:
    """Set another password. The second factor stays."""
    account = _confirmed_account(here, current)
    if account is None:
        return NOT_THEY
    accounts.set_password(account, new)
    _record("password changed", here)
    return Changed(is_really=True, is_done=True, token=confirming.go_on_alone(here))


def set_up_second_factor(
    here: OpenSession, current: str, secret: str, first_code: str, present_code: str = ""
) -> Changed:
    """Give the account this authenticator in place of any before, and new recovery codes; not done for a wrong code.

    ``present_code``: of the second factor before it, where there is one. It is looked at last, so that it is not used
    up for nothing.
    """
    account = _confirmed_account(here, current)
    if account is None:
        return NOT_THEY
    step = authenticators.step_of_first_code(secret, first_code)
    if step is None:
        return NOT_DONE
    if refusal := confirming.refusal_of_code(account, present_code):
        return Changed(is_really=True, refusal=refusal)
    had_one = account.totp_confirmed_at is not None
    authenticators.set_up(account, secret, last_step=step)
    codes = recovery.renew(account.id)
    _record("second factor replaced" if had_one else "second factor set up", here)
    token = confirming.go_on_alone(here, gave_second_factor=True)
    return Changed(is_really=True, is_done=True, token=token, recovery_codes=tuple(codes))


def remove_second_factor(here: OpenSession, current: str, present_code: str = "") -> Changed:
    """Do without a second factor; not done where a role needs one, or where there is none."""
    account = _confirmed_account(here, current)
    if account is None:
        return NOT_THEY
    if viewers.roles_held(here.person_id) & NEEDS_SECOND_FACTOR:
        return NOT_DONE
    if refusal := confirming.refusal_of_code(account, present_code):
        return Changed(is_really=True, refusal=refusal)
    if not second_factors.clear(account):
        return NOT_DONE
    _record("second factor removed", here)
    return Changed(is_really=True, is_done=True, token=confirming.go_on_alone(here))


def renew_recovery_codes(here: OpenSession, current: str, present_code: str = "") -> Changed:
    """Ten new codes in place of the ones before; not done where there is no authenticator to stand in for."""
    account = _confirmed_account(here, current)
    if account is None:
        return NOT_THEY
    if account.totp_confirmed_at is None:
        return NOT_DONE
    if refusal := confirming.refusal_of_code(account, present_code):
        return Changed(is_really=True, refusal=refusal)
    codes = recovery.renew(account.id)
    _record("recovery codes renewed", here)
    return Changed(is_really=True, is_done=True, recovery_codes=tuple(codes))


def end_session(here: OpenSession, current: str, session_id: int) -> bool:
    """Sign one of one's own browsers out; the caller has looked that it is one. False where it is not they who ask."""
    if _confirmed_account(here, current) is None:
        return False
    sessions.end(session_id)
    _record("session ended", here, {"session": session_id})
    return True


def end_other_sessions(here: OpenSession, current: str) -> bool:
    """Sign every browser out but this one; False where it is not they who ask."""
    if _confirmed_account(here, current) is None:
        return False
    sessions.end_all(here.person_id, but=here.session_id)
    _record("other sessions ended", here)
    return True


def _confirmed_account(here: OpenSession, current: str) -> Account | None:
    account = queries.find_account_of_person(here.person_id, lock=True)
    return account if account is not None and confirming.is_really(account, here, current) else None


def _record(verb: str, here: OpenSession, after: dict[str, Any] | None = None) -> None:
    person_id = here.person_id
    audit.record(verb=verb, subject=f"person {person_id}", by=person_id, role=role_of(person_id), after=after)
