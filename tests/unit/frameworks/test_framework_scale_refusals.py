"""A framework that brings a scale of its own is refused with each fault of the scale."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.frameworks.framework_files import GOOD, OWN_SCALE, faults_of

SCALE_REFUSALS = {
    "no open class": ("not_started", "done_claimed", "no status has an open class"),
    "nothing to claim": ("done_claimed", "on_course", 'no status has class "done_claimed".'),
    "nothing to assure": ("done_assured", "on_course", 'no status has class "done_assured".'),
    "nothing for not applicable": ("not_applicable", "on_course", 'no status has class "not_applicable".'),
    "absence as a status": ('"not_started"', '"no_update"', 'status planned, class: "no_update" is the absence'),
    "unknown class": ('"not_started"', '"pending"', 'status planned, class: "pending" is not known.'),
    "unknown colour": ('"grey"', '"mauve"', 'status planned, colour: "mauve" is not known.'),
    "unknown need": ('"reason"', '"luck"', 'status never, needs: "luck" is not known.'),
    "need listed twice": ('"reason"', '"reason", "reason"', 'status never, needs: "reason" is listed twice.'),
    "duplicate code": ('"claimed"', '"planned"', 'framework, scale: code "planned" is used 2 times.'),
    "duplicate label": ('"Claimed"', '"planned"', 'framework, scale: label "Planned" is used 2 times.'),
    "code with a space": ('"planned"', '"is planned"', 'status is planned, code: "is planned" will not do.'),
    "unknown key": ('colour = "grey"', 'color = "grey"', "status planned, color: this key is not known."),
}


@pytest.mark.parametrize("case", SCALE_REFUSALS)
def test_a_fault_of_a_scale_is_named(tmp_path: Path, case: str) -> None:
    old, new, says = SCALE_REFUSALS[case]
    assert old in OWN_SCALE
    faults = faults_of(tmp_path, GOOD.replace('scale = "default"\n', "") + OWN_SCALE.replace(old, new, 1))
    assert any(says in fault for fault in faults), faults
