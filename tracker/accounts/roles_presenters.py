"""What the page "Who can see and do what" says, in words for people; the table itself it takes as it is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tracker.accounts.access_table import NOBODY, WHO, Answer, Group, Row, Where, read_table
from tracker.accounts.rules import GRANTS, NEEDS_SECOND_FACTOR, POWERS, Permission, Reach, Role
from tracker.web.wording import in_words

ANSWERS = {
    Answer.YES: ("Yes", "the page opens, or the change is saved"),
    Answer.NO: ("No", "a page says that this is not yours to see or do; nothing is saved"),
    Answer.HIDDEN: ("Hidden", "what you may not see looks as if it did not exist; nothing is saved"),
    Answer.SIGN_IN: ("Sign in", "a page asks you to sign in first"),
    Answer.LED_ON: ("Led on", "you are taken to another page of yours"),
    Answer.DECLINED: ("Declined", "the page says that there is nothing of yours with this code; nothing is saved"),
    Answer.AGAIN: ("Asked again", "you may do it, but not at this moment: the page comes back and says why"),
}

# What each place means to the people of each column group: the organisation of leads, contributors and board members.
PLACES = {
    Where.OWN: "Own",
    Where.SAME_SYSTEM: "Same system",
    Where.SAME_REGION: "Same region",
    Where.FOREIGN: "Foreign",
    Where.ITS_SYSTEM: "The system",
    Where.ITS_REGION: "The region",
    Where.UNKNOWN: "Unknown",
    Where.ANY: "Not about one",
}
"""A place as a cell of the table names it."""

STANDPOINTS = ("Lead, contributor, board member", "System team", "Regional team", "National team, administrator")
MEANINGS = {
    Where.OWN: ("Their own organisation", "A member of their system", "In their region", "Any organisation"),
    Where.SAME_SYSTEM: (
        "Another organisation of the same system",
        "Another member of their system",
        "In their region",
        "Any organisation",
    ),
    Where.SAME_REGION: (
        "In the same region, in another system",
        "In the same region, in another system",
        "In their region",
        "Any organisation",
    ),
    Where.FOREIGN: ("In another region", "In another region", "In another region", "Any organisation"),
    Where.ITS_SYSTEM: (
        "The system their organisation is in",
        "Their own system",
        "A system in their region",
        "Any system",
    ),
    Where.ITS_REGION: (
        "The region their organisation is in",
        "The region their system is in",
        "Their own region",
        "Any region",
    ),
    Where.UNKNOWN: ("A code that no organisation has",) * len(STANDPOINTS),
}

POWER_WORDS = {
    Permission.SEE_ORGANISATIONS: "See organisations in lists",
    Permission.SEE_PROGRESS: "See where an organisation stands on each ask",
    Permission.UPDATE_PROGRESS: "Update an ask and say which services there are",
    Permission.APPOINT_LEAD: "Name the executive lead",
    Permission.ADOPT_FRAMEWORK: "Take up a framework",
    Permission.ASSURE_PROGRESS: "Decide on a claim that an ask is done",
    Permission.AGREE_TARGETS: "Decide on a request for another target",
    Permission.COMMENT: "Comment on an ask, and read the comments",
    Permission.SUBMIT_RETURNS: "Submit a return to the board",
    Permission.DECIDE_RETURNS: "Approve a return of the board or send it back",
    Permission.SHARE_NOTES: "Share with other organisations how an ask was done",
    Permission.SET_REMINDERS: "Choose when the organisation is reminded of its dates",
    Permission.REVIEW_OVERDUE: "See the list of what is overdue",
    Permission.SEE_ESCALATIONS: "See the list of escalations and its log",
    Permission.ESCALATE: "Escalate an overdue ask, and record what came of it",
    Permission.SAVE_VIEWS: "Keep a list as it is filtered, and share it with one’s team",
    Permission.CHASE: "Write to many organisations about what is overdue",
    Permission.EXPORT_PROGRESS: "Download progress",
    Permission.SEE_PEOPLE: "See who holds which role",
    Permission.INVITE_PEOPLE: "Invite people",
    Permission.END_ROLES: "End a role of somebody",
    Permission.MANAGE_ACCOUNTS: "Switch accounts off and on",
    Permission.READ_AUDIT: "Read the record of who did what",
}
"""Every power but that of being signed in, which everybody has."""

NARROWER = {
    (Role.SYSTEM, Permission.ASSURE_PROGRESS): "Practices that are members",
    (Role.REGION, Permission.ASSURE_PROGRESS): "Trusts, CCGs, ICBs and systems in the region",
}
"""Where a decision is on some types of organisation only."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the page: the first cell of a row is its heading."""

    anchor: str
    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class RolesPage:
    """All that the page says."""

    title: str
    breadcrumbs: Sequence[dict[str, str]]
    powers: Table
    grants: Table
    second_factor: str
    answers: Sequence[dict[str, str]]
    places: Table
    addresses: Sequence[Table]


def roles_page() -> RolesPage:
    """The whole page, the same for everybody."""
    return RolesPage(
        title="Who can see and do what",
        breadcrumbs=[{"text": "Home", "href": "/"}],
        powers=_table(
            "What each role can do",
            "Each cell says over which organisations a role has the power. Whoever can change something in an "
            "organisation acts for that organisation only.",
            ["Power", *(role.label for role in Role)],
            [[words, *(power_in_words(role, power) for role in Role)] for power, words in POWER_WORDS.items()],
        ),
        grants=_table(
            "Who can invite whom",
            "Whoever can invite somebody to a role can also end it.",
            ["Role", "Can give", "Where"],
            [_grant(role, given) for role, given in GRANTS.items()],
        ),
        second_factor=in_words([role.label.lower() for role in Role if role in NEEDS_SECOND_FACTOR]),
        answers=[{"key": word, "value": f"{meaning[0].upper()}{meaning[1:]}."} for word, meaning in ANSWERS.values()],
        places=_table(
            "What the column “Organisation” means",
            "The tables take one trust as their example. Its leads, contributors and board members belong to it; the "
            "system team and the regional team are those of its system and its region.",
            ["Organisation", *STANDPOINTS],
            [[PLACES[where], *words] for where, words in MEANINGS.items()],
        ),
        addresses=[_addresses(group) for group in read_table()],
    )


def _table(title: str, about: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    anchor = "-".join(re.findall(r"[a-z]+", title.lower()))
    return Table(anchor, title, about, columns, rows)


def _grant(role: Role, given: Collection[Role]) -> list[str]:
    what = "Every role" if len(given) == len(Role) else in_words([each.label for each in Role if each in given])
    return [role.label, what, power_in_words(role, Permission.INVITE_PEOPLE)]


def _addresses(group: Group) -> Table:
    columns = [
        "What",
        "Organisation",
        *("Not signed in" if who == NOBODY else Role(who).label for who in WHO),
        "Address",
    ]
    return _table(group.title, group.about, columns, [_cells(row) for row in group.rows])


def _cells(row: Row) -> list[str]:
    address = f"{row.address.method} {row.address.path.replace('{', '<').replace('}', '>')}"
    answers = [ANSWERS[row.answers[who]][0] for who in WHO]
    return [row.address.label, PLACES[row.where], *answers, address]


def power_in_words(role: Role, power: Permission) -> str:
    """Over what a role has a power, as a cell says it.

    >>> power_in_words(Role.LEAD, Permission.UPDATE_PROGRESS), power_in_words(Role.BOARD, Permission.UPDATE_PROGRESS)
    ('Own organisation', 'No')
    >>> power_in_words(Role.SYSTEM, Permission.UPDATE_PROGRESS), power_in_words(Role.SYSTEM, Permission.SEE_PROGRESS)
    ('The system itself', 'The system and its members')
    """
    reach = POWERS[role].get(power)
    if reach is None:
        return "No"
    if (role, power) in NARROWER:
        return NARROWER[role, power]
    own = {Role.SYSTEM: "The system itself", Role.REGION: "The region itself"}.get(role, "Own organisation")
    return {
        Reach.OWN: own,
        Reach.SYSTEM: "The system and its members",
        Reach.REGION: "Everything in the region",
        Reach.EVERYWHERE: "Everywhere",
    }[reach]
