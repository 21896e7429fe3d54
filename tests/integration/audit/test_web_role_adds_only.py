"""On a real PostgreSQL with two roles: the service works as the web role, and the database itself guards the audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import flask_migrate
import make
import psycopg
import pytest
import sqlalchemy as sa
from conftest import StrictClient, StrictRunner, make_settings
from flask import Flask

from tracker.accounts.rules import Role
from tracker.app import create_app
from tracker.audit.models import AuditEntry
from tracker.db import Base, database, session

AUDIT = ("audit_entry", "audit_seal", "audit_sealed_head")
PASSWORD = "five-calm-otters"


@dataclass(frozen=True, slots=True)
class Server:
    """A database of this test's own with two roles: one owns the tables, the service uses the other."""

    owner: str
    web: str
    superuser: str
    web_role: str


@pytest.fixture
def server(postgresql_server: str) -> Iterator[Server]:
    at, mark = sa.make_url(postgresql_server), uuid4().hex[:8]
    owner, web, name = f"tracker_owner_{mark}", f"Tracker-web_{mark}", f"roles_{mark}"
    engine = sa.create_engine(at, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {owner} LOGIN PASSWORD '{PASSWORD}'")
        connection.exec_driver_sql(f"CREATE ROLE \"{web}\" LOGIN PASSWORD '{PASSWORD}'")
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {owner}")
    urls = [at.set(username=role, password=PASSWORD, database=name) for role in (owner, web)]
    texts = [url.render_as_string(hide_password=False) for url in (*urls, at.set(database=name))]
    yield Server(texts[0], texts[1], texts[2], web)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        connection.exec_driver_sql(f'DROP ROLE {owner}, "{web}"')
    engine.dispose()


def make_app(url: str, owner: str) -> Flask:
    app = create_app(make_settings(url, database_owner_url=owner))
    app.testing = True
    app.test_client_class = StrictClient
    app.test_cli_runner_class = StrictRunner
    return app


def upgrade(url: str, owner: str) -> None:
    app = make_app(url, owner)
    with app.app_context():
        flask_migrate.upgrade()
        database.session.remove()
        database.engine.dispose()


@pytest.fixture
def service(server: Server) -> Iterator[Flask]:
    """The service as it runs for real: migrated by the owner, filled by the owner, serving as the web role."""
    upgrade(server.web, server.owner)
    filling = make_app(server.owner, server.owner)
    with filling.app_context():
        world = make.world()
        make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
        database.session.remove()
        database.engine.dispose()
    app = make_app(server.web, server.owner)
    with app.app_context():
        yield app
        database.session.remove()
        database.engine.dispose()


def save_an_update(app: Flask) -> None:
    """Sign in and save through the pages, as a lead does."""
    client = app.test_client()
    make.enter(client, "robin@example.nhs.uk")
    page = "/organisations/XN1/8ua-2020/2.2/update"
    form = {
        "csrf_token": make.csrf_token(client, page),
        "status": "not_started",
        "narrative": "Weekly split by ward",
        "version": "0",
        "submission_key": str(uuid4()),
    }
    assert client.post(page, data=form).status_code == 302


def refusal_of(url: str, statement: str) -> str:
    """What the database answers to a statement of a role; fails where it lets it through."""
    engine = sa.create_engine(url)
    try:
        with pytest.raises(sa.exc.ProgrammingError) as caught, engine.begin() as connection:
            connection.exec_driver_sql(statement)
        assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege), caught.value
        return str(caught.value.orig).splitlines()[0]
    finally:
        engine.dispose()


def test_the_service_works_as_the_web_role_and_the_audit_holds(service: Flask) -> None:
    save_an_update(service)
    verbs = list(session().scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))
    assert verbs[-2:] == ["signed in", "status update"]
    session().rollback()
    runner = service.test_cli_runner()
    assert runner.invoke(args=["audit", "seal"]).exit_code == 0
    verified = runner.invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output
    assert "Seals: 1." in verified.output


def test_what_was_recorded_can_neither_be_changed_nor_deleted_by_the_service(service: Flask, server: Server) -> None:
    save_an_update(service)
    for table in AUDIT:
        for statement in (
            f"UPDATE {table} SET id = id",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"SELECT * FROM {table} FOR UPDATE",
        ):
            assert refusal_of(server.web, statement) == f"permission denied for table {table}", statement


@pytest.mark.usefixtures("service")
def test_the_service_can_neither_take_the_tables_apart_nor_give_itself_more(server: Server) -> None:
    web = sa.create_engine(server.web)
    with web.begin() as connection:
        # PostgreSQL warns that nothing was granted, and goes on.
        connection.exec_driver_sql("GRANT UPDATE, DELETE, TRUNCATE ON audit_entry TO CURRENT_USER")
    web.dispose()
    for statement, said in {
        "UPDATE audit_entry SET verb = 'nothing'": "permission denied for table audit_entry",
        "DELETE FROM audit_chain": "permission denied for table audit_chain",
        "TRUNCATE audit_chain CASCADE": "permission denied for table audit_chain",
        "UPDATE alembic_version SET version_num = '0000'": "permission denied for table alembic_version",
        "ALTER TABLE audit_entry DROP COLUMN entry_hash": "must be owner of table audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL": "must be owner of table audit_entry",
        "DROP TABLE audit_entry CASCADE": "must be owner of table audit_entry",
        "CREATE TRIGGER t BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION f()": "permission denied",
        "CREATE TABLE aside (id int)": "permission denied for schema public",
        "SET ROLE postgres": "permission denied to set role",
    }.items():
        assert said in refusal_of(server.web, statement), statement


def test_upgrading_again_changes_nothing_and_says_the_same(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        upgrade(server.web, server.owner)
        assert capsys.readouterr().out == (
            f'The role "{server.web_role}" may work in every table; the audit it can only read and add to.\n'
        )
    assert "permission denied" in refusal_of(server.web, "DELETE FROM audit_entry")


def test_a_table_that_a_later_migration_makes_is_covered_before_anybody_thinks_of_it(server: Server) -> None:
    upgrade(server.web, server.owner)
    owner = sa.create_engine(server.owner)
    with owner.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE later (id bigserial PRIMARY KEY, word text)")
    owner.dispose()
    web = sa.create_engine(server.web)
    with web.begin() as connection:
        for statement in ("INSERT INTO later (word) VALUES ('a')", "UPDATE later SET word = 'b'", "DELETE FROM later"):
            assert connection.exec_driver_sql(statement).rowcount == 1
    web.dispose()


def test_nothing_is_granted_and_nothing_said_where_one_role_does_both(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    upgrade(server.owner, server.owner)
    assert capsys.readouterr().out == ""
    assert "permission denied" in refusal_of(server.web, "SELECT * FROM person")


def test_looking_at_the_revision_grants_nothing(server: Server) -> None:
    upgrade(server.owner, server.owner)
    app = make_app(server.web, server.owner)
    with app.app_context():
        flask_migrate.current()
        database.engine.dispose()
    assert "permission denied" in refusal_of(server.web, "SELECT * FROM person")


def test_a_role_that_does_not_exist_stops_the_upgrade_before_anything_is_made(server: Server) -> None:
    nobody = sa.make_url(server.web).set(username="nobody_at_all").render_as_string(hide_password=False)
    with pytest.raises(SystemExit, match='the role "nobody_at_all" of DATABASE_URL does not exist'):
        upgrade(nobody, server.owner)
    engine = sa.create_engine(server.owner)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_web_role_that_may_do_everything_is_warned_of(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    upgrade(server.superuser, server.owner)
    assert "may still change audit_entry, audit_seal, audit_sealed_head" in capsys.readouterr().err


def test_down_and_up_again_keeps_the_audit_guarded(server: Server) -> None:
    upgrade(server.web, server.owner)
    app = make_app(server.web, server.owner)
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        flask_migrate.upgrade()
        database.engine.dispose()
    assert "permission denied" in refusal_of(server.web, "DELETE FROM audit_entry")


def test_every_table_of_the_audit_is_among_those_that_are_guarded() -> None:
    """A new table of the audit must be put in the list of env.py, or it could be rewritten."""
    assert {name for name in Base.metadata.tables if name.startswith("audit_")} == {*AUDIT, "audit_chain"}
