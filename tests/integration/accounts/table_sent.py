"""What each form of the access table is sent, so that only the access rules can stand in its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import make
from integration.appointments import in_post
from integration.comments.talking import BARRIER
from integration.escalations.climbing import day
from integration.evidence import standing
from integration.measures.saying import OWN_MEASURE, READING
from integration.returns.returning import CADENCE, CONTROL

UPDATE = {"status": "not_started", "narrative": "Written by the table", "version": "0"}


NEW_PASSWORD = "nine patient otters"


INVITED = {"name": "Kim Dale", "email": "{fresh}@example.nhs.uk", "organisation": "{code}"}


CORRECTED = {"email": "{fresh}@example.nhs.uk", "current_password": make.PASSWORD, "code": "{present_code}"}


AHEAD = date(2025, 12, 1)
SOON = date(2025, 3, 1)  # The ladder takes no day beyond half a year.
AHEAD_IN_BOXES = day("response_due_on", SOON) | day("until", SOON)
SENT: Mapping[str, Mapping[str, str]] = {
    "/organisations/{code}/8ua-2020/2.2/update": UPDATE,
    # Everything that an update needs; a claim is not taken back by its own organisation.
    "/organisations/{code}/8ua-2020/2.3/update": {**UPDATE, "version": "1"},
    "/review/assurance/{code}/8ua-2020/2.3": {"decision": "return", "reason": "Why", "version": "{claim_version}"},
    "/organisations/{code}/8ua-2020/{to_share}/how-we-did-it": {
        "text": "We asked every ward",
        "contact_role": "Director of Strategy",
        "holds_no_name": "yes",
        "version": "{version_to_share}",
    },
    "/review/assurance/samples": {"size": "5", "seed": "seven", "version": "0"},
    "/organisations/{code}/8ua-2020/7.1/history/{entry}": {
        **UPDATE,
        "backdating_reason": "It was wrong",
        "version": "1",
    },
    "/organisations/{code}/8ua-2020/1.4/confirm": {"version": "0"},
    "/organisations/{code}/8ua-2020/1.3/target": {
        "wanted": "agree",
        "target_on-day": "1",
        "target_on-month": "12",
        "target_on-year": "2025",
        "reason": "Why",
        "agreed_by": "The board",
        "version": "0",
    },
    "/organisations/{code}/8ua-2020/3.4/target/requests/{target_request}": {"decision": "accept"},
    "/organisations/{code}/8ua-2020/8.1/escalation/raise": AHEAD_IN_BOXES
    | {"level": "owner", "text": "Why", "version": "0"},
    "/organisations/{code}/8ua-2020/{to_judge}/escalation/outcome": {
        "judgement": "not_enough",
        "text": "Why",
        "version": "{version_to_judge}",
    },
    "/organisations/{code}/8ua-2020/8.4/escalation/hold": AHEAD_IN_BOXES | {"text": "Why", "version": "0"},
    "/organisations/{code}/8ua-2020/7.1/escalation/close": {"ending": "not_needed", "text": "Why", "version": "0"},
    "/organisations/{code}/8ua-2020/{to_answer}/escalation/answer": {"text": "Said", "version": "{version_to_answer}"},
    "/organisations/{code}/8ua-2020/1.2/snooze": day("until_on", SOON) | {"reason": "Why"},
    "/organisations/{code}/reminders": {"cadence": "fewer", "version": "0"},
    "/reminders": {"topics": ""},
    "/escalations/chase": {"subject": "Overdue", "text": "Hello", "version": "0", "send": "yes"},
    "/organisations/{code}/services": {"maternity": "yes", "version": "0"},
    "/organisations/{code}/measures/ethnicity-recorded/add": READING,
    "/organisations/{code}/measures/activity-restored/readings/{reading}/correct": READING | {"version": "1"},
    "/organisations/{code}/measures/pathways-reviewed/baseline-and-target": {"target": "50", "version": "0"},
    "/organisations/{code}/measures/add": OWN_MEASURE,
    "/organisations/{code}/measures/{own_measure}/words": OWN_MEASURE | {"name": "Renamed", "version": "1"},
    "/organisations/{code}/8ua-2020/2.2/comments": {"text": "Said by the table"},
    "/organisations/{code}/8ua-2020/2.2/comments/{own_comment}/correct": {"text": "Anew", "version": "{own_comment}"},
    "/organisations/{code}/8ua-2020/2.2/comments/{own_comment}/withdraw": {"version": "{own_comment}"},
    "/organisations/{code}/8ua-2020/2.2/comments/{others_comment}/correct": {
        "text": "Not mine",
        "version": "{others_comment}",
    },
    "/organisations/{code}/8ua-2020/2.2/comments/{others_comment}/withdraw": {"version": "{others_comment}"},
    "/organisations/{code}/barriers/add": BARRIER,
    "/organisations/{code}/barriers/{barrier}/change": BARRIER | {"reason": "Why", "version": "1"},
    "/organisations/{code}/barriers/{barrier}/close": {"outcome": "settled", "reason": "Why", "version": "1"},
    "/organisations/{code}/returns/start": CONTROL,
    "/organisations/{code}/returns/cadence": CADENCE | {"version": "0"},
    "/organisations/{code}/returns/{draft_return}/change": CONTROL | {"version": "1"},
    "/organisations/{code}/returns/{draft_return}/check": {"version": "1"},
    "/organisations/{code}/returns/{checked_return}/submit": {"version": "1"},
    "/organisations/{code}/returns/{submitted_return}/decide": {"decision": "approved", "version": "1"},
    "/organisations/{code}/in-post/appoint": in_post.APPOINTED,
    "/organisations/{code}/in-post/{appointment}/correct": in_post.APPOINTED | {"reason": "Why"},
    "/organisations/{code}/in-post/{own_appointment}/end": in_post.LAST_DAY,
    "/organisations/{code}/in-post/{appointment}/end": in_post.LAST_DAY,
    "/organisations/{code}/in-post/{appointment}/take-back": {"reason": "Why"},
    "/organisations/{code}/in-post/hand-over/{owner}": in_post.APPOINTED
    | in_post.FROM_TODAY
    | {"version": "{version_to_hand_over}"},
    "/organisations/{code}/evidence/add": {**standing.NOTE, "asks": "8ua-2020/2.2"},
    "/organisations/{code}/evidence/{evidence}/new-version": standing.NOTE,
    "/organisations/{code}/evidence/{evidence}/asks": {"asks": "8ua-2020/6.1", "version": "0"},
    "/organisations/{code}/evidence/{evidence}/expiry": standing.EXPIRY,
    "/organisations/{code}/evidence/{evidence}/check": standing.CHECK,
    "/review/saved-views/new": {"name": "Made by the table", "who": "private", "of": "overdue"},
    "/calendars/new?organisation={code}": {"of": "organisation", "organisation": "{code}"},
    "/calendars/new?of=region": {"of": "YN1"},
    "/calendars/new?of=mine": {"of": "mine"},
    "/account/name": {"name": "Kim Dale"},
    "/account/password": {"current_password": make.PASSWORD, "password": NEW_PASSWORD},
    "/account/recovery-codes": {"current_password": make.PASSWORD, "code": "{present_code}"},
    "/account/second-factor/remove": {"current_password": make.PASSWORD},
    "/account/sessions/{own_session}/end": {"current_password": make.PASSWORD},
    "/account/sessions/end-others": {"current_password": make.PASSWORD},
    "/set-password/{password_link}": {"password": NEW_PASSWORD},
    "/people/{person}/name": {"name": "Kim Dale"},
    "/people/{person}/reset-second-factor": {"current_password": make.PASSWORD, "code": "{present_code}"},
    "/people/{oneself}/reset-second-factor": {"current_password": make.PASSWORD, "code": "{present_code}"},
    "/people/{person}/email": CORRECTED,
    "/people/{oneself}/email": CORRECTED,
    "/people": {"who": ""},
    "/people/invite?organisation={code}&role=contributor": {**INVITED, "role": "contributor"},
    "/people/invite?organisation={code}&role=lead": {**INVITED, "role": "lead"},
    "/people/invite?role=national": {**INVITED, "role": "national", "organisation": ""},
    "/invitations/{invitation_link}": {"password": NEW_PASSWORD},
}
"""What a form is sent, by its path in the table; besides the token, and a key that no other form has had."""


ASKED = {
    "/exports/progress": {"as_at-day": "20", "as_at-month": "1", "as_at-year": "2025", "file": "csv"},
}
"""What is asked of a page in its query, besides what stands in the table."""
