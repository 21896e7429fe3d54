"""The forms about who answers for what: appoint, correct, end, take back, hand over; choices come from queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.appointments.rows import AskChoice, InPost, PersonHere, ToAppoint
from tracker.appointments.rules import (
    LONGEST_JOB_TITLE,
    LONGEST_REASON,
    ONE_DAY,
    AppointmentRole,
    Term,
    first_difference,
    is_late,
)
from tracker.web.choices import CheckboxesField, Choice, RadiosField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, EmailField, LongTextField, TextField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed, PersonName
from tracker.web.wording import day

__all__ = ["AppointForm", "CorrectForm", "EndForm", "HandOverForm", "WithdrawForm"]

SOMEBODY_NEW = "new"
"""The answer for somebody who is in no list; everybody else is a number."""

WHY_LATE = "Needed for a day more than 7 days ago. Shown in the history. "

NOT_REMINDED = ". Gets no reminders: may not update here"

POST_HINTS = {
    AppointmentRole.EXECUTIVE_LEAD: "The board member responsible for tackling inequalities. There is one at a time",
    AppointmentRole.DEPUTY: "Stands in for the executive lead. There is one at a time",
    AppointmentRole.ASK_OWNER: "Sees to it that an ask is met, and is reminded of it. An ask may have several owners",
}


class WhoForm(SavedOnceForm):
    """Somebody of the organisation, or somebody new, and what they are."""

    who = RadiosField("Who is it?", [Needed("Choose who it is")], reveals={SOMEBODY_NEW: ["name", "email"]})
    name = TextField("Name", [PersonName()])
    email = EmailField("Work email (optional)", hint="So that your region can reach them. No mail is sent now.")
    job_title = TextField("Job title", [Needed("Enter the job title")], max_length=LONGEST_JOB_TITLE)

    def offer_people(self, people: Sequence[PersonHere], *, may_add: bool) -> None:
        """Offer these people and, where that is theirs to say, somebody new."""
        self.who.choices = [
            Choice(str(each.person_id), each.name, each.described + ("" if each.gets_reminders else NOT_REMINDED))
            for each in people
        ]
        if may_add:
            hint = "They need no account to be in post, and get no reminders without one"
            self.who.choices.append(Choice(SOMEBODY_NEW, "Somebody else", hint))

    def validate_name(self, field: Field) -> None:
        if self.who.data == SOMEBODY_NEW and not field.data:
            raise ValidationError("Enter their name")

    @property
    def chosen_person(self) -> ToAppoint:
        if self.who.data == SOMEBODY_NEW:
            return ToAppoint(None, self.name.data, self.email.data)
        return ToAppoint(int(self.who.data))


class AppointForm(WhoForm):
    """Who is to answer for what, from which day."""

    post = RadiosField(
        "What do they answer for?",
        [Needed("Choose what they answer for")],
        reveals={AppointmentRole.ASK_OWNER.value: ["asks"]},
    )
    asks = CheckboxesField("Which asks?", hint="Select all that they own")
    starts_on = DayField("From", [Needed("Enter their first day")], hint="For example, 2 11 2020")
    ends_on = DayField("Until (optional)", hint="Their last day, where it is known already")
    reason = LongTextField(
        "Why is it recorded only now?", hint=f"{WHY_LATE}Do not enter patient information.", max_length=LONGEST_REASON
    )
    submit = Button("Save")

    def offer(self, posts: Sequence[AppointmentRole], asks: Sequence[AskChoice], today: date) -> None:
        """Offer these posts and asks, from today unless another day is typed."""
        self.ask_ids = {each.code: each.ask_id for each in asks}
        self.asks.choices = [Choice(each.code, f"{each.ref} {each.wording}", each.framework_title) for each in asks]
        self.post.choices = [Choice(each.value, each.label, POST_HINTS[each]) for each in posts]
        self.today = today
        if not self.is_submitted():
            self.starts_on.process(None, today)
            if len(posts) == 1:
                self.post.data = posts[0].value

    def start_with(self, post: str, ask: str, person_id: int | None) -> None:
        """Begin with what somebody comes from: the address may name a post and an ask, or it is about oneself."""
        if self.is_submitted():
            return
        if post in {each.value for each in self.post.all_choices()}:
            self.post.data = post
        if ask in self.ask_ids:
            self.post.data, self.asks.data = AppointmentRole.ASK_OWNER.value, [ask]
        if person_id is not None:
            self.who.data = str(person_id)

    def validate_email(self, field: Field) -> None:
        if self.who.data == SOMEBODY_NEW and self.post.data == AppointmentRole.EXECUTIVE_LEAD and not field.data:
            raise ValidationError("Enter the work email of the executive lead")

    def validate_asks(self, field: Field) -> None:
        if self.post.data == AppointmentRole.ASK_OWNER and not field.data:
            raise ValidationError("Select at least one ask")

    def validate_ends_on(self, field: Field) -> None:
        _check_order(self.starts_on.data, field.data)

    def validate_reason(self, field: Field) -> None:
        check_late(self.starts_on.data, self.today, field.data)

    @property
    def chosen_post(self) -> AppointmentRole:
        return AppointmentRole(self.post.data)

    @property
    def chosen_asks(self) -> tuple[int, ...]:
        """The numbers of the asks; none where somebody is to be in a post."""
        is_owner = self.chosen_post is AppointmentRole.ASK_OWNER
        return tuple(self.ask_ids[code] for code in self.asks.data) if is_owner else ()

    @property
    def term(self) -> Term:
        return _term(self.starts_on, self.ends_on)


class CorrectForm(WhoForm):
    """What was recorded wrongly about one appointment, and why it is put right."""

    starts_on = DayField("From", [Needed("Enter their first day")], hint="For example, 14 9 2020")
    ends_on = DayField("Until (optional)", hint="Leave empty while it goes on")
    reason = LongTextField(
        "Why do you correct it?",
        [Needed("Enter why you correct it")],
        hint="What was recorded before stays in the history. Do not enter patient information.",
        max_length=LONGEST_REASON,
    )
    submit = Button("Save")

    def start_from(self, held: InPost) -> None:
        if self.is_submitted():
            return
        self.who.data, self.job_title.data = str(held.person_id), held.job_title
        self.starts_on.process(None, held.starts_on)
        self.ends_on.process(None, held.ends_on)

    def validate_ends_on(self, field: Field) -> None:
        _check_order(self.starts_on.data, field.data)

    @property
    def term(self) -> Term:
        return _term(self.starts_on, self.ends_on)


class EndForm(SavedOnceForm):
    """The last day of somebody in post."""

    last_day = DayField("Last day", [Needed("Enter the last day")], hint="For example, 31 10 2020")
    reason = LongTextField(
        "Note, or why it is recorded only now",
        hint=f"{WHY_LATE}Do not enter why somebody left, or patient information.",
        max_length=LONGEST_REASON,
    )
    submit = Button("Save")

    def start_from(self, held: InPost, today: date) -> None:
        self.held, self.today = held, today
        if not self.is_submitted():
            self.last_day.process(None, held.ends_on or max(today, held.starts_on))

    def validate_last_day(self, field: Field) -> None:
        if field.data and field.data < self.held.starts_on:
            raise ValidationError(f"The last day must be {day(self.held.starts_on)}, the first one, or later")

    def validate_reason(self, field: Field) -> None:
        if self.last_day.data:
            check_late(first_difference(self.held.term, self.term), self.today, field.data)

    @property
    def term(self) -> Term:
        return Term(self.held.starts_on, self.last_day.data)


class WithdrawForm(SavedOnceForm):
    """That an appointment was recorded by mistake, and how that is known."""

    reason = LongTextField(
        "What was the mistake?",
        [Needed("Enter what the mistake was")],
        hint="It stays in the history, marked as taken back. Do not enter patient information.",
        max_length=LONGEST_REASON,
    )
    submit = Button("Take it back")


class HandOverForm(WhoForm):
    """What one person hands over to another, and from which day."""

    what = CheckboxesField("What moves?", [Needed("Select at least one thing to hand over")])
    on = DayField("From which day?", [Needed("Enter the day from which it is theirs")], hint="For example, 2 11 2020")
    reason = LongTextField(
        "Note (optional)",
        hint="What whoever takes over should know. Needed where the day is more than 7 days ago: say why it is "
        "recorded later. Shown in the history.",
        max_length=LONGEST_REASON,
    )
    submit = Button("Hand over")

    def offer(self, held: Sequence[tuple[InPost, str]], today: date) -> None:
        """Offer everything that somebody holds, in words, and begin with all of it moving on the first day it can."""
        self.what.choices = [Choice(str(each.appointment_id), words, _since(each)) for each, words in held]
        self.today = today
        if not self.is_submitted():
            self.what.data = [str(each.appointment_id) for each, _ in held]
            begun = [each.starts_on for each, _ in held if each.starts_on <= today]
            self.on.process(None, max([today, *(first + ONE_DAY for first in begun)]))

    def validate_reason(self, field: Field) -> None:
        check_late(self.on.data, self.today, field.data)

    @property
    def chosen(self) -> frozenset[int]:
        return frozenset(map(int, self.what.data))


def _since(held: InPost) -> str:
    return f"Since {day(held.starts_on)}" + (f", until {day(held.ends_on)}" if held.ends_on else "")


def _check_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise ValidationError("The last day must be on or after the first")


def check_late(on: date | None, today: date, reason: str) -> None:
    """Ask why a day that is far back is recorded only now. Raises ValidationError where nobody says so."""
    if on is not None and is_late(on, today) and not reason:
        raise ValidationError(f"Enter why {day(on)}, which is more than 7 days ago, is recorded only now")


def _term(starts_on: DayField, ends_on: DayField) -> Term:
    if starts_on.data is None:
        raise ValueError("Only a form that was found valid has a term.")
    return Term(starts_on.data, ends_on.data)
