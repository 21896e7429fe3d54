"""The forms of a lead's update, of an assurer's decision and of the questions asked once; choices come from rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.appointments.leads import LeadDetails
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.definition import StatusDefinition
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import Service, StatusClass
from tracker.progress import rules
from tracker.progress.rows import Entry, Standing
from tracker.progress.rules import Contradiction, Power
from tracker.progress.service import StatusChange
from tracker.web.choices import Choice, RadiosField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, LongTextField, TextField
from tracker.web.forms import ActionForm, PageForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed
from tracker.web.wording import day

__all__ = ["ActionForm", "ConfirmForm", "DecisionForm", "ServicesForm", "UpdateForm"]


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
        self.deadline_on, self.last_on = standing.deadline_on, standing.updated_on
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
        if self.chosen and self.chosen.status_class.is_open and field.data and field.data < self.today:
            raise ValidationError("The day to review it again must be today or later")

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
            completed_on=self.completed_on.data,
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


class UpdateForm(SaidForm):
    """What an organisation says about one ask now; or, said later, of an earlier day."""

    evidence_url = TextField(
        "Link to evidence (optional)",
        hint="For example, a board paper or a published plan. It starts with https://",
        max_length=2000,
    )
    true_on = DayField("Day on which this was true", hint="Leave it empty for today. For example, 28 10 2020")
    backdating_reason = TextField("Why it is recorded later", hint="Needed for an earlier day", max_length=500)
    submit = Button("Save")

    def offer(self, ask: AskFacts, scale: Scale, standing: Standing, *, has_evidence: bool, today: date) -> None:
        """Offer the moves that the rules allow from where the ask stands, and remember what they will need."""
        self._offer(rules.classes_after(standing.said_class, Power.ORGANISATION), ask, scale, standing, today)
        self.has_evidence = has_evidence

    def validate_true_on(self, field: Field) -> None:
        if field.data is None:
            return
        if field.data > self.today:
            raise ValidationError("The day on which this was true must be today or in the past")
        earliest = rules.earliest_true_on(self.last_on, self.ask.effective_from)
        if field.data < earliest:
            raise ValidationError(
                f"The day on which this was true must be {day(earliest)} or later, the day of the last entry. To put "
                "right what was said before, correct it in the history"
            )

    def validate_backdating_reason(self, field: Field) -> None:
        if self.true_on.data and self.true_on.data < self.today and not field.data:
            raise ValidationError("Enter why it is recorded later than it was true")

    def validate_evidence_url(self, field: Field) -> None:
        if field.data and not is_web_address(field.data):
            raise ValidationError("The link to evidence must start with https:// or http:// and have no spaces")
        if self.chosen and self.chosen.needs_evidence and not field.data and not self.has_evidence:
            raise ValidationError(f"Enter a link to evidence: “{self.chosen.label}” needs it")

    @property
    def given_evidence(self) -> str:
        return self.evidence_url.data

    @property
    def given_day(self) -> date | None:
        return self.true_on.data

    @property
    def given_backdating_reason(self) -> str:
        is_earlier = self.true_on.data is not None and self.true_on.data < self.today
        return self.backdating_reason.data if is_earlier else ""

    @property
    def lead_details(self) -> LeadDetails | None:
        """Only the form of ask 6.1 names a lead."""
        return None

    @property
    def keeps_status(self) -> bool:
        """Only the form of ask 6.1 can change something and leave the status."""
        return False


class ConfirmForm(SavedOnceForm):
    """No change, still true."""

    submit = Button("Confirm: no change, still true")


class DecisionForm(SavedOnceForm):
    """What another body decides on a claim."""

    decision = RadiosField(
        "Your decision",
        [Needed("Choose whether to assure or return the claim")],
        choices=[
            Choice("assure", "Assure", "The evidence shows that it is done"),
            Choice("return", "Return", "It goes back to the organisation and is open again against the same date"),
        ],
    )
    reason = LongTextField("Reason", hint="Needed when you return a claim. The organisation reads it.", max_length=2000)
    submit = Button("Save decision")

    def validate_reason(self, field: Field) -> None:
        if self.decision.data == "return" and not field.data:
            raise ValidationError("Enter the reason for returning the claim")


class ServicesForm(PageForm):
    """The question that no ODS file answers: which services an organisation runs."""

    maternity = RadiosField("Does your organisation provide maternity services?")
    mental_health = RadiosField("Does your organisation provide mental health services?")
    submit = Button("Save")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.maternity, self.mental_health):
            field.choices = [Choice("yes", "Yes"), Choice("no", "No")]

    def show_answers(self, answers: dict[Service, bool]) -> None:
        if not self.is_submitted():
            for service, is_provided in answers.items():
                self[service.value].data = "yes" if is_provided else "no"

    @property
    def answers(self) -> dict[Service, bool]:
        """What was answered; a service left open stays to be confirmed."""
        return {service: self[service.value].data == "yes" for service in Service if self[service.value].data}


def is_web_address(text: str) -> bool:
    """Whether a text can be linked to: a whole address of the web, so that no link runs a script.

    >>> is_web_address("https://example.nhs.uk/plan.pdf"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return text.lower().startswith(("https://", "http://")) and len(text) > 10 and not any(map(str.isspace, text))
