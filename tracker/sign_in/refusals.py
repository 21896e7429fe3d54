"""Why a single sign-on was refused, in a word for the audit and in sentences for the person; it knows no request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """The reason that the audit keeps."""

    CANCELLED = "cancelled at the provider"
    TURNED_AWAY = "turned away by the provider"
    UNREACHABLE = "provider not reached"
    MISDESCRIBED = "provider describes itself wrongly"
    NOT_BEGUN = "not begun in this browser, used before or too old"
    CODE_REFUSED = "code refused by the provider"
    BAD_TOKEN = "identity token not valid"  # nosec B105  # noqa: S105 - a reason, not a password
    INCOMPLETE = "claims missing or not usable"
    DOMAIN = "email domain not allowed"
    NOT_CONNECTED = "identity not connected"
    SWITCHED_OFF = "account switched off"
    NO_ROLE = "no role"


class Refused(Exception):
    """A single sign-on ends here; ``detail`` is for the log and holds nothing about a person."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the page says: what happened, what to do, and the status that programs read."""

    title: str
    sentences: tuple[str, ...]
    status: int


def explain(reason: Refusal, provider: str) -> Explanation:
    """The page for a refusal, naming the provider as people here know it.

    >>> explain(Refusal.CANCELLED, "NHSmail").title
    'You did not sign in with NHSmail'
    """
    title, sentences, status = _EXPLANATIONS[reason]
    return Explanation(
        title.format(provider=provider), tuple(each.format(provider=provider) for each in sentences), status
    )


_NOTHING_CHANGED = "Nothing has been changed."
_NOT_CHECKED = "We could not check your sign-in"
_LATER = (
    "{provider} cannot be used just now",
    (
        "{provider} did not answer as it should, so we could not find out who you are. " + _NOTHING_CHANGED,
        "Try again in a few minutes, or sign in with your password. If it goes on, tell the people who run this "
        "service: the contact page says how.",
    ),
    503,
)
_AGAIN = (
    _NOT_CHECKED,
    (
        "What {provider} sent us could not be trusted, so you are not signed in. " + _NOTHING_CHANGED,
        "Begin again. If it goes on, tell the people who run this service: the contact page says how.",
    ),
    400,
)

_EXPLANATIONS: Mapping[Refusal, tuple[str, tuple[str, ...], int]] = {
    Refusal.CANCELLED: (
        "You did not sign in with {provider}",
        ("The sign-in was cancelled, or {provider} did not let you use this service. " + _NOTHING_CHANGED,),
        403,
    ),
    Refusal.TURNED_AWAY: (
        "{provider} did not sign you in",
        (
            "{provider} answered with an error. " + _NOTHING_CHANGED,
            "Begin again. If it goes on, ask the help desk of {provider}.",
        ),
        403,
    ),
    Refusal.UNREACHABLE: _LATER,
    Refusal.MISDESCRIBED: _LATER,
    Refusal.NOT_BEGUN: (
        _NOT_CHECKED,
        (
            "This sign-in was not begun in this browser, was finished before, or took longer than 10 minutes. "
            + _NOTHING_CHANGED,
            "Begin again, and finish in the same browser.",
        ),
        400,
    ),
    Refusal.CODE_REFUSED: _AGAIN,
    Refusal.BAD_TOKEN: _AGAIN,
    Refusal.INCOMPLETE: (
        "{provider} did not tell us enough",
        (
            "You signed in at {provider}, but it did not say who you are in a way this service can use. "
            + _NOTHING_CHANGED,
            "Tell the people who run this service: the contact page says how.",
        ),
        403,
    ),
    Refusal.DOMAIN: (
        "This service is not open to your address",
        (
            "You signed in at {provider}, but with an email address that this service does not accept. "
            + _NOTHING_CHANGED,
            "If you have another address, for example one of the NHS, sign in with that.",
        ),
        403,
    ),
    Refusal.NOT_CONNECTED: (
        "Your sign-in is not connected to an account here",
        (
            "You signed in at {provider} and everything about that is right. No account of this service is connected "
            "to it, and we never connect one by its email address alone.",
            "If you have an account here, sign in with your password, open the page of your account and connect "
            "{provider} there. You do this once.",
            "If you were invited, open the link in the invitation again and continue with {provider} from there.",
            "If you have neither, ask the health inequalities lead of your organisation, your regional team or the "
            "administrator of this service for an invitation.",
        ),
        403,
    ),
    Refusal.SWITCHED_OFF: (
        "Your account is switched off",
        (
            "You signed in at {provider} and that is right, but your account here is switched off. Ask the "
            "administrator of this service if you need it.",
        ),
        403,
    ),
    Refusal.NO_ROLE: (
        "You have no role here at present",
        (
            "You signed in at {provider} and that is right, but you have no role here. Ask the health inequalities "
            "lead of your organisation, your regional team or the administrator of this service for an invitation.",
        ),
        403,
    ),
}
