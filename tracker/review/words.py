"""What the classes of a status are called where many frameworks stand in one list; plain words and no page."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.frameworks.rules import StatusClass

CLASS_WORDS: Mapping[StatusClass, str] = {
    StatusClass.OFF_COURSE: "Off track",
    StatusClass.AT_RISK: "At risk",
    StatusClass.NO_UPDATE: "No update",
    StatusClass.NOT_STARTED: "Not started",
    StatusClass.ON_COURSE: "On track",
    StatusClass.DONE_CLAIMED: "Claimed, not assured",
    StatusClass.DONE_ASSURED: "Assured",
    StatusClass.NOT_APPLICABLE: "Not applicable",
}
"""In the order of roll-up, worst first. A scale has words of its own for its statuses; these are of their classes."""
