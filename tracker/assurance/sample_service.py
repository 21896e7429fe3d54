"""Draws a sample of claims and writes down everything that is needed to draw it again; audits; never commits."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts.rules import HeldRole, Viewer
from tracker.assurance.models import ClaimSample, SampleCandidate
from tracker.assurance.rows import Reach
from tracker.assurance.sample_queries import candidates
from tracker.assurance.sampling import draw, fingerprint
from tracker.audit import service as audit
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue


class NothingToDraw(Exception):
    """No claim waits; nothing was written."""


def new_seed() -> str:
    """A seed for whoever brings none."""
    return secrets.token_hex(4)


def draw_sample(
    viewer: Viewer, held: HeldRole, reach: Reach, catalogue: Catalogue, *, size: int, seed: str, submission_key: str
) -> int:
    """Draw from everything that waits within reach; the id of the sample, of the one before for a form saved before.

    Raises NothingToDraw.
    """
    is_there = sa.select(ClaimSample.id).where(ClaimSample.submission_key == submission_key)
    there = session().scalar(is_there)
    if there is not None:
        return there
    could_be = candidates(reach, catalogue, clock.today())
    if not could_be or held.organisation_id is None:
        raise NothingToDraw
    drawn = draw(could_be, size, seed)
    mark = fingerprint(could_be)
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    # Of two clicks at once the second waits here for the first, and then finds its key taken.
    sample_id: int | None = session().scalar(
        insert(ClaimSample)
        .values(
            seed=seed,
            size=len(drawn),
            population=len(could_be),
            sha256=mark,
            true_on=clock.today(),
            recorded_at=clock.now(),
            person_id=viewer.person_id,
            role=held.role.value,
            body_id=held.organisation_id,
            submission_key=submission_key,
        )
        .on_conflict_do_nothing(index_elements=["submission_key"])
        .returning(ClaimSample.id)
    )
    if sample_id is None:
        return session().scalars(is_there).one()
    places = {each.name: place for place, each in enumerate(drawn, start=1)}
    rows = [
        {
            "sample_id": sample_id,
            "entry_id": each.entry_id,
            "name": each.name,
            "risks": ",".join(sorted(each.risks)),
            "weight": each.weight,
            "place": places.get(each.name),
        }
        for each in could_be
    ]
    session().execute(sa.insert(SampleCandidate), rows)
    audit.record(
        verb="claims sampled",
        subject="claims to assure",
        by=viewer.person_id,
        role=held.role.value,
        organisation_code=held.organisation_code,
        after={
            # Whoever typed the seed may have typed anything; it stands in the sample's own row.
            "sample": sample_id,
            "of": len(could_be),
            "sha256": mark,
            "drawn": [f"{each.name} (weight {each.weight})" for each in drawn],
        },
    )
    return sample_id
