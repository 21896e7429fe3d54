"""The register of personal data, second part: what people said and did about the work of their organisations.

As in ``personal_data.py``, tables are named and not imported.
"""

from __future__ import annotations

from tracker.people.personal_section import Section

_MEASURED = ("organisation_id", "measure_code", "recorded_at", "role")
_ASKED = (
    *("organisation_id", "ask_id", "wanted_on", "reason", "agreed_by", "true_on", "recorded_at", "role"),
    *("decision", "decision_reason", "decided_on", "decided_at", "decided_role", "decided_body_id"),
)

SECTIONS_OF_WORK = (
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
        "claims_signed_off",
        "sign_off",
        "person_id",
        (
            *("organisation_id", "ask_id", "entry_id", "claim_id", "content_id", "lead_id"),
            *("true_on", "recorded_at", "role", "body_id"),
        ),
    ),
    Section(
        "assurance_made_to_lapse",
        "sign_off_lapse",
        "person_id",
        ("sign_off_id", "cause", "evidence_id", "entry_id", "true_on", "recorded_at", "role"),
    ),
    Section(
        "questions_about_claims",
        "claim_question",
        "person_id",
        ("entry_id", "comment_id", "true_on", "recorded_at", "role", "body_id"),
        left_out=("submission_key",),
    ),
    Section(
        "claims_sampled",
        "claim_sample",
        "person_id",
        ("seed", "size", "population", "true_on", "recorded_at", "role", "body_id"),
        left_out=("sha256", "submission_key"),
    ),
    Section(
        "notes_shared",
        "shared_note",
        "person_id",
        (
            *("organisation_id", "ask_id", "number", "is_shared", "text", "contact_role", "contact_mailbox"),
            *("entry_id", "true_on", "recorded_at", "role"),
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
            *("organisation_id", "ask_id", "escalation_id", "kind", "level", "told", "response_due_on"),
            *("judgement", "quiet_until", "ending", "text", "true_on", "recorded_at", "role", "body_id"),
        ),
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
        "saved_views",
        "saved_view",
        "person_id",
        ("name", "page", "query", "is_shared", "body_id", "recorded_at", "ended_at"),
        left_out=("submission_key",),
    ),
    Section(
        "reminders_snoozed",
        "snooze",
        "person_id",
        ("organisation_id", "ask_id", "true_on", "until_on", "reason", "recorded_at", "superseded_at"),
        left_out=("submission_key",),
    ),
    Section("reminders_done_without", "reminder_preference", "person_id", ("topic", "recorded_at", "superseded_at")),
    Section(
        "reminder_cadences_chosen",
        "reminder_cadence",
        "person_id",
        ("organisation_id", "cadence", "true_on", "recorded_at", "superseded_at"),
    ),
    Section(
        "messages_to_many",
        "chase",
        "person_id",
        ("subject", "text", "true_on", "recorded_at", "role", "body_id"),
        left_out=("submission_key",),
    ),
)
