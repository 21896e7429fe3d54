"""How somebody of a role asks for an address of the access table in a place, and what must become of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import make
from flask.testing import FlaskClient
from integration.accounts.table_examples import Targets
from integration.accounts.table_rows import PLACES, SERIAL
from integration.accounts.table_sent import ASKED, SENT
from werkzeug.test import TestResponse

from tracker.accounts.access_table import NOBODY, Row

ENDS_SESSIONS = {
    "/sign-out",
    "/account/password",
    "/account/recovery-codes",
    "/sign-in",
    "/invitations/{invitation_link}",
}
"""Forms after which whoever sent them may have to sign in again."""


SAVES_NOTHING = {
    "/sign-out",
    "/audit",
    "/people",
    "/account/sessions/{own_session}/end",
    "/account/sessions/end-others",
}
"""Forms that are taken and change no table but those of sessions and of the audit."""


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """One row of the table with its path filled in, and what its form is sent."""

    row: Row
    path: str
    sent: Mapping[str, str]

    @classmethod
    def of(cls, row: Row, targets: Targets) -> Asking:
        """Make what the path is about, where it does not stand yet."""

        def filled(text: str) -> str:
            text = text.replace("{fresh}", f"fresh{next(SERIAL)}")
            return re.sub(r"{(\w+)}", lambda name: str(targets.stand_in(name[1], PLACES[row.where])), text)

        sent = {name: filled(value) for name, value in SENT.get(row.address.path, {}).items()}
        return cls(row, filled(row.address.path), sent)

    def ask(self, client: FlaskClient, token: str) -> TestResponse:
        if self.row.address.method == "POST":
            return client.post(self.path, data={"csrf_token": token, "submission_key": str(uuid4()), **self.sent})
        plain = self.row.address.path.partition("?")[0]
        query = "&".join(f"{name}={value}" for name, value in ASKED.get(plain, {}).items())
        return client.get(f"{self.path}{'&' if '?' in self.path else '?'}{query}", buffered=True)

    def said(self, who: str, got: int) -> str:
        """A sentence for a test that fails."""
        wanted = self.row.status_for(who)
        return f"{self.row.address.method} {self.row.address.path}, {self.row.where.value}: {got}, not {wanted}"


def token_of(client: FlaskClient, who: str) -> str:
    """A token against forgery that this browser was given."""
    return make.csrf_token(client, "/sign-in" if who == NOBODY else "/organisations")
