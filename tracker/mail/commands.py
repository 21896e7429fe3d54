"""``flask mail``: whether mail leaves this machine, without waiting for a deadline, and what came back."""

from __future__ import annotations

from typing import BinaryIO
from uuid import uuid4

import click
from flask import current_app

from tracker.cli import CommandGroup
from tracker.db import transaction
from tracker.mail.bounces import NoReportError, Verdict, read_report
from tracker.mail.fate import ServerUnreachableError
from tracker.mail.fates import Marked, mark_bounced
from tracker.mail.letters import Email, UnusableAddressError, message_id_for, usable_address
from tracker.mail.rules import Answer
from tracker.mail.senders import sender_from

mail_cli = CommandGroup("mail", help="Outgoing mail.")

SUBJECT = "A test message from the health inequalities action tracker"
BODY = """Hello,

This is a test. It shows that the tracker can send mail to you: reminders will arrive the same way.
You need do nothing.
"""
LONGEST_REPORT = 10 * 1024 * 1024
"""A report brings back the whole message at most, and a mail of ours is small."""


@mail_cli.command("test")
@click.argument("address")
def send_test(address: str) -> None:
    """Send one test message to ADDRESS at once, by the way that the setting MAIL names."""
    settings = current_app.extensions["settings"]
    try:
        usable_address(address)
    except UnusableAddressError as fault:
        raise click.ClickException(f'"{address}" cannot be used: {fault} Write it like name@example.nhs.uk.') from fault
    email = Email(
        message_id=message_id_for(f"test {uuid4()}", settings.mail_from),
        sender=settings.mail_from,
        recipient=address,
        subject=SUBJECT,
        body=BODY,
    )
    try:
        with sender_from(settings).line() as line:
            fate = line.send(email)
    except (ServerUnreachableError, ValueError) as fault:
        raise click.ClickException(str(fault)) from fault
    if fate.answer is not Answer.DELIVERED:
        raise click.ClickException(f"The test message to {address} was not taken. {fate.reason}")
    click.echo(f"The test message to {address} was taken. Message-ID: {email.message_id}")


@mail_cli.command("bounced")
@click.argument("file", type=click.File("rb"))
def read_bounce(file: BinaryIO) -> None:
    """Read one bounce from FILE, or from the standard input with -, and mark the message that came back.

    FILE is a delivery status notification (RFC 3464) as a mail server sends it. Reading it again changes nothing.
    """
    try:
        report = read_report(file.read(LONGEST_REPORT))
    except NoReportError as fault:
        raise click.ClickException(str(fault)) from fault
    if not report.message_ids:
        raise click.ClickException("The report does not say which message it is about, so nothing was changed.")
    if report.verdict is Verdict.DELAYED:
        click.echo("The message is delayed and still on its way; nothing was changed.")
        return
    if report.verdict is Verdict.ARRIVED:
        click.echo("The report says that the message arrived; nothing was changed.")
        return
    with transaction():
        marked = mark_bounced(report)
    if marked is Marked.NOT_OURS:
        raise click.ClickException("The report is about a message that this service did not send; nothing was changed.")
    if marked is Marked.BEFORE:
        click.echo("The message was marked as bounced before; nothing was changed.")
        return
    click.echo(f"The message is marked as bounced. {report.reason}")
