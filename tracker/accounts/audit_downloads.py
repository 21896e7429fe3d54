"""Writes down who took away which list as a file, from which role and narrowed how; it knows no list and no request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.accounts.rules import POWERS, Permission, Viewer
from tracker.audit import service as audit

Filters = Mapping[str, str | int | date | bool | None]


def record_download(
    viewer: Viewer,
    permission: Permission,
    *,
    verb: str,
    subject: str,
    file: str,
    filters: Filters,
    names: bool = False,
    organisation_code: str | None = None,
) -> None:
    """Record one file in the chain of the body that it is about; in the service's where that is more than one.

    ``filters`` are codes and days, never what somebody typed freely into a search. ``names`` says whether the file
    holds names of people. ``organisation_code`` is the one body that was asked for, where one was.
    """
    audit.record(
        verb=verb,
        subject=subject,
        by=viewer.person_id,
        role=roles_with(viewer, permission),
        organisation_code=organisation_code or _only_body(viewer, permission),
        after={"file": file, "names": names}
        | {name: value for name, value in filters.items() if value not in (None, "")},
    )


def roles_with(viewer: Viewer, permission: Permission) -> str:
    """The roles that carry a power: all of them, where somebody holds it through several at once."""
    return ", ".join(sorted(role for role in viewer.roles if permission in POWERS[role]))


def _only_body(viewer: Viewer, permission: Permission) -> str | None:
    """The body in which the power is held, where it is held in one and nowhere else."""
    codes = {held.organisation_code for held in viewer.held if permission in POWERS[held.role]}
    return codes.pop() if len(codes) == 1 else None
