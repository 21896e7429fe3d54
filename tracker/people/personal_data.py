"""The register of personal data: which rows are about a person; it reads nothing itself.

Tables are named and not imported, so that one place covers every package. Tests hold it against the whole schema: a new
column that refers to a person fails them until it stands here, a new column of text until it stands in
``personal_texts.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one table that are about somebody, as a part of the export.

    ``by`` is the column that says whose a row is: a person's id, or an account's where it refers to accounts. Every
    other column is shown, or said (that it is filled, in a word of its own, never with what), or left out.
    """

    name: str
    table: str
    by: str
    shown: tuple[str, ...]
    said: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


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
_MEASURED = ("organisation_id", "measure_code", "recorded_at", "role")
_INVITED = ("role", "organisation_id", "created_at", "expires_at", "accepted_at", "voided_at")
_ASKED = (
    *("organisation_id", "ask_id", "wanted_on", "reason", "agreed_by", "true_on", "recorded_at", "role"),
    *("decision", "decision_reason", "decided_on", "decided_at", "decided_role", "decided_body_id"),
)

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
    Section(
        "status_updates_and_decisions",
        "progress_entry",
        "person_id",
        (
            *("organisation_id", "ask_id", "kind", "status_code", "status_class", "narrative", "reason"),
            *("recovery_on", "next_step", "next_step_on", "completed_on", "forecast_on", "review_on", "blocked_by"),
            *("true_on", "backdating_reason", "corrects_id", "recorded_at", "role", "body_id"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "statuses_confirmed",
        "confirmation",
        "person_id",
        ("organisation_id", "ask_id", "entry_id", "true_on", "recorded_at", "role"),
    ),
    Section(
        "targets_agreed",
        "target",
        "person_id",
        ("organisation_id", "ask_id", "target_on", "reason", "agreed_by", "request_id", "true_on", "recorded_at"),
        left_out=("submission_key",),
    ),
    Section(
        "targets_asked_for", "target_request", "person_id", (*_ASKED, "decided_by_id"), left_out=("submission_key",)
    ),
    Section(
        "target_requests_decided",
        "target_request",
        "decided_by_id",
        (*_ASKED, "person_id"),
        left_out=("submission_key",),
    ),
    Section(
        "frameworks_adopted",
        "adoption",
        "person_id",
        ("organisation_id", "framework_id", "starts_on", "ends_on", "recorded_at", "superseded_at"),
    ),
    Section(
        "services_answered_for",
        "organisation_service",
        "person_id",
        (
            *("organisation_id", "service", "is_provided", "reason", "role"),
            *("starts_on", "ends_on", "source", "recorded_at", "superseded_at"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "readings_of_measures",
        "measure_reading",
        "person_id",
        (*_MEASURED, "kind", "period_end", "numerator", "denominator", "is_rounded", "source", "reason", "corrects_id"),
        left_out=("submission_key",),
    ),
    Section(
        "baselines_and_targets_of_measures",
        "measure_aim",
        "person_id",
        (*_MEASURED, "baseline_id", "target_tenths", "target_on", "reason", "true_on"),
        left_out=("submission_key",),
    ),
    Section(
        "measures_added",
        "own_measure",
        "person_id",
        (
            *(*_MEASURED, "ask_id", "name", "numerator_words", "denominator_words", "unit", "direction"),
            *("counts_people", "starts_on", "ends_on", "superseded_at"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "comments",
        "comment",
        "person_id",
        ("organisation_id", "ask_id", "text", "corrects_id", "first_id", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section("mentions_in_comments", "comment_mention", "person_id", ("comment_id", "true_on", "recorded_at")),
    Section("comments_withdrawn", "comment_withdrawal", "person_id", ("comment_id", "true_on", "recorded_at")),
    Section(
        "barriers_and_enablers",
        "barrier_revision",
        "person_id",
        (
            *("organisation_id", "barrier_id", "number", "kind", "title", "description", "theme", "severity"),
            *("status", "action", "owner", "since_on", "reviewed_on", "next_review_on", "reason"),
            *("true_on", "recorded_at", "role"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "document_control_of_returns",
        "return_control",
        "person_id",
        (
            *("organisation_id", "return_id", "revision", "edition", "framework_id", "as_at", "title", "meeting"),
            *("meeting_on", "agenda_item", "author", "purpose", "considered_by", "summary", "recommendation"),
            *("true_on", "recorded_at", "role"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "returns_checked",
        "return_check",
        "person_id",
        ("organisation_id", "return_id", "edition", "warnings", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section(
        "returns_submitted",
        "return_submission",
        "person_id",
        ("organisation_id", "return_id", "edition", "as_at", "known_at", "true_on", "recorded_at", "role"),
        left_out=("heading", "sha256", "covers_all", "submission_key"),
    ),
    Section(
        "returns_decided",
        "return_decision",
        "person_id",
        ("organisation_id", "submission_id", "decision", "reason", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section(
        "cadence_of_returns_set",
        "return_cadence",
        "person_id",
        ("organisation_id", "every_months", "first_on", "board_dates", "reason", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section(
        "escalations",
        "escalation_event",
        "person_id",
        (
            *("organisation_id", "ask_id", "escalation_id", "kind", "level", "response_due_on", "judgement"),
            *("quiet_until", "ending", "text", "true_on", "recorded_at", "role", "body_id"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "messages_to_many",
        "chase",
        "person_id",
        ("subject", "text", "true_on", "recorded_at", "role", "body_id"),
        left_out=("submission_key",),
    ),
    Section(
        "evidence_added",
        "evidence",
        "person_id",
        (
            *("organisation_id", "first_id", "number", "kind", "title", "url", "note"),
            *("file_name", "file_type", "size", "true_on", "starts_on", "recorded_at"),
        ),
        left_out=("edits", "sha256", "storage_key", "submission_key"),
    ),
    Section(
        "evidence_expiries_set",
        "evidence_expiry",
        "person_id",
        ("evidence_id", "expires_on", "recorded_at", "superseded_at"),
        left_out=("told_at", "submission_key"),
    ),
    Section(
        "evidence_checks",
        "evidence_check",
        "person_id",
        ("evidence_id", "true_on", "note", "recorded_at", "role", "body_id"),
        left_out=("submission_key",),
    ),
    Section(
        "mails",
        "outbox_message",
        "person_id",
        (
            *("subject", "body", "link_for", "state", "queued_at", "not_before", "attempts", "silences"),
            *("sent_at", "last_error"),
        ),
        left_out=("message_id", "claimed_until", "claimed_by"),
    ),
    Section(
        "reminders",
        "ledger_entry",
        "person_id",
        ("organisation_id", "ask_id", "kind", "deadline_on", "due_on", "recorded_at", "message_id"),
    ),
    Section("audit_of_what_they_did", "audit_entry", "person_id", _AUDITED, left_out=_HASHES),
)

AUDIT_ABOUT_THEM = Section("audit_about_them", "audit_entry", "person_id", _AUDITED, left_out=_HASHES)
"""The same table once more: entries by others whose subject is the person, or that name the person's id."""

NOT_SHOWN = (
    "Passwords, authenticators, recovery codes and links: what is kept of them opens nothing, and is only counted.",
    "Tries to sign in are counted for a short time under a one-way hash, which belongs to nobody that could be found.",
    "Other people are shown by their number, except in texts written to or by this person.",
)
"""What an export leaves out, in words for whoever reads it."""
