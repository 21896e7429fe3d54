"""The filters of the list of organisations; it knows no database."""

from __future__ import annotations

from collections.abc import Collection

from tracker.frameworks.rules import OrganisationType
from tracker.web.choices import Choice, SelectField
from tracker.web.fields import TextField
from tracker.web.forms import FilterForm


class OrganisationFilters(FilterForm):
    """A part of the name or the code, and a type."""

    q = TextField("Name or ODS code", max_length=200)
    type = SelectField("Type", nothing="All types")

    def offer_types(self, types: Collection[OrganisationType]) -> None:
        """The types to choose from: those the viewer has organisations of, in the order of the enumeration."""
        self.type.choices = [Choice(kind.value, kind.label) for kind in OrganisationType if kind in types]

    @property
    def chosen_type(self) -> OrganisationType | None:
        """The type asked for. An address with a type that does not exist asks for all, as without a filter."""
        offered = {choice.value for choice in self.type.all_choices() if choice.value}
        return OrganisationType(self.type.data) if self.type.data in offered else None
