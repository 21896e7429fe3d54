"""Writes a frozen return as text of one form only, and reads it back after checking its hash; it knows no table.

The form is JSON with sorted keys, no spaces and days in ISO, so that the same return is the same bytes. Each text names
the version of the form: a field that is added later gets a default, and what a later version adds is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import Applicability
from tracker.returns.rows import Control, FrozenAsk, Heading, LeadThen, Snapshot
from tracker.returns.rules import Movement, Purpose

FORM = 1


class Altered(Exception):
    """What is stored is not what was frozen: its hash is another, or it cannot be read."""


def frozen(heading: Heading, asks: Sequence[FrozenAsk]) -> tuple[str, tuple[str, ...], str]:
    """The heading and the rows as text, and the hash over them."""
    head, rows = _written(heading), tuple(_written(ask) for ask in asks)
    return head, rows, hash_of(head, rows)


def hash_of(heading: str, rows: Iterable[str]) -> str:
    """SHA-256 over the heading and the rows, each on its line; no line end stands unescaped in JSON."""
    return sha256("\n".join([heading, *rows]).encode("utf-8")).hexdigest()


def read_back(heading: str, rows: Sequence[str], known_hash: str) -> Snapshot:
    """A frozen return as values. Raises Altered where the hash says that it is not what was frozen."""
    if hash_of(heading, rows) != known_hash:
        raise Altered
    try:
        read = _heading(json.loads(heading))
        asks = tuple(_ask(json.loads(row)) for row in rows)
    except (KeyError, TypeError, ValueError) as fault:
        raise Altered from fault
    if read.asks != len(asks):
        raise Altered
    return Snapshot(read, asks, known_hash)


def _written(value: Heading | FrozenAsk) -> str:
    plain = {"form": FORM, **asdict(value)}
    return json.dumps(plain, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"A {type(value).__name__} has no place in a return.")


def _heading(plain: Mapping[str, Any]) -> Heading:
    control, lead = plain["control"], plain["lead"]
    return Heading(
        **_known(Heading, plain)
        | {
            "control": Control(
                **_known(Control, control)
                | {
                    "as_at": date.fromisoformat(control["as_at"]),
                    "meeting_on": _day(control["meeting_on"]),
                    "purpose": Purpose(control["purpose"]),
                }
            ),
            "known_at": datetime.fromisoformat(plain["known_at"]),
            "lead": LeadThen(**_known(LeadThen, lead)) if lead else None,
            "warnings": tuple(plain["warnings"]),
        }
    )


_DAYS = tuple(each.name for each in fields(FrozenAsk) if "date" in str(each.type))
_WORDS: Mapping[str, type[StrEnum]] = {
    "applicability": Applicability,
    "status_class": StatusClass,
    "movement": Movement,
}


def _ask(plain: Mapping[str, Any]) -> FrozenAsk:
    days = {name: _day(plain[name]) for name in _DAYS if name in plain}
    words = {name: kind(plain[name]) for name, kind in _WORDS.items()}
    return FrozenAsk(**_known(FrozenAsk, plain) | days | words)


def _known(kind: type[Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that this version knows; one that a text has not is left to its default, and must have one."""
    missing = [
        each.name
        for each in fields(kind)
        if each.name not in plain and each.default is MISSING and each.default_factory is MISSING
    ]
    if missing:
        raise KeyError(missing[0])
    return {each.name: plain[each.name] for each in fields(kind) if each.name in plain}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
