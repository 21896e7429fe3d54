"""Tables of people, accounts, memberships, sessions and one-time links.

Names and addresses of people stand in ``person`` and nowhere else: history, audit and logs hold ``person.id``, which
tells nobody anything, so that a person can be forgotten and the record still stands.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.rules import Role
from tracker.db import Base, stored_enum


class Person(Base):
    """Somebody the service knows of; an appointment needs a person and no account."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(sa.String(200), default="")
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="")
    recorded_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


class Account(Base):
    """The right of one person to sign in."""

    __tablename__ = "account"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    sign_in_email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Membership(Base):
    """One role of one person, in one body or (national, administrator) in none; ended, never deleted."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint(
            "(organisation_id IS NULL) = (role IN ('national', 'administrator'))", name="body_fits_role"
        ),
        sa.Index("ix_membership_person_current", "person_id", "ended_at"),
        sa.Index("ix_membership_organisation_current", "organisation_id", "ended_at"),
        sa.Index(
            "uq_membership_current",
            "person_id",
            "role",
            sa.text("coalesce(organisation_id, 0)"),
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(stored_enum(Role))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class SignInSession(Base):
    """One signed-in browser; the cookie holds a random token, the table its SHA-256, so a leaked table opens none."""

    __tablename__ = "sign_in_session"
    __table_args__ = (sa.Index("ix_sign_in_session_person", "person_id", "ended_at"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PasswordLink(Base):
    """A one-time link to set a password: 48 hours, hashed at rest, void once used."""

    __tablename__ = "password_link"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
