"""The form of whatever two people may edit at once: saved once, and knowingly; it knows no feature."""

from __future__ import annotations

from uuid import uuid4

from tracker.web.fields import HiddenField
from tracker.web.forms import PageForm

NO_VERSION = -1
"""What a form that we did not write was opened on; no item has it."""


class SavedOnceForm(PageForm):
    """A form that carries the version it was opened on and a key of its own, so that it is saved once and knowingly."""

    version = HiddenField()
    submission_key = HiddenField()

    def opened_on(self, version: int) -> None:
        """Mark the form as showing this version; a form that comes back keeps what it was opened on."""
        if not self.is_submitted():
            self.version.data = str(version)
            self.submission_key.data = str(uuid4())

    def reopened_on(self, version: int) -> None:
        """Mark the form as showing a newer version, after the person has been told of it."""
        self.version.data = str(version)

    @property
    def expected_version(self) -> int:
        """The version the person saw; NO_VERSION for something that we did not write."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else NO_VERSION

    @property
    def key(self) -> str:
        return (self.submission_key.data or "")[:36] or str(uuid4())
