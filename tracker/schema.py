"""Imports every model, so that the metadata is whole for migrations and tests; nothing else belongs here."""

from __future__ import annotations

from tracker.accounts import models as accounts
from tracker.appointments import models as appointments
from tracker.assurance import models as assurance
from tracker.audit import models as audit
from tracker.barriers import models as barriers
from tracker.calendars import models as calendars
from tracker.comments import models as comments
from tracker.db import Base
from tracker.escalations import models as escalations
from tracker.evidence import models as evidence
from tracker.frameworks import models as frameworks
from tracker.mail import models as mail
from tracker.measures import models as measures
from tracker.organisations import models as organisations
from tracker.progress import kept_models as progress_now
from tracker.progress import models as progress
from tracker.reminders import models as reminders
from tracker.returns import models as returns
from tracker.shared_notes import models as shared_notes
from tracker.web import models as web

MODELS = (
    accounts,
    appointments,
    assurance,
    audit,
    barriers,
    calendars,
    comments,
    escalations,
    evidence,
    frameworks,
    mail,
    measures,
    organisations,
    progress,
    progress_now,
    reminders,
    returns,
    shared_notes,
    web,
)
METADATA = Base.metadata
