"""Signs off what an assurer saw, and lets it lapse by itself when any of that changes; never commits.

Handlers of what the packages below tell (``init_lapsing``, called by ``app.py``): each runs inside the transaction of
the change, after the item's position is locked, so that nobody assures what is changing at that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask import Flask

from tracker import clock
from tracker.appointments import effects as post_effects
from tracker.appointments.models import Appointment
from tracker.appointments.queries import named_leads
from tracker.assurance import saying, seen
from tracker.assurance.lapse_notices import Lapsed, tell_both_sides
from tracker.assurance.models import SignOff, SignOffEvidence, SignOffLapse
from tracker.assurance.rules import LapseCause
from tracker.audit import service as audit
from tracker.db import session
from tracker.evidence import effects as evidence_effects
from tracker.evidence.rules import Became
from tracker.frameworks import effects as asked_effects
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import StatusClass
from tracker.organisations.models import Organisation
from tracker.organisations.queries import holds_on
from tracker.progress import claims, items, kept
from tracker.progress import effects as progress_effects
from tracker.progress.items import Position
from tracker.progress.models import Progress, ProgressEntry
from tracker.progress.rows import Told
from tracker.progress.rules import EntryKind

CAUSES = {
    Became.ADDED: LapseCause.EVIDENCE_ADDED,
    Became.REPLACED: LapseCause.EVIDENCE_REPLACED,
    Became.WITHDRAWN: LapseCause.EVIDENCE_WITHDRAWN,
    Became.EXPIRED: LapseCause.EVIDENCE_EXPIRED,
}


def init_lapsing(app: Flask) -> None:
    """Have everything told that an assurance rests on."""
    progress_effects.on_assurance(app, on_assurance)
    evidence_effects.on_change(app, on_evidence)
    post_effects.on_change(app, on_posts)
    asked_effects.on_change(app, on_asked)


def on_assurance(moved: progress_effects.AssuranceMoved) -> None:
    """Write down what was seen by whoever assured a claim; or that the organisation moved on from what was assured."""
    if moved.kind is EntryKind.ASSURED:
        _sign_off(moved)
    elif moved.kind is EntryKind.UPDATE and moved.before_id is not None:
        sign_off = session().scalars(sa.select(SignOff).where(SignOff.entry_id == moved.before_id)).one_or_none()
        if sign_off is not None:
            tell_both_sides([_end(sign_off, moved.told, LapseCause.STATUS_MOVED, moved.entry_id)])


def on_evidence(change: evidence_effects.EvidenceChanged) -> None:
    """A claim that waits is another one now, for whoever has it open; one that was assured has lapsed.

    What an update of the ask itself links to is no change of its own, and a last day that moved changes nothing seen.
    """
    for ask_id, became in change.asks.items():
        position = items.find_locked(change.organisation_id, ask_id) if became in CAUSES else None
        if position is None:
            continue
        if position.status_class is StatusClass.DONE_CLAIMED:
            items.move(position)
        for sign_off in _standing_at(position):
            told = _told(sign_off, change.by, change.role)
            if told is None:
                continue
            now = seen.seen_on(sign_off.organisation_id, told.ask, clock.today())
            if not seen.has_same_evidence(sign_off.id, now):
                lapsed = _lapse(sign_off, position, told, CAUSES[became], evidence_id=change.evidence_id)
                tell_both_sides([lapsed])


def on_posts(changed: post_effects.PostsChanged) -> None:
    """The same where the answer to an ask is the person who leads, and that is somebody else now."""
    asks = [each for each in read_catalogue().asks.values() if each.records_lead]
    items.lock_all([(changed.organisation_id, ask.ask_id) for ask in asks])
    for ask in asks:
        position = items.find_locked(changed.organisation_id, ask.ask_id)
        if position is None:
            continue
        if position.status_class is StatusClass.DONE_CLAIMED:
            items.move(position)
        _lapse_without_lead(_standing_at(position), position, changed.by, changed.role)


def on_asked(organisation_ids: Collection[int] | None) -> None:
    """Let lapse what was signed off for another wording of its ask; a wording changes for everybody or for nobody."""
    if organisation_ids is not None:
        return
    reworded = _standing().where(seen.is_reworded()).order_by(SignOff.organisation_id, SignOff.ask_id)
    lapsed, found = [], session().scalars(reworded).all()
    if found:
        _lock_all(found)
        kept.lock()
    for sign_off in found:
        told, position = _told(sign_off, None, ""), items.find_locked(sign_off.organisation_id, sign_off.ask_id)
        if told is not None and position is not None and position.entry_id == sign_off.entry_id:
            lapsed.append(_lapse(sign_off, position, told, LapseCause.ASK_REWORDED))
    tell_both_sides(lapsed)


def signed_for(organisation_id: int) -> frozenset[int]:
    """The ids of the asks of an organisation that are assured by a sign-off which a change of evidence would end."""
    asks = _standing().where(SignOff.organisation_id == organisation_id).with_only_columns(SignOff.ask_id)
    return frozenset(session().scalars(asks))


def lapse_with_time() -> int:
    """Let lapse what rests on a lead whose last day has passed; how many did. What rests on evidence is told by it."""
    today = clock.today()
    is_in_post = sa.exists().where(Appointment.id == SignOff.lead_id, holds_on(Appointment, today))
    gone = _standing().where(SignOff.lead_id.is_not(None), sa.not_(is_in_post)).order_by(SignOff.organisation_id)
    count, found = 0, session().scalars(gone).all()
    _lock_all(found)
    for sign_off in found:
        position = items.find_locked(sign_off.organisation_id, sign_off.ask_id)
        if position is not None and position.entry_id == sign_off.entry_id:
            count += _lapse_without_lead([sign_off], position, None, "")
    return count


def _lock_all(sign_offs: Sequence[SignOff]) -> None:
    items.lock_all([(each.organisation_id, each.ask_id) for each in sign_offs])


def _lapse_without_lead(sign_offs: Sequence[SignOff], position: Position, by: int | None, role: str) -> int:
    lapsed = []
    for sign_off in sign_offs:
        here, told = sign_off.organisation_id, _told(sign_off, by, role)
        if told is None or not told.ask.records_lead:
            continue
        lead = named_leads(clock.today(), organisation_ids=[here]).get(here)
        if not seen.has_same_lead(sign_off.lead_id, seen.Seen({}, lead)):
            lapsed.append(_lapse(sign_off, position, told, LapseCause.LEAD_CHANGED))
    tell_both_sides(lapsed)
    return len(lapsed)


def _sign_off(moved: progress_effects.AssuranceMoved) -> None:
    told = moved.told
    if told.person_id is None or moved.before_id is None:
        return  # A claim is assured by somebody, and after it was made.
    now = seen.seen_on(told.organisation_id, told.ask, clock.today())
    claim = claims.claim_behind(session().get_one(ProgressEntry, moved.before_id))
    sign_off = SignOff(
        organisation_id=told.organisation_id,
        ask_id=told.ask.ask_id,
        entry_id=moved.entry_id,
        claim_id=claim.id if claim else moved.before_id,
        content_id=seen.content_of(told.ask.ask_id),
        lead_id=now.lead.appointment_id if now.lead else None,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=told.person_id,
        role=told.role,
        body_id=moved.body_id,
    )
    session().add(sign_off)
    session().flush()
    rows = [{"sign_off_id": sign_off.id, "version_id": each, "sha256": mark} for each, mark in now.evidence.items()]
    if rows:
        session().execute(sa.insert(SignOffEvidence), rows)
    audit.record(
        verb="sign-off recorded",
        subject=told.subject,
        by=told.person_id,
        role=told.role,
        organisation_code=told.organisation_code,
        after={
            "sign_off": sign_off.id,
            "claim": sign_off.claim_id,
            "wording": sign_off.content_id,
            "lead": sign_off.lead_id,
            "evidence": {str(version_id): mark for version_id, mark in now.evidence.items()},
        },
    )


def _standing() -> sa.Select[SignOff]:
    """Sign-offs by which their ask is assured now."""
    return (
        sa.select(SignOff)
        .join(Progress, Progress.entry_id == SignOff.entry_id)
        .outerjoin(SignOffLapse, SignOffLapse.sign_off_id == SignOff.id)
        .where(SignOffLapse.id.is_(None), Progress.status_class == StatusClass.DONE_ASSURED)
    )


def _standing_at(position: Position) -> Sequence[SignOff]:
    """The one at a locked position, if there is one; what was assured before sign-offs were kept has none."""
    if position.status_class is not StatusClass.DONE_ASSURED:
        return []
    return session().scalars(_standing().where(SignOff.entry_id == position.entry_id)).all()


def _told(sign_off: SignOff, by: int | None, role: str) -> Told | None:
    """Whose word a lapse is, of which ask; None of an ask that its framework has withdrawn."""
    ask = read_catalogue().asks.get(sign_off.ask_id)
    code = session().scalars(sa.select(Organisation.code).where(Organisation.id == sign_off.organisation_id)).one()
    return Told(sign_off.organisation_id, code, ask, by, role) if ask is not None else None


def _lapse(
    sign_off: SignOff, position: Position, told: Told, cause: LapseCause, *, evidence_id: int | None = None
) -> Lapsed:
    """Let an ask count as claimed again, by an entry that says what the claim said and why it is not assured."""
    claim = session().get_one(ProgressEntry, sign_off.claim_id)
    again = ProgressEntry(
        kind=EntryKind.LAPSED,
        status_code=claim.status_code,
        status_class=claim.status_class,
        narrative=claim.narrative,
        reason=f"{cause.label[0].upper()}{cause.label[1:]}.",
        next_step=claim.next_step,
        next_step_on=claim.next_step_on,
        completed_on=claim.completed_on,
    )
    entry_id = items.add_entry(told, position, again, verb="assurance lapsed")
    return _end(sign_off, told, cause, entry_id, evidence_id=evidence_id)


def _end(sign_off: SignOff, told: Told, cause: LapseCause, entry_id: int, *, evidence_id: int | None = None) -> Lapsed:
    session().add(
        SignOffLapse(
            sign_off_id=sign_off.id,
            cause=cause,
            evidence_id=evidence_id,
            entry_id=entry_id,
            true_on=clock.today(),
            recorded_at=clock.now(),
            person_id=told.person_id,
            role=told.role,
        )
    )
    session().flush()
    audit.record(
        verb="sign-off ended",
        subject=told.subject,
        by=told.person_id,
        role=told.role,
        organisation_code=told.organisation_code,
        after={"sign_off": sign_off.id, "cause": cause.value, "entry": entry_id, "evidence": evidence_id},
    )
    saying.remember(told.ask.ref, sign_off.true_on, sign_off.role, cause)
    return Lapsed(sign_off.id, sign_off.body_id, told)
