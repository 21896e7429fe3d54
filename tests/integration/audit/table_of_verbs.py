"""Every word that the audit says: how it comes about, who did it in which role, and in whose chain it is written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa
from integration.appointments import in_post
from integration.audit import comings_and_goings as who
from integration.audit import happenings as how
from integration.audit import happenings_of_teams as teams
from integration.audit import tracking_changes as tracked
from integration.audit.stage import Happening, Stage
from integration.comments import talking
from integration.evidence import standing

from tracker.accounts.rules import Role
from tracker.calendars.models import CalendarFeed
from tracker.db import session
from tracker.frameworks.changes import ChangeKind
from tracker.progress.models import SavedView, TargetDecision


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``by`` is who did it, by role or address; None where no person is named."""

    verb: str
    happen: Happening
    by: Role | str | None
    role: str
    chain: str
    needs_world: bool = True


LEAD, BOARD, REGION, NATIONAL, ADMIN = Role.LEAD, Role.BOARD, Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR
CLI, SELF = "command line", ""
"""The roles of the command line, and of whoever is not signed in, or held none until then."""
S = "service"
ASK = "/organisations/XN1/8ua-2020/2.3"
DAY = {"as_at-day": "2", "as_at-month": "11", "as_at-year": "2020", "file": "csv"}
ADD = ["accounts", "add", "kit@example.nhs.uk", "--name", "Kit Larkin", "--role", "lead", "--organisation", "XN1"]
WRITE = ["exports", "write", "progress", "--to"]


def get(role: Role, path: str, status: int = 200, **query: str) -> Happening:
    return lambda stage: stage.get(role, path, status, **query)


def post(role: Role, path: str, **fields: str) -> Happening:
    return lambda stage: stage.post(role, path, **fields)


def report(role: Role, **query: str) -> Happening:
    return get(role, "/exports/progress", **(DAY | query))


def save_view(stage: Stage) -> None:
    stage.post(REGION, "/review/saved-views/new", name="Trusts", who="private", of="overdue", submission_key="a")


def remove_view(stage: Stage) -> None:
    save_view(stage)
    view_id = session().scalars(sa.select(SavedView.id)).one()
    stage.post(REGION, f"/review/saved-views/{view_id}/remove")


def make_calendar(stage: Stage) -> None:
    stage.post(LEAD, "/calendars/new", answered=200, of="organisation", organisation="XN1", submission_key="a")


def make_calendar_of_region(stage: Stage) -> None:
    stage.post(REGION, "/calendars/new", answered=200, of="YN1", submission_key="a")


def revoke_calendar(stage: Stage) -> None:
    make_calendar(stage)
    calendar_id = session().scalars(sa.select(CalendarFeed.id)).one()
    stage.post(LEAD, f"/calendars/{calendar_id}/revoke")


def run(*words: str) -> Happening:
    """A command; ``{lead}`` in it is the address of somebody who leads."""

    def happen(stage: Stage) -> None:
        stage.run(*(word.replace("{lead}", stage.email(LEAD)) if "{lead}" in word else word for word in words))

    return happen


managed, owned = who.is_managed, who.is_changed_by_owner

TABLE = (
    # What an organisation says, and what is decided on it.
    Row("status update", how.update, LEAD, "lead", "XN1"),
    Row("status assured", teams.decide("assure"), REGION, "region", "XN1"),
    Row("status returned", teams.decide("return"), REGION, "region", "XN1"),
    Row("sign-off recorded", teams.decide("assure"), REGION, "region", "XN1"),
    Row("assurance lapsed", teams.let_lapse, LEAD, "lead", "XN1"),
    Row("sign-off ended", teams.let_lapse, LEAD, "lead", "XN1"),
    Row("claim asked about", teams.ask_about_claim, REGION, "region", "XN1"),
    Row("note shared", how.share_note, LEAD, "lead", "XN1"),
    Row("note withdrawn", how.take_note_back, LEAD, "lead", "XN1"),
    Row("reminders snoozed", how.snooze, LEAD, "lead", "XN1"),
    Row("reminders woken", how.wake, LEAD, "lead", "XN1"),
    Row("reminder topics chosen", post(LEAD, "/reminders", topics=""), LEAD, "lead", S),
    Row(
        "reminder cadence chosen",
        post(LEAD, "/organisations/XN1/reminders", cadence="fewer", version="0"),
        LEAD,
        "lead",
        "XN1",
    ),
    Row("reminders exported", get(BOARD, "/reminders/ledger.csv"), BOARD, "board", "XN1"),
    Row("reminders exported", get(REGION, "/reminders/ledger.csv", organisation="XN1"), REGION, "region", "XN1"),
    Row("claims sampled", teams.sample_claims, REGION, "region", "YN1"),
    Row("slippage exported", get(REGION, "/review/slippage.csv"), REGION, "region", "YN1"),
    Row("claims exported", get(REGION, "/review/assurance.csv"), REGION, "region", "YN1"),
    Row("status confirmed", how.confirm, LEAD, "lead", "XN1"),
    Row("entry corrected", how.correct, LEAD, "lead", "XN1"),
    Row("target agreed", how.agree_target, REGION, "region", "XN1"),
    Row("target asked for", how.ask_for_target, LEAD, "lead", "XN1"),
    Row("target request accepted", teams.decide_on_target("accept"), REGION, "region", "XN1"),
    Row("target request declined", teams.decide_on_target("decline"), REGION, "region", "XN1"),
    Row("target request withdrawn", how.withdraw_target, LEAD, "lead", "XN1"),
    Row("evidence added", how.add_evidence, LEAD, "lead", "XN1"),
    Row("evidence revised", standing.posted("new-version", **standing.NOTE), LEAD, "lead", "XN1"),
    Row("evidence used elsewhere", standing.posted("asks", version="0", asks="8ua-2020/6.1"), LEAD, "lead", "XN1"),
    Row("evidence expiry changed", standing.posted("expiry", **standing.EXPIRY), LEAD, "lead", "XN1"),
    Row("evidence checked", standing.posted("check", REGION, **standing.CHECK), REGION, "region", "XN1"),
    Row("evidence expired", standing.expired, None, CLI, "XN1"),
    Row("evidence file refused", standing.refused, BOARD, "board", "XN1"),
    Row("evidence files swept", standing.swept, None, CLI, S),
    Row("lead named", how.name_lead("Medical Director"), LEAD, "lead", "XN1"),
    Row("appointed", how.talk(in_post.appointed), LEAD, "lead", "XN1"),
    Row("appointment corrected", how.talk(in_post.corrected), LEAD, "lead", "XN1"),
    Row("appointment ended", how.talk(in_post.ended), LEAD, "lead", "XN1"),
    Row("appointment withdrawn", how.talk(in_post.withdrawn), LEAD, "lead", "XN1"),
    Row("appointments handed over", how.talk(in_post.handed_over), LEAD, "lead", "XN1"),
    Row("lead corrected", how.correct_lead, LEAD, "lead", "XN1"),
    Row("framework adopted", how.adopt, LEAD, "lead", "XN1"),
    Row("framework left", how.leave, LEAD, "lead", "XN1"),
    Row("service recorded", how.answer_about_services, LEAD, "lead", "XN1"),
    Row("system chosen", how.choose_system, LEAD, "lead", "XN1"),
    Row("reading added", how.measure(how.add_reading), LEAD, "lead", "XN1"),
    Row("reading corrected", how.measure(how.correct_reading), LEAD, "lead", "XN1"),
    Row("reading withdrawn", how.measure(how.withdraw_reading), LEAD, "lead", "XN1"),
    Row("measure target set", how.measure(how.set_aim_of_measure), LEAD, "lead", "XN1"),
    Row("measure added", how.measure(how.add_measure), LEAD, "lead", "XN1"),
    Row("measure corrected", how.measure(how.correct_measure), LEAD, "lead", "XN1"),
    Row("comment added", how.talk(how.comment), LEAD, "lead", "XN1"),
    Row("comment corrected", how.talk(how.correct_comment), LEAD, "lead", "XN1"),
    Row("comment withdrawn", how.talk(how.withdraw_comment), LEAD, "lead", "XN1"),
    Row("barrier added", how.talk(talking.barrier), LEAD, "lead", "XN1"),
    Row("barrier changed", how.talk(how.change_barrier), LEAD, "lead", "XN1"),
    Row("barrier closed", how.talk(how.close_barrier), LEAD, "lead", "XN1"),
    Row("return started", how.return_to_board("started"), LEAD, "lead", "XN1"),
    Row("return changed", how.return_to_board("changed"), LEAD, "lead", "XN1"),
    Row("return checked", how.return_to_board("checked"), LEAD, "lead", "XN1"),
    Row("return submitted", how.return_to_board("submitted"), LEAD, "lead", "XN1"),
    Row("return approved", how.return_to_board("approved"), BOARD, "board", "XN1"),
    Row("return sent back", how.return_to_board("sent_back"), BOARD, "board", "XN1"),
    Row("return cadence set", how.return_to_board("cadence"), LEAD, "lead", "XN1"),
    Row("escalation raised", teams.escalate("raise"), REGION, "region", "XN1"),
    Row("escalation answered", teams.escalate("answer"), LEAD, "lead", "XN1"),
    Row("escalation judged", teams.escalate("judge"), REGION, "region", "XN1"),
    Row("escalation held", teams.escalate("hold"), REGION, "region", "XN1"),
    Row("escalation closed", teams.escalate("close"), REGION, "region", "XN1"),
    Row("calendar made", make_calendar, LEAD, "lead", "XN1"),
    Row("calendar made", make_calendar_of_region, REGION, "region", "YN1"),
    Row("calendar revoked", revoke_calendar, LEAD, "lead", "XN1"),
    Row("message to many sent", teams.chase, REGION, "region", "YN1"),
    # Files that leave the service: in the chain of the one body they are about, else in the service's.
    Row("progress exported", report(BOARD), BOARD, "board", "XN1"),
    Row("progress exported", report(REGION), REGION, "region", "YN1"),
    Row("progress exported", report(REGION, code="xn1"), REGION, "region", "XN1"),
    Row("progress exported", report(NATIONAL), NATIONAL, "national", S),
    Row("progress exported", report(NATIONAL, file="xlsx", names="yes"), NATIONAL, "national", S),
    Row("progress exported", run(*WRITE, "{folder}/all.csv"), None, CLI, S),
    Row("progress exported", run(*WRITE, "{folder}/one.csv", "--organisation", "XN1"), None, CLI, "XN1"),
    Row("overdue list exported", get(REGION, "/review/overdue.csv", type="trust"), REGION, "region", "YN1"),
    Row("view saved", lambda stage: save_view(stage), REGION, "region", "YN1"),
    Row("view removed", lambda stage: remove_view(stage), REGION, "region", "YN1"),
    Row("grid exported", get(NATIONAL, "/review/grid.csv", by="region"), NATIONAL, "national", S),
    Row("overdue list exported", get(NATIONAL, "/review/overdue.xlsx"), NATIONAL, "national", S),
    Row("target requests exported", get(REGION, "/review/target-requests.csv"), REGION, "region", "YN1"),
    Row("escalations exported", get(REGION, "/escalations.csv", state="held"), REGION, "region", "YN1"),
    Row("escalation log exported", get(REGION, "/escalations/log.csv", period="12"), REGION, "region", "YN1"),
    Row("escalations exported", get(NATIONAL, "/escalations.xlsx"), NATIONAL, "national", S),
    Row("measures exported", get(BOARD, "/organisations/XN1/measures.csv"), BOARD, "board", "XN1"),
    Row("measures exported", get(REGION, "/organisations/XN1/measures.xlsx"), REGION, "region", "XN1"),
    Row("shared notes exported", get(BOARD, f"{ASK}/how-others-did-it.csv"), BOARD, "board", "XN1"),
    Row("shared notes exported", get(REGION, f"{ASK}/how-others-did-it.xlsx"), REGION, "region", "XN1"),
    Row("barriers exported", get(BOARD, "/organisations/XN1/barriers.csv"), BOARD, "board", "XN1"),
    Row("barriers exported", get(REGION, "/organisations/XN1/barriers.xlsx"), REGION, "region", "XN1"),
    Row("returns exported", get(BOARD, "/organisations/XN1/returns.csv"), BOARD, "board", "XN1"),
    Row("returns exported", get(REGION, "/organisations/XN1/returns.xlsx"), REGION, "region", "XN1"),
    Row("return exported", how.download_return, LEAD, "lead", "XN1"),
    Row("people in post exported", get(BOARD, "/organisations/XN1/in-post.csv"), BOARD, "board", "XN1"),
    Row("people in post exported", get(REGION, "/organisations/XN1/in-post.xlsx"), REGION, "region", "XN1"),
    Row("evidence downloaded", standing.downloaded, BOARD, "board", "XN1"),
    Row("evidence list exported", get(BOARD, "/organisations/XN1/evidence.csv"), BOARD, "board", "XN1"),
    Row("evidence list exported", get(REGION, "/organisations/XN1/evidence.xlsx"), REGION, "region", "XN1"),
    Row("organisations exported", get(LEAD, "/organisations.csv", q="Robin"), LEAD, "lead", "XN1"),
    Row("organisations exported", get(ADMIN, "/organisations.xlsx"), ADMIN, "administrator", S),
    Row("audit exported", get(BOARD, "/audit.csv"), BOARD, "board", "XN1"),
    Row("audit exported", get(ADMIN, "/audit.csv"), ADMIN, "administrator", S),
    Row("audit exported", get(ADMIN, "/audit.xlsx", names="yes", organisation="XN1"), ADMIN, "administrator", "XN1"),
    Row("people exported", get(LEAD, "/people.csv"), LEAD, "lead", "XN1"),
    Row("personal data exported", run("people", "export", "{lead}"), None, CLI, S),
    # Who may come in.
    Row("account added", run(*ADD), None, CLI, S),
    Row("membership granted", run(*ADD), None, CLI, "XN1"),
    Row("membership ended", managed(who.end_role), ADMIN, "administrator", "XN1"),
    Row("account switched off", managed(who.switch_off), ADMIN, "administrator", S),
    Row("account switched on", managed(who.switch_back_on), ADMIN, "administrator", S),
    Row("name corrected", managed(who.correct_name), ADMIN, "administrator", S),
    Row("second factor reset", managed(who.reset_second_factor), ADMIN, "administrator", S),
    Row("address correction begun", managed(who.begin_address), ADMIN, "administrator", S),
    Row("address corrected", managed(who.confirm_address), "robyn@example.nhs.uk", "lead", S),
    Row("password link sent", managed(who.send_password_link), ADMIN, "administrator", S),
    Row("refused", who.refuse_offer, LEAD, "lead", S),
    Row("invited", who.invite, LEAD, "lead", "XN1"),
    Row("invitation withdrawn", who.withdraw, LEAD, "lead", "XN1"),
    Row("invitation accepted", who.accept, "kim.marsh@example.nhs.uk", SELF, "XN1"),
    Row("person forgotten", run("people", "forget", "{lead}", "--yes"), None, CLI, S),
    # Who came in, and who was refused.
    Row("signed in", lambda stage: stage.browser(LEAD), LEAD, "lead", S),
    Row("signed out", who.sign_out, LEAD, "lead", S),
    Row("sign-in refused", who.fail_to_sign_in, None, SELF, S),
    Row("refused", get(LEAD, "/review/overdue", 403), LEAD, "lead", S),
    Row("refused", get(LEAD, "/organisations/XS1", 404), LEAD, "lead", S),
    Row("tries paused", who.try_too_often, None, SELF, S),
    Row("password link asked for", who.ask_for_link, None, SELF, S),
    Row("password set by link", who.set_password_by_link, LEAD, "lead", S),
    Row("password changed", owned(who.change_password), LEAD, "lead", S),
    Row("confirmation refused", owned(who.confirm_wrongly), LEAD, "lead", S),
    Row("second factor set up", owned(who.set_up_authenticator), LEAD, "lead", S),
    Row("second factor replaced", owned(who.set_up_authenticator, REGION), REGION, "region", S),
    Row("second factor removed", owned(who.remove_authenticator), LEAD, "lead", S),
    Row("recovery codes renewed", owned(who.renew_codes, REGION), REGION, "region", S),
    Row("session ended", owned(who.end_this_session), LEAD, "lead", S),
    Row("other sessions ended", owned(who.end_other_sessions), LEAD, "lead", S),
    Row("identity connected", managed(who.connect), LEAD, "lead", S),
    Row("identity disconnected", owned(who.disconnect), LEAD, "lead", S),
    Row("connecting an identity refused", managed(who.refuse_connecting), LEAD, "lead", S),
    # What is tracked, and of whom.
    Row("framework loaded", run("frameworks", "load"), None, CLI, S, needs_world=False),
    Row("framework corrected", tracked.correct_framework, None, CLI, S),
    Row("action added", tracked.add_action, None, CLI, S),
    Row("action corrected", tracked.correct_action, None, CLI, S),
    Row("action withdrawn", tracked.withdraw_action, None, CLI, S),
    Row("action reordered", tracked.reorder_actions, None, CLI, S),
    Row("ask added", tracked.add_ask, None, CLI, S),
    Row("ask corrected", tracked.correct_ask, None, CLI, S),
    Row("ask withdrawn", tracked.withdraw_ask, None, CLI, S),
    Row("ask reordered", tracked.reorder_asks, None, CLI, S),
    Row("status added", tracked.add_status, None, CLI, S),
    Row("status corrected", tracked.correct_status, None, CLI, S),
    Row("status reordered", tracked.reorder_statuses, None, CLI, S),
    Row("organisations imported", run("organisations", "import", tracked.REGIONS), None, CLI, S, needs_world=False),
    Row("tracking switched on", run("organisations", "track", "practice"), None, CLI, S),
    Row("tracking switched off", run("organisations", "track", "trust", "--off"), None, CLI, S),
)

NEVER_SAID = {"framework added", "framework withdrawn", "framework reordered", "status withdrawn"}
"""A framework is loaded and corrected; a status word may not go, because recorded history holds it."""
WORKED_OUT = {
    "f'target request {wanted.value}'": frozenset(f"target request {decision.value}" for decision in TargetDecision),
    "change.verb": frozenset(
        f"{item} {kind.value}" for item, kind in product(("framework", "action", "ask", "status"), ChangeKind)
    )
    - NEVER_SAID,
}
