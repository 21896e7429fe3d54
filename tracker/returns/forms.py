"""The forms of returns: document control, check, submission, the board's decision, the cadence, and what to compare."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.returns.board_dates import NotDays, as_typed, days_of
from tracker.returns.due_rules import MOST_BOARD_DATES, Rhythm
from tracker.returns.rows import Control, ReturnLine
from tracker.returns.rules import (
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_MONTHS_TO_MEETING,
    ApprovedDay,
    Decision,
    Purpose,
    ReturnState,
    furthest_meeting,
    later_approved,
)
from tracker.web.choices import Choice, RadiosField, SelectField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, LongTextField, TextField
from tracker.web.forms import FilterForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed
from tracker.web.wording import day

NO_PATIENTS = "Do not enter patient information."
MEETING_TOO_FAR = f"The meeting must be within the next {MOST_MONTHS_TO_MEETING} months"
PURPOSE_HINTS = {
    Purpose.DECISION: "The board is asked to decide something",
    Purpose.ASSURANCE: "The board is asked whether it is assured",
    Purpose.INFORMATION: "The board is asked to note it",
}


def before_approved(approved: ApprovedDay) -> str:
    """Why a return cannot tell of an older day."""
    as_at = day(approved.as_at)
    return f"The board has approved return {approved.number}, as at {as_at}. Enter {as_at} or a later day"


class ControlForm(SavedOnceForm):
    """The document control of a return: what its cover sheet says."""

    framework = SelectField("What it covers", nothing="Everything that is tracked")
    as_at = DayField("As at", [Needed("Enter the day that the return tells of")], hint="For example, 2 11 2020")
    title = TextField("Title", [Needed("Enter a title")], max_length=LONGEST_TITLE)
    meeting = TextField(
        "Meeting", [Needed("Enter the meeting")], hint="For example, Public board", max_length=LONGEST_LINE
    )
    meeting_on = DayField("Date of the meeting (optional)", hint="For example, 5 11 2020")
    agenda_item = TextField("Agenda item (optional)", max_length=LONGEST_LINE)
    author = TextField(
        "Author",
        [Needed("Enter the author")],
        hint="A job title rather than a name, for example Health inequalities lead",
        max_length=LONGEST_LINE,
    )
    purpose = RadiosField(
        "Purpose",
        [Needed("Choose the purpose")],
        choices=[Choice(each.value, each.label, PURPOSE_HINTS[each]) for each in Purpose],
    )
    considered_by = LongTextField(
        "Previously considered by (optional)",
        hint="Committees that have seen it, and when",
        max_length=LONGEST_TEXT,
    )
    summary = LongTextField("Executive summary (optional)", hint=NO_PATIENTS, max_length=LONGEST_TEXT)
    recommendation = LongTextField(
        "Recommendation (optional)", hint="What the board is asked to do", max_length=LONGEST_TEXT
    )
    submit = Button("Save")

    def offer(
        self,
        frameworks: Mapping[int, str],
        approved: Collection[ApprovedDay],
        today: date,
        tracked_on: Callable[[date], Collection[int]],
    ) -> None:
        """Offer the frameworks; a return tells of today unless somebody says otherwise, and not of a day before one
        that the board has approved, nor of one on which its framework was not tracked.
        """
        self.today, self.approved, self.frameworks, self.tracked_on = today, approved, frameworks, tracked_on
        self.framework.choices = [Choice(str(each), title) for each, title in frameworks.items()]
        if not self.is_submitted() and self.as_at.data is None:
            self.as_at.process(None, today)

    def start_from(self, control: Control, *, is_new: bool = False) -> None:
        """Start from what a return says; a new one takes over what stays the same from meeting to meeting."""
        if self.is_submitted():
            return
        for name in ("title", "meeting", "author"):
            self[name].data = getattr(control, name)
        self.framework.data = "" if control.framework_id is None else str(control.framework_id)
        self.purpose.data = control.purpose.value
        if is_new:
            return
        for name in ("agenda_item", "considered_by", "summary", "recommendation"):
            self[name].data = getattr(control, name)
        for name in ("as_at", "meeting_on"):
            self[name].process(None, getattr(control, name))

    def validate_framework(self, field: Field) -> None:
        chosen, as_at = self.framework_id, self.as_at.data
        if chosen is None or not as_at or as_at > self.today:
            return
        if chosen not in self.tracked_on(as_at):
            raise ValidationError(
                f"{self.frameworks[chosen]}: not tracked on {day(as_at)}. Choose another or change the day"
            )

    def validate_as_at(self, field: Field) -> None:
        if field.data and field.data > self.today:
            raise ValidationError("The day that the return tells of must be today or in the past")
        later = later_approved(self.approved, self.framework_id, field.data) if field.data else None
        if later is not None:
            raise ValidationError(before_approved(later))

    def validate_meeting_on(self, field: Field) -> None:
        if field.data and self.as_at.data and field.data < self.as_at.data:
            raise ValidationError("The meeting must be on the day that the return tells of, or later")
        if field.data and field.data > furthest_meeting(self.today):
            raise ValidationError(MEETING_TOO_FAR)

    @property
    def framework_id(self) -> int | None:
        """The framework that is chosen among those offered; None for everything."""
        return next((each for each in self.frameworks if self.framework.data == str(each)), None)

    def as_control(self) -> Control:
        """What the service records."""
        return Control(
            framework_id=self.framework_id,
            as_at=self.as_at.data or self.today,
            title=self.title.data,
            meeting=self.meeting.data,
            meeting_on=self.meeting_on.data,
            agenda_item=self.agenda_item.data,
            author=self.author.data,
            purpose=Purpose(self.purpose.data),
            considered_by=self.considered_by.data,
            summary=self.summary.data,
            recommendation=self.recommendation.data,
        )


class CheckForm(SavedOnceForm):
    """That somebody has read what the check found."""

    submit = Button("Mark as checked and continue")


class SubmitForm(SavedOnceForm):
    """That a return goes to the board as it stands."""

    submit = Button("Submit to the board")


class DecideForm(SavedOnceForm):
    """What the board decided on a return."""

    decision = RadiosField(
        "What did the board decide?",
        [Needed("Choose what the board decided")],
        choices=[
            Choice(Decision.APPROVED.value, "Approve", "It stands as the board’s record"),
            Choice(Decision.SENT_BACK.value, "Send back", "The organisation works on it as the next version"),
        ],
        reveals={Decision.SENT_BACK.value: ["reason"]},
    )
    reason = LongTextField(
        "Why is it sent back?", hint=f"What has to be different. {NO_PATIENTS}", max_length=LONGEST_REASON
    )
    submit = Button("Save decision")

    def validate_reason(self, field: Field) -> None:
        if self.decision.data == Decision.SENT_BACK and not field.data:
            raise ValidationError("Enter why the return is sent back")

    @property
    def decided(self) -> tuple[Decision, str]:
        """The decision and its reason; none is kept where it was approved after all."""
        decision = Decision(self.decision.data)
        return decision, self.reason.data if decision is Decision.SENT_BACK else ""


MONTHS_OFFERED = {1: "Every month", 2: "Every 2 months", 3: "Every 3 months", 4: "Every 4 months"} | {
    6: "Every 6 months",
    12: "Every year",
}


class CadenceForm(SavedOnceForm):
    """How often the board wants a return."""

    how = RadiosField(
        "When does the board want a return?",
        [Needed("Choose when the board wants a return")],
        choices=[
            Choice("months", "At the same interval", "For example, every 2 months"),
            Choice("dates", "On the dates of its meetings", "Enter each date"),
        ],
        reveals={"months": ["every_months", "first_on"], "dates": ["board_dates"]},
    )
    every_months = SelectField(
        "How often?", choices=[Choice(str(number), text) for number, text in MONTHS_OFFERED.items()], nothing="Choose"
    )
    first_on = DayField("Next one due", hint="The next day on which a return is due, for example 5 11 2020")
    board_dates = LongTextField(
        "Dates", hint="One date on each line, for example 5 November 2020", max_length=LONGEST_REASON
    )
    reason = LongTextField("Why is it changed?", hint=NO_PATIENTS, max_length=LONGEST_REASON)
    submit = Button("Save")

    def start_from(self, rhythm: Rhythm | None, today: date) -> None:
        """Start from what holds now; the first day of a new cadence is still to come, and it is said why it is new."""
        self.today = today
        if rhythm is None or self.is_submitted():
            return
        self.how.data = "months" if rhythm.every_months else "dates"
        self.every_months.data = str(rhythm.every_months or "")
        if rhythm.every_months:
            self.first_on.process(None, next(due for due in rhythm.due_days() if due >= today))
        self.board_dates.data = as_typed(tuple(each for each in rhythm.board_dates if each >= today))

    def validate_every_months(self, field: Field) -> None:
        if self.how.data == "months" and not field.data:
            raise ValidationError("Choose how often")

    def validate_first_on(self, field: Field) -> None:
        if self.how.data != "months":
            return
        if field.data is None:
            raise ValidationError("Enter the next day on which a return is due")
        if field.data < self.today:
            raise ValidationError("The next return must be due today or later")

    def validate_board_dates(self, field: Field) -> None:
        if self.how.data != "dates":
            return
        try:
            days = days_of(field.data)
        except NotDays as fault:
            raise ValidationError(str(fault)) from None
        if not days:
            raise ValidationError("Enter the dates of the board’s meetings")
        if days[0] < self.today:
            raise ValidationError(f"{day(days[0])} has gone by. Enter dates that are today or later")
        if len(days) > MOST_BOARD_DATES:
            raise ValidationError(f"Enter at most {MOST_BOARD_DATES} dates. You have typed {len(days)}.")

    def validate_reason(self, field: Field) -> None:
        """Nothing was there to be changed where the form was opened before any; if there is now, that is told first."""
        if self.expected_version and not field.data:
            raise ValidationError("Enter why it is changed")

    def as_rhythm(self) -> Rhythm:
        """What the service records."""
        if self.how.data == "months":
            return Rhythm(int(self.every_months.data), self.first_on.data)
        return Rhythm(None, None, days_of(self.board_dates.data))


class CompareForm(FilterForm):
    """Which return is compared with what came after it, read from the query string."""

    since = SelectField("From")
    until = SelectField("To", nothing="Today")

    def offer(self, returns: Sequence[ReturnLine]) -> None:
        """Offer what the board has had and the reader may see; what is not known is said, never dropped."""
        self.unknown: list[str] = []
        choices = [(str(each.number), f"{each.number}. {each.title}, as at {day(each.as_at)}") for each in returns]
        for field in (self.since, self.until):
            field.choices = list(choices)
            if field.data and field.data not in {number for number, _ in choices}:
                self.unknown.append(f"{field.label.text}: there is no return “{field.data}” to compare.")
                field.data = ""

    def compared(self, returns: Sequence[ReturnLine]) -> tuple[int | None, int | None]:
        """The numbers to compare: from the last approved return unless told, until today unless told."""
        approved = [each.number for each in returns if each.state is ReturnState.APPROVED]
        if not self.since.data and (approved or returns):
            self.since.data = str(approved[0] if approved else returns[0].number)
        return (int(self.since.data) if self.since.data else None, int(self.until.data) if self.until.data else None)
