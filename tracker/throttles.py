"""How often what may be tried, and for whom a try counts: one table; the counting is ``tracker/web/throttle.py``.

NHS organisations share a few outgoing addresses, so that thousands of colleagues come from one: per address only
failures count where a success can be told, and generously. Per account the lock of the sign-in service comes first
(10 wrong passwords or codes); the count here also holds where nobody has the address that was typed, so that a known
and an unknown one are answered alike: a sign-in that succeeds is given back, because only an account has such. A try
that is paused changes nothing and is not checked at all; the audit is told of the first in each window.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, g, request, session
from sqlalchemy.exc import SQLAlchemyError

from tracker import db
from tracker.accounts.access import SIGN_IN, find_current_viewer, find_unfinished_sign_in
from tracker.audit import service as audit
from tracker.config import Settings
from tracker.web.throttle import Throttle, init_throttle, visitor

log = logging.getLogger(__name__)


def _typed_account() -> str:
    """The address that was typed, known or not, spelled as accounts are found by it."""
    return request.form.get("email", "").strip().lower()


def _half_signed_in_account() -> str:
    """The account that owes its code. Looked up once a request."""
    if "half_signed_in_account" not in g:
        unfinished = find_unfinished_sign_in()
        g.half_signed_in_account = f"account {unfinished.account_id}" if unfinished else ""
    account: str = g.half_signed_in_account
    return account


def _link() -> str:
    return str((request.view_args or {}).get("token", ""))


def _person() -> str:
    viewer = find_current_viewer()
    return f"person {viewer.person_id}" if viewer else ""


def _is_failure(response: Response) -> bool:
    """Whether a try was refused. One that was taken goes on to another page, or begins a session."""
    has_begun = session.get(SIGN_IN) not in (None, g.sign_in_brought)
    return not has_begun and not _is_taken(response)


def _is_success(response: Response) -> bool:
    return not _is_failure(response)


def _is_taken(response: Response) -> bool:
    return 300 <= response.status_code < 400


def _is_dead_link(response: Response) -> bool:
    return response.status_code == 404


READING = frozenset({"GET", "HEAD"})

THROTTLES = (
    Throttle(
        "passwords for one account",
        frozenset({"sign_in.start"}),
        per=_typed_account,
        most=20,
        minutes=15,
        unless=_is_success,
        why="Twice the tries before the lock: a forgetful person meets the lock first, a guesser gets 80 an hour.",
    ),
    Throttle(
        "codes for one account",
        frozenset({"sign_in.code"}),
        per=_half_signed_in_account,
        most=20,
        minutes=15,
        why="A code has a million values and three are right at a time: 80 an hour would take centuries.",
    ),
    Throttle(
        "refused sign-ins from one address",
        frozenset({"sign_in.start", "sign_in.code"}),
        per=visitor,
        most=100,
        minutes=15,
        when=_is_failure,
        why="One password tried at many accounts. A hospital behind one address hardly mistypes that often.",
    ),
    Throttle(
        "forgotten passwords of one account",
        frozenset({"sign_in.forgotten"}),
        per=_typed_account,
        most=5,
        minutes=15,
        why="Each sends a mail: nobody's mailbox is to be filled by somebody else.",
    ),
    Throttle(
        "forgotten passwords from one address",
        frozenset({"sign_in.forgotten"}),
        per=visitor,
        most=100,
        minutes=15,
        why="A success cannot be told from a failure here, and must not be, so every one counts.",
    ),
    Throttle(
        "tries at one link",
        frozenset({"sign_in.set_password", "people.accept", "people.confirm_address"}),
        per=_link,
        most=20,
        minutes=15,
        why="Choosing a password that is taken may need a few tries; hashing each costs the server.",
    ),
    Throttle(
        "dead links from one address",
        frozenset({"sign_in.set_password", "people.accept", "people.confirm_address"}),
        per=visitor,
        most=100,
        minutes=15,
        methods=READING | {"POST"},
        when=_is_dead_link,
        why="Guessing a link of 256 bits is hopeless, and noisy; mail scanners open used ones now and then.",
    ),
    Throttle(
        "dead calendars from one address",
        frozenset({"calendars.feed"}),
        per=visitor,
        most=1000,
        minutes=15,
        methods=READING,
        when=_is_dead_link,
        why="Outlook and Google ask from a few addresses for everybody, and for a calendar that ended for weeks on.",
    ),
    Throttle(
        "readings of one calendar",
        frozenset({"calendars.feed"}),
        per=_link,
        most=60,
        minutes=15,
        methods=READING,
        why="Programs look every few hours. To write a large one takes a second, and addresses get into wrong hands.",
    ),
    Throttle(
        "comments from one person",
        frozenset({"comments.index", "comments.correct"}),
        per=_person,
        most=60,
        minutes=60,
        when=_is_taken,
        why="Each may mail twenty colleagues. One a minute is a lively talk; a stolen session does not mail the NHS.",
    ),
    Throttle(
        "confirmations of one person",
        frozenset(
            {
                "own_account.second_factor",
                "own_account.remove_second_factor",
                "own_account.recovery_codes",
                "own_account.end_session",
                "own_account.end_other_sessions",
                "people.reset_second_factor",
                "people.correct_address",
            }
        ),
        per=_person,
        most=20,
        minutes=15,
        why="As for codes at sign-in: whoever sits at another's open session must not guess one here either.",
    ),
    Throttle(
        "single sign-ons from one address",
        frozenset({"single_sign_on.start", "single_sign_on.callback"}),
        per=visitor,
        most=1000,
        minutes=15,
        methods=READING,
        why="Each way back asks the provider. Two for each sign-in: 500 colleagues of one hospital in a quarter hour.",
    ),
    Throttle(
        "invitations from one person",
        frozenset({"people.invite", "people.send_again", "people.send_password_link", "people.correct_address"}),
        per=_person,
        most=50,
        minutes=60,
        when=_is_taken,
        why="A regional team invites its leads in an hour; a stolen session does not mail the NHS.",
    ),
    Throttle(
        "evidence from one person",
        frozenset({"evidence.add", "evidence.new_version"}),
        per=_person,
        most=200,
        minutes=60,
        when=_is_taken,
        why="Somebody who brings a year's papers in one sitting is not stopped; a script does not fill the store.",
    ),
)


def init_throttles(app: Flask, settings: Settings) -> None:
    """Call once in ``create_app``, after the access hook, which finds out who is asking."""
    app.before_request(_remember_what_the_cookie_brought)
    init_throttle(app, settings, THROTTLES, _record_first_pause)


def _record_first_pause(throttle: Throttle) -> None:
    """Tell the audit which count is full, and of whom where they are signed in: an address is not for the audit."""
    viewer = find_current_viewer()
    try:
        db.session().rollback()
        with db.transaction():
            audit.record(
                verb="tries paused",
                subject=throttle.name,
                by=viewer.person_id if viewer else None,
                role=", ".join(sorted(viewer.roles)) if viewer else "",
                after={"most": throttle.most, "minutes": throttle.minutes},
            )
    except SQLAlchemyError:
        # The pause itself stands, whether or not it could be written down.
        log.exception("A pause could not be written down (request %s).", g.get("request_id", ""))


def _remember_what_the_cookie_brought() -> None:
    g.sign_in_brought = session.get(SIGN_IN)
