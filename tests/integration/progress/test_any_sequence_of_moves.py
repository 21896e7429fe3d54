"""Whatever is done to an ask in whatever order: history replays to the present, and nobody assures their own claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import make
import sqlalchemy as sa
import tell
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from integration.assurance.assuring import note

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.assurance.models import SignOff, SignOffEvidence, SignOffLapse
from tracker.db import session, transaction
from tracker.frameworks.rules import StatusClass
from tracker.mail.models import LedgerEntry
from tracker.progress import items, queries, service
from tracker.progress.models import Confirmation, Progress, ProgressEntry, Target
from tracker.progress.rules import EntryKind

REF = "2.2"
BEGAN = datetime(2020, 9, 1, 9, tzinfo=UTC)

WORDS = ("not_started", "off_track", "at_risk", "on_track", "complete_claimed", "not_applicable")
MOVES = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.just("say of an earlier day"), st.sampled_from(WORDS)),
    st.tuples(st.just("say from an old page"), st.sampled_from(WORDS)),
    st.tuples(st.just("confirm"), st.just("")),
    st.tuples(st.just("correct the last"), st.sampled_from(WORDS)),
    st.tuples(st.just("correct the first"), st.sampled_from(WORDS)),
    st.tuples(st.just("assure"), st.just("")),
    st.tuples(st.just("return"), st.just("")),
    st.tuples(st.just("assure one’s own"), st.just("")),
    st.tuples(st.just("claim and assure"), st.just("")),
    st.tuples(st.just("add evidence"), st.just("")),
    st.tuples(st.just("agree a target"), st.just("")),
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # Shrinking costs minutes, and the moves are few anyway.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(MOVES, min_size=1, max_size=12))
def test_any_sequence_of_moves_keeps_what_must_hold(
    world: make.World, lead: Viewer, region: Viewer, moves: list[tuple[str, str]]
) -> None:
    empty()
    about = tell.item(lead, REF)
    for number, (move, word) in enumerate(moves):
        with clock.frozen(BEGAN + timedelta(days=3 * number)):
            before = count()
            was_stale = move == "say from an old page" and before > 0
            is_done = _do(move, word, lead, region)
            assert not (was_stale and is_done), "An update from an old page went through."
            assert is_done or count() == before, f"{move} was refused and left something behind."
            now = queries.get_standing(world.north_trust, about.ask.ask_id, clock.today())
            replayed = queries.get_standing(world.north_trust, about.ask.ask_id, clock.today(), clock.now())
            assert now == replayed
            assert (now.updated_on, now.entry_on) == last_heard()
            check_assurance()


def last_heard() -> tuple[date | None, date | None]:
    """The day on which the organisation last spoke, and that of the entry that counts; of entries told in order."""
    standing: dict[int, ProgressEntry] = {}
    for entry in session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id)):
        standing[entry.corrects_id or entry.id] = entry
    told = sorted(standing.items(), key=lambda pair: (pair[1].true_on, pair[0]))
    own = [entry.true_on for _, entry in told if entry.kind is EntryKind.UPDATE]
    return (own[-1] if own else None), (told[-1][1].true_on if told else None)


def _do(move: str, word: str, lead: Viewer, region: Viewer) -> bool:
    """Try one move; whether anything was written."""
    ways: dict[str, Callable[[], object]] = {
        "say": lambda: tell.say(lead, REF, word, **said(word)),
        "say of an earlier day": lambda: tell.say(
            lead, REF, word, **said(word), true_on=clock.today() - timedelta(days=2), backdating_reason="Late"
        ),
        "say from an old page": lambda: from_an_old_page(lead, word),
        "confirm": lambda: tell.confirm(lead, REF),
        "correct the last": lambda: tell.correct(lead, REF, entry_id(last=True), word, **said(word)),
        "correct the first": lambda: tell.correct(lead, REF, entry_id(last=False), word, **said(word)),
        "assure": lambda: tell.decide(region, REF, is_assured=True),
        "return": lambda: tell.decide(region, REF, is_assured=False, reason="Not shown"),
        "assure one’s own": lambda: tell.decide(lead, REF, is_assured=True),
        "claim and assure": lambda: (
            tell.say(lead, REF, "complete_claimed", **said("complete_claimed"))
            and tell.decide(region, REF, is_assured=True)
        ),
        # Of what is assured, the assurance lapses.
        "add evidence": lambda: note(lead, REF),
        "agree a target": lambda: tell.agree(lead, REF, clock.today() + timedelta(days=20)) or True,
    }
    try:
        return bool(ways[move]())
    except (items.MoveNotAllowed, items.ChangedMeanwhile):
        session().rollback()
        return False


def said(word: str) -> dict[str, object]:
    """What a form would ask for beside the word."""
    day = clock.today()
    return {
        "reason": "Why",
        "recovery_on": day + timedelta(days=5) if word in ("off_track", "on_track") else None,
        "completed_on": day if word == "complete_claimed" else None,
    }


def from_an_old_page(viewer: Viewer, word: str) -> bool:
    with transaction():
        about = tell.item(viewer, REF)
        change = tell.change(about, word, **said(word), expected_version=version() - 1 if version() else 0)
        return service.change_status(about, change, tell.read_catalogue())


def version() -> int:
    return session().scalar(sa.select(Progress.version)) or 0


def entry_id(*, last: bool) -> int:
    found = sa.func.max(ProgressEntry.id) if last else sa.func.min(ProgressEntry.id)
    return session().scalar(sa.select(found)) or 0


def count() -> int:
    return sum(
        session().scalar(sa.select(sa.func.count(table.id))) or 0 for table in (ProgressEntry, Confirmation, Target)
    )


def check_assurance() -> None:
    """Assured is what an assurer decided, who did not claim it; and no entry was ever changed to it."""
    entries = list(session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id)))
    for before, entry in zip([None, *entries], entries, strict=False):
        if entry.status_class is StatusClass.DONE_ASSURED:
            assert entry.kind is EntryKind.ASSURED
            assert entry.body_id is not None
            assert before is not None
            claims = [each for each in entries if each.id < entry.id and each.status_class is StatusClass.DONE_CLAIMED]
            assert claims[-1].person_id != entry.person_id


def empty() -> None:
    session().rollback()
    for table in (LedgerEntry, SignOffLapse, SignOffEvidence, SignOff, Confirmation, Progress, ProgressEntry, Target):
        session().execute(sa.update(ProgressEntry).values(corrects_id=None)) if table is ProgressEntry else None
        session().execute(sa.delete(table))
    session().commit()
