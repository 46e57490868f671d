"""A person who uses the keyboard only: reaches controls with Tab, chooses with arrows and space, types, and presses Enter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from playwright.sync_api import Locator, Page

# More than any page has.
_MANY: Final = 150
_HAS_FOCUS: Final = "element => element === document.activeElement"
# How many stops are certainly between here and there: of a group of choices Tab may pass all but one.
_STEPS: Final = """element => {
  const controls = "a[href], button:not([tabindex='-1']), select, textarea, input, summary";
  const start = document.activeElement === document.body && document.querySelector(":target") || document.activeElement;
  const follows = (one, other) => one === document.body || Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  return [...document.querySelectorAll(controls)].filter(each => each.getClientRects().length &&
    !["hidden", "radio"].includes(each.type) && follows(start, each) && follows(each, element)).length;
}"""
_IS_FAR: Final = (
    "element => document.activeElement === document.body && !location.hash && element.closest('main') !== null"
)
_IN_ITS_GROUP: Final = (
    "element => document.activeElement.type === 'radio' && document.activeElement.name === element.name"
)


@dataclass(frozen=True)
class Keyboard:
    """The keyboard of a page."""

    page: Page

    def reach(self, control: Locator) -> None:
        """Tab until a control has the focus."""
        self._go_near(control)
        for _ in range(_MANY):
            if control.evaluate(_HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {control}")

    def type(self, label: str, words: str) -> None:
        """Put words into a field, in the place of what stands there."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(words)

    def day(self, label: str, day: date) -> None:
        """Type a day into its field, in the order in which this browser wants its parts."""
        control = self.page.get_by_label(label, exact=True)
        for order in ("%m%d%Y", "%d%m%Y"):
            self.reach(control)
            self.page.keyboard.type(day.strftime(order))
            if control.input_value() == day.isoformat():
                return
            self.page.keyboard.press("Shift+Tab")
            self.page.keyboard.press("Shift+Tab")
        raise AssertionError(f"{day} cannot be typed into {label}")

    def choose(self, label: str) -> None:
        """Choose one of a group: Tab leads to the group, arrows lead on within it."""
        wanted = self.page.get_by_label(label)
        self._go_near(wanted)
        for _ in range(_MANY):
            if wanted.evaluate(_IN_ITS_GROUP):
                break
            self.page.keyboard.press("Tab")
        for _ in range(_MANY):
            if wanted.evaluate(_HAS_FOCUS):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {label}")

    def tick(self, label: str) -> None:
        """Tick a box, or take its tick away."""
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.press("Space")

    def pick(self, label: str, value: str) -> None:
        """Go down a list until a value is picked."""
        control = self.page.get_by_label(label, exact=True)
        self.reach(control)
        for _ in range(_MANY):
            if control.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} has no {value}")

    def press(self, button: str) -> None:
        """Press a button that leads to another page."""
        self.reach(self.page.get_by_role("button", name=button, exact=True).first)
        self._enter()

    def follow(self, link: str) -> None:
        """Follow a link."""
        self.reach(self.page.get_by_role("link", name=link, exact=True).first)
        self._enter()

    def _go_near(self, control: Locator) -> None:
        if control.evaluate(_IS_FAR):  # the first link of each page leads past its head
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Enter")
        for _ in range(control.evaluate(_STEPS)):
            self.page.keyboard.down("Tab")  # and not up: that would only cost time
        self.page.keyboard.up("Tab")

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
