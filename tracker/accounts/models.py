"""Tables of people, accounts, memberships, sessions and one-time links.

Names and addresses of people stand in ``person`` and nowhere else: history, audit and logs hold ``person.id``, which
tells nobody anything, so that a person can be forgotten and the record still stands.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.rules import Role, SessionStep, SignInMethod
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
    last_signed_in_at: Mapped[datetime | None]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    # The address that an administrator corrected theirs to; it counts once whoever reads mail there has confirmed it.
    new_email: Mapped[str | None] = mapped_column(sa.String(254))
    new_email_until: Mapped[datetime | None]
    # The authenticator's secret, encrypted with a key that is not in the database; it counts once it is confirmed.
    totp_secret: Mapped[str | None] = mapped_column(sa.String(300))
    totp_confirmed_at: Mapped[datetime | None]
    # The last time step whose code was taken: a code is taken once.
    totp_last_step: Mapped[int | None] = mapped_column(sa.BigInteger)

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
    step: Mapped[SessionStep] = mapped_column(stored_enum(SessionStep))
    method: Mapped[SignInMethod] = mapped_column(stored_enum(SignInMethod))
    browser: Mapped[str] = mapped_column(sa.String(60), default="")
    started_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes that stand in for a lost authenticator, each once; the table holds its SHA-256."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """Somebody at an OpenID provider who signs in to an account; joined to it by its owner, never by an address."""

    __tablename__ = "external_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(300))
    subject: Mapped[str] = mapped_column(sa.String(255))
    connected_at: Mapped[datetime]


class Invitation(Base):
    """A role that was offered and not yet taken up; its link is a OneTimeLink, made when the mail leaves."""

    __tablename__ = "invitation"
    __table_args__ = (
        sa.CheckConstraint(
            "(organisation_id IS NULL) = (role IN ('national', 'administrator'))", name="body_fits_role"
        ),
        sa.Index("ix_invitation_organisation", "organisation_id"),
    )

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(stored_enum(Role))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link that was mailed or printed: 48 hours, hashed at rest, void once used.

    Each attempt to deliver an invitation makes a link of its own, so that no usable link is ever stored; all links of
    an invitation die with the first use.
    """

    __tablename__ = "one_time_link"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(stored_enum(LinkPurpose))
    invitation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("invitation.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
