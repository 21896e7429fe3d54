"""The forms about reminders: what somebody chooses for themselves, a snooze, an organisation's cadence, and the filters
of the ledger; a value that is not offered is said, never dropped.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.mail.topics import Topic
from tracker.reminders.ledger_rows import LedgerFilters
from tracker.reminders.rules import Cadence, RuleBook
from tracker.reminders.words import STATES
from tracker.web.choices import CheckboxesField, Choice, RadiosField, SelectField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, CodeField, IsoDayField, LongTextField, WholeNumberField
from tracker.web.forms import ActionForm, FilterForm, PageForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed
from tracker.web.wording import day, in_words, plural

LONGEST_REASON = 500
OPTIONAL = tuple(topic for topic in Topic if topic.may_be_switched_off)
FIRST_DAY = date(2000, 1, 1)


class TopicsField(CheckboxesField):
    """Boxes of which none may be ticked: a browser sends an empty value with them, to say that they were there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([each for each in valuelist if each])


class TopicsForm(PageForm):
    """Which of the topics that may be switched off somebody wants to be reminded of."""

    topics = TopicsField("Remind me when", choices=[Choice(topic.value, topic.label) for topic in OPTIONAL])
    submit = Button("Save what I am reminded of")

    def start_from(self, off: Collection[Topic]) -> None:
        if not self.is_submitted():
            self.topics.data = [topic.value for topic in OPTIONAL if topic not in off]

    def validate_topics(self, field: Field) -> None:
        if not field.raw_data:
            raise ValidationError("What is ticked did not arrive. Choose again, then save")

    @property
    def off(self) -> frozenset[Topic]:
        return frozenset(topic for topic in OPTIONAL if topic.value not in self.topics.data)


class SnoozeForm(SavedOnceForm):
    """Until when nobody reminds this person of an ask, and why."""

    until_on = DayField("Remind me again on", [Needed("Enter the day on which we remind you again")])
    reason = LongTextField(
        "Why?",
        [Needed("Enter why you snooze it")],
        hint="Your organisation reads it, and once the ask is overdue the teams that watch over it do. "
        "Do not enter patient information.",
        max_length=LONGEST_REASON,
    )
    submit = Button("Snooze my reminders")

    def start(self, today: date, most_days: int) -> None:
        self.opened_on(0)
        self.today, self.last_on = today, today + timedelta(days=most_days)
        self.until_on.description = (
            f"From tomorrow to {day(self.last_on)}. For example, {self.last_on.day} {self.last_on.month} "
            f"{self.last_on.year}"
        )

    def validate_until_on(self, field: Field) -> None:
        if field.data is not None and field.data <= self.today:
            raise ValidationError("The day on which we remind you again must be after today")
        if field.data is not None and field.data > self.last_on:
            raise ValidationError(f"You can snooze an ask until {day(self.last_on)} at the latest")


class WakeForm(ActionForm):
    """Takes a snooze back: one button, no reason."""

    submit = Button("End the snooze")


class CadenceForm(SavedOnceForm):
    """On which days before and after a date an organisation is reminded of it."""

    cadence = RadiosField("When are your people reminded of a date?", [Needed("Choose one of them")])
    submit = Button("Save")

    def offer(self, rules: RuleBook, chosen: str, choice_id: int) -> None:
        """Every cadence with its days in words; ``choice_id`` is the choice that the form was opened on."""
        self.opened_on(choice_id)
        self.cadence.choices = [Choice(each.code, each.label, days_in_words(each.days)) for each in rules.cadences]
        if not self.is_submitted():
            self.cadence.data = rules.cadence(chosen).code


def days_in_words(cadence: Cadence) -> str:
    """The days of a series as a sentence.

    >>> days_in_words(Cadence((30, 7, 1), 3, 7))
    '30, 7 and 1 days before a date, on the day, 3 days after it, and then every 7 days.'
    """
    parts = ["On the day"]
    if cadence.days_before:
        parts = [f"{in_words([str(days) for days in cadence.days_before])} days before a date", "on the day"]
    if cadence.first_after:
        after = plural(cadence.first_after, "day")
        parts += [f"{after} after it", f"and then every {plural(cadence.then_every, 'day')}"]
    return f"{', '.join(parts)}."


class LedgerFilterForm(FilterForm):
    """The filters of the ledger, by the names that addresses bear."""

    organisation = CodeField("Organisation (code)")
    person = WholeNumberField("Person (number)", most=999_999_999)
    topic = SelectField("About", nothing="Everything", choices=[(topic.value, topic.label) for topic in Topic])
    state = SelectField("State", nothing="All states", choices=list(STATES.items()))
    since = IsoDayField("Due from", name="from")
    until = IsoDayField("Due to", name="to")

    def check(self) -> None:
        """Note what is not known, so that nothing is listed for it."""
        self.unknown: list[str] = []
        for field in (self.topic, self.state):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}”.")
                field.data = ""
        if self.person.data and self.person.number is None:
            self.unknown.append(f"{self.person.label.text}: “{self.person.data}” is not a number of a person.")
        for typed in (self.since, self.until):
            if typed.data and (typed.day is None or typed.day < FIRST_DAY):
                self.unknown.append(f"{typed.label.text}: “{typed.data}” is not a day. Write it as 2020-09-21.")

    def refuse_organisation(self) -> None:
        """There is no such organisation in what the viewer sees."""
        self.unknown.append(f"{self.organisation.label.text}: there is no “{self.organisation.data}” in what you see.")

    @property
    def chosen(self) -> LedgerFilters:
        return LedgerFilters(
            organisation=self.organisation.data,
            person=self.person.number,
            topic=Topic(self.topic.data) if self.topic.data else None,
            state=self.state.data,
            since=self.since.day,
            until=self.until.day,
        )
