"""What every page of returns begins with, and what became of a save: told on the form, with nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_viewer
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to
from tracker.returns import access, queries
from tracker.returns.acts import (
    Act,
    AlreadyOpen,
    BeforeApproved,
    Blocked,
    ChangedMeanwhile,
    MeetingTooFar,
    NothingChanged,
    NotNow,
    OwnReturn,
)
from tracker.returns.documents import Altered
from tracker.returns.forms import MEETING_TOO_FAR, before_approved
from tracker.returns.rows import ReturnNow
from tracker.returns.rules import ReturnState
from tracker.web.saved_once import SavedOnceForm

CHANGED_MEANWHILE = (
    "Somebody else worked on this return while you did. How it stands now is shown below and nothing of yours is lost. "
    "Check it and save again."
)
SAVED_ALREADY = "This was saved already. Nothing was saved twice."
NOTHING_CHANGED = "Nothing is different from what the return says. Change something, or go back."
OWN_RETURN = "You submitted this return, so somebody else on the board decides on it."
ALTERED = (
    "What is stored of this return is not what was frozen when it was submitted. Do not rely on it, and tell whoever "
    "runs this service. Nothing was saved."
)
BLOCKED = "Something has to be mended before this return can go on. It is listed on this page."
NOT_NOW = {
    ReturnState.DRAFT: "This return is a draft. Check it first.",
    ReturnState.CHECKED: "This return is checked and has not been submitted yet.",
    ReturnState.SUBMITTED: "This return is with the board. It cannot be changed any more.",
    ReturnState.APPROVED: "The board has approved this return. It cannot be changed any more.",
    ReturnState.SENT_BACK: "The board has sent this return back. Work on the next version.",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """One return of one organisation, as a viewer may see it."""

    organisation: OrganisationSummary
    may: access.PowersHere
    now: ReturnNow

    @property
    def here(self) -> str:
        return url_for("returns.one", code=self.organisation.code, number=self.now.number)

    def again(self) -> Opened:
        """The same as it stands now."""
        organisation_id = self.organisation.organisation_id
        return replace(self, now=queries.get_return(organisation_id, self.now.number, self.may.states))


def open_organisation(code: str, to: Permission | None = None) -> tuple[OrganisationSummary, access.PowersHere]:
    """An organisation and what this viewer may do with its returns: 404 where they may not see it, 403 where they may
    not do what they came for.
    """
    viewer = current_viewer()
    found = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS)
    if to is not None and viewer.find_power(to, found.place) is None:
        abort(403)
    return found, access.powers_over(viewer, found)


def open_return(code: str, number: int, to: Permission | None = None) -> Opened:
    """One return: 404 where there is none that this viewer may read."""
    found, may = open_organisation(code, to)
    return Opened(found, may, queries.get_return(found.organisation_id, number, may.states))


def act_of(found: OrganisationSummary, permission: Permission, form: SavedOnceForm) -> Act:
    """Who saves what they saw, through which role."""
    viewer = current_viewer()
    role = access.role_in(viewer, permission, found)
    return Act(found, viewer, role, form.key, form.expected_version)


def not_now(opened: Opened) -> ResponseReturnValue:
    """To the page of the return, which says what can be done with it now."""
    flash(NOT_NOW[opened.now.state], "information")
    return redirect(opened.here)


def wrong_day(fault: BeforeApproved | MeetingTooFar) -> str:
    """The same sentence that the form has for it, where it became wrong while the form was on its way."""
    return before_approved(fault.approved) if isinstance(fault, BeforeApproved) else MEETING_TOO_FAR


SAVED, ELSEWHERE, REFUSED, OVERTAKEN = 302, 303, 200, 409


def save(form: SavedOnceForm, do: Callable[[], bool], done: str, opened: Opened) -> tuple[int, Opened]:
    """Do it inside a transaction; what stood in the way is told on the form. What became of it, as a status, and the
    return as it stands then.
    """
    try:
        with transaction():
            is_new = do()
        flash(done if is_new else SAVED_ALREADY, "success")
        return SAVED, opened
    except ChangedMeanwhile:
        form.refuse(CHANGED_MEANWHILE)
        opened = opened.again()
        form.reopened_on(opened.now.version)
        return OVERTAKEN, opened
    except NotNow as fault:
        flash(NOT_NOW[fault.state], "information")
        return ELSEWHERE, opened
    except AlreadyOpen as fault:
        form.refuse(f"Return {fault.number} covers the same and is being worked on. Work on that one.")
    except (BeforeApproved, MeetingTooFar) as fault:
        form.refuse(wrong_day(fault))
    except NothingChanged:
        form.refuse(NOTHING_CHANGED)
    except Blocked:
        form.refuse(BLOCKED)
    except OwnReturn:
        form.refuse(OWN_RETURN)
    except Altered:
        form.refuse(ALTERED)
    return REFUSED, opened
