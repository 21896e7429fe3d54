"""By which way mail leaves: each fault is a sentence, and no key is repeated or printed."""

from __future__ import annotations

import pytest
from notify_server import KEY, SECRET, SERVICE, TEMPLATE

from tracker.config import Settings, SettingsError
from tracker.mail.notify import NotifySender
from tracker.mail.senders import sender_from

NOTIFY = {"MAIL": "notify", "NOTIFY_API_KEY": KEY, "NOTIFY_TEMPLATE": TEMPLATE}


def fault(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environ)
    (line,) = str(caught.value).splitlines()[1:]
    return line.removeprefix("- ")


def test_a_key_and_a_template_make_a_sender() -> None:
    sender = sender_from(Settings.from_environment(NOTIFY))
    assert sender == NotifySender(KEY, TEMPLATE, "https://api.notifications.service.gov.uk")


@pytest.mark.parametrize("key", [KEY, f"{SERVICE}-{SECRET}", f"live key with words-{SERVICE}-{SECRET}"])
def test_a_key_may_have_any_name(key: str) -> None:
    assert Settings.from_environment({**NOTIFY, "NOTIFY_API_KEY": key}).notify_api_key == key


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("NOTIFY_API_KEY", "", 'NOTIFY_API_KEY is missing: MAIL is "notify".'),
        ("NOTIFY_API_KEY", SECRET, "NOTIFY_API_KEY is not a whole key of GOV.UK Notify"),
        ("NOTIFY_API_KEY", KEY[:-1], "NOTIFY_API_KEY is not a whole key of GOV.UK Notify"),
        ("NOTIFY_TEMPLATE", "", 'NOTIFY_TEMPLATE is missing: MAIL is "notify".'),
        ("NOTIFY_TEMPLATE", "digest", "NOTIFY_TEMPLATE is not the id of a template"),
        ("NOTIFY_URL", "api.notifications.service.gov.uk", "NOTIFY_URL must be the address of a site"),
        ("NOTIFY_URL", "https://us:word@notify.example", "NOTIFY_URL must be the address of a site"),
        ("NOTIFY_URL", "https://notify.example:port", "NOTIFY_URL must be the address of a site"),
        ("MAIL", "notify://", 'MAIL must be "console", smtp://'),
    ],
)
def test_each_fault_names_its_setting_and_repeats_no_secret(name: str, value: str, says: str) -> None:
    said = fault(**{**NOTIFY, name: value})
    assert said.startswith(says)
    assert SECRET[:-1] not in said


def test_a_key_that_is_kept_ready_is_checked_before_it_is_used() -> None:
    assert "NOTIFY_API_KEY" in fault(NOTIFY_API_KEY="half a key")


def test_the_key_is_not_shown_when_the_settings_are_printed() -> None:
    assert SECRET not in repr(Settings.from_environment(NOTIFY))
