"""What administrators do with somebody's account, by the person's id; each is audited below, none commits."""

from __future__ import annotations

from tracker.accounts import second_factors
from tracker.accounts import service as accounts
from tracker.accounts.queries import find_account_of_person


def switch_off(person_id: int, by: int, by_role: str) -> bool:
    """Switch an account off; False when it was off. Raises LastAdministrator."""
    # Not locked yet: the service locks administrators first.
    account = find_account_of_person(person_id)
    return account is not None and accounts.set_active(account, False, by=by, by_role=by_role)


def switch_on(person_id: int, by: int, by_role: str) -> bool:
    """Switch an account on again; False when it was on."""
    account = find_account_of_person(person_id)
    return account is not None and accounts.set_active(account, True, by=by, by_role=by_role)


def reset_second_factor(person_id: int, by: int, by_role: str) -> bool:
    """Take away a second factor that was lost; False when there was none."""
    account = find_account_of_person(person_id, lock=True)
    return account is not None and second_factors.reset(account, by=by, by_role=by_role)
