"""A resident with several windows and devices, and a neighbour: any order of doing anything. A tablet that is lent: `test_lent_tablet`.

The model knows what was acknowledged, by the redirect after a form. It never looks at how the server does it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import anyio.from_thread
import anyio.to_thread
import pytest
from arrangements import OpenedRound
from hostile.asked import CHOICES, PAGES, asked, on_path, sealed, stored
from hostile.sending import Reply
from hostile.visiting import Fields, Visitor
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, delete, select, update
from web.reading import Form
from web.running import Site

from ceo.storage.contacts import Invitation
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction

pytestmark = pytest.mark.anyio

WINDOWS = st.integers(0, 3)
CHOICE = st.integers(0, 2)
ELSEWHERE = ("verder", "controle", "stoppen", "welkom", "klaar", "")
# Of each window: its device, and who sits there. The last one is the neighbour's.
DEVICE_OF = (0, 0, 1, 2)
WHOSE = (0, 0, 0, 1)
STEPS = 30
Answer = dict[str, Any]
T = TypeVar("T")


@dataclass
class Person:
    """What a resident was told by the server: that these answers are kept, that all is sent, that the refusal is kept."""

    number: int
    state: str = "open"
    answers: dict[str, Answer] = field(default_factory=dict)
    row_version: int = 0

    @property
    def word(self) -> str:
        """What only this person writes."""
        return f"woord van {self.number}."


@dataclass(frozen=True)
class Posted:
    """A form as it was sent: for whom the page was drawn, and on which device."""

    device: int
    shown_to: Person
    form: Form
    fields: tuple[tuple[str, str], ...]

    def of(self, name: str) -> str:
        """Return a field of the form."""
        return next((value for key, value in self.fields if key == name), "")

    @property
    def item(self) -> str:
        """The question that the form answers, "" for another form."""
        place, _, page = self.form.action.split("?")[0].rpartition("/")
        return PAGES.get(page, "") if place.endswith("/vraag") else ""

    @property
    def answer(self) -> Answer:
        """What the form says, as it would be kept."""
        skipped = self.of("actie") == "overslaan" or not self.of(self.item)
        return stored(self.item, None if skipped else self.of(self.item))


@dataclass
class Window:
    """A window with the page that it shows, and to whom that page was shown."""

    device: Visitor
    form: Form | None = None
    shown_to: Person | None = None


class Windows(RuleBasedStateMachine):
    """Does anything in any order, and holds the server to what it acknowledged."""

    site: Site
    opened: OpenedRound
    call: Callable[..., Any]

    @initialize()
    def arrive(self) -> None:
        self.call(self.forget)
        self.people = (Person(0), Person(1))
        self.devices = [Visitor(self.site.app, client=f"192.0.2.{number}", look=self.look) for number in range(3)]
        self.holders: list[Person | None] = [None] * len(self.devices)
        self.windows = [Window(self.devices[device]) for device in DEVICE_OF]
        self.history: list[Posted] = []
        self.posted_something = True
        self.sent: list[dict[str, Answer]] = []
        self.home = f"/{self.opened.municipality}"
        for window in range(len(WHOSE)):
            self.come_in(window)

    async def forget(self) -> None:
        """Make everything as if nobody had come in yet."""
        async with tenant_transaction(self.site.database, self.opened.municipality) as session:
            await session.exec(delete(Draft))
            await session.exec(delete(Submission))
            await session.exec(update(Invitation).values(state="open"))

    def look(self, _: object, reply: Reply) -> None:
        assert reply.status < 500, reply.text

    # What people do -------------------------------------------------------------------------------------------------

    @rule(window=WINDOWS)
    def come_in(self, window: int) -> None:
        """Open the link of one's letter, perhaps once more."""
        person = self.people[WHOSE[window]]
        self.open(window, f"{self.home}/code/{self.opened.codes[person.number]}", holder=person)
        form = self.windows[window].form
        if form is not None and form.action.endswith("/welkom"):
            self.press(window, {}, button=0)

    @rule(window=WINDOWS, choice=CHOICE, button=st.sampled_from(["verder", "verder", "overslaan", "stoppen"]))
    def answer(self, window: int, choice: int, button: str) -> None:
        item, shown_to = self.item_of(window), self.windows[window].shown_to
        if item and shown_to is not None:
            choices = CHOICES.get(item, (f"{shown_to.word} {choice}",))
            self.press(window, {item: choices[choice % len(choices)]}, button=button)

    @rule(window=WINDOWS, choices=st.lists(CHOICE, min_size=2, max_size=4), sending=st.booleans())
    def answer_on(self, window: int, choices: list[int], sending: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        """Go on where one was, to the end if that is near, and perhaps send."""
        self.open(window, f"{self.home}/verder")
        for choice in choices:
            self.answer(window, choice, "verder")
        form = self.windows[window].form
        if sending and form is not None and form.action.endswith("/controle"):
            self.press(window, {}, button=0)

    @rule(window=WINDOWS, page=st.sampled_from([*PAGES]), choice=CHOICE)
    def change(self, window: int, page: str, choice: int) -> None:
        """Open an earlier question from the review, and answer it otherwise."""
        self.open(window, f"{self.home}/vraag/{page}?vanaf=controle")
        self.answer(window, choice, "verder")

    @rule(window=WINDOWS)
    def press_on_without_an_answer(self, window: int) -> None:
        if self.item_of(window):
            self.press(window, {}, button="verder")

    @rule(window=WINDOWS, place=st.sampled_from([*(f"vraag/{page}" for page in PAGES), *ELSEWHERE]))
    def look_elsewhere(self, window: int, place: str) -> None:
        self.open(window, f"{self.home}/{place}".rstrip("/"))

    @rule(window=WINDOWS, register=st.sampled_from(["easy", "standard"]), choice=CHOICE)
    def read_otherwise(self, window: int, register: str, choice: int) -> None:
        """Switch to easy texts while something is filled in and not saved."""
        item = self.item_of(window)
        if item:
            choices = CHOICES.get(item, ("half af",))
            self.press(window, {item: choices[choice % len(choices)]}, button=("lezen", register))

    @rule(window=WINDOWS, place=st.sampled_from(["weigeren", "meedoen", "stoppen", "stoppen"]))
    def choose_otherwise(self, window: int, place: str) -> None:
        """Refuse, come back on that, or close off on this device."""
        self.submit_to(window, place)

    @precondition(lambda self: self.history)
    @rule(window=WINDOWS, which=st.integers(0, 5), again=st.booleans())
    def send_an_old_form_once_more(self, window: int, which: int, again: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        """The back button, a double click, a lost connection that the browser repairs, or posts in another order."""
        own = [posted for posted in self.history if posted.device == DEVICE_OF[window]]
        if not own:
            return
        posted = own[-1 - which % len(own)]
        for _ in range(1 + again):
            self.post(window, posted)

    # What must hold -------------------------------------------------------------------------------------------------

    @invariant()
    def what_was_acknowledged_is_kept_and_nothing_else(self) -> None:
        if not self.posted_something:
            return
        self.posted_something = False
        drafts, states, sent = self.call(self.stored)
        for person in self.people:
            key = self.opened.key(person.number)
            started = {key.draft_id: (person.answers, person.row_version)} if person.state == "started" else {}
            assert {draft: found for draft, found in drafts.items() if draft == key.draft_id} == started
            assert states[key.access_hash] == person.state
        assert sorted(map(_written, sent)) == sorted(map(_written, self.sent))

    async def stored(self) -> tuple[dict[str, tuple[dict[str, Answer], int]], dict[str, str], list[dict[str, Answer]]]:
        """Return the drafts and the standing of both people, and everything that was sent."""
        keys = [self.opened.key(person.number) for person in self.people]
        draft_ids, hashes = [key.draft_id for key in keys], [key.access_hash for key in keys]
        drafts = select(col(Draft.id), col(Draft.answers), col(Draft.row_version)).where(col(Draft.id).in_(draft_ids))
        states = select(col(Invitation.access_hash), col(Invitation.state)).where(
            col(Invitation.access_hash).in_(hashes)
        )
        async with tenant_reading(self.site.database, self.opened.municipality) as session:
            found = {name: (answers, version) for name, answers, version in await session.exec(drafts)}
            standing: dict[str, str] = dict((await session.exec(states)).all())
            return found, standing, list(await session.exec(select(col(Submission.answers))))

    # How it is done -------------------------------------------------------------------------------------------------

    def open(self, window: int, address: str, holder: Person | None = None) -> None:
        view = self.windows[window]
        device = DEVICE_OF[window]
        before = dict(view.device.cookies)
        self.call(functools.partial(view.device.open, address))
        if holder is not None and view.device.cookies.get("ceo_toegang") == self.opened.key(holder.number).secret:
            self.holders[device] = holder
        self.note_cookies(device, before)
        self.show(window)

    def show(self, window: int) -> None:
        """Keep what a window shows now, and fail when it shows somebody else's words."""
        view = self.windows[window]
        view.shown_to = self.holders[DEVICE_OF[window]]
        mains = [one for one in view.device.forms if not one.action.endswith("/weergave")]
        view.form = mains[0] if mains and view.device.reply.status in {200, 409, 422} else None
        for person in self.people:
            if person is not view.shown_to:
                assert person.word not in view.device.reply.text

    def press(self, window: int, given: dict[str, str], *, button: int | str | tuple[str, str]) -> None:
        form, shown_to = self.windows[window].form, self.windows[window].shown_to
        assert form is not None
        if shown_to is None:
            return
        fields = _filled(form, given)
        if isinstance(button, int):
            fields += [(name, value) for name, value, _ in form.buttons[button : button + 1] if name]
        else:
            fields.append(("actie", button) if isinstance(button, str) else button)
        posted = Posted(DEVICE_OF[window], shown_to, form, tuple(fields))
        self.history.append(posted)
        self.post(window, posted)

    def submit_to(self, window: int, place: str) -> None:
        """Press a button that stands on a page of its own."""
        view = self.windows[window]
        holder = self.holders[DEVICE_OF[window]]
        before = dict(view.device.cookies)
        self.posted_something = True
        reply = self.call(functools.partial(view.device.post, f"{self.home}/{place}", []))
        if reply.status == 404:
            return
        assert reply.status == 303
        if holder is not None and place == "weigeren" and holder.state in {"open", "started"}:
            holder.state, holder.answers, holder.row_version = "refused", {}, 0
        elif holder is not None and place == "meedoen" and holder.state == "refused":
            holder.state = "open"
        self.note_cookies(DEVICE_OF[window], before)
        self.open(window, reply.header("location"))

    def post(self, window: int, posted: Posted) -> None:
        """Send a form from a window, and believe what the answer says."""
        view = self.windows[window]
        device = DEVICE_OF[window]
        holder, before = self.holders[device], dict(view.device.cookies)
        self.posted_something = True
        reply = self.call(functools.partial(view.device.post, posted.form.action, posted.fields))
        if reply.status == 303 and holder is not None:
            self.believe(posted, holder, reply.header("location").removeprefix(f"{self.home}/").split("?")[0])
        self.note_cookies(device, before)
        if reply.status == 303:
            self.open(window, reply.header("location"))
        else:
            assert reply.status in {200, 403, 409, 410, 422}
            echoed = posted.shown_to is not holder and posted.shown_to.word in str(posted.fields)
            if not echoed:
                self.show(window)

    def believe(self, posted: Posted, holder: Person, place: str) -> None:
        """Take over what a redirect acknowledges."""
        if posted.form.action.endswith("/welkom") and place == "verder" and holder.state == "open":
            holder.state = "started"
        if posted.form.action.endswith("/controle") and place == "klaar" and holder.state == "started":
            assert posted.shown_to is holder, "sent what another person was asked to send"
            assert set(on_path(holder.answers)) <= set(holder.answers), "sent before everything was answered"
            self.sent.append(sealed(holder.answers))
            holder.state, holder.answers = "complete", {}
        saved = place.startswith("vraag/") or place in {"controle", "stoppen"}
        if posted.item and saved and not posted.of("lezen"):
            self.believe_saved(posted, holder)

    def believe_saved(self, posted: Posted, holder: Person) -> None:
        if posted.of("actie") == "stoppen" and not posted.of(posted.item):
            return  # nothing was filled in, so there was nothing to save
        if holder.answers.get(posted.item) == posted.answer and posted.of("versie") != str(holder.row_version):
            return  # a repeat is acknowledged once more
        if posted.of("actie") == "stoppen" and holder.answers.get(posted.item) == posted.answer:
            return
        assert posted.shown_to is holder, "the answer of one person was kept as that of another"
        assert posted.of("versie") == str(holder.row_version), "an old form overwrote what was newer"
        holder.answers = {**holder.answers, posted.item: posted.answer}
        holder.row_version += 1

    def note_cookies(self, device: int, before: dict[str, str]) -> None:
        """A device whose key is gone belongs to nobody any more."""
        if "ceo_toegang" in before and "ceo_toegang" not in self.devices[device].cookies:
            self.holders[device] = None

    def item_of(self, window: int) -> str:
        form = self.windows[window].form
        return Posted(0, self.people[0], form, ()).item if form is not None else ""


def _written(answers: dict[str, Answer]) -> str:
    return json.dumps(answers, sort_keys=True)


def _filled(form: Form, given: dict[str, str]) -> Fields:
    """Return what a browser sends: what is given, and else what stands there."""
    sent: Fields = []
    for control in form.fields:
        if control.kind in {"radio", "checkbox"}:
            if given[control.name] == control.value if control.name in given else control.on:
                sent.append((control.name, control.value))
        else:
            sent.append((control.name, given.get(control.name, control.value)))
    return sent


async def test_windows_devices_and_neighbours_in_any_order_keep_what_was_acknowledged_and_mix_nothing(
    site: Site,
) -> None:
    opened = await site.round(questionnaire=asked())

    class Here(Windows):
        pass

    Here.site, Here.opened = site, opened
    Here.call = staticmethod(anyio.from_thread.run)
    # A walk takes a hundred requests where other laws take one call.
    walks = settings(settings(), max_examples=settings().max_examples // 4, stateful_step_count=STEPS)
    run = functools.partial(run_state_machine_as_test, Here, settings=walks)
    await anyio.to_thread.run_sync(run)
