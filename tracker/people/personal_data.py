"""The register of personal data: which rows are about a person; it reads nothing itself.

Tables are named and not imported, so that one place covers every package. Tests hold it against the whole schema: a new
column that refers to a person fails them until it stands here, a new column of text until it stands in
``personal_texts.py``.
"""

from __future__ import annotations

from tracker.people.personal_section import Section
from tracker.people.personal_work import SECTIONS_OF_WORK

PERSON = Section("person", "person", "id", ("name", "contact_email", "recorded_at", "forgotten_at"))
ACCOUNT = Section(
    "account",
    "account",
    "person_id",
    (
        *("sign_in_email", "new_email", "new_email_until", "is_active", "created_at", "last_signed_in_at"),
        *("failed_sign_ins", "locked_until", "totp_confirmed_at"),
    ),
    {"password_hash": "has_password", "totp_secret": "has_authenticator"},  # nosec B105 # names of columns
    ("totp_last_step",),
)

_AUDITED = ("chain_id", "number", "recorded_at", "role", "verb", "subject", "before", "after", "request_id")
_HASHES = ("previous_hash", "entry_hash")
_INVITED = ("role", "organisation_id", "created_at", "expires_at", "accepted_at", "voided_at")

SECTIONS = (
    Section(
        "memberships", "membership", "person_id", ("role", "organisation_id", "granted_at", "granted_by_id", "ended_at")
    ),
    Section(
        "memberships_given",
        "membership",
        "granted_by_id",
        ("person_id", "role", "organisation_id", "granted_at", "ended_at"),
    ),
    Section("invitations_received", "invitation", "account_id", (*_INVITED, "invited_by_id")),
    Section("invitations_given", "invitation", "invited_by_id", (*_INVITED, "account_id")),
    Section(
        "sessions",
        "sign_in_session",
        "person_id",
        ("step", "method", "browser", "started_at", "second_factor_at", "last_seen_at", "ended_at"),
        left_out=("token_hash",),
    ),
    Section(
        "one_time_links",
        "one_time_link",
        "account_id",
        ("purpose", "invitation_id", "created_at", "expires_at", "used_at"),
        left_out=("token_hash",),
    ),
    Section(
        "calendars",
        "calendar_feed",
        "person_id",
        ("calendar_of", "organisation_id", "membership_id", "made_at"),
        left_out=("token_hash", "submission_key"),
    ),
    Section("recovery_codes", "recovery_code", "account_id", ("created_at", "used_at"), left_out=("code_hash",)),
    Section("connected_identities", "external_identity", "account_id", ("issuer", "subject", "connected_at")),
    Section(
        "appointments",
        "appointment",
        "person_id",
        ("organisation_id", "role", "ask_id", "job_title", "starts_on", "ends_on", "recorded_at", "superseded_at"),
        left_out=("change_id", "superseded_by_id"),
    ),
    Section(
        "appointments_recorded",
        "appointment_change",
        "person_id",
        ("organisation_id", "number", "kind", "reason", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    *SECTIONS_OF_WORK,
    Section(
        "mails",
        "outbox_message",
        "person_id",
        (
            *("subject", "body", "html", "link_for", "state", "queued_at", "not_before", "attempts", "silences"),
            *("sent_at", "last_error"),
        ),
        left_out=("message_id", "claimed_until", "claimed_by", "channel_id"),
    ),
    Section(
        "reminders",
        "ledger_entry",
        "person_id",
        (
            *("organisation_id", "ask_id", "topic", "kind", "deadline_on", "due_on", "state", "why"),
            *("recorded_at", "message_id"),
        ),
    ),
    Section("audit_of_what_they_did", "audit_entry", "person_id", _AUDITED, left_out=_HASHES),
)

AUDIT_ABOUT_THEM = Section("audit_about_them", "audit_entry", "person_id", _AUDITED, left_out=_HASHES)
"""The same table once more: entries by others whose subject is the person, or that name the person's id."""

NOT_SHOWN = (
    "Passwords, authenticators, recovery codes, links and addresses of calendars: what is kept of them opens nothing, "
    "and is only counted.",
    "Tries to sign in are counted for a short time under a one-way hash, which belongs to nobody that could be found.",
    "Other people are shown by their number, except in texts written to or by this person.",
)
"""What an export leaves out, in words for whoever reads it."""
