"""What the audit's short words are for people who read its page; it knows no entry and no request.

The words are those that the features above say to the audit. One that is missing here is shown as it stands; a test
finds every word that the service can say and asks for it here, because the page offers these to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tracker.accounts.rules import Role
from tracker.web.wording import day, day_and_time, thousands

VERBS: Mapping[str, str] = {
    # What an organisation says, and what is decided on it.
    "status update": "Status updated",
    "status assured": "Claim assured",
    "status returned": "Claim sent back",
    "sign-off recorded": "What an assurer saw recorded",
    "sign-off ended": "Sign-off of a claim ended",
    "assurance lapsed": "Assurance lapsed, claimed again",
    "claims sampled": "Sample of claims drawn",
    "note shared": "Shared how an ask was done",
    "note withdrawn": "Took back what was shared of an ask",
    "claim asked about": "Question asked about a claim",
    "status confirmed": "Status confirmed, no change",
    "entry corrected": "What was said before corrected",
    "target agreed": "Target agreed",
    "target asked for": "Another target asked of the region",
    "target request accepted": "Target that was asked for accepted",
    "target request declined": "Target that was asked for declined",
    "target request withdrawn": "Request for a target withdrawn",
    "evidence added": "Evidence added",
    "evidence revised": "New version of evidence",
    "evidence used elsewhere": "Asks that evidence serves changed",
    "evidence expiry changed": "Expiry of evidence changed",
    "evidence checked": "Evidence checked",
    "evidence expired": "Evidence expired",
    "evidence file refused": "File of evidence not given out",
    "evidence files swept": "Files left by broken uploads removed",
    "lead named": "Executive lead named",
    "appointed": "Deputy or owner of an ask appointed",
    "appointment corrected": "Appointment corrected",
    "appointment ended": "Appointment ended",
    "appointment withdrawn": "Appointment taken back",
    "appointments handed over": "Appointments handed over",
    "lead corrected": "Executive lead’s details corrected",
    "framework adopted": "Framework adopted",
    "framework left": "Framework not tracked any more",
    "service recorded": "Answer about a service recorded",
    "system chosen": "Reporting system chosen",
    "reading added": "Reading of a measure added",
    "reading corrected": "Reading of a measure corrected",
    "reading withdrawn": "Reading of a measure taken out",
    "measure target set": "Baseline and target of a measure set",
    "measure added": "Own measure added",
    "measure corrected": "Own measure’s words corrected",
    "comment added": "Comment added",
    "comment corrected": "Comment corrected",
    "comment withdrawn": "Comment withdrawn",
    "barrier added": "Barrier or enabler added",
    "barrier changed": "Barrier or enabler changed",
    "barrier closed": "Barrier or enabler closed",
    "return started": "Return to the board begun",
    "return changed": "Document control of a return changed",
    "return checked": "Return to the board checked",
    "return submitted": "Return submitted to the board",
    "return approved": "Return approved by the board",
    "return sent back": "Return sent back by the board",
    "return cadence set": "How often a return is due set",
    "escalation raised": "Overdue ask escalated",
    "escalation answered": "Response to an escalation given",
    "escalation judged": "Outcome of an escalation recorded",
    "escalation held": "Escalation held",
    "escalation closed": "Escalation closed",
    "message to many sent": "Message to many organisations sent",
    "reminders snoozed": "Own reminders of an ask snoozed",
    "reminders woken": "Snooze of own reminders taken back",
    "reminder topics chosen": "What one is reminded of chosen",
    "reminder cadence chosen": "When an organisation is reminded of its dates chosen",
    # Files that left the service.
    "progress exported": "Progress downloaded",
    "overdue list exported": "Overdue list downloaded",
    "claims exported": "List of claims to assure downloaded",
    "grid exported": "Grid downloaded",
    "view saved": "List kept as a saved view",
    "view removed": "Saved view removed",
    "slippage exported": "List of targets that moved downloaded",
    "target requests exported": "List of target requests downloaded",
    "escalations exported": "List of escalations downloaded",
    "escalation log exported": "Log of escalations downloaded",
    "organisations exported": "List of organisations downloaded",
    "evidence downloaded": "File of evidence downloaded",
    "evidence list exported": "List of evidence downloaded",
    "measures exported": "Measures downloaded",
    "reminders exported": "List of reminders downloaded",
    "shared notes exported": "How others did an ask downloaded",
    "barriers exported": "Barriers and enablers downloaded",
    "people in post exported": "People in post downloaded",
    "returns exported": "List of returns downloaded",
    "return exported": "Rows of a return downloaded",
    "audit exported": "Audit downloaded",
    "people exported": "List of people downloaded",
    "calendar made": "Calendar made for a calendar program",
    "calendar revoked": "Calendar revoked",
    "personal data exported": "Personal data downloaded for a request",
    # Who may come in, and who did.
    "account added": "Account added",
    "account switched on": "Account switched on",
    "account switched off": "Account switched off",
    "name corrected": "Name corrected",
    "address correction begun": "Email address to be corrected",
    "address corrected": "Email address corrected",
    "invited": "Invitation sent",
    "invitation withdrawn": "Invitation withdrawn",
    "invitation accepted": "Invitation accepted",
    "membership granted": "Role given",
    "membership ended": "Role ended",
    "person forgotten": "Person forgotten",
    "signed in": "Signed in",
    "signed out": "Signed out",
    "sign-in refused": "Sign-in refused",
    "tries paused": "Too many tries paused",
    "refused": "Request refused",
    "password set by link": "Password set by a link",
    "password link sent": "Link for a password sent by an administrator",
    "password link asked for": "Link for a password asked for",
    "password changed": "Password changed",
    "confirmation refused": "Confirming who it is refused",
    "second factor set up": "Authenticator set up",
    "second factor replaced": "Authenticator replaced",
    "second factor removed": "Authenticator removed by its owner",
    "second factor reset": "Authenticator reset by an administrator",
    "recovery codes renewed": "Recovery codes renewed",
    "session ended": "Another browser signed out",
    "other sessions ended": "All other browsers signed out",
    "identity connected": "Single sign-on connected",
    "identity disconnected": "Single sign-on disconnected",
    "connecting an identity refused": "Connecting single sign-on refused",
    # What is tracked, and of whom.
    "framework loaded": "Framework loaded",
    "framework corrected": "Framework corrected",
    "action added": "Action added",
    "action corrected": "Action corrected",
    "action withdrawn": "Action withdrawn",
    "action reordered": "Actions put in another order",
    "ask added": "Ask added",
    "ask corrected": "Ask corrected",
    "ask withdrawn": "Ask withdrawn",
    "ask reordered": "Asks put in another order",
    "status added": "Status word added",
    "status corrected": "Status word corrected",
    "status reordered": "Status words put in another order",
    "organisations imported": "Organisations imported",
    "tracking switched on": "Type of organisation tracked",
    "tracking switched off": "Type of organisation no longer tracked",
}

KEYS: Mapping[str, str] = {
    "target_on": "Target",
    "completed_on": "Done on",
    "expires_on": "Expires",
    "recovery_on": "Back on course by",
    "from_on": "From",
    "is_provided": "Runs the service",
    "period_end": "Period to",
    "is_tracked": "Tracked",
    "body": "Organisation",
    "calendar_of": "Holds the dates of",
    "names": "With names of people",
    "searched": "Narrowed by a search",
    "as_at": "As at",
    "known_at": "As known at",
    "edition": "Version",
    "sha256": "Fingerprint",
}

FOR_MACHINES = frozenset(
    {
        "status_class",
        "entry",
        "target",
        "evidence",
        "appointment",
        "calendar",
        "invitation",
        "comment",
        "revision",
        "reading",
        "corrects",
        "aim",
        "measure",
        "control",
        "snooze",
        "submission",
        "decision",
    }
)
"""What the page leaves out and the files hold: numbers of rows, and the class that stands behind a status word."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*[+-]\d{2}:\d{2}")
_CODE_WORD = re.compile(r"[a-z]+(_[a-z0-9]+)+")
_ITEM = re.compile(r"\w+/([\w-]+)/([\w.]+)")
_WORD = re.compile(r"[a-z_]+( |$)")
_FINGERPRINT = re.compile(r"[0-9a-f]{40,}")
MOST_NAMED, LONGEST = 5, 160


def verb_in_words(verb: str) -> str:
    """
    >>> verb_in_words("status returned"), verb_in_words("something new")
    ('Claim sent back', 'Something new')
    """
    return VERBS.get(verb) or verb[:1].upper() + verb[1:]


def key_in_words(key: str) -> str:
    """
    >>> key_in_words("target_on"), key_in_words("is_optional")
    ('Target', 'Is optional')
    """
    words = key.replace("_", " ")
    return KEYS.get(key) or words[:1].upper() + words[1:]


def subject_in_words(subject: str) -> str:
    """What an entry is about; the organisation stands beside it.

    >>> subject_in_words("XN1/8ua-2020/6.1"), subject_in_words("service mental_health"), subject_in_words("rcp-2024")
    ('Ask 6.1 of 8ua-2020', 'Service mental health', 'rcp-2024')
    """
    if item := _ITEM.fullmatch(subject):
        return f"Ask {item[2]} of {item[1]}"
    return (subject[:1].upper() + subject[1:]).replace("_", " ") if _WORD.match(subject) else subject


def roles_in_words(role: str) -> str:
    """
    >>> roles_in_words("lead"), roles_in_words("board, lead"), roles_in_words("command line"), roles_in_words("")
    ('Health inequalities lead', 'Board member, Health inequalities lead', 'Command line', '')
    """
    labels = {each.value: each.label for each in Role}
    return ", ".join(labels.get(each) or each[:1].upper() + each[1:] for each in role.split(", "))


def value_in_words(key: str, value: Any) -> str:
    """One value as people read it; long ones are cut, because the file has them whole.

    >>> value_in_words("status", "on_track"), value_in_words("names", False), value_in_words("to", "2020-09-21")
    ('on track', 'no', '21 September 2020')
    >>> value_in_words("closed", ["XN1", "XN2", "XN3", "XN4", "XN5", "XN6", "XN7"])
    'XN1, XN2, XN3, XN4, XN5 and 2 more'
    """
    words = _whole_value(key, value)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def _whole_value(key: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return thousands(value)
    if isinstance(value, dict):
        return "; ".join(f"{key_in_words(part).lower()} {_whole_value(part, each)}" for part, each in value.items())
    if isinstance(value, list):
        named = ", ".join(_whole_value(key, each) for each in value[:MOST_NAMED])
        return named if len(value) <= MOST_NAMED else f"{named} and {thousands(len(value) - MOST_NAMED)} more"
    text = str(value)
    if key == "role":
        return roles_in_words(text)
    if _FINGERPRINT.fullmatch(text):
        return f"{text[:12]}…"
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    if _INSTANT.fullmatch(text):
        return day_and_time(datetime.fromisoformat(text))
    return text.replace("_", " ") if _CODE_WORD.fullmatch(text) else text
