"""Short ways to say what happened to an ask, through the real services; every name here is invented."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from tracker.accounts.rules import Viewer
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import get_open_organisation
from tracker.progress import claims, items, queries, service, targets


def item(viewer: Viewer, ref: str, code: str = "XN1") -> items.Item:
    """One ask of one organisation, spoken about by a viewer."""
    ask = read_catalogue().find_ask("8ua-2020", ref)
    assert ask is not None
    return items.Item(get_open_organisation(code), ask, viewer, viewer.held[0].role.value)


def change(about: items.Item, status: str, **said: object) -> service.StatusChange:
    """A status change as a form makes it, on the version that is stored now."""
    values: dict[str, object] = {
        "status_code": status,
        "narrative": "",
        "reason": "",
        # What is overdue needs a plan to be on track, and most asks are overdue on the day of the tests.
        "recovery_on": date(2021, 3, 1) if status == "on_track" else None,
        "next_step": "",
        "next_step_on": None,
        "completed_on": date(2020, 9, 14) if status == "complete_claimed" else None,
        # What was done long before it is claimed needs a reason, and in the tests it was done in September.
        "backdating_reason": "Claimed at the end of the quarter" if status == "complete_claimed" else "",
        "evidence_url": "",
        "expected_version": queries.version_of(about.organisation.organisation_id, about.ask.ask_id),
        "submission_key": str(uuid4()),
    }
    return service.StatusChange(**(values | said))  # type: ignore[arg-type]


def say(viewer: Viewer, ref: str, status: str, code: str = "XN1", **said: object) -> bool:
    """Record one update in a transaction of its own."""
    with transaction():
        about = item(viewer, ref, code)
        return service.change_status(about, change(about, status, **said), read_catalogue())


def confirm(viewer: Viewer, ref: str, code: str = "XN1") -> bool:
    """Say that nothing has changed, in a transaction of its own; False also where there is nothing to confirm."""
    with transaction():
        about = item(viewer, ref, code)
        version = queries.version_of(about.organisation.organisation_id, about.ask.ask_id)
        try:
            return service.confirm_status(about, version)
        except items.MoveNotAllowed:
            return False


def correct(viewer: Viewer, ref: str, entry_id: int, status: str, code: str = "XN1", **said: object) -> bool:
    """Put one entry right, in a transaction of its own."""
    with transaction():
        about = item(viewer, ref, code)
        put_right = change(about, status, **({"backdating_reason": "It was wrong"} | said))
        return service.correct_entry(about, entry_id, put_right, read_catalogue())


def decide(viewer: Viewer, ref: str, *, is_assured: bool, reason: str = "", code: str = "XN1") -> bool:
    """Decide on a claim in a transaction of its own."""
    with transaction():
        about = item(viewer, ref, code)
        decision = claims.Decision(
            is_assured=is_assured,
            reason=reason,
            body_id=viewer.held[0].organisation_id,
            expected_version=queries.version_of(about.organisation.organisation_id, about.ask.ask_id),
            submission_key=str(uuid4()),
        )
        return claims.decide_on_claim(about, decision, read_catalogue())


def agree(viewer: Viewer, ref: str, target_on: date | None, code: str = "XN1") -> None:
    """Agree a target in a transaction of its own."""
    with transaction():
        targets.agree_target(item(viewer, ref, code), target_on, "Agreed in the test")
