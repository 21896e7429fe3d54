from __future__ import annotations

from dataclasses import replace
from datetime import date

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from smtp_server import HOST, MailServer, free_port

from tracker import clock
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.mail.models import LedgerEntry, OutboxMessage


@pytest.fixture
def lead(app: Flask, world: make.World, server: MailServer) -> int:
    app.extensions["settings"] = replace(app.extensions["settings"], mail=server.url)
    return make.person(Role.LEAD, world.north_trust, email="lead@xn1.example.test")


def rows() -> int:
    session().rollback()
    tables = (LedgerEntry, OutboxMessage)
    return sum(session().scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables)


@pytest.mark.usefixtures("lead")
def test_the_last_line_counts_and_a_second_run_counts_nothing_new(runner: FlaskCliRunner, server: MailServer) -> None:
    first = runner.invoke(args=["reminders", "send", "--on", "2020-11-02"])
    assert (first.exit_code, first.output) == (0, "queued 1, sent 1, already 0, failed 0\n")
    second = runner.invoke(args=["reminders", "send", "--on", "2020-11-02"])
    assert (second.exit_code, second.output) == (0, "queued 0, sent 0, already 1, failed 0\n")
    assert len(server.messages) == 1


@pytest.mark.usefixtures("lead")
def test_without_a_day_the_pass_follows_the_pinned_day(runner: FlaskCliRunner, server: MailServer) -> None:
    clock.pin_day(date(2020, 9, 21))
    result = runner.invoke(args=["reminders", "send"])
    assert result.output == "queued 1, sent 1, already 0, failed 0\n"
    assert server.subjects == ["2 actions on health inequalities need you: 2 due today"]


def test_a_dry_run_says_who_would_get_what_without_names_and_writes_nothing(
    lead: int, runner: FlaskCliRunner, server: MailServer
) -> None:
    before = rows()
    result = runner.invoke(args=["reminders", "send", "--on", "2020-11-02", "--dry-run"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == f"Person {lead} (XN1): 4 actions on health inequalities need you: 4 overdue"
    assert "  XN1 8ua-2020 6.1: after_38, deadline 2020-09-21" in lines
    assert lines[-1] == "queued 1, sent 0, already 0, failed 0"
    assert "Robin" not in result.output
    assert "@" not in result.output
    assert (rows(), server.messages) == (before, [])
    assert runner.invoke(args=["reminders", "send", "--on", "2020-11-02"]).output.startswith("queued 1, sent 1")
    again = runner.invoke(args=["reminders", "send", "--on", "2020-11-02", "--dry-run"])
    assert again.output.splitlines()[-1] == "queued 0, sent 0, already 1, failed 0"


@pytest.mark.parametrize(
    "day", ["2020-02-31", "2 November 2020", "20201102", "2020-W45-1", "", "0001-01-01", "9999-12-31"]
)
def test_a_date_that_is_none_is_one_sentence_and_exit_1(runner: FlaskCliRunner, day: str) -> None:
    result = runner.invoke(args=["reminders", "send", "--on", day])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert f'"{day}"' in result.output
    assert "write a" in result.output


def test_a_server_that_is_down_is_said_in_a_sentence_and_the_counts_come_last(
    app: Flask, lead: int, runner: FlaskCliRunner
) -> None:
    port = free_port()
    app.extensions["settings"] = replace(app.extensions["settings"], mail=f"smtp://{HOST}:{port}")
    result = runner.invoke(args=["reminders", "send", "--on", "2020-11-02"])
    assert result.exit_code == 1, "whoever runs it from cron hears of it"
    assert result.stdout == "queued 1, sent 0, already 0, failed 1\n"
    assert result.stderr == (
        f"The mail server {HOST}:{port} could not be used: it refused the connection. "
        "What waits stays in the outbox and goes with the next pass.\n"
    )


def test_with_nobody_to_remind_all_counts_are_nought(world: make.World, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["reminders", "send"])
    assert (result.exit_code, result.output) == (0, "queued 0, sent 0, already 0, failed 0\n")


@pytest.mark.parametrize("command", ["send", "run"])
def test_help_says_what_the_command_does(runner: FlaskCliRunner, command: str) -> None:
    result = runner.invoke(args=["reminders", command, "--help"])
    assert result.exit_code == 0
    assert "pass" in result.output
