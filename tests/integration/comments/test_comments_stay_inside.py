"""No word of a comment reaches a board, the national team, or any file: it stays between organisation and region."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from integration.comments.commenting import PAGE, say
from integration.mail.awaited import digests

from tracker.accounts.rules import Role
from tracker.db import session

Enter = Callable[..., FlaskClient]
CANARY = "Canarycomment"
ROOT = Path(__file__).resolve().parents[3]
DAY = "as_at-day=2&as_at-month=11&as_at-year=2020"
FILES = (
    *(f"/exports/progress?{DAY}&file={file}&names=yes" for file in ("csv", "xlsx")),
    f"/exports/progress?{DAY}&file=csv&code=XN1",
    "/organisations.csv",
    "/organisations.xlsx",
    "/review/overdue.csv",
    "/review/overdue.xlsx",
    "/audit.csv?names=yes",
    "/audit.xlsx?names=yes",
    "/people.csv",
    "/organisations/XN1/barriers.csv",
    "/organisations/XN1/barriers.xlsx",
)
PAGES = (
    "/organisations/XN1",
    "/organisations/XN1/8ua-2020/2.2",
    "/organisations/XN1/8ua-2020/2.2/update",
    "/organisations/XN1/barriers",
    "/review/overdue",
    "/audit",
    "/exports",
    PAGE,
    f"{PAGE}/1",
)


def words(client: FlaskClient, path: str) -> str:
    """Everything that an address gives, the parts of a workbook included."""
    answer = client.get(path, buffered=True)
    assert answer.status_code < 500, path
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as workbook:
            return "\n".join(workbook.read(name).decode("utf-8", "replace") for name in workbook.namelist())
    return answer.text


@pytest.fixture
def commented(robin: FlaskClient, sam: FlaskClient) -> None:
    """A comment that was made, corrected and answered, with a mention that waits for a digest."""
    say(robin, f"{CANARY} one @Sam")
    say(robin, f"{CANARY} two @Sam", path=f"{PAGE}/1/correct")
    say(sam, f"{CANARY} three")


@pytest.mark.usefixtures("commented")
def test_the_search_would_find_it(robin: FlaskClient, sam: FlaskClient) -> None:
    assert CANARY in words(robin, PAGE)
    assert CANARY in words(sam, PAGE)


@pytest.mark.usefixtures("commented")
@pytest.mark.parametrize("role", [Role.BOARD, Role.NATIONAL, Role.ADMINISTRATOR, Role.SYSTEM])
def test_whoever_may_not_comment_there_reads_no_word_on_any_page_or_file(enter: Enter, role: Role) -> None:
    client = enter(role)
    assert [path for path in (*PAGES, *FILES) if CANARY in words(client, path)] == []


@pytest.mark.usefixtures("commented")
@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.REGION])
def test_no_file_of_anybody_holds_one(enter: Enter, role: Role) -> None:
    client = enter(role)
    assert [path for path in FILES if CANARY in words(client, path)] == []


@pytest.mark.usefixtures("commented")
def test_no_workbook_of_the_command_line_holds_one(runner: FlaskCliRunner, tmp_path: Path) -> None:
    session().commit()
    for name in ("all.csv", "all.xlsx"):
        result = runner.invoke(args=["exports", "write", "progress", "--to", str(tmp_path / name), "--names"])
        assert result.exit_code == 0, result.output
        content = (tmp_path / name).read_bytes()
        if name.endswith("xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as workbook:
                content = b"".join(workbook.read(part) for part in workbook.namelist())
        assert CANARY.encode() not in content


@pytest.mark.usefixtures("commented")
def test_no_mail_holds_one() -> None:
    mails = digests().values()
    assert any("Somebody named you in a comment" in mail.body for mail in mails)
    assert [mail for mail in mails if CANARY in f"{mail.subject}{mail.body}{mail.html}"] == []


def test_nothing_that_makes_files_returns_or_lists_reads_the_words_of_comments() -> None:
    """What a test cannot download yet is held back here: these packages name neither the table nor the package."""
    makers = ("exports", "returns", "reminders", "review", "measures", "evidence", "appointments", "barriers")
    naming = [
        str(path.relative_to(ROOT))
        for package in makers
        for path in (ROOT / "tracker" / package).rglob("*.py")
        if "tracker.comments" in path.read_text() or "comment.text" in path.read_text()
    ]
    assert naming == []
    reading = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tracker" / "progress").rglob("*.py")
        if "tracker.comments" in path.read_text()
        and any(word in path.read_text() for word in ("comments.queries", "comments.service", "comments.models"))
    ]
    assert reading == [], "progress may show the panel, which holds no words"


def test_a_comment_is_not_part_of_the_page_of_an_ask(
    app: Flask, robin: FlaskClient, commented: None, world: make.World
) -> None:
    assert CANARY not in words(robin, "/organisations/XN1/8ua-2020/2.2")
