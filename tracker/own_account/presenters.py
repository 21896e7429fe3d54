"""What the pages of one's own account say; knows no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from tracker.accounts.rules import Viewer
from tracker.own_account.rows import LiveSession, Profile, RoleHeld
from tracker.sign_in.recovery import HOW_MANY
from tracker.web.wording import day_and_time, n_of_d

Row = dict[str, str]

SESSION_COLUMNS = (
    {"text": "Browser"},
    {"text": "Last used"},
    {"text": "Signed in"},
    {"text": "Signed in with"},
)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One signed-in browser. ``end_href`` is empty for the one that asks."""

    browser: str
    began: str
    last_used: str
    method: str
    end_href: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The page of one's own account."""

    profile: Profile
    viewer: Viewer
    roles: Sequence[RoleHeld]
    sessions: Sequence[LiveSession]
    here: int
    single_sign_on: str | None

    @property
    def about_rows(self) -> list[Row]:
        return [
            {"key": "Name", "value": self.profile.name, "href": url_for("own_account.name")},
            {"key": "Email address", "value": self.profile.email},
        ]

    @property
    def role_lines(self) -> list[str]:
        return [role_in_words(each) for each in self.roles]

    @property
    def sign_in_rows(self) -> list[Row]:
        rows = [self._password_row, self._authenticator_row]
        if self.has_authenticator:
            codes = f"{n_of_d(self.profile.codes_left, HOW_MANY)} left"
            rows.append(_row("Recovery codes", codes, "own_account.recovery_codes", "Get new codes"))
        if self.single_sign_on:
            rows.append(
                _row("Single sign-on", self.single_sign_on, "single_sign_on.connected", "Look at", "single sign-on")
            )
        return rows

    @property
    def has_authenticator(self) -> bool:
        return self.profile.second_factor_at is not None

    @property
    def may_remove_authenticator(self) -> bool:
        return self.has_authenticator and not self.viewer.needs_second_factor

    @property
    def session_lines(self) -> list[SessionLine]:
        return [session_line(each, is_here=each.session_id == self.here) for each in self.sessions]

    @property
    def has_other_sessions(self) -> bool:
        return any(each.session_id != self.here for each in self.sessions)

    @property
    def _password_row(self) -> Row:
        if self.profile.has_password:
            return _row("Password", "Set", "own_account.password", "Change")
        return _row("Password", "None: you sign in without one", "own_account.password", "Set", "a password")

    @property
    def _authenticator_row(self) -> Row:
        if self.has_authenticator:
            since = f"Set up at {day_and_time(self.profile.second_factor_at)}"
            return _row("Authenticator app", since, "own_account.second_factor", "Replace")
        return _row("Authenticator app", "Not set up", "own_account.second_factor", "Set up", "an authenticator app")


def session_line(live: LiveSession, *, is_here: bool) -> SessionLine:
    """A signed-in browser in words."""
    browser = live.browser or "A browser"
    return SessionLine(
        browser=f"{browser} (this browser)" if is_here else browser,
        began=day_and_time(live.started_at),
        last_used=day_and_time(live.last_seen_at),
        method=live.method.label,
        end_href="" if is_here else url_for("own_account.end_session", session_id=live.session_id),
    )


def role_in_words(held: RoleHeld) -> str:
    """A role and where it is held.

    >>> from datetime import UTC, datetime
    >>> from tracker.accounts.rules import Role
    >>> role_in_words(RoleHeld(Role.LEAD, "XA1", "Northvale Hospitals", datetime(2020, 8, 3, tzinfo=UTC)))
    'Health inequalities lead of Northvale Hospitals (XA1)'
    """
    return held.role.label if held.code is None else f"{held.role.label} of {held.body or held.code} ({held.code})"


def _row(key: str, value: str, endpoint: str, action: str, about: str = "") -> Row:
    return {"key": key, "value": value, "href": url_for(endpoint), "action": action, "about": about or key.lower()}
