"""Imports every model, so that the metadata is whole for migrations and tests; nothing else belongs here."""

from __future__ import annotations

from tracker.accounts import models as accounts
from tracker.audit import models as audit
from tracker.db import Base
from tracker.evidence import models as evidence
from tracker.frameworks import models as frameworks
from tracker.mail import models as mail
from tracker.organisations import models as organisations
from tracker.progress import models as progress
from tracker.web import models as web

MODELS = (accounts, audit, evidence, frameworks, mail, organisations, progress, web)
METADATA = Base.metadata
