"""The filters of the audit: typed into a form, kept in an address that holds no name; what is not known is said.

The form is posted and answered with the address of the list, because a name or an address of somebody that is typed
must not stand in an address, where logs and browser histories keep it. There people are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.accounts import audit_queries as queries
from tracker.accounts.audit_rows import AuditFilters
from tracker.accounts.audit_words import VERBS
from tracker.audit.service import SERVICE_CHAIN
from tracker.web.choices import SelectField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, TextField
from tracker.web.forms import PageForm
from tracker.web.text import made_visible

NOT_READABLE = "There is no “{typed}” in what you may see."
NOBODY_KNOWN = "Nobody whose entries you may see has this name, address or number. Check what you typed."
TOO_MANY_KNOWN = f"More than {queries.MOST_PEOPLE} people match. Type more of the name, or the email address."
NO_REQUEST = "“{typed}” is not the number of a request: it has 16 digits and letters from a to f."
_REQUEST = re.compile(r"[0-9a-f]{16}")
EARLIEST, LATEST = date(1948, 7, 5), date(2099, 12, 31)

Chains = tuple[str, ...] | None


class AuditFilterForm(PageForm):
    """What to look for. Nothing is changed by it; it bears a token like every form that is posted."""

    organisation = TextField("Organisation (ODS code)", max_length=20)
    person = TextField("Done by", hint="A name, an email address or a person number", max_length=254)
    what = SelectField("What", nothing="Everything", choices=sorted(VERBS.items(), key=lambda pair: pair[1]))
    from_on = DayField("From day", hint="", earliest=EARLIEST, latest=LATEST)
    to_on = DayField("To day", hint="", earliest=EARLIEST, latest=LATEST)
    request = TextField("Request number", max_length=64)
    submit = Button("Apply filters")

    def may_read(self, chains: Chains) -> None:
        """Say which chains are in reach; somebody with one organisation has none to choose between."""
        self.chains = chains
        self.people: list[int] = []
        if chains is not None and len(chains) < 2:
            del self.organisation

    def validate_organisation(self, field: Field) -> None:
        if field.data and queries.find_chain(field.data, self.chains) is None:
            raise ValidationError(NOT_READABLE.format(typed=made_visible(field.data)))

    def validate_person(self, field: Field) -> None:
        if field.data:
            self.people = queries.find_people(field.data, self.chains)
            if fault := fault_of_people(self.people):
                raise ValidationError(fault)

    def validate_request(self, field: Field) -> None:
        if field.data and not _REQUEST.fullmatch(field.data):
            raise ValidationError(NO_REQUEST.format(typed=made_visible(field.data)))

    def validate_to_on(self, field: Field) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError("The last day must not be before the first day")

    @property
    def as_query(self) -> dict[str, str]:
        """The query of the list's address; nothing stands for all."""
        chosen = {
            "organisation": self.organisation.data if "organisation" in self else "",
            "person": ",".join(map(str, self.people)),
            "what": self.what.data,
            "from": self.from_on.data.isoformat() if self.from_on.data else "",
            "to": self.to_on.data.isoformat() if self.to_on.data else "",
            "request": self.request.data,
        }
        return {name: value for name, value in chosen.items() if value}


def fault_of_people(found: list[int]) -> str:
    """What to say of a search for people that found nobody, or too many; empty where it is well."""
    if len(found) > queries.MOST_PEOPLE:
        return TOO_MANY_KNOWN
    return "" if found else NOBODY_KNOWN


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What an address asks for. Where something of it is not known, ``unknown`` says what, and nothing is listed."""

    filters: AuditFilters
    unknown: tuple[str, ...]
    is_narrowed: bool
    out_of_reach: str = ""
    """The organisation that was named and may not be read, or does not exist."""

    @property
    def organisation_code(self) -> str | None:
        """The one organisation whose entries are asked for, where it is one."""
        chains = self.filters.chains or ()
        return chains[0] if len(chains) == 1 and chains[0] != SERVICE_CHAIN else None


def read_address(query: Mapping[str, str], chains: Chains) -> AskedFor:
    """The filters of an address, for the page and for the files."""
    unknown: list[str] = []
    organisation, person, what, request_id = (
        query.get(name, "").strip()[:254] for name in ("organisation", "person", "what", "request")
    )
    narrowed = chains
    if organisation:
        chain = queries.find_chain(organisation, chains)
        narrowed = () if chain is None else (chain,)
        if chain is None:
            unknown.append(NOT_READABLE.format(typed=made_visible(organisation)))
    people = queries.find_people(person, chains) if person else None
    if people is not None and (fault := fault_of_people(people)):
        unknown.append(fault)
    if what and what not in VERBS:
        unknown.append(f"There is nothing called “{made_visible(what)}” to look for.")
    if request_id and not _REQUEST.fullmatch(request_id):
        unknown.append(NO_REQUEST.format(typed=made_visible(request_id)))
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        typed = query.get(name, "").strip()
        days[name] = _day(typed)
        if typed and days[name] is None:
            unknown.append(f"“{made_visible(typed[:40])}” is not a day: in an address it is written like 2020-11-02.")
    filters = AuditFilters(
        chains=narrowed,
        people=None if people is None else tuple(people),
        verb=what,
        from_on=days["from"],
        to_on=days["to"],
        request_id=request_id,
    )
    return AskedFor(
        filters=filters,
        unknown=tuple(unknown),
        is_narrowed=any((organisation, person, what, query.get("from"), query.get("to"), request_id)),
        out_of_reach=organisation if narrowed == () and organisation else "",
    )


def filled_in(asked: AskedFor, query: Mapping[str, str], chains: Chains) -> AuditFilterForm:
    """The form as the address has it."""
    filters = asked.filters
    people = filters.people or ()
    form = AuditFilterForm(
        formdata=None,
        data={
            "organisation": query.get("organisation", ""),
            "person": ",".join(map(str, people)) if people and not asked.unknown else query.get("person", ""),
            "what": filters.verb if filters.verb in VERBS else "",
            "from_on": filters.from_on,
            "to_on": filters.to_on,
            "request": filters.request_id,
        },
    )
    form.may_read(chains)
    return form


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
