"""What a viewer may do with the evidence of one organisation, and in which role: asked for *this* organisation."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort

from tracker.accounts import refusals
from tracker.accounts.access import current_viewer
from tracker.accounts.rules import HeldRole, Permission, Viewer
from tracker.evidence.queries import find_piece
from tracker.evidence.rows import Piece
from tracker.evidence.rules import ASSURES
from tracker.evidence.service import Actor
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to


@dataclass(frozen=True, slots=True)
class PowersHere:
    """The decisions that a page of evidence offers."""

    change: bool
    check: bool


def powers_over(viewer: Viewer, organisation: OrganisationSummary) -> PowersHere:
    """What this viewer may do with the evidence of this organisation."""
    return PowersHere(
        change=_find_held(viewer, Permission.UPDATE_PROGRESS, organisation) is not None,
        check=_find_held(viewer, Permission.ASSURE_PROGRESS, organisation) is not None,
    )


def organisation_seen(code: str) -> OrganisationSummary:
    """The organisation of an address; 404 where this viewer may not see where it stands."""
    return get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)


def acting(code: str, permission: Permission) -> Actor:
    """Who acts in which organisation: 404 where they may not see it, 403 where they may only see it."""
    organisation, viewer = organisation_seen(code), current_viewer()
    held = _find_held(viewer, permission, organisation)
    if held is None:
        abort(403)
    return Actor(organisation, viewer.person_id, held.role.value, held.organisation_id)


def piece_seen(organisation: OrganisationSummary, evidence_id: int) -> Piece:
    """One piece of this organisation; 404 for another's, as for one that is not there, and written down alike."""
    piece = find_piece(organisation.organisation_id, evidence_id)
    if piece is None:
        refusals.note_out_of_reach()
        abort(404)
    return piece


def _find_held(viewer: Viewer, permission: Permission, organisation: OrganisationSummary) -> HeldRole | None:
    """The first membership whose power reaches this organisation; an assurer's only where its type is theirs."""
    for held in viewer.held:
        if permission is Permission.ASSURE_PROGRESS and organisation.organisation_type not in ASSURES.get(
            held.role, ()
        ):
            continue
        if held.reaches(permission, organisation.place):
            return held
    return None
