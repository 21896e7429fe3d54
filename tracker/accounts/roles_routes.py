"""The help page "Who can see and do what"; it says what is meant for everybody and knows nobody who asks.

It is open to all: somebody who cannot get in yet reads there whom to ask, and a rule that only holds while it is secret
would be none.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.accounts.roles_presenters import roles_page
from tracker.web.marks import public

blueprint = Blueprint("roles", __name__)


@blueprint.get("/roles")
@public
def index() -> str:
    return render_template("roles/index.html", page=roles_page(), is_wide=True)
