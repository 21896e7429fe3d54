"""Runs migrations for ``flask db``, on the owner's connection where one is set (DATABASE_OWNER_URL)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context
from flask import current_app

from tracker.db import configure_sqlite
from tracker.schema import METADATA


def run_migrations() -> None:
    """Bring the schema up or down, everything in one transaction where the database can."""
    url = current_app.extensions["settings"].database_owner_url
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        configure_sqlite(engine)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
            user_module_prefix="tracker.db.",
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations as SQL text are not made: run flask db upgrade against the database itself.")
run_migrations()
