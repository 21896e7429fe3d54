"""A framework file without a fault, what changes it, and how tests have one read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.frameworks.definition import Definition, DefinitionError
from tracker.frameworks.files import read_definition

GOOD = """
code = "made-up-2020"
title = "A made-up framework"
issuer = "Nobody in particular"
issued_on = "2020-01-01"
effective_from = "2020-01-01"
enrolment = "adopted"
scale = "default"

[[sources]]
title = "A made-up page"
url = "https://www.example.org/page"

[[actions]]
number = "1"
title = "Do something"
label = "Something"

[[asks]]
ref = "1.1"
action = "1"
wording = "Do the first thing"
applies_to = [{ type = "trust", service = "maternity" }]
date_kind = "by"
national_date = "2020-09-21"
precision = "day"
source = "A made-up page"
confidence = "derived"

[[asks]]
ref = "1.2"
action = "1"
wording = "Do the second thing"
applies_to = [{ type = "trust" }, { type = "pcn", optional = true }]
date_kind = "ongoing"
source = "A made-up page"
confidence = "derived"
"""


OWN_SCALE = """
[[scale]]
code = "planned"
label = "Planned"
definition = "It is planned."
colour = "grey"
class = "not_started"

[[scale]]
code = "claimed"
label = "Claimed"
definition = "They say it is done."
colour = "blue"
class = "done_claimed"

[[scale]]
code = "checked"
label = "Checked"
definition = "It was checked."
colour = "green"
class = "done_assured"

[[scale]]
code = "never"
label = "Never"
definition = "It does not apply."
colour = "white"
class = "not_applicable"
needs = ["reason"]
"""


def read_it(folder: Path, content: str | bytes) -> Definition:
    file = folder / "made-up.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_definition(file)


def faults_of(folder: Path, content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(DefinitionError) as refused:
        read_it(folder, content)
    return refused.value.faults


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1, f"{old!r} is not in the good file."
    return GOOD.replace(old, new, 1)
