"""A framework file without a fault is taken, and means what it says."""

from __future__ import annotations

from pathlib import Path

from unit.frameworks.framework_files import GOOD, OWN_SCALE, changed, read_it

from tracker.frameworks.files import built_in_definition
from tracker.frameworks.rules import DatePrecision, StatusClass


def test_the_good_file_is_taken(tmp_path: Path) -> None:
    assert [ask.ref for ask in read_it(tmp_path, GOOD).asks] == ["1.1", "1.2"]


def test_a_month_stands_for_its_last_day(tmp_path: Path) -> None:
    text = changed('"2020-09-21"\nprecision = "day"', '"2024-02"\nprecision = "month"')
    ask = read_it(tmp_path, text).asks[0]
    assert (str(ask.national_on), ask.precision) == ("2024-02-29", DatePrecision.MONTH)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read_it(tmp_path, windows).digest == read_it(tmp_path, GOOD).digest


def test_a_comment_does_not_change_the_digest_and_a_wording_does(tmp_path: Path) -> None:
    digest = read_it(tmp_path, GOOD).digest
    assert read_it(tmp_path, "# A remark\n" + GOOD).digest == digest
    assert read_it(tmp_path, changed("the first thing", "the very first thing")).digest != digest


def test_a_framework_may_bring_a_scale_of_its_own(tmp_path: Path) -> None:
    scale = read_it(tmp_path, GOOD.replace('scale = "default"\n', "") + OWN_SCALE).scale
    assert [(status.code, status.status_class) for status in scale] == [
        ("planned", StatusClass.NOT_STARTED),
        ("claimed", StatusClass.DONE_CLAIMED),
        ("checked", StatusClass.DONE_ASSURED),
        ("never", StatusClass.NOT_APPLICABLE),
    ]
    assert scale[3].needs_reason


def test_the_parts_of_a_good_file_stay_as_written() -> None:
    ask = next(ask for ask in built_in_definition("8ua-2020").asks if ask.ref == "6.1")
    assert ask.wording == "Name an executive board member responsible for tackling inequalities"
