"""What the queue of claims and the page of one claim say, on the page and in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.accounts.rules import Role
from tracker.assurance.rows import ClaimRow, SeenVersion, SignedOff
from tracker.assurance.rules import ClaimState, LapseCause
from tracker.frameworks.rules import SYSTEM_TYPES
from tracker.progress.presenters import Tag
from tracker.web.downloads import Cell
from tracker.web.wording import day, day_and_time, plural

COLUMNS = (
    {"text": "Organisation", "sort": "organisation"},
    {"text": "Ask", "sort": "ask"},
    {"text": "Waiting", "sort": "waiting", "numeric": True},
    {"text": "Where it stands"},
    {"text": "Done on"},
    {"text": "System", "sort": "system"},
    {"text": "Decision"},
)
CSV_HEADINGS = (
    "system_code",
    "system",
    "ods_code",
    "organisation",
    "organisation_type",
    "framework",
    "action_no",
    "action",
    "ask_ref",
    "ask",
    "completed_on",
    "deadline_on",
    "waiting_since",
    "days_waiting",
    "state",
    "lapsed_because",
    "question_asked_on",
)
TAGS = {
    ClaimState.NEW: "done_claimed",
    ClaimState.LAPSED: "at_risk",
    ClaimState.ASKED: "not_started",
    ClaimState.ANSWERED: "on_course",
}


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One row of the queue."""

    code: str
    name: str
    framework_code: str
    ref: str
    wording: str
    waiting: str
    state: Tag
    note: str
    done: str
    system: str


def claim_line(row: ClaimRow, today: date) -> ClaimLine:
    """A row as the page shows it; what is missing is said in words."""
    note = f"because {row.lapsed_because.label}" if row.lapsed_because else ""
    if row.asked_on is not None:
        note = f"on {day(row.asked_on)}" if row.state is ClaimState.ASKED else f"asked on {day(row.asked_on)}"
    late = (row.completed_on - row.deadline_on).days if row.completed_on and row.deadline_on else 0
    done = day(row.completed_on) + (f", {plural(late, 'day')} late" if late > 0 else "")
    return ClaimLine(
        code=row.code,
        name=row.name,
        framework_code=row.ask.framework_code,
        ref=row.ask.ref,
        wording=row.ask.wording,
        waiting=plural(row.days_waiting(today), "day"),
        state=Tag(row.state.label, TAGS[row.state]),
        note=note,
        done=done,
        system=row.system_name or ("Is a system" if row.organisation_type in SYSTEM_TYPES else "No system"),
    )


def csv_cells(row: ClaimRow, today: date) -> tuple[Cell, ...]:
    """A row as the file holds it, under CSV_HEADINGS."""
    return (
        row.system_code,
        row.system_name,
        row.code,
        row.name,
        row.organisation_type.label,
        row.ask.framework_code,
        row.ask.action_number,
        row.ask.action_title,
        row.ask.ref,
        row.ask.wording,
        row.completed_on,
        row.deadline_on,
        row.waits_since,
        row.days_waiting(today),
        row.state.label,
        row.lapsed_because.label if row.lapsed_because else None,
        row.asked_on,
    )


@dataclass(frozen=True, slots=True)
class SignOffLine:
    """One sign-off in sentences, with the evidence that was seen."""

    sentence: str
    ended: str
    evidence: tuple[SeenVersion, ...]


def sign_off_lines(signed: Sequence[SignedOff]) -> list[SignOffLine]:
    """Every sign-off of an ask, the newest first."""
    return [_sign_off_line(each) for each in signed]


def _sign_off_line(signed: SignedOff) -> SignOffLine:
    role = Role(signed.role).label if signed.role in set(Role) else ""
    who = ", ".join(part for part in (signed.person_name, role) if part) or "Somebody whose details were removed"
    lead = f", with {signed.lead} as the named lead" if signed.lead else ""
    sentence = (
        f"{day_and_time(signed.recorded_at)}: {who} assured the claim made at {day_and_time(signed.claimed_at)}, "
        f"for revision {signed.revision} of the framework{lead}."
    )
    return SignOffLine(sentence, _ended(signed), signed.evidence)


def _ended(signed: SignedOff) -> str:
    if signed.ended_at is None or signed.cause is None:
        return ""
    what = "It ended" if signed.cause is LapseCause.STATUS_MOVED else "It lapsed"
    return f"{what} at {day_and_time(signed.ended_at)} because {signed.cause.label}."
