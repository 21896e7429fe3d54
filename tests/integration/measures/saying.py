"""Short ways to say something about a measure through the real services, each in a transaction of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html import unescape

import make
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import transaction
from tracker.measures import own_measures, service
from tracker.measures.own_measures import OwnEntry, Words
from tracker.measures.queries import get_series
from tracker.measures.rows import Series
from tracker.measures.rules import Direction, Unit
from tracker.measures.service import AimEntry, ReadingEntry, Saved
from tracker.measures.speaking import Form, Speaker
from tracker.organisations.queries import get_open_organisation


@dataclass(frozen=True)
class Saying:
    """Somebody who says things about the measures of an organisation."""

    viewer: Viewer
    code: str

    @classmethod
    def of(cls, person_id: int, name: str, organisation_id: int, code: str) -> Saying:
        return cls(Viewer(person_id, name, (HeldRole(Role.LEAD, organisation_id, code),)), code)

    @property
    def by(self) -> Speaker:
        return Speaker(get_open_organisation(self.code), self.viewer, self.viewer.held[0].role.value)

    def add(
        self, key: str, period_end: date, numerator: int, denominator: int | None, *, form: Form | None = None
    ) -> Saved:
        with transaction():
            entry = ReadingEntry(period_end, numerator, denominator, "Local register")
            return service.add_reading(self.by, key, entry, form or Form())

    def correct(self, key: str, reading_id: int, period_end: date, numerator: int, denominator: int | None) -> Saved:
        with transaction():
            entry = ReadingEntry(period_end, numerator, denominator, "Local register")
            return service.correct_reading(self.by, key, reading_id, entry, "Counted twice", Form())

    def withdraw(self, key: str, reading_id: int) -> Saved:
        with transaction():
            return service.withdraw_reading(self.by, key, reading_id, "Of another measure", Form())

    def aim(
        self, key: str, target: int | None, *, baseline: int | None = None, on: date | None = None, reason: str = "Why"
    ) -> Saved:
        with transaction():
            return service.set_aim(self.by, key, AimEntry(baseline, target, on, reason))

    def own(self, name: str = "Interpreters offered", unit: Unit = Unit.SHARE, **other: object) -> str:
        values: dict[str, object] = {"direction": Direction.HIGHER, "counts_people": True, "ask_id": None} | other
        ask_id = values.pop("ask_id")
        words = Words(name, "Patients offered one", "" if unit is Unit.COUNT else "Patients who need one", ask_id)  # type: ignore[arg-type]
        with transaction():
            return own_measures.add_measure(self.by, OwnEntry(words, unit, **values)).key  # type: ignore[arg-type]

    def rename(self, key: str, name: str) -> bool:
        with transaction():
            words = Words(name, "Patients offered one", "Patients who need one", None)
            return own_measures.correct_words(self.by, key, words, Form())

    def series(self, key: str, as_at: date | None = None, known_at: object = None) -> Series:
        return get_series(get_open_organisation(self.code), key, as_at or clock.today(), known_at)  # type: ignore[arg-type]


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Open a form, fill in the fields and send it, as a browser without JavaScript would."""
    return client.post(path, data=hidden_of(client, path) | {name.replace("__", "-"): v for name, v in fields.items()})


def hidden_of(client: FlaskClient, path: str) -> dict[str, str]:
    form = client.get(path).get_data(as_text=True).split("<main", 1)[1]
    return dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', form))


def reading(day: int, month: int, year: int, numerator: str, denominator: str | None, **more: str) -> dict[str, str]:
    """The fields of a reading as they are typed."""
    fields = {
        "period_end-day": str(day),
        "period_end-month": str(month),
        "period_end-year": str(year),
        "numerator": numerator,
        "source": "Local register, October 2020",
    }
    return fields | ({} if denominator is None else {"denominator": denominator}) | more


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def words_of(response: TestResponse) -> str:
    """What a page says in its main part, in one line."""
    main = text_of(response).split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


READING = {
    "period_end-day": "30",
    "period_end-month": "9",
    "period_end-year": "2020",
    "numerator": "60",
    "denominator": "100",
    "source": "Local register",
    "reason": "Counted twice",
    "version": "0",
}
"""What a form for a reading is sent, and one that corrects it."""

OWN_MEASURE = {
    "name": "Letters in other languages",
    "numerator_words": "Letters sent",
    "denominator_words": "Letters needed",
    "unit": "share",
    "direction": "higher",
    "counts_people": "no",
    "version": "0",
}
"""What the form for a measure of one's own is sent."""


def measured(code: str, key: str) -> int:
    """The number of a reading that the lead of an organisation has recorded."""
    says = _somebody(code)
    says.add(key, date(2020, 6, 30), 900, 1_000)
    reading = says.series(key).latest
    assert reading is not None
    return reading.reading_id


def measured_of_its_own(code: str) -> str:
    """The key of a measure that the lead of an organisation has added."""
    return _somebody(code).own()


def _somebody(code: str) -> Saying:
    organisation_id = get_open_organisation(code).organisation_id
    person_id = make.person(Role.LEAD, organisation_id, email=f"measuring.{code.lower()}@example.nhs.uk")
    return Saying.of(person_id, "Robin Ashdown", organisation_id, code)
