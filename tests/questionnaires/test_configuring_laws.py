"""Laws of configuring, over random sequences of changes: what is made here is what YAML says, and what is published is the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from hypothesis import given
from hypothesis import strategies as st

from questionnaires.configuring.applying import Applied, apply
from questionnaires.configuring.askable import Askable, askable
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.beginning import begin_next, begin_on_core, document_of
from questionnaires.configuring.changes import (
    AcceptWarning,
    AddQuestion,
    AdoptQuestion,
    Change,
    ChangeQuestion,
    ChooseCore,
    FillParam,
    MoveQuestion,
    OfferLanguages,
    RemoveQuestion,
    SetBreakdowns,
    SetCondition,
    SetTitle,
    Translated,
    TranslateTexts,
    TurnOffModule,
    TurnOnModule,
)
from questionnaires.configuring.conditions import CODED, NUMBERED, Condition, Pick, Sign
from questionnaires.configuring.describing import Overview, describe
from questionnaires.configuring.documents import Document
from questionnaires.configuring.examining import examine
from questionnaires.configuring.foundation import Foundation, published_names
from questionnaires.configuring.language_states import own_texts
from questionnaires.configuring.questions import (
    ChosenScale,
    Day,
    MissingChoice,
    Number,
    Option,
    OwnScale,
    Question,
    Story,
    Words,
)
from questionnaires.configuring.yaml_files import read_yaml, write_yaml
from questionnaires.loading import check_files, load_questionnaire, load_shipped
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import shipped_sources

# Words, and signs that some file format or database could trip over.
SIGNS = st.sampled_from(list("abcdeeeiklnorstuvw   AÉZß{}0'\"“:#[],;|>&*!%`\\/~<=\n\r\t…😀م\u200f\u2028\x85\xa0"))
TEXT = st.text(SIGNS, max_size=40)
TITLE = st.sampled_from(["Buurtteam bereikbaar", "De wachttijd", "Wijk", "Één ding!", "42", "Loket"]) | st.text(
    SIGNS, max_size=20
)
OPTIONS = st.sampled_from(["Noord", "Zuid", "Oost", "West", "noord", "Ja", "Nee", "Weet ik niet", "null", ""])
LANGUAGES = ["nl", "en", "tr", "ar", "pl", "uk", "fr"]
SHIPPED = Foundation(shipped_sources())


@dataclass(frozen=True)
class Bench:
    """A document in the making, with what it stands on."""

    document: Document
    foundation: Foundation

    @cached_property
    def overview(self) -> Overview:
        return describe(self.document, self.foundation)


def a_question(draw: st.DrawFn, bench: Bench, before: Question | None = None) -> Question:
    scales = [*(one.reference for one in bench.overview.scales), "onbekend@1"]
    old = before.answer if before is not None and isinstance(before.answer, OwnScale) else None
    codes = st.sampled_from([None, *(one.code for one in (old.options if old else ()))])
    options = st.lists(st.builds(Option, OPTIONS, OPTIONS, codes), max_size=4).map(tuple)
    reasons = st.sampled_from(["dont_know", "refused"])
    missing = st.lists(st.builds(MissingChoice, reasons, OPTIONS), max_size=2).map(tuple)
    own = st.builds(OwnScale, st.sampled_from(["nominal", "ordinal", "multi"]), options, missing, options)
    bounds = st.integers(-3, 12)
    answers = st.one_of(
        st.sampled_from(scales).map(ChosenScale),
        own,
        st.builds(Number, bounds, bounds, TITLE),
        st.builds(Day, st.none() | st.dates(), st.none() | st.dates()),
        st.builds(Words, st.integers(0, 210)),
        st.builds(Story, st.integers(1, 900), st.sampled_from([(), ("leren_intern",)])),
    )
    answer = draw(st.just(before.answer) | answers if before is not None else answers)
    return draw(
        st.builds(
            Question,
            title=TITLE,
            stem=TEXT,
            stem_easy=TEXT,
            answer=st.just(answer),
            help=TEXT,
            help_easy=TEXT,
            reference_period=st.sampled_from(["now", "P12M", "soms"]),
            quasi_identifier=st.booleans(),
            page_title=TITLE,
        )
    )


def a_pick(draw: st.DrawFn, earlier: Askable) -> Pick:
    sign = draw(st.sampled_from(earlier.signs))
    codes = [code for code, _ in earlier.options]
    if sign in CODED:
        most = len(codes) if sign is Sign.IS_ONE_OF else 1
        return Pick(
            earlier.item, sign, tuple(draw(st.lists(st.sampled_from(codes), min_size=1, max_size=most, unique=True)))
        )
    return Pick(earlier.item, sign, number=draw(st.integers(0, 10)) if sign in NUMBERED else None)


def a_condition(draw: st.DrawFn, bench: Bench, item: str) -> Condition | None:
    known = askable(bench.document, bench.foundation, item)
    if not known or draw(st.booleans()):
        return None
    asked = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))
    picks = tuple(a_pick(draw, one) for one in asked)
    return Condition(draw(st.sampled_from(["all", "any"])), picks, draw(st.sampled_from(["show", "hide"])))


def a_slot(draw: st.DrawFn, bench: Bench) -> str:
    return draw(st.sampled_from([*(slot.name for slot in bench.overview.slots), "nergens"]))


def add(draw: st.DrawFn, bench: Bench) -> Change:
    return AddQuestion(a_slot(draw, bench), a_question(draw, bench), draw(st.none() | st.integers(0, 3)))


def edit(draw: st.DrawFn, bench: Bench) -> Change | None:
    lines = list(bench.overview.questions.values())
    if not lines:
        return None
    line = draw(st.sampled_from(lines))
    return ChangeQuestion(
        line.item, draw(st.just(line.question)) if draw(st.booleans()) else a_question(draw, bench, line.question)
    )


def add_sound(draw: st.DrawFn, bench: Bench) -> Change:
    """Most random questions have a fault; this one has none, so that there is something to publish."""
    answers = st.sampled_from([
        ChosenScale(bench.overview.scales[0].reference),
        OwnScale("nominal", (Option("Noord"), Option("Zuid")), (MissingChoice("refused", "Zeg ik niet"),)),
        OwnScale("multi", (Option("Fiets"), Option("Bus")), exclusive=(Option("Geen"),)),
        Number(0, 10, "keer"),
    ])  # fmt: skip
    title = draw(st.sampled_from(["Buurtteam", "Wijkteam", "Loket"]))
    return AddQuestion("lokaal", Question(title, f"Hoe vindt u het {title}?", f"Is het {title} goed?", draw(answers)))


def remove(draw: st.DrawFn, bench: Bench) -> Change | None:
    items = list(bench.overview.questions)
    return RemoveQuestion(draw(st.sampled_from(items))) if items else None


def move(draw: st.DrawFn, bench: Bench) -> Change | None:
    items = list(bench.overview.questions)
    return MoveQuestion(draw(st.sampled_from(items)), a_slot(draw, bench), draw(st.integers(0, 3))) if items else None


def ask_some(draw: st.DrawFn, bench: Bench) -> Change | None:
    items = list(bench.overview.questions)
    if not items:
        return None
    item = draw(st.sampled_from(items))
    return SetCondition(item, a_condition(draw, bench, item), paper=draw(st.sampled_from(["", "Alleen als het kan."])))


def switch_module(draw: st.DrawFn, bench: Bench) -> Change | None:
    lines = [(slot.name, line) for slot in bench.overview.slots for line in slot.modules]
    if not lines:
        return None
    slot, line = draw(st.sampled_from(lines))
    return (TurnOffModule if line.on else TurnOnModule)(slot, line.reference)


def name_something(draw: st.DrawFn, bench: Bench) -> Change | None:
    params = [line.name for line in bench.overview.params]
    return FillParam(draw(st.sampled_from(params)), draw(st.none() | TITLE)) if params else None


def translate(draw: st.DrawFn, bench: Bench) -> Change:
    language = draw(st.sampled_from(LANGUAGES[1:]))
    texts = own_texts(Assembled(bench.document, bench.foundation), language)
    assert texts, "there is always a title"
    chosen = draw(st.lists(st.sampled_from(texts), max_size=3, unique_by=lambda one: one.key))
    return TranslateTexts(
        language,
        tuple(
            Translated(one.key, draw(st.just(one.source) | TEXT), draw(st.booleans()), draw(st.booleans()))
            for one in chosen
        ),
    )


def translate_all(draw: st.DrawFn, bench: Bench) -> Change:
    language = draw(st.sampled_from(["tr", "en"]))
    texts = own_texts(Assembled(bench.document, bench.foundation), language)
    return TranslateTexts(language, tuple(Translated(one.key, one.source, approved=True) for one in texts))


def accept(draw: st.DrawFn, bench: Bench) -> Change | None:
    warnings = examine(bench.document, bench.foundation).open_warnings
    if not warnings:
        return None
    one = draw(st.sampled_from(warnings))
    return AcceptWarning(one.code, one.about, draw(TITLE))


def adopt(draw: st.DrawFn, bench: Bench) -> Change:
    source = load_shipped("gm0193.voorbeeld@1")
    item = draw(st.sampled_from(["gm0193.WRK01", "gm0193.WRK02"]))
    return AdoptQuestion(a_slot(draw, bench), source, publish(source).content_hash, item)


def offer(draw: st.DrawFn, bench: Bench) -> Change:
    return OfferLanguages(tuple(draw(st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=3))))


def break_down(draw: st.DrawFn, bench: Bench) -> Change:
    choices = [*(name for name, _ in bench.overview.breakdown_choices), "WEG01"]
    return SetBreakdowns(tuple(draw(st.lists(st.sampled_from(choices), unique=True, max_size=2))))


def entitle(draw: st.DrawFn, bench: Bench) -> Change:
    return SetTitle(draw(TITLE))


def stand_elsewhere(draw: st.DrawFn, bench: Bench) -> Change:
    return ChooseCore(draw(st.sampled_from([one.reference for one in bench.overview.cores])))


STEPS: list[Callable[[st.DrawFn, Bench], Change | None]] = [
    *(add_sound, add_sound, add_sound, add_sound, add, edit, edit, remove, move, ask_some, ask_some),
    *(
        switch_module,
        name_something,
        translate,
        translate_all,
        accept,
        adopt,
        offer,
        break_down,
        entitle,
        stand_elsewhere,
    ),
]


@st.composite
def configured(draw: st.DrawFn) -> list[Bench]:
    """Every document on the way from a core to something, published now and then and gone on with."""
    core = draw(st.sampled_from(["nl.ceo.wmo@2", "nl.ceo.participatie@1"]))
    document = begin_on_core("gm0344", core, "Ervaringen in Utrecht", SHIPPED)
    assert isinstance(document, Document)
    bench = Bench(made(apply(document, OfferLanguages(()), SHIPPED)), SHIPPED)
    way = [bench]
    for _ in range(draw(st.integers(1, 9))):
        change = draw(st.sampled_from(STEPS))(draw, bench)
        stored = json.dumps(bench.document.to_json())
        outcome = apply(bench.document, change, bench.foundation) if change is not None else ()
        assert json.dumps(bench.document.to_json()) == stored, "a change works on a copy"
        if isinstance(outcome, Applied):
            bench = replace(bench, document=outcome.document)
        way.append(bench)
        if draw(st.integers(0, 3)) == 0 and not examine(bench.document, bench.foundation).errors:
            bench = go_on(bench)
            way.append(bench)
    return way


def go_on(bench: Bench) -> Bench:
    """Publish a document and begin its next version."""
    sealed = Assembled(bench.document, bench.foundation).published
    names = published_names(sealed.questionnaire, sealed.content_hash)
    foundation = replace(bench.foundation, published=(*bench.foundation.published, names))
    return Bench(begin_next(bench.document, foundation), foundation)


def made(outcome: object) -> Document:
    assert isinstance(outcome, Applied), outcome
    return outcome.document


@given(configured())
def test_a_document_is_its_yaml_and_publishes_to_the_same_hash(way: list[Bench]) -> None:
    bench = way[-1]
    files = write_yaml(bench.document)
    assert read_yaml(files, "gm0344", bench.foundation) == bench.document
    # A database gives keys back in an order of its own.
    stored = json.loads(json.dumps(bench.document.to_json(), sort_keys=True))
    assert Document.from_json(stored) == bench.document
    assert write_yaml(Document.from_json(stored)) == files
    examination, problems = examine(bench.document, bench.foundation), check_files(files)
    told = {(one.code, one.about) for one in examination.remarks if one.in_the_way}
    assert {(one.code, one.cause[:500].rstrip()) for one in problems} <= told
    assert bool(examination.errors) == any(not problem.warning for problem in problems)
    if not examination.errors:
        questionnaire = load_questionnaire(files, bench.document.reference)
        assert isinstance(questionnaire, Questionnaire)
        assert publish(questionnaire).content_hash == Assembled(bench.document, bench.foundation).published.content_hash


@given(configured())
def test_a_name_means_one_thing_for_ever_and_what_was_published_can_be_taken_up_again(way: list[Bench]) -> None:
    meaning: dict[str, object] = {}
    for bench in way:
        for names in bench.foundation.published:
            for reference, one in {**names.items, **names.scales}.items():
                assert meaning.setdefault(reference, one) == one
    # Nothing new comes under the name of something old.
    bench, question = way[-1], Question("Loket", "Goed?", "Goed?", Number(0, 9, "keer"))
    outcome = apply(bench.document, AddQuestion("lokaal", question), bench.foundation)
    if isinstance(outcome, Applied):
        assert outcome.details["item"] not in {name.partition("@")[0] for name in meaning}
    if not examine(bench.document, bench.foundation).errors:
        sealed = Assembled(bench.document, bench.foundation).published
        again = document_of(sealed.questionnaire, bench.foundation)
        assert again is not None
        assert Assembled(again, bench.foundation).published.content_hash == sealed.content_hash
