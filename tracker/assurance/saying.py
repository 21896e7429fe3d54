"""Says to whoever ended an assurance, on the page after their save, that they did; it ends none and writes no row."""

from __future__ import annotations

from datetime import date

from flask import Flask, Response, flash, g, has_request_context

from tracker.accounts.rules import Role
from tracker.assurance.rules import LapseCause
from tracker.web.wording import day

MOST_SAID = 3
"""Sentences on one page; the digests of both sides name every ask."""


def init_saying(app: Flask) -> None:
    """Say it once the save has led on to another page: what is refused comes back as a form, and ended nothing."""
    app.after_request(_say)


def remember(ref: str, assured_on: date, role: str, cause: LapseCause) -> None:
    """Keep one assurance that ends by this request; by a command or with time nobody is there to be told."""
    if has_request_context():
        g.setdefault("assurances_ended", []).append(ended_words(ref, assured_on, role, cause))


def ended_words(ref: str, assured_on: date, role: str, cause: LapseCause) -> str:
    """One that has ended, in words.

    >>> ended_words("2.3", date(2020, 10, 3), "region", LapseCause.EVIDENCE_ADDED)
    'Ask 2.3 was assured on 3 October 2020 by the regional team. That assurance has ended because evidence was added, \
and both sides are told.'
    """
    return (
        f"Ask {ref} was assured on {day(assured_on)} by the {role_words(role)}. That assurance has ended because "
        f"{cause.label}, and both sides are told."
    )


def role_words(role: str) -> str:
    """Who assured, where only the role is said.

    >>> role_words("region"), role_words("system")
    ('regional team', 'system team')
    """
    return Role(role).label.lower() if role in set(Role) else "other body"


def _say(response: Response) -> Response:
    said: list[str] = g.pop("assurances_ended", [])
    if said and response.status_code in (302, 303):
        for words in said[:MOST_SAID]:
            flash(words, "information")
        if len(said) > MOST_SAID:
            flash(f"So has the assurance of {len(said) - MOST_SAID} more.", "information")
    return response
