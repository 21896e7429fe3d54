"""One person at a browser: signs in, reads, types and clicks, and remembers everything that went wrong meanwhile.

It must not know what any one page should say; tests do.
"""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Locator, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW, WIDE, HIGH = 320, 1280, 900
REPORT_VIOLATIONS = """
  document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`Policy: ${event.violatedDirective} refused ${event.blockedURI} on ${location.href}`));
"""


class Visitor:
    """A person with a browser of their own: cookies, one open page, and a list of faults that must stay empty."""

    def __init__(self, context: BrowserContext, base_url: str, password: str) -> None:
        self.context = context
        self.base_url = base_url
        self.password = password
        self.faults: list[str] = []
        self.clicks = 0
        self._refusals_expected = 0
        context.add_init_script(REPORT_VIOLATIONS)
        self.page: Page = context.new_page()
        self.page.on("dialog", self._note_dialog)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.faults.append(f"Script failed on {self.page.url}: {error}"))

    # Going about

    def open(self, path: str, *, status: int = 200) -> None:
        """Type an address and see it answered with this status."""
        if status >= 400:
            self.expect_refusal()
        response = self.page.goto(path if path.startswith("http") else self.base_url + path)
        assert response is not None, f"{path} was answered by nothing."
        assert response.status == status, f"{path} was answered {response.status}, not {status}."

    def sign_in(self, key: str) -> None:
        """Sign in as one of the people of the demonstration, from the sign-in page."""
        if self.path != "/sign-in":
            self.open("/sign-in")
        self.page.get_by_label("Email address").fill(f"{key}@example.nhs.uk")
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.press("Sign in")
        if self.path == "/sign-in/code":
            self.page.get_by_label("Code").fill(self.page.locator("main p strong").first.inner_text())
            self.press("Continue")

    def press(self, button: str) -> None:
        self.click(self.page.get_by_role("button", name=button, exact=True))

    def follow(self, link: str) -> None:
        self.click(self.page.get_by_role("link", name=link).first)

    def choose(self, label: str) -> None:
        self.click(self.page.get_by_role("radio", name=label, exact=True))

    def click(self, target: Locator) -> None:
        """Every click of a journey is counted."""
        self.clicks += 1
        target.click()

    def type_day(self, legend: str, day: int, month: int, year: int) -> None:
        group = self.page.get_by_role("group", name=legend)
        for part, number in (("Day", day), ("Month", month), ("Year", year)):
            group.get_by_label(part).fill(str(number))

    def tab_to(self, target: Locator, most: int = 60) -> None:
        """Press Tab until the target has the focus, as somebody without a mouse does."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.has_focus(target):
                return
        raise AssertionError(f"Tab does not reach {target} within {most} presses.")

    @staticmethod
    def has_focus(target: Locator) -> bool:
        focused: bool = target.evaluate("element => element === document.activeElement")
        return focused

    def expect_refusal(self) -> None:
        """The next answer is an error on purpose; the browser says so in its console, and that is no fault."""
        self._refusals_expected += 1

    # Reading

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base_url).partition("?")[0]

    def summary(self, key: str) -> Locator:
        """The value beside a key in a summary list."""
        row = self.page.locator(".nhsuk-summary-list__row").filter(has=self.page.get_by_text(key, exact=True))
        return row.locator("dd").first

    def banner(self) -> Locator:
        return self.page.locator(".nhsuk-notification-banner")

    def error_links(self) -> Locator:
        return self.page.locator(".nhsuk-error-summary a")

    # Judging

    def faults_of_page(self, width: int = WIDE, *, with_axe: bool = True) -> list[str]:
        """What is wrong with the page that is open, at this width."""
        here = f"{self.page.url.removeprefix(self.base_url)} at {width} px"
        self.page.set_viewport_size({"width": width, "height": HIGH})
        self._let_the_menu_settle()
        found: dict[str, Any] = self.page.evaluate(
            """() => ({
              headings: document.querySelectorAll("h1").length,
              width: document.documentElement.scrollWidth,
              over: [...document.querySelectorAll("main *, header *, footer *")]
                .filter((each) => each.getBoundingClientRect().right > innerWidth + 1
                  && !each.closest(".nhsuk-scroll__content"))
                .slice(0, 3).map((each) => each.outerHTML.slice(0, 120)),
            })"""
        )
        faults = []
        if found["headings"] != 1:
            faults.append(f"{here} has {found['headings']} h1")
        if found["width"] > width:
            faults.append(f"{here} is {found['width']} px wide: {found['over']}")
        if with_axe:
            faults += [f"{here}: {each}" for each in self.axe()]
        return faults

    def _let_the_menu_settle(self) -> None:
        """The menu of the header folds a moment after a window has become narrower; what stays too wide is a fault."""
        for _ in range(10):
            if self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                return
            self.page.wait_for_timeout(100)

    def axe(self) -> list[str]:
        """Violations of WCAG 2.2 AA on the page that is open, one line for each element."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        options = json.dumps({"runOnly": WCAG, "resultTypes": ["violations"]})
        violations = self.page.evaluate(f"axe.run({options}).then((result) => result.violations)")
        return [
            f"{violation['id']} ({violation['impact']}): {node['target']} {node['html'][:160]}"
            for violation in violations
            for node in violation["nodes"]
        ]

    def _note_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"A dialog opened on {self.page.url}: {dialog.message}")
        dialog.dismiss()

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if self._refusals_expected and message.text.startswith("Failed to load resource: the server responded with"):
            self._refusals_expected -= 1
            return
        self.faults.append(f"Console on {self.page.url}: {message.text}")
