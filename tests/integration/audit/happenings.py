"""How each entry of the audit about the work of an organisation comes about: through pages and commands where there are
some, else through the service that a page would call, inside a request. It asserts nothing that the table is about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import tell
from integration.audit.stage import Happening, Stage
from integration.comments import talking
from integration.measures.saying import Saying
from integration.progress.standing_there import adoption, progress_entry, target_request
from integration.returns import returning

from tracker.accounts.rules import Role, Viewer
from tracker.appointments import leads
from tracker.comments import service as comments
from tracker.organisations import service as organisations
from tracker.organisations.queries import get_open_organisation
from tracker.progress import adoptions

NARRATIVE = "Robin told Sam Fell about the split by ward"
EVIDENCE = "https://board.example.nhs.uk/paper-of-robin"


def update(stage: Stage) -> None:
    stage.post(
        Role.LEAD,
        "/organisations/XN1/8ua-2020/2.2/update",
        status="not_started",
        narrative=NARRATIVE,
        version="0",
        submission_key=str(uuid4()),
    )


def claim(stage: Stage) -> None:
    tell.say(stage.viewer(Role.LEAD, "XN1"), "2.3", "complete_claimed", narrative=NARRATIVE, evidence_url=EVIDENCE)


def add_evidence(stage: Stage) -> None:
    stage.post(
        Role.LEAD,
        "/organisations/XN1/8ua-2020/2.3/update",
        status="complete_claimed",
        narrative=NARRATIVE,
        evidence_url=EVIDENCE,
        version="0",
        submission_key=str(uuid4()),
        **{"completed_on-day": "30", "completed_on-month": "10", "completed_on-year": "2020"},
    )


def share_note(stage: Stage) -> None:
    claim(stage)
    said = {"text": "Robin asked every ward", "contact_role": "Director of Strategy", "holds_no_name": "yes"}
    path = "/organisations/XN1/8ua-2020/2.3/how-we-did-it"
    stage.post(Role.LEAD, path, version="0", submission_key=str(uuid4()), **said)


def take_note_back(stage: Stage) -> None:
    share_note(stage)
    path = "/organisations/XN1/8ua-2020/2.3/how-we-did-it"
    stage.post(Role.LEAD, f"{path}/withdraw", form_on=path)


def snooze(stage: Stage) -> None:
    path, until = "/organisations/XN1/8ua-2020/2.3/snooze", {"until_on-month": "12", "until_on-year": "2020"}
    stage.post(Role.LEAD, path, reason="Robin is away", submission_key=str(uuid4()), **until, **{"until_on-day": "1"})


def wake(stage: Stage) -> None:
    snooze(stage)
    path = "/organisations/XN1/8ua-2020/2.3/snooze"
    stage.post(Role.LEAD, f"{path}/wake", form_on=path)


def answer_about_services(stage: Stage) -> None:
    stage.post(Role.LEAD, "/organisations/XN1/services", maternity="yes", version="0")


def agree_target(stage: Stage) -> None:
    viewer = stage.viewer(Role.REGION, "YN1")
    with stage.request():
        tell.targets.agree_target(tell.item(viewer, "2.2"), date(2020, 12, 1), "Agreed with Robin")


def confirm(stage: Stage) -> None:
    progress_entry("XN1", "2.2")
    stage.post(Role.LEAD, "/organisations/XN1/8ua-2020/2.2/confirm", version="1", submission_key=str(uuid4()))


def correct(stage: Stage) -> None:
    entry_id = progress_entry("XN1", "2.2")
    stage.post(
        Role.LEAD,
        f"/organisations/XN1/8ua-2020/2.2/history/{entry_id}",
        status="not_started",
        narrative=NARRATIVE,
        backdating_reason="Robin was mistaken",
        version="1",
        submission_key=str(uuid4()),
    )


def ask_for_target(stage: Stage) -> None:
    stage.post(
        Role.LEAD,
        "/organisations/XN1/8ua-2020/2.2/target",
        wanted="agree",
        reason=NARRATIVE,
        agreed_by="The board",
        version="0",
        submission_key=str(uuid4()),
        **{"target_on-day": "1", "target_on-month": "12", "target_on-year": "2020"},
    )


def withdraw_target(stage: Stage) -> None:
    request_id = target_request("XN1", "2.2")
    page = "/organisations/XN1/8ua-2020/2.2/target"
    stage.post(Role.LEAD, f"{page}/requests/{request_id}/withdraw", form_on=page)


def name_lead(job_title: str) -> Happening:
    def happen(stage: Stage) -> None:
        viewer = stage.viewer(Role.LEAD, "XN1")
        details = leads.LeadDetails("Priya Ravensworth", job_title, "priya@example.nhs.uk", date(2020, 9, 1), None)
        with stage.request():
            leads.name_lead(get_open_organisation("XN1"), details, viewer, "lead")

    return happen


def correct_lead(stage: Stage) -> None:
    name_lead("Medical Director")(stage)
    name_lead("Chief Medical Officer")(stage)


def adopt(stage: Stage) -> None:
    viewer = stage.viewer(Role.LEAD, "XN1")
    with stage.request():
        adoptions.adopt_framework(get_open_organisation("XN1"), "rcp-2024", viewer, "lead")


def leave(stage: Stage) -> None:
    adopted = adoption("XN1", "rcp-2024")
    viewer = stage.viewer(Role.LEAD, "XN1")
    with stage.request():
        adoptions.leave_framework(get_open_organisation("XN1"), adopted, viewer, "lead")


def measure(what: Callable[[Saying], object]) -> Happening:
    """The lead of XN1 says something about the organisation's measures."""

    def happen(stage: Stage) -> None:
        says = Saying(stage.viewer(Role.LEAD, "XN1"), "XN1")
        with stage.request():
            what(says)

    return happen


def add_reading(says: Saying) -> int:
    says.add("activity-restored", date(2020, 9, 30), 900, 1_000)
    (reading,) = says.series("activity-restored").readings
    return reading.reading_id


def correct_reading(says: Saying) -> None:
    says.correct("activity-restored", add_reading(says), date(2020, 9, 30), 800, 1_000)


def withdraw_reading(says: Saying) -> None:
    says.withdraw("activity-restored", add_reading(says))


def set_aim_of_measure(says: Saying) -> None:
    says.aim("activity-restored", 900, reason="Agreed with Robin")


def add_measure(says: Saying) -> None:
    says.own("Robin's own measure")


def correct_measure(says: Saying) -> None:
    says.rename(says.own("Robin's own measure"), "Interpreters offered")


def talk(what: Callable[[Viewer], object]) -> Happening:
    """The lead of XN1 comments on an ask, or keeps the register."""

    def happen(stage: Stage) -> None:
        viewer = stage.viewer(Role.LEAD, "XN1")
        with stage.request():
            what(viewer)

    return happen


def comment(viewer: Viewer) -> int:
    return talking.comment(viewer, "What Robin told Sam Fell")


def correct_comment(viewer: Viewer) -> None:
    said = comments.NewComment("What Robin told Sam Marsh", frozenset(), str(uuid4()))
    comment_id = comment(viewer)
    comments.correct(talking.item(), comment_id, said, viewer, expected=comment_id)


def withdraw_comment(viewer: Viewer) -> None:
    comment_id = comment(viewer)
    comments.withdraw(talking.item(), comment_id, viewer, expected=comment_id)


def change_barrier(viewer: Viewer) -> None:
    talking.change_barrier(viewer, "Robin asked for it")


def close_barrier(viewer: Viewer) -> None:
    talking.close_barrier(viewer, "Robin says so")


def return_to_board(come_to: str) -> Happening:
    """The lead of XN1 brings a return as far as a word says, and the board decides on it."""

    def happen(stage: Stage) -> None:
        lead, board = stage.viewer(Role.LEAD, "XN1"), stage.viewer(Role.BOARD, "XN1")
        with stage.request():
            returning.story(lead, board, come_to)

    return happen


def download_return(stage: Stage) -> None:
    return_to_board("started")(stage)
    stage.browser(Role.LEAD).get("/organisations/XN1/returns/1/rows.csv")


def choose_system(stage: Stage) -> None:
    by = stage.person(Role.LEAD)
    with stage.request():
        organisations.choose_system(stage.world.north_trust, "QS1", by=by, role="lead")
