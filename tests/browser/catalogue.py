"""Every kind of page that a resident can meet, a line each: its name, where it is, who comes there, and what is done there first.

A new page is a new line. Every check of `test_pages` then holds for it, in every language of `staging.LANGUAGES`, with and without script.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from browser.failing import failing
from browser.staging import Client, In, Standing
from playwright.sync_api import Page

Step = Callable[[Page], object]


@dataclass(frozen=True)
class PageKind:
    """A kind of page. `path` is "" where the link of the letter leads; `{here}` in it is the municipality of the client.

    `steps` lead on from there: what a person does before the page is there. `like` names the kind from which this one differs in
    words only: its words are looked at, and not once more how it works.
    """

    name: str
    path: str
    client: Client | None = None
    steps: tuple[Step, ...] = ()
    like: str = ""

    @property
    def place(self) -> In:
        """Return the round in whose municipality the page is."""
        return self.client.round if self.client else In.ANONYMOUS


def press(selector: str) -> Step:
    """Press a button that leads to another page. That it is in nobody's way is what looking at its own page tells."""

    def press_and_wait(page: Page) -> None:
        with page.expect_navigation():
            page.evaluate("selector => document.querySelector(selector).click()", selector)

    return press_and_wait


def fill(selector: str, words: str) -> Step:
    """Fill in a field."""
    write = "([selector, words]) => { document.querySelector(selector).value = words; }"
    return lambda page: page.evaluate(write, [selector, words])


def choose(number: int) -> Step:
    """Choose an option by its place, from 0."""
    return lambda page: page.evaluate(
        "number => [...document.querySelectorAll('main .option input')].at(number).click()", number
    )


def nothing_chosen(page: Page) -> None:
    """Choose nothing, on a page where something was chosen before."""
    page.evaluate("document.querySelectorAll('main input').forEach(each => each.checked = false)")


def older(page: Page) -> None:
    """Let the form be one that was shown before another window saved something."""
    page.evaluate("document.querySelector('[name=versie]').value = '0'")


def lent(page: Page) -> None:
    """Let the page be one of another client, who came in before on the same device."""
    page.evaluate("document.querySelector('main [name=van]').value = 'iemand-anders'")


def unfolded(page: Page) -> None:
    """Open everything that can be folded open."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def forget(page: Page) -> None:
    """Lose the key of the client, as a browser does that is closed."""
    page.context.clear_cookies()


def anonymous(standing: Standing) -> Client:
    """Return a client of the round that keeps no link."""
    return Client(In.ANONYMOUS, standing)


def pseudonymous(standing: Standing) -> Client:
    """Return a client of the round that keeps the link, and that has a question with many answers."""
    return Client(In.PSEUDONYMOUS, standing)


def every_kind(standing: Standing) -> Client:
    """Return a client who is asked every other kind of question."""
    return Client(In.EVERY_KIND, standing)


INVITED, GUESSING, REFUSED, BEGUN, TOLD, DECIDED, SENT, MAILED = Standing
ON, OTHERWISE = press("main .primary"), press("main .secondary")
CHANGING = "/{here}/vraag/gesprek?vanaf=controle"
WHO_AM_I = "Ik ben mevrouw Jansen. Bel mij op 06 12345678."

CATALOGUE: Final = (
    PageKind("start", "/"),
    # coming in
    PageKind("code", "/{here}"),
    PageKind("code-in-a-house-style", "/GM0344"),
    PageKind("code-empty", "/{here}", steps=(ON,), like="code-unknown"),
    PageKind("code-unknown", "/{here}", steps=(fill("#code", "BCDF-GHJK-3467"), ON)),
    PageKind("code-too-often", "/{here}", anonymous(GUESSING), (fill("#code", "BCDF-GHJK-3467"), ON)),
    PageKind("welcome", "", anonymous(INVITED)),
    PageKind("welcome-pseudonymous", "", pseudonymous(INVITED), like="welcome"),
    PageKind("welcome-back", "", anonymous(BEGUN), like="welcome"),
    PageKind("refuse", "/{here}/weigeren", anonymous(BEGUN)),
    PageKind("standing-refused", "", anonymous(REFUSED)),
    PageKind("standing-early", "", Client(In.NOT_OPEN_YET), like="standing-refused"),
    PageKind("standing-closed", "", Client(In.CLOSED), like="standing-refused"),
    PageKind("standing-complete", "", anonymous(SENT), like="standing-refused"),
    PageKind("standing-complete-pseudonymous", "", pseudonymous(SENT)),
    # being asked
    PageKind("question-first", "/{here}/vraag/gesprek", anonymous(BEGUN)),
    PageKind("question-chosen", "/{here}/vraag/aanvragen", anonymous(TOLD)),
    PageKind("question-many-options", "/{here}/vraag/waarbij-hulp", pseudonymous(TOLD)),
    PageKind("question-grade", "/{here}/vraag/cijfer", anonymous(TOLD)),
    PageKind("question-story", "/{here}/vraag/verhaal", anonymous(TOLD)),
    PageKind("question-number", "/{here}/vraag/wachten", every_kind(TOLD)),
    PageKind("question-date", "/{here}/vraag/begin", every_kind(TOLD)),
    PageKind("question-word", "/{here}/vraag/woord", every_kind(TOLD)),
    PageKind("question-several", "/{here}/vraag/samen", every_kind(TOLD)),
    PageKind("question-from-review", CHANGING, anonymous(DECIDED), like="question-chosen"),
    PageKind("question-switch-unfolded", "/{here}/vraag/gesprek", anonymous(BEGUN), (unfolded,)),
    PageKind("mistake-nothing-chosen", "/{here}/vraag/gesprek", anonymous(BEGUN), (ON,)),
    PageKind("mistake-date", "/{here}/vraag/begin", every_kind(TOLD), (fill(".date input", "99"), ON)),
    PageKind("mistake-several", "/{here}/vraag/samen", every_kind(TOLD), (nothing_chosen, ON)),
    PageKind("doubt-number", "/{here}/vraag/wachten", every_kind(TOLD), (fill("input.short", "60"), ON)),
    PageKind("doubt-story", "/{here}/vraag/verhaal", anonymous(TOLD), (fill("textarea", WHO_AM_I), ON)),
    PageKind("question-changed-elsewhere", "/{here}/vraag/aanvragen", anonymous(TOLD), (older, choose(-1), ON)),
    PageKind("question-new", CHANGING, anonymous(DECIDED), (choose(0), ON)),
    PageKind("review-questions-gone", CHANGING, pseudonymous(DECIDED), (choose(1), ON)),
    # what a story may be used for
    PageKind("consent", "/{here}/toestemming/VER01", anonymous(TOLD)),
    PageKind("consent-decided", "/{here}/toestemming/VER01", pseudonymous(DECIDED)),
    PageKind("consent-mistake", "/{here}/toestemming/VER01", anonymous(TOLD), (fill("#nummer-1", "12"), ON)),
    PageKind("consent-doubt", "/{here}/vraag/verhaal", anonymous(TOLD), (fill("textarea", WHO_AM_I), ON, ON)),
    PageKind("permission", "/{here}/toestemming", pseudonymous(SENT)),
    PageKind("permission-mistake", "/{here}/toestemming", pseudonymous(SENT), (ON,)),
    PageKind("permission-taken-back", "/{here}/toestemming", pseudonymous(SENT), (choose(0), ON), like="permission"),
    PageKind("permission-not-possible", "/{here}/toestemming", anonymous(SENT), like="permission"),
    # stopping, checking and sending
    PageKind("stop", "/{here}/stoppen", anonymous(TOLD)),
    PageKind("review", "/{here}/controle", anonymous(DECIDED)),
    PageKind("review-pseudonymous", "/{here}/controle", pseudonymous(DECIDED), like="review"),
    PageKind("copy", "/{here}/kopie", anonymous(DECIDED)),
    PageKind("copy-sent", "/{here}/kopie", pseudonymous(SENT), like="copy"),
    PageKind("thanks", "/{here}/controle", anonymous(DECIDED), (ON,)),
    PageKind("thanks-pseudonymous", "/{here}/controle", pseudonymous(DECIDED), (ON,)),
    PageKind("thanks-mistake", "/{here}/controle", anonymous(DECIDED), (ON, OTHERWISE)),
    PageKind("thanks-impression", "/{here}/controle", anonymous(DECIDED), (ON, choose(-1), OTHERWISE)),
    PageKind("thanks-later", "/{here}/klaar", like="thanks"),
    # wanting no more mail
    PageKind("unsubscribe", "", anonymous(MAILED)),
    PageKind("unsubscribed", "", anonymous(MAILED), (ON,)),
    PageKind("unsubscribe-wrong-link", "/{here}/afmelden/onzin", like="unsubscribed"),
    # about the pages
    PageKind("privacy", "/{here}/privacy"),
    PageKind("accessibility", "/{here}/toegankelijkheid", like="privacy"),
    # what went wrong
    PageKind("expired", "/{here}/verlopen", like="expired-story"),
    PageKind("expired-story", "/{here}/vraag/verhaal", anonymous(TOLD), (forget, fill("textarea", WHO_AM_I), ON)),
    PageKind(
        "expired-of-another", "/{here}/vraag/gesprek", anonymous(BEGUN), (lent, choose(0), ON), like="expired-story"
    ),
    PageKind("error-unknown-page", "/bestaat/niet", like="error-unknown-page-here"),
    PageKind("error-unknown-page-here", "/{here}/bestaat/niet", anonymous(BEGUN)),
    PageKind("error-not-understood", "/bestaat/niet", steps=(failing(400),), like="error-unknown-page-here"),
    PageKind("error-from-elsewhere", "/bestaat/niet", steps=(failing(403),), like="error-unknown-page-here"),
    PageKind("error-too-large", "/bestaat/niet", steps=(failing(413),), like="error-unknown-page-here"),
    PageKind("error-too-often", "/bestaat/niet", steps=(failing(429),), like="error-unknown-page-here"),
    PageKind("error-our-fault", "/bestaat/niet", steps=(failing(500),), like="error-unknown-page-here"),
    PageKind("error-too-busy", "/bestaat/niet", steps=(failing(503),), like="error-unknown-page-here"),
    # the results, on a page of the demonstration
    PageKind("results", "/GM0344/resultaten/wmo-2026", steps=(unfolded,)),
)
