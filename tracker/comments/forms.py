"""The forms that say, correct and withdraw a comment; whom a name in it means is asked here, never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.comments.rows import Commenter, CommentRow
from tracker.comments.rules import LONGEST_COMMENT, MOST_MENTIONED, Asked, find_mentions
from tracker.comments.service import CannotBeMentioned, NewComment
from tracker.web.choices import CheckboxesField, Choice
from tracker.web.fields import Button, LongTextField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed
from tracker.web.wording import day, in_words

__all__ = ["CommentForm", "CorrectionForm", "WithdrawalForm"]

SOME_ARE_GONE = (
    "Somebody whom you ticked cannot comment here any more and is not ticked now. Check whom you tell, then save again"
)


class CommentForm(SavedOnceForm):
    """Something to say about an ask, and who is to be told."""

    text = LongTextField(
        "Comment",
        [Needed("Enter a comment")],
        hint="Write @ and a name to tell somebody, for example @Alex Smith. Do not enter patient information.",
        max_length=LONGEST_COMMENT,
    )
    tell = CheckboxesField(
        "Tell these people (optional)",
        hint="Their next mail says where they are mentioned, without the comment.",
    )
    submit = Button("Add comment")

    def offer(self, people: Sequence[Commenter], *, author_id: int) -> None:
        """Offer everybody else who may comment here; the author may be named in the text and is told nothing."""
        self.people = {each.person_id: each for each in people}
        self.tell.choices = choices_of([each for each in people if each.person_id != author_id])
        offered = {choice.value for choice in self.tell.all_choices()}
        self.are_some_gone = not offered.issuperset(self.tell.data)
        self.tell.data = [value for value in self.tell.data if value in offered]
        self.mentioned: frozenset[int] = frozenset()

    def validate_text(self, field: Field) -> None:
        if self.are_some_gone:
            raise ValidationError(SOME_ARE_GONE)
        mentions = find_mentions(field.data, list(self.people.values()), self._ticked)
        if mentions.asked:
            raise ValidationError(question(mentions.asked[0]))
        self.mentioned = mentions.found | self._ticked
        if len(self.mentioned) > MOST_MENTIONED:
            raise ValidationError(
                f"A comment can tell {MOST_MENTIONED} people. You have named {len(self.mentioned)}: take some names out"
            )

    @property
    def _ticked(self) -> frozenset[int]:
        return frozenset(map(int, self.tell.data))

    def refuse_lost(self, fault: CannotBeMentioned) -> None:
        """Say who lost their role between the page and the save."""
        names = in_words([self.people[each].name for each in sorted(fault.person_ids) if each in self.people])
        self.refuse(f"{names} cannot comment here any more. Take the name out, then save again.", self.text)

    def as_comment(self) -> NewComment:
        """What the service records."""
        return NewComment(self.text.data, self.mentioned, self.key)


class CorrectionForm(CommentForm):
    """The same words put right; what was said before stays, marked as corrected."""

    submit = Button("Save correction")

    def start_from(self, newest: CommentRow) -> None:
        """Start from the wording that stands, and remember it."""
        self.opened_on(newest.comment_id)
        if not self.is_submitted():
            self.text.data = newest.text
            self.tell.data = [str(each.person_id) for each in newest.mentioned if each.person_id in self.people]


class WithdrawalForm(SavedOnceForm):
    """A button to withdraw a comment, which remembers the wording that its author saw."""

    submit = Button("Withdraw this comment")


def choices_of(people: Sequence[Commenter]) -> list[Choice]:
    """People to tick. Of two who are called alike, each says enough to be told from the other."""
    alike = Counter((each.name.casefold(), each.role_label, each.body_code) for each in people)
    made = []
    for each in people:
        hint = f"{each.role_label}, {each.body_code}"
        if alike[each.name.casefold(), each.role_label, each.body_code] > 1:
            hint += f", since {day(each.since)} (number {each.person_id})"
        made.append(Choice(str(each.person_id), each.name, hint))
    return made


def question(asked: Asked) -> str:
    """What to ask about a name that does not say whom it means.

    >>> from tracker.comments.rules import Named
    >>> question(Asked("@Kim", ()))
    'Nobody who can comment here is called “@Kim”. Choose a name below, or put a space after the @'
    >>> question(Asked("@Sam", (Named(1, "Sam Fell"), Named(2, "Sam Marsh"))))
    '“@Sam” may mean Sam Fell or Sam Marsh. Tick whom you mean below, or write the whole name'
    """
    names: list[Any] = list(dict.fromkeys(each.name for each in asked.candidates))
    if not names:
        return f"Nobody who can comment here is called “{asked.typed}”. Choose a name below, or put a space after the @"
    if len(asked.candidates) > len(names):
        return f"Several people are called {' or '.join(names)}. Tick whom you mean by “{asked.typed}” below"
    if len(names) == 1:
        return (
            f"“{asked.typed}” is not the whole name of anybody here. If you mean {names[0]}, tick the name below; "
            "if not, put a space after the @"
        )
    return f"“{asked.typed}” may mean {' or '.join(names)}. Tick whom you mean below, or write the whole name"
