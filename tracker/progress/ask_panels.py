"""What the features below keep of one ask, from its owners to its comments, for its page; it writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.accounts.rules import Viewer
from tracker.appointments import panels as appointments
from tracker.barriers import panels as barriers
from tracker.comments import panels as comments
from tracker.evidence import panels as evidence
from tracker.measures import panels as measures
from tracker.progress.ask_parts import AskPart, parts_of
from tracker.progress.opened import Opened


@dataclass(frozen=True, slots=True)
class AskPanels:
    """One panel a feature; ``comments`` is None for whoever may not comment there.

    ``above`` are the parts of features that lie above this package.
    """

    owners: appointments.OwnersPanel
    evidence: evidence.EvidencePanel
    measures: measures.Panel
    barriers: barriers.BarriersPanel
    comments: comments.CommentsPanel | None
    above: Sequence[AskPart]


def ask_panels(opened: Opened, viewer: Viewer, today: date) -> AskPanels:
    """Everything that hangs on an ask besides its own history: one statement a feature."""
    place, ask = opened.organisation.place, opened.ask
    item = (opened.organisation.organisation_id, ask.ask_id)
    return AskPanels(
        owners=appointments.panel(*item, today),
        evidence=evidence.panel(*item, today),
        measures=measures.panel(*item, ask.framework_code, ask.ref, today),
        barriers=barriers.panel(*item),
        comments=comments.panel(*item, viewer=viewer, place=place),
        above=parts_of(opened, viewer, today),
    )
