"""The part of the register of personal data that regional teams fill; see ``personal_data.py``. It reads nothing."""

from __future__ import annotations

from tracker.people.personal_data_section import Section

REGIONS_WORK = (
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
)
