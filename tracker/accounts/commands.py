"""``flask accounts``: accounts without a browser, the first administrator among them, and lost authenticators."""

from __future__ import annotations

import re

import click
from flask import current_app

from tracker.accounts import links, queries, second_factors, service
from tracker.accounts.rules import Role
from tracker.cli import CommandGroup
from tracker.db import transaction
from tracker.web.text import find_unkeepable, is_like_a_name, made_visible

ADDRESS = re.compile(r'[^\s@<>,;:"()\[\]\\]+@[^\s@<>,;:"()\[\]\\.]+(\.[^\s@<>,;:"()\[\]\\.]+)+')
LONGEST_ADDRESS, LONGEST_NAME = 254, 200
"""What the columns hold; a longer text would be an error of the database's instead of a sentence."""

accounts_cli = CommandGroup("accounts", help="People who may sign in.")


@accounts_cli.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What they may do.")
@click.option("--organisation", "organisations", multiple=True, metavar="CODE", help="ODS code; may be given again.")
@click.option("--region", metavar="CODE", help="The region's ODS code, for the role region.")
def add(email: str, name: str, role: str, organisations: tuple[str, ...], region: str | None) -> None:
    """Add an account, or another membership to one, and print a one-time link to set a password. Sends no mail."""
    _refuse_what_is_no_address(email)
    if not name.strip():
        raise click.ClickException("The name is empty: write the person's name after --name.")
    if len(name.strip()) > LONGEST_NAME or "\n" in name or find_unkeepable(name):
        raise click.ClickException(
            f"The name cannot be kept: write one line of at most {LONGEST_NAME} letters, without hidden characters."
        )
    if not is_like_a_name(name.strip()):
        raise click.ClickException(f'The name begins with "{name.strip()[0]}": write one that begins with a letter.')
    codes: list[str | None] = [*organisations, *([region] if region else [])]
    # The same code given twice is one membership.
    codes = list(dict.fromkeys(code and code.strip().upper() for code in codes))
    try:
        with transaction():
            person = queries.find_person_of_account(email)
            name_there = person.name if person else None
            account = service.add_account(email=email, name=name)
            granted = {code: service.grant_membership(account, Role(role), code) for code in codes or [None]}
            path = links.make_password_link(account.id)
    except service.AccountError as fault:
        raise click.ClickException(str(fault)) from fault
    base_url = current_app.extensions["settings"].base_url
    if name_there is None:
        click.echo("The account is ready. This link sets its password once, within 48 hours:")
    else:
        click.echo(f'The account was there already. Its name was left as it is: "{made_visible(name_there)}".')
        for code, is_new in granted.items():
            click.echo(f"{'Added' if is_new else 'Already held'}: {role}{f' of {code}' if code else ''}.")
        click.echo("This link sets its password once, within 48 hours:")
    click.echo(f"{base_url}{path}")


@accounts_cli.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away the authenticator and recovery codes of somebody who lost them, and end their sessions.

    Make sure first, over a way you know, that it is they who ask. The password stays as it is.
    """
    _refuse_what_is_no_address(email)
    with transaction():
        account = queries.find_account_by_email(email, lock=True)
        is_reset = account is not None and second_factors.reset(account)
    if account is None:
        raise click.ClickException(f'There is no account with the address "{made_visible(email)}": check the spelling.')
    if is_reset:
        click.echo("The second factor is reset and every session has ended. The password is as it was.")
        click.echo("Where a role needs a second factor, the next sign-in asks to set one up.")
    else:
        click.echo("This account has no second factor. Nothing was changed.")


def _refuse_what_is_no_address(email: str) -> None:
    if not ADDRESS.fullmatch(email.strip()) or len(email.strip()) > LONGEST_ADDRESS or find_unkeepable(email):
        raise click.ClickException(
            f'"{made_visible(email)}" is not an email address: write it like name@example.nhs.uk.'
        )
    if not email.isascii():
        raise click.ClickException(
            f'No mail server takes "{made_visible(email)}": write the address without accents, '
            "like name@example.nhs.uk."
        )
