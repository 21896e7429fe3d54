"""The fields in which an organisation says something about one ask, and what makes them hold together."""

from __future__ import annotations

from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.definition import StatusDefinition
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import StatusClass
from tracker.progress import rules
from tracker.progress.rows import Entry, Standing
from tracker.progress.rules import Contradiction
from tracker.progress.service import StatusChange
from tracker.web.choices import Choice, RadiosField
from tracker.web.day_field import DayField
from tracker.web.fields import LongTextField, TextField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed
from tracker.web.wording import day


class SaidForm(SavedOnceForm):
    """What an organisation says about one ask, now or of an earlier day."""

    status = RadiosField("Status now", [Needed("Choose a status")])
    completed_on = DayField("Date it was done", hint="For example, 14 9 2020")
    recovery_on = DayField("Date you expect to be back on track", hint="For example, 31 3 2021")
    forecast_on = DayField("When do you expect it to be done? (optional)", hint="For example, 31 1 2021")
    blocked_by = TextField(
        "Blocked by others (optional)",
        hint="Who or what you are waiting for, if it is not in your organisation’s hands",
        max_length=500,
    )
    reason = LongTextField("Reason", max_length=2000)
    narrative = LongTextField(
        "Progress", hint="What has been done, and what difference it makes. Do not enter patient information."
    )
    next_step = LongTextField("Next step (optional)", max_length=1000)
    next_step_on = DayField("Date of the next step (optional)", hint="For example, 30 11 2020")
    review_on = DayField("Review again on (optional)", hint="The day you mean to look at this again")

    @property
    def given_evidence(self) -> str:
        """A link that was given with it; only an update takes one."""
        return ""

    @property
    def given_day(self) -> date | None:
        """The day on which it was true; None for the day that the service knows."""
        return None

    @property
    def given_backdating_reason(self) -> str:
        """Why it is said later than it was true."""
        return ""

    def _offer(
        self, allowed: frozenset[StatusClass], ask: AskFacts, scale: Scale, standing: Standing, today: date
    ) -> None:
        self.words = {word.code: word for word in scale if word.status_class in allowed}
        self.ask, self.current, self.today = ask, standing.said_class, today
        self.deadline_on, self.last_on = standing.deadline_on, standing.entry_on
        self.standing_alone: list[Field] = []
        self.status.choices = [Choice(word.code, word.label, word.definition) for word in self.words.values()]
        needing = [word.label for word in self.words.values() if self._needs_reason(word)]
        self.reason.description = f"Needed for: {', '.join(needing)}." if needing else ""
        self._place("completed_on", [word.code for word in self.words.values() if word.status_class.is_done])
        self._place("recovery_on", [word.code for word in self.words.values() if self._needs_recovery_date(word)])
        if not self.is_submitted() and self.completed_on.data is None:
            self.completed_on.process(None, today)

    def carry_forward(self, entry: Entry | None) -> None:
        """Start from what was said last, so that nobody types it twice."""
        if entry is None or self.is_submitted():
            return
        self.status.data = entry.status_code if entry.status_code in self.words else ""
        self.narrative.data, self.next_step.data = entry.narrative, entry.next_step
        if entry.next_step_on is not None and entry.next_step_on >= self.today:
            self.next_step_on.process(None, entry.next_step_on)
        if entry.status_code in self.words:
            self.reason.data, self.blocked_by.data = entry.reason, entry.blocked_by
            for name in ("forecast_on", "review_on", "recovery_on"):
                planned_on: date | None = getattr(entry, name)
                if planned_on is not None and planned_on >= self.today:  # A plan that has gone by is made anew.
                    self[name].process(None, planned_on)
            self.completed_on.process(None, entry.completed_on or self.today)

    @property
    def chosen(self) -> StatusDefinition | None:
        return self.words.get(self.status.data)

    def _place(self, name: str, codes: list[str]) -> None:
        """Draw a field below the one status that needs it, on its own where several do, and not where none does."""
        if len(codes) == 1:
            self.status.reveals[codes[0]] = [*self.status.reveals.get(codes[0], ()), name]
        elif codes:
            self.standing_alone.append(self[name])

    def validate_reason(self, field: Field) -> None:
        if self.chosen and self._needs_reason(self.chosen) and not field.data:
            raise ValidationError(f"Enter the reason for “{self.chosen.label}”")

    def validate_recovery_on(self, field: Field) -> None:
        if not (self.chosen and self._needs_recovery_date(self.chosen)):
            return
        if field.data is None and self.chosen.status_class is StatusClass.ON_COURSE:
            raise ValidationError(
                "Enter the date you expect to be back on track: what is overdue cannot be on track without it"
            )
        if field.data is None:
            raise ValidationError("Enter the date you expect to be back on track")
        if field.data < self.today:
            raise ValidationError("The date you expect to be back on track must be today or later")
        if self._contradiction is Contradiction.RECOVERY_FAR:
            raise ValidationError(
                f"What is overdue is not on track if it is back on track in more than {rules.RECOVERY_DAYS} days: "
                "choose another status, or ask for another target"
            )

    def validate_forecast_on(self, field: Field) -> None:
        if not (self.chosen and self.chosen.status_class.is_open) or field.data is None:
            return
        if field.data < self.today:
            raise ValidationError("The day you expect it to be done must be today or later")
        if self._contradiction is Contradiction.FORECAST_LATE:
            raise ValidationError(
                f"You expect it to be done after {day(self.deadline_on)}, so it cannot be “{self.chosen.label}”: "
                "choose another status, or agree another target first"
            )

    def validate_review_on(self, field: Field) -> None:
        if not (self.chosen and self.chosen.status_class.is_open) or field.data is None:
            return
        if field.data < self.today:
            raise ValidationError("The day to review it again must be today or later")
        if (field.data - self.today).days > rules.REVIEW_DAYS:
            raise ValidationError(f"The day to review it again must be at most {rules.REVIEW_DAYS} days ahead")

    def validate_completed_on(self, field: Field) -> None:
        if not (self.chosen and self.chosen.status_class.is_done):
            return
        if field.data is None:
            raise ValidationError("Enter the date it was done")
        if field.data > self.today:
            raise ValidationError("The date it was done must be today or in the past")

    def validate_next_step(self, field: Field) -> None:
        if self.next_step_on.data and not field.data:
            raise ValidationError("Enter the next step, or take out its date")

    def validate_next_step_on(self, field: Field) -> None:
        if self.chosen and self.chosen.status_class.is_open and field.data and field.data < self.today:
            raise ValidationError(
                "The date of the next step must be today or later: say under “Progress” what was done"
            )

    def as_change(self) -> StatusChange:
        """What the service records."""
        chosen = self.chosen
        return StatusChange(
            status_code=self.status.data,
            narrative=self.narrative.data,
            reason=self.reason.data if chosen and self._needs_reason(chosen) else "",
            recovery_on=self.recovery_on.data if chosen and self._needs_recovery_date(chosen) else None,
            next_step=self.next_step.data,
            next_step_on=self.next_step_on.data,
            completed_on=self.completed_on.data if chosen is None or chosen.status_class.is_done else None,
            evidence_url=self.given_evidence,
            expected_version=self.expected_version,
            submission_key=self.key,
            forecast_on=self.forecast_on.data,
            review_on=self.review_on.data,
            blocked_by=self.blocked_by.data,
            true_on=self.given_day,
            backdating_reason=self.given_backdating_reason,
        )

    @property
    def _contradiction(self) -> Contradiction | None:
        if self.chosen is None:
            return None
        return rules.why_not_on_course(
            self.chosen.status_class, self.deadline_on, self.forecast_on.data, self.recovery_on.data, self.today
        )

    def _needs_recovery_date(self, word: StatusDefinition) -> bool:
        """Where the scale asks for it, and for "on track" of something that is past its date."""
        is_late = self.deadline_on is not None and self.deadline_on < self.today
        return word.needs_recovery_date or (is_late and word.status_class is StatusClass.ON_COURSE)

    def _needs_reason(self, word: StatusDefinition) -> bool:
        return rules.needs_reason(self.current, word.status_class, word.needs_reason)
