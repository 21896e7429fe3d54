"""The forms about an escalation, one for each decision; what may be chosen comes from the rules and the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.escalations import reaching
from tracker.escalations.ladder import ladder
from tracker.escalations.posts import Posts, addressed
from tracker.escalations.rules import ENDINGS, RESPONSE_CAME, Ending, Judgement, Level
from tracker.escalations.service import Said
from tracker.web.choices import Choice, RadiosField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, LongTextField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed

LONGEST = 2000
NO_PATIENTS = "Do not enter patient information."


class EscalationForm(SavedOnceForm):
    """The base of all of them: opened on a version, on a day, with words that the organisation reads."""

    text: LongTextField

    def start(self, version: int, today: date) -> None:
        self.today = today
        self.opened_on(version)

    def as_said(self, body_id: int | None) -> Said:
        """What the service records beside the decision."""
        return Said(self.text.data, body_id, self.expected_version, self.key)

    def _check_ahead(self, field: Field, what: str) -> None:
        if field.data is not None and field.data <= self.today:
            raise ValidationError(f"{what} must be after today")
        if field.data is not None and ladder().is_too_far(field.data, self.today):
            raise ValidationError(ladder().too_far(what))


class RaiseForm(EscalationForm):
    """To whom an overdue ask is raised, what is asked of them and until when."""

    level = RadiosField("Raise it to", [Needed("Choose to whom you raise it")])
    response_due_on = DayField(
        "Response due on", hint="Leave it empty for the usual day, which stands below each level"
    )
    text = LongTextField(
        "What do you ask of them?",
        [Needed("Enter what you ask of them")],
        hint=f"What would help, and what you need to hear. The organisation reads it. {NO_PATIENTS}",
        max_length=LONGEST,
    )
    submit = Button("Raise it")

    def offer(self, levels: Sequence[Level], proposed: Level | None, posts: Posts, wanted: str, by: int) -> None:
        """The levels that may be raised to now, with who gets it and until when; the one that is ``wanted``, by the
        address, is chosen. No day is filled in: it would be that of another level once another is chosen.

        A level that was sent stays to be chosen: a form sent twice, or after somebody else's, is judged by the service.
        """
        steps = ladder()
        self.level.choices = [
            Choice(
                each.code,
                each.label,
                reaching.offered(addressed(steps, each, posts), self.today, by, is_proposed=each is proposed),
            )
            for each in steps.levels
            if each in levels or (self.is_submitted() and each.code == self.level.data)
        ]
        if levels and not self.is_submitted():
            chosen = next((each for each in levels if each.code == wanted), proposed or levels[0])
            self.level.data = chosen.code

    @property
    def has_usual_day(self) -> bool:
        """Whether the level decides on the day, because none was typed."""
        return self.response_due_on.data is None

    def due_on(self, level: Level) -> date:
        """The day that was typed, else the usual one of the level that is chosen."""
        return self.response_due_on.data or reaching.usual_due_on(level, self.today)

    def validate_response_due_on(self, field: Field) -> None:
        self._check_ahead(field, "The day on which a response is due")


class AnswerForm(EscalationForm):
    """What an organisation responds to the step that waits."""

    text = LongTextField(
        "Your response",
        [Needed("Enter your response")],
        hint=f"What is in the way, what happens next and by when, and what would help you. {NO_PATIENTS}",
        max_length=LONGEST,
    )
    submit = Button("Send response")


class JudgeForm(EscalationForm):
    """What came of a step: the response, and whether it is enough for now."""

    text = LongTextField(
        "The response, and how you see it",
        hint=f"What they said where it came by phone or in a meeting, and why you judge it so. {NO_PATIENTS}",
        max_length=LONGEST,
    )
    judgement = RadiosField(
        "What came of this step?",
        [Needed("Choose what came of this step")],
        choices=[
            Choice(Judgement.ENOUGH, Judgement.ENOUGH.label, "The ladder keeps quiet until the day you look again"),
            Choice(Judgement.NOT_ENOUGH, Judgement.NOT_ENOUGH.label, "The next level is proposed once it falls due"),
            Choice(Judgement.NO_RESPONSE, Judgement.NO_RESPONSE.label, "The next level is proposed once it falls due"),
        ],
        reveals={Judgement.ENOUGH: ["quiet_until"]},
    )
    quiet_until = DayField("Look again on")
    submit = Button("Save outcome")

    def know(self, *, is_answered: bool) -> None:
        """Whether the organisation has responded here: its words need not be typed again, and that none came is not
        offered.
        """
        self.is_answered = is_answered
        if is_answered and not self.is_submitted():
            self.judgement.choices = [
                each for each in self.judgement.all_choices() if each.value != Judgement.NO_RESPONSE
            ]

    def validate_judgement(self, field: Field) -> None:
        if self.is_answered and field.data == Judgement.NO_RESPONSE:
            raise ValidationError(RESPONSE_CAME)

    def validate_text(self, field: Field) -> None:
        if not field.data and not self.is_answered and self.judgement.data != Judgement.NO_RESPONSE:
            raise ValidationError("Enter the response")

    def validate_quiet_until(self, field: Field) -> None:
        if self.judgement.data != Judgement.ENOUGH:
            return
        if field.data is None:
            raise ValidationError("Enter the day on which you look again")
        self._check_ahead(field, "The day on which you look again")

    @property
    def decided(self) -> tuple[Judgement, date | None]:
        judgement = Judgement(self.judgement.data)
        return judgement, self.quiet_until.data if judgement is Judgement.ENOUGH else None


class HoldForm(EscalationForm):
    """Why nothing is raised for now, and until when."""

    text = LongTextField(
        "Why do you hold it?",
        [Needed("Enter why you hold it")],
        hint=f"The organisation reads it. {NO_PATIENTS}",
        max_length=LONGEST,
    )
    until = DayField("Hold until", [Needed("Enter the day until which you hold it")], hint="You look again on this day")
    submit = Button("Hold it")

    def validate_until(self, field: Field) -> None:
        self._check_ahead(field, "The day until which you hold it")


class CloseForm(EscalationForm):
    """Why an escalation ends."""

    ending = RadiosField(
        "Why do you close it?",
        [Needed("Choose why you close it")],
        choices=[Choice(each, each.label) for each in ENDINGS],
    )
    text = LongTextField(
        "How do you know?",
        [Needed("Enter how you know")],
        hint=f"The organisation reads it. {NO_PATIENTS}",
        max_length=LONGEST,
    )
    submit = Button("Close it")

    @property
    def chosen(self) -> Ending:
        return Ending(self.ending.data)
