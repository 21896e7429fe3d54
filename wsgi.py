"""The application for WSGI servers and for ``flask``."""

from tracker.app import create_app

app = create_app()
