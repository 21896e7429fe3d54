"""The checks of this folder can fail: each fault, put into a sound page on purpose, is noticed and named."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("breaking", "noticed"),
    [
        ("main.append(document.createElement('h1'))", "has 2 h1"),
        (
            "const wide = document.createElement('p'); wide.textContent = 'W'.repeat(99); "
            "wide.style.whiteSpace = 'nowrap'; main.append(wide)",
            "px wide",
        ),
        ("main.append(document.createElement('input'))", "label"),
        (
            "const p = document.createElement('p'); p.append('faint'); p.style.color = '#ddd'; main.append(p)",
            "contrast",
        ),
    ],
    ids=["a second h1", "something wide", "a field without a label", "faint text"],
)
def test_a_fault_of_a_page_is_noticed(visit, breaking, noticed):
    visitor = visit()
    visitor.open("/sign-in")
    assert visitor.faults_of_page(NARROW) == []
    visitor.page.evaluate(f"() => {{ const main = document.querySelector('main'); {breaking}; }}")
    faults = visitor.faults_of_page(NARROW)
    assert any(noticed in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("happening", "noticed"),
    [
        ("alert('in')", "A dialog opened"),
        ("console.error('oh')", "Console on"),
        ("const script = document.createElement('script'); script.text = '1'; document.body.append(script)", "Policy:"),
        ("setTimeout(() => { throw new Error('oh') })", "Script failed"),
    ],
    ids=["a dialog", "an error in the console", "a script that the policy refuses", "a script that fails"],
)
def test_something_going_wrong_meanwhile_is_noticed(visit, happening, noticed):
    visitor = visit()
    visitor.open("/sign-in")
    visitor.page.evaluate(f"() => {{ {happening}; }}")
    visitor.page.wait_for_timeout(200)
    assert any(noticed in fault for fault in visitor.faults), visitor.faults
    visitor.faults.clear()
