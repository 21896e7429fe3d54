"""Puts the application together: wiring only; everything it wires lives in a package of its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, g
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import clock, navigation, throttles, upkeep
from tracker.accounts import access, quiet_log, refusals, roles_routes
from tracker.accounts import effects as accounts_effects
from tracker.accounts import routes as accounts_routes
from tracker.accounts.commands import accounts_cli
from tracker.appointments import routes as appointments_routes
from tracker.assurance import lapsing, saying
from tracker.assurance import panels as assurance_panels
from tracker.assurance import routes as assurance_routes
from tracker.audit.commands import audit_cli
from tracker.barriers import routes as barriers_routes
from tracker.calendars import routes as calendars_routes
from tracker.calendars import service as calendars
from tracker.comments import routes as comments_routes
from tracker.config import Settings, SettingsError
from tracker.db import configure_sqlite, database
from tracker.escalations import panels as escalations_panels
from tracker.escalations import routes as escalations_routes
from tracker.evidence import asks as evidence_asks
from tracker.evidence import effects as evidence_effects
from tracker.evidence import resting as evidence_resting
from tracker.evidence import routes as evidence_routes
from tracker.evidence.commands import evidence_cli
from tracker.exports import routes as exports_routes
from tracker.exports.commands import exports_cli
from tracker.frameworks import effects as asked_effects
from tracker.frameworks.commands import frameworks_cli
from tracker.instance import kept_development_secret
from tracker.mail.commands import mail_cli
from tracker.measures import routes as measures_routes
from tracker.organisations import routes as organisations_routes
from tracker.organisations.commands import organisations_cli
from tracker.organisations.queries import OrganisationNotFound
from tracker.own_account import routes as own_account_routes
from tracker.people import person_rows
from tracker.people import routes as people_routes
from tracker.people.commands import people_cli
from tracker.people.queries import PersonNotFound
from tracker.progress import ask_parts, items, kept, organisation_rows
from tracker.progress import routes as progress_routes
from tracker.progress.queries import tracked_asks
from tracker.reminders import choosing
from tracker.reminders import panels as reminders_panels
from tracker.reminders import routes as reminders_routes
from tracker.reminders.commands import reminders_cli
from tracker.returns import panels as returns_panels
from tracker.returns import routes as returns_routes
from tracker.review import routes as review_routes
from tracker.shared_notes import panels as shared_notes_panels
from tracker.shared_notes import routes as shared_notes_routes
from tracker.sign_in import oidc_routes
from tracker.sign_in import routes as sign_in_routes
from tracker.web.kit import init_web
from tracker.web.log_lines import begin_log
from tracker.web.templating import TrackerFlask

LARGEST_FORM = 16 * 1024 * 1024
"""Bytes. Large enough to show a person what was wrong with a narrative of 10 MB, and keep it."""

BLUEPRINTS = (
    accounts_routes.blueprint,
    roles_routes.blueprint,
    sign_in_routes.blueprint,
    oidc_routes.blueprint,
    own_account_routes.blueprint,
    people_routes.blueprint,
    organisations_routes.blueprint,
    progress_routes.blueprint,
    appointments_routes.blueprint,
    barriers_routes.blueprint,
    comments_routes.blueprint,
    evidence_routes.blueprint,
    measures_routes.blueprint,
    returns_routes.blueprint,
    review_routes.blueprint,
    escalations_routes.blueprint,
    assurance_routes.blueprint,
    exports_routes.blueprint,
    shared_notes_routes.blueprint,
    calendars_routes.blueprint,
    reminders_routes.blueprint,
)
COMMANDS = (
    accounts_cli,
    audit_cli,
    evidence_cli,
    exports_cli,
    frameworks_cli,
    mail_cli,
    organisations_cli,
    people_cli,
    reminders_cli,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from its settings (by default the environment's).

    Raises SettingsError naming every setting that is missing or wrong. Starts nothing: no scheduler, no mail.
    """
    settings = settings or Settings.from_environment(os.environ, development_secret=kept_development_secret())
    begin_log(settings.log_level)
    clock.pin_day(settings.pinned_today)
    app = TrackerFlask("tracker")
    if settings.is_production and (app.debug or app.testing):
        raise SettingsError("Debug and testing show strangers too much: turn them off in production.")
    app.extensions["settings"] = settings
    _trust_proxies(app, settings)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        SESSION_COOKIE_NAME="__Host-session" if settings.is_production else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_production,
        WTF_CSRF_TIME_LIMIT=4 * 60 * 60,
    )
    _connect_database(app, settings)
    app.before_request(_number_request)
    init_web(app, settings)
    access.init_access(app)
    refusals.init_refusals(app, hidden=(OrganisationNotFound, PersonNotFound))
    throttles.init_throttles(app, settings)
    navigation.init_navigation(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    evidence_asks.init_asks(app, tracked_asks)
    # What lapses writes into the audit, so of evidence the tables of where everybody stands are told first.
    evidence_effects.lock_by(app, items.lock_all)
    evidence_effects.on_change(app, kept.move_evidence)
    # Of what is asked they are told last: what lapses moves them row by row, before they are locked.
    lapsing.init_lapsing(app)
    saying.init_saying(app)
    evidence_resting.init_resting(app, lapsing.signed_for)
    asked_effects.on_change(app, kept.keep)
    accounts_effects.on_shut_out(app, calendars.remove_dead)
    accounts_effects.on_shut_out(app, choosing.end_with_the_role)
    organisation_rows.add(app, returns_panels.organisation_rows)
    organisation_rows.add(app, escalations_panels.organisation_rows)
    organisation_rows.add(app, assurance_panels.organisation_rows)
    organisation_rows.add(app, reminders_panels.organisation_rows)
    person_rows.add(app, reminders_panels.person_rows)
    ask_parts.add(app, assurance_panels.ask_part)
    ask_parts.add(app, shared_notes_panels.ask_part)
    ask_parts.add(app, escalations_panels.ask_part)
    ask_parts.add(app, reminders_panels.ask_part)
    upkeep.init_upkeep(app, settings, create_app)
    quiet_log.keep_links_out_of_log()
    return app


def _trust_proxies(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as there are about the visitor's address and TLS; without one, nobody's word counts.

    What they say of the host is never believed: links come from TRACKER_BASE_URL, and hosts are listed.
    """
    if settings.trusted_proxies:
        known = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=known, x_proto=known, x_host=0, x_port=0, x_prefix=0
        )
    elif settings.is_production:
        app.logger.warning(
            "TRUSTED_PROXIES is 0: behind a proxy all visitors would count as one, and one could lock the others out. "
            "Set it to how many proxies stand in front."
        )


def _connect_database(app: Flask, settings: Settings) -> None:
    address = sa.make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    database.init_app(app)
    Migrate(app, database, directory=str(Path(__file__).parent / "migrations"))
    if address.get_backend_name() == "sqlite":
        with app.app_context():
            configure_sqlite(database.engine)


def _engine_options(settings: Settings) -> dict[str, object]:
    """PostgreSQL connections are tested before use, so that a restarted server costs nobody a page.

    In production an error in the log leaves out the values of its statement: they may be what people typed.
    """
    is_postgresql = settings.database_url.startswith("postgresql")
    options: dict[str, object] = {"hide_parameters": settings.is_production}
    return options | {"pool_pre_ping": True} if is_postgresql else options


def _number_request() -> None:
    g.request_id = secrets.token_hex(8)
