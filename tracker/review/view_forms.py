"""The form that keeps a list under a name, alone or for the team."""

from __future__ import annotations

from flask import Request

from tracker.review.views import PAGES, ListNotFound, NewView, kept_query
from tracker.web.choices import Choice, RadiosField
from tracker.web.fields import Button, HiddenField, TextField
from tracker.web.forms import ActionForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed

PRIVATE, SHARED = "private", "shared"


class ViewForm(SavedOnceForm):
    name = TextField("Name of the view", [Needed("Enter a name for the view")], max_length=80)
    who = RadiosField(
        "Who can open it?",
        [Needed("Choose who can open the view")],
        choices=[
            Choice(PRIVATE, "Only you"),
            Choice(
                SHARED, "Everybody in your team", "Whoever has your role in the same region, system or national team"
            ),
        ],
    )
    of = HiddenField()
    query = HiddenField()
    submit = Button("Save this view")

    def start_from(self, request: Request) -> None:
        """Take the list and its filters from the address. Raises ListNotFound, a 404, for what is no list."""
        if not self.is_submitted():
            self.of.data = request.args.get("of", "overdue")
            self.query.data = kept_query(request.query_string.decode("ascii", "replace"))
        if self.of.data not in PAGES:
            raise ListNotFound

    def as_view(self) -> NewView:
        return NewView(
            name=self.name.data,
            page=self.of.data or "overdue",
            query=self.query.data or "",
            is_shared=self.who.data == SHARED,
            submission_key=self.key,
        )


class RemoveForm(ActionForm):
    submit = Button("Remove this view")
