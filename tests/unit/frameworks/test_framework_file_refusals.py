"""A framework file with a fault is refused whole, and each fault is named by file, item and field."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.frameworks.framework_files import GOOD, changed, faults_of

from tracker.frameworks.definition import DefinitionError
from tracker.frameworks.files import read_definition

FIRST, SECOND = "made-up.toml, ask 1.1", "made-up.toml, ask 1.2"
DATE = 'national_date = "2020-09-21"'

REFUSALS = {
    "unknown key at the top": ('code = "m', 'colour = "red"\ncode = "m', "made-up.toml, framework, colour: this key"),
    "unknown key of an action": (
        'label = "S',
        'lable = "S',
        'made-up.toml, action 1, lable: this key is not known. Did you mean "label"?',
    ),
    "unknown key of an ask": (DATE, DATE + '\ndue = "x"', f"{FIRST}, due: this key is not known."),
    "unknown key of a scope": ('service = "', 'servise = "', f"{FIRST}, applies_to 1, servise: this key is not known."),
    "unknown key of a source": ('url = "', 'link = "', "made-up.toml, source 1, link: this key is not known."),
    "missing key": ('issuer = "Nobody in particular"\n', "", "made-up.toml, framework, issuer: it is missing."),
    "missing wording": ('wording = "Do the first thing"\n', "", f"{FIRST}, wording: it is missing."),
    "empty wording": ("Do the first thing", "  ", f"{FIRST}, wording: it is empty."),
    "missing ref": ('ref = "1.1"\n', "", "made-up.toml, ask in place 1, ref: it is missing."),
    "missing kind of date": ('date_kind = "by"\n', "", f"{FIRST}, date_kind: it is missing."),
    "missing scope": (
        'applies_to = [{ type = "trust", service = "maternity" }]\n',
        "",
        f"{FIRST}, applies_to: no type of body is named.",
    ),
    "number for text": (
        'ref = "1.1"',
        "ref = 1.1",
        'made-up.toml, ask in place 1, ref: a number without quotes was given. Write text in quotes, such as "1.1".',
    ),
    "list for text": ('"Do the first thing"', '["Do"]', f"{FIRST}, wording: a list was given."),
    "text for a flag": (
        "optional = true",
        'optional = "yes"',
        f"{SECOND}, applies_to 2, optional: text was given. Write true or false",
    ),
    "text for a list": (
        '[{ type = "trust", service = "maternity" }]',
        '"trust"',
        f"{FIRST}, applies_to: text was given.",
    ),
    "text in a list of tables": (
        '[{ type = "trust", service = "maternity" }]',
        '["trust"]',
        f"{FIRST}, applies_to: entry 1 is text, and must be a table.",
    ),
    "table for a list": ("[[sources]]", "[sources]", "made-up.toml, framework, sources: a table was given."),
    "negative position": (
        'scale = "d',
        'position = -1\nscale = "d',
        "made-up.toml, framework, position: write a whole number",
    ),
    "unquoted date": (
        DATE,
        "national_date = 2020-09-21",
        f'{FIRST}, national_date: a date or time without quotes was given. Write text in quotes, such as "2020-09-21".',
    ),
    "duplicate ref": ('ref = "1.2"', 'ref = "1.1"', f'{FIRST}, ref: "1.1" is used 2 times (in places 1, 2).'),
    "unknown type": (
        'type = "trust", ',
        'type = "trusts", ',
        f'{FIRST}, applies_to 1, type: "trusts" is not known. Did you mean "trust"?',
    ),
    "unknown service": ('"maternity"', '"dentistry"', f'{FIRST}, applies_to 1, service: "dentistry" is not known.'),
    "unknown confidence": (
        'confidence = "derived"',
        'confidence = "certain"',
        f'{FIRST}, confidence: "certain" is not known.',
    ),
    "unknown kind of date": ('"by"', '"until"', f'{FIRST}, date_kind: "until" is not known.'),
    "unknown enrolment": ('"adopted"', '"perhaps"', 'made-up.toml, framework, enrolment: "perhaps" is not known.'),
    "same type twice": ('"pcn", optional = true', '"trust"', f'{SECOND}, applies_to 2, type: "trust" is listed twice.'),
    "unknown action": ('action = "1"', 'action = "7"', f'{FIRST}, action: there is no action "7" in this file.'),
    "impossible day": ("2020-09-21", "2021-02-31", f'{FIRST}, national_date: "2021-02-31" is not in the calendar.'),
    "no leap year": ("2020-09-21", "2021-02-29", f'{FIRST}, national_date: "2021-02-29" is not in the calendar.'),
    "impossible month": ("2020-09-21", "2021-13", f'{FIRST}, national_date: "2021-13" is not in the calendar.'),
    "date the English way": ("2020-09-21", "21/09/2020", f'{FIRST}, national_date: "21/09/2020" is not a date.'),
    "far year": ("2020-09-21", "0202-09-21", f'{FIRST}, national_date: the year of "0202-09-21" is not between'),
    "impossible issue date": (
        'issued_on = "2020-01-01"',
        'issued_on = "2020-00-01"',
        'made-up.toml, framework, issued_on: "2020-00-01" is not in the calendar.',
    ),
    "month where a day is needed": (
        'issued_on = "2020-01-01"',
        'issued_on = "2020-01"',
        'made-up.toml, framework, issued_on: "2020-01" is a month.',
    ),
    "by without a date": (DATE + '\nprecision = "day"\n', "", f'{FIRST}, national_date: date_kind "by" needs a date.'),
    "ongoing with a date": ('"by"', '"ongoing"', f'{FIRST}, national_date: date_kind "ongoing" has no date.'),
    "season without its name": (
        '"by"\n' + DATE + '\nprecision = "day"',
        '"season"',
        f'{FIRST}, season: date_kind "season" needs one.',
    ),
    "season of a deadline": ('"by"', '"by"\nseason = "2020/21"', f'{FIRST}, season: date_kind "by" has no season.'),
    "day called a month": (
        'precision = "day"',
        'precision = "month"',
        f'{FIRST}, precision: national_date is a day and precision is "month".',
    ),
    "month called a day": (
        '"2020-09-21"',
        '"2020-09"',
        f'{FIRST}, precision: national_date is a month and precision is "day".',
    ),
    "date without precision": ('precision = "day"\n', "", f'{FIRST}, precision: it is missing. Add precision = "day".'),
    "target without a measure": (
        DATE,
        DATE + '\nmeasure_target = "67%"',
        f"{FIRST}, measure_target: a target without a measure.",
    ),
    "in force before it was issued": (
        'issued_on = "',
        'issued_on = "2031-01-01" # was "',
        "made-up.toml, framework, effective_from: it is before issued_on",
    ),
    "ends before it starts": (
        'enrolment = "',
        'effective_to = "2019-12-31"\nenrolment = "',
        "made-up.toml, framework, effective_to: it is before effective_from.",
    ),
    "supersedes itself": (
        'enrolment = "',
        'supersedes = "made-up-2020"\nenrolment = "',
        "made-up.toml, framework, supersedes: a framework cannot",
    ),
    "code with capitals": ("made-up-2020", "Made Up", 'made-up.toml, framework, code: "Made Up" will not do.'),
    "ref that no address can hold": ('ref = "1.1"', 'ref = "1/1"', 'made-up.toml, ask 1/1, ref: "1/1" will not do.'),
    "not a web address": (
        "https://www.example.org/page",
        "javascript:alert(1)",
        'made-up.toml, source 1, url: "javascript:alert(1)" is not a web address.',
    ),
    "over-long title": (
        "A made-up framework",
        "x" * 201,
        "made-up.toml, framework, title: it has 201 characters, and at most 200 fit.",
    ),
    "over-long ref": (
        'ref = "1.1"',
        f'ref = "{"1" * 21}"',
        "made-up.toml, ask in place 1, ref: it has 21 characters, and at most 20 fit.",
    ),
    "over-long wording": (
        "Do the first thing",
        "x" * 2001,
        f"{FIRST}, wording: it has 2,001 characters, and at most 2,000 fit.",
    ),
    "control character": ("Do the first", "Do the \\u0007first", f"{FIRST}, wording: "),
    "line end in a wording": ("Do the first", "Do the\\nfirst", f"{FIRST}, wording: "),
    "built-in scale that is not there": (
        '"default"',
        '"summed"',
        'made-up.toml, framework, scale: there is no built-in scale "summed".',
    ),
    "built-in scale outside its folder": (
        '"default"',
        '"../8ua-2020"',
        "made-up.toml, framework, scale: there is no built-in scale",
    ),
    "no scale": ('scale = "default"\n', "", "made-up.toml, framework, scale: it is missing."),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_fault_is_named_by_file_item_and_field(tmp_path: Path, case: str) -> None:
    old, new, starts = REFUSALS[case]
    faults = faults_of(tmp_path, changed(old, new))
    assert any(fault.startswith(starts) for fault in faults), faults
    assert all("\n" not in fault and "\x07" not in fault for fault in faults)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    text = changed("2020-09-21", "2021-02-31").replace('"Do the second thing"', "2").replace("issuer", "isuer")
    faults = faults_of(tmp_path, text)
    assert [fault.split(": ")[0] for fault in faults] == [
        "made-up.toml, framework, isuer",
        "made-up.toml, framework, issuer",
        "made-up.toml, ask 1.1, national_date",
        "made-up.toml, ask 1.2, wording",
    ]


def test_a_duplicate_action_number_is_refused(tmp_path: Path) -> None:
    action = '[[actions]]\nnumber = "1"\ntitle = "Again"\nlabel = "Again"\n'
    assert faults_of(tmp_path, GOOD + action)[0].startswith('made-up.toml, action 1, number: "1" is used 2 times')


def test_an_action_without_asks_is_refused(tmp_path: Path) -> None:
    action = '[[actions]]\nnumber = "2"\ntitle = "Empty"\nlabel = "Empty"\n'
    assert faults_of(tmp_path, GOOD + action) == (
        "made-up.toml, action 2, asks: it has none. Add an ask to it, or take the action out.",
    )


def test_a_file_without_asks_is_refused(tmp_path: Path) -> None:
    assert any(", asks: there are none." in fault for fault in faults_of(tmp_path, GOOD.partition("[[asks]]")[0]))


def test_a_key_that_stands_twice_is_named_by_item_and_field(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, changed('precision = "day"', 'precision = "day"\nprecision = "day"'))
    assert fault.startswith("made-up.toml, ask 1.1, precision, line 27: this is not TOML: ")
    assert fault.endswith("take one of the two out.")


def test_an_impossible_date_without_quotes_is_still_named_by_item_and_field(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, changed('"2020-09-21"', "2021-02-31"))
    assert len(faults) == 1
    assert faults[0].startswith("made-up.toml, ask 1.1, national_date, line 25: this is not TOML: ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "made-up.toml: the file is empty."),
        (b" \n\n", "made-up.toml: the file is empty."),
        (b"\xef\xbb\xbf", "made-up.toml: the file is empty."),
        (b'code = "caf\xe9"', "made-up.toml: byte 12 is not UTF-8."),
        (GOOD.encode("utf-16"), "made-up.toml: byte 1 is not UTF-8."),
        (b"code,title\r\nx,y\r\n", "made-up.toml, framework, line 1: this is not TOML: "),
        (b'code = "a"\ncode = "b"', "made-up.toml, framework, code, line 2: this is not TOML: "),
        (b"x = " + b"[" * 100_000, "made-up.toml: brackets are nested too deeply."),
        (b"#" * 1_000_001, "made-up.toml: the file is larger than 1,000,000 bytes"),
        (b"x = " + b"9" * 10_000, "made-up.toml: this is not TOML: "),
    ],
    ids=["empty", "blank", "mark only", "latin-1", "utf-16", "csv", "key twice", "nested", "too big", "long number"],
)
def test_what_is_no_framework_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    faults = faults_of(tmp_path, content)
    assert len(faults) == 1
    assert faults[0].startswith(says)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"nowhere\.toml: there is no such file"):
        read_definition(tmp_path / "nowhere.toml")
    with pytest.raises(DefinitionError, match="this is a folder"):
        read_definition(tmp_path)
