"""Mutants that no test can tell from the service as it is, each with the reason why it changes nothing."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {
    "tracker/accounts/access.py::_let_in_or_refuse::refusal-3": "a view without a mark needs a power that nobody has, "
    "so the next question refuses it as well",
    "tracker/people/account_routes.py::_account::scope": "only administrators hold this power, and theirs reaches "
    "everywhere",
}
