"""Which name a file may come with: no path, and nothing that cannot be seen."""

from __future__ import annotations

import pytest

from tracker.evidence import contents, refusing
from tracker.evidence.refusing import FileRefused


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../../etc/passwd", refusing.NAME_HOLDS_FOLDER),
        ("..\\..\\plan.pdf", refusing.NAME_HOLDS_FOLDER),
        ("/plan.pdf", refusing.NAME_HOLDS_FOLDER),
        ("C:\\plan.pdf", refusing.NAME_HOLDS_FOLDER),
        ("..", refusing.NAME_HOLDS_FOLDER),
        ("plan\r\nX: y.pdf", refusing.NAME_IS_HIDDEN),
        ("plan\u202efdp.exe", refusing.NAME_IS_HIDDEN),
        ("plan\0.pdf", refusing.NAME_IS_HIDDEN),
        ("a" * 147 + ".pdf", refusing.NAME_IS_LONG),
    ],
)
def test_a_name_that_is_a_path_or_cannot_be_seen_is_refused(name: str, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        contents.check_name(name)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    "name", ["Plan v2.pdf", "Sgrîn – cynllun.pdf", "計画.pdf", "a" * 146 + ".pdf", ".pdf", "a..pdf"]
)
def test_a_name_as_people_give_them_is_taken(name: str) -> None:
    contents.check_name(name)
