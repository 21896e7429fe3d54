"""The form of the question that no ODS file answers: which services an organisation runs, and why not any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.frameworks.rules import Service
from tracker.progress.answering_services import Answers, ReasonsMissing
from tracker.progress.service_asks import ServiceAsk
from tracker.web.choices import Choice, RadiosField
from tracker.web.fields import Button, LongTextField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.wording import in_words

CHANGED_MEANWHILE = (
    "Somebody else answered while you were writing. What is recorded now is shown below, and your answers and reasons "
    "are still here. Check them and save again, or go back."
)
ANSWERED_ALREADY = "These answers are recorded already, so nothing was saved."
HINT = (
    "Needed where something was said of an ask that depends on these services: the ask goes out of tracking. "
    "Do not enter patient information."
)


class ServicesForm(SavedOnceForm):
    """Yes or no for each service; a service left open stays to be confirmed."""

    maternity = RadiosField("Does your organisation provide maternity services?", reveals={"no": ["maternity_reason"]})
    maternity_reason = LongTextField("Why does it not provide maternity services?", hint=HINT, max_length=1000)
    mental_health = RadiosField(
        "Does your organisation provide mental health services?", reveals={"no": ["mental_health_reason"]}
    )
    mental_health_reason = LongTextField("Why does it not provide mental health services?", hint=HINT, max_length=1000)
    submit = Button("Save")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for service in Service:
            self[service.value].choices = [Choice("yes", "Yes"), Choice("no", "No")]

    def show_answers(self, answers: dict[Service, bool]) -> None:
        if not self.is_submitted():
            for service, is_provided in answers.items():
                self[service.value].data = "yes" if is_provided else "no"

    def refuse_for_want_of(self, fault: ReasonsMissing) -> None:
        """Name, beside each reason that is missing, what would go out of tracking."""
        for service, asks in fault.asks.items():
            self.refuse(
                f"Enter why your organisation does not provide {service.label}: {_named(asks)} would go out of "
                "tracking, and something was said of " + ("it" if len(asks) == 1 else "them"),
                self[f"{service.value}_reason"],
            )

    @property
    def answers(self) -> Answers:
        """What was answered, with the reasons that were typed."""
        return Answers(
            is_provided={service: self[service.value].data == "yes" for service in Service if self[service.value].data},
            reasons={service: self[f"{service.value}_reason"].data for service in Service},
            expected_version=self.expected_version,
            submission_key=self.key,
        )


def _named(asks: Sequence[ServiceAsk]) -> str:
    refs = [each.ask.ref for each in asks]
    return ("ask " if len(refs) == 1 else "asks ") + in_words(refs)
