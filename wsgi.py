"""The application for WSGI servers and for ``flask``."""

import click

from tracker.app import create_app
from tracker.config import SettingsError

try:
    app = create_app()
except SettingsError as fault:
    if click.get_current_context(silent=True) is None:
        raise
    # ``flask --help`` would print the whole traceback of whatever goes wrong here; a server is to get the error itself.
    fault.show()
    raise SystemExit(fault.exit_code) from fault
