"""What an ODS code is, and which bodies are tracked by default; plain Python."""

from __future__ import annotations

import re
from enum import StrEnum

from tracker.frameworks.rules import OrganisationType

ODS_CODE = re.compile(r"[A-Z0-9]{3,10}")

TRACKED_BY_DEFAULT = frozenset(
    {OrganisationType.TRUST, OrganisationType.CCG, OrganisationType.ICB, OrganisationType.SYSTEM}
)
MAY_BE_TRACKED = TRACKED_BY_DEFAULT | {OrganisationType.PCN, OrganisationType.PRACTICE}


class OrganisationError(ValueError):
    """Something that may not be done to organisations; the message is a plain sentence."""


class LinkKind(StrEnum):
    """How one organisation belongs to another; "parent" of a practice in care terms is its PCN, in money its CCG."""

    REGION = "region"
    SYSTEM = "system"
    COMMISSIONER = "commissioner"
    PCN = "pcn"


class FactSource(StrEnum):
    """Where a dated fact came from: an ODS file, or a person's choice, which an import never overwrites."""

    ODS = "ods"
    MANUAL = "manual"


def clean_code(text: str) -> str:
    """An ODS code as it is stored: trimmed and in capitals. Nothing is ever read into its letters.

    >>> clean_code(" qhm ")
    'QHM'
    """
    return text.strip().upper()


def is_ods_code(text: str) -> bool:
    """Whether a cleaned text has the shape of an ODS code (three to ten capitals and digits).

    >>> is_ods_code("00L"), is_ods_code("U"), is_ods_code("RX-1")
    (True, False, False)
    """
    return ODS_CODE.fullmatch(text) is not None
