"""``flask mail test``: whether mail leaves this machine, without waiting for a deadline."""

from __future__ import annotations

from uuid import uuid4

import click
from flask import current_app

from tracker.cli import CommandGroup
from tracker.mail.letters import Email, UnusableAddressError, message_id_for, usable_address
from tracker.mail.rules import Answer
from tracker.mail.senders import sender_from
from tracker.mail.smtp import ServerUnreachableError

mail_cli = CommandGroup("mail", help="Outgoing mail.")

SUBJECT = "A test message from the health inequalities action tracker"
BODY = """Hello,

This is a test. It shows that the tracker can send mail to you: reminders will arrive the same way.
You need do nothing.
"""


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
