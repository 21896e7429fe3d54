"""Serves a demonstration with a password of the test's own until it is ended: a process of its own, because the pinned
day is one for a whole process. It must not know any test.

python serve_demo.py FOLDER YYYY-MM-DD PASSWORD writes FOLDER/demo.sqlite3, then the port it listens on to FOLDER/port.
"""

from __future__ import annotations

import logging
import sys
from datetime import date
from pathlib import Path

from flask_migrate import upgrade
from werkzeug.serving import make_server

from tracker.accounts import service as accounts
from tracker.accounts.rules import Role
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import transaction
from tracker.demo.telling import tell

LEAD_OF_A_TRUST_WITHOUT_ONE = ("lead.northmind@example.nhs.uk", "Wilf Ambleside", "XD2")
"""Everybody else who leads in the demonstration has a named executive lead already, so ask 6.1 has been answered."""


def serve(folder: Path, day: date, password: str) -> None:
    """Make the demonstration in this folder and serve it on a free port of 127.0.0.1."""
    settings = Settings.from_environment(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
            "TRACKER_TODAY": day.isoformat(),
            "LOG_LEVEL": "ERROR",
        }
    )
    app = create_app(settings)
    app.extensions["is_demonstration"] = True
    with app.app_context():
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade()
        tell(password, last_day=day)
        with transaction():
            email, name, code = LEAD_OF_A_TRUST_WITHOUT_ONE
            account = accounts.add_account(email=email, name=name)
            accounts.grant_membership(account, Role.LEAD, code)
            accounts.set_password(account, password)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # Written aside and moved, so that whoever waits never reads half a number.
    written = folder / "port.new"
    written.write_text(str(server.port))
    written.rename(folder / "port")
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), sys.argv[3])
