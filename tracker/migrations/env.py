"""Runs migrations for ``flask db``, on the owner's connection where one is set (DATABASE_OWNER_URL), and tells
PostgreSQL what the role of the web service may do: everything it needs, and nothing to what the audit has recorded.
"""

from __future__ import annotations

import click
import sqlalchemy as sa
from alembic import context
from flask import current_app

from tracker.db import configure_sqlite, is_of
from tracker.schema import METADATA

ONLY_ADDED_TO = ("audit_entry", "audit_seal", "audit_sealed_head")
"""What is written here stays: the web role may read and add, and neither change, delete nor empty."""
NEVER_DELETED_FROM = ("audit_chain",)
"""The heads of the chains move with each entry; without its head an entry could be hidden."""
ONLY_READ = ("alembic_version",)


def run_migrations() -> None:
    """Bring the schema up or down, and grants with it, everything in one transaction where the database can."""
    settings = current_app.extensions["settings"]
    engine = sa.create_engine(settings.database_owner_url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        configure_sqlite(engine)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            compare_type=True,
            include_object=is_of(connection.dialect.name),
            render_as_batch=connection.dialect.name == "sqlite",
            user_module_prefix="tracker.db.",
        )
        with context.begin_transaction():
            context.run_migrations()
            web_role = find_web_role(connection, settings.database_url)
            if web_role is not None and changes_schema():
                grant_to(connection, web_role)


def changes_schema() -> bool:
    """Whether this is an upgrade or a downgrade; what only looks or compares has no destination."""
    try:
        context.get_revision_argument()
    except KeyError:
        return False
    return True


def find_web_role(connection: sa.Connection, database_url: str) -> str | None:
    """The role that the web service uses, where it is not the owner's; None where there is nothing to grant."""
    if connection.dialect.name != "postgresql":
        return None
    role = sa.make_url(database_url).username
    owner = connection.scalar(sa.text("SELECT current_user"))
    return None if role in (None, "", owner) else role


def grant_to(connection: sa.Connection, web_role: str) -> None:
    """Let the web role work in every table, now and after later migrations; running it again changes nothing."""
    if not connection.scalar(sa.text("SELECT count(*) FROM pg_roles WHERE rolname = :role"), {"role": web_role}):
        raise SystemExit(
            f'Nothing was changed: the role "{web_role}" of DATABASE_URL does not exist. '
            "Create it (CREATE ROLE … LOGIN), then run flask db upgrade again."
        )
    quoted = connection.dialect.identifier_preparer.quote(web_role)
    rows = "SELECT, INSERT, UPDATE, DELETE"
    there = set(sa.inspect(connection).get_table_names(schema="public"))
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} ON TABLES TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {quoted}",
        *(
            f"REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {name} FROM PUBLIC, {quoted}"
            for name in ONLY_ADDED_TO
            if name in there
        ),
        *(
            f"REVOKE DELETE, TRUNCATE, TRIGGER ON {name} FROM PUBLIC, {quoted}"
            for name in NEVER_DELETED_FROM
            if name in there
        ),
        *(
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {name} FROM PUBLIC, {quoted}"
            for name in ONLY_READ
            if name in there
        ),
    ):
        connection.exec_driver_sql(statement)
    still = [name for name in ONLY_ADDED_TO if name in there and _may_change(connection, web_role, name)]
    if still:
        click.echo(
            f'The role "{web_role}" of DATABASE_URL may still change {", ".join(still)}: it is a superuser, or it is a '
            "member of a role that may. Use one that is neither, or the audit can be rewritten through the service.",
            err=True,
        )
        return
    click.echo(f'The role "{web_role}" may work in every table; the audit it can only read and add to.')


def _may_change(connection: sa.Connection, web_role: str, table: str) -> bool:
    asked = sa.text("SELECT has_table_privilege(:role, :table, 'UPDATE, DELETE, TRUNCATE')")
    return bool(connection.scalar(asked, {"role": web_role, "table": f"public.{table}"}))


if context.is_offline_mode():
    raise SystemExit("Migrations as SQL text are not made: run flask db upgrade against the database itself.")
run_migrations()
