"""What is said about a configuration as it stands: in the words and at the places of the pages."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from configured import AREAS, SHIPPED, after_publishing, begun, changed, question

from questionnaires.answers import Answer
from questionnaires.configuring.askable import askable
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.beginning import document_of
from questionnaires.configuring.changes import (
    AddQuestion,
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
    TurnOnModule,
)
from questionnaires.configuring.conditions import Condition, Pick, Sign
from questionnaires.configuring.consequences import Outlook, foresee
from questionnaires.configuring.describing import describe
from questionnaires.configuring.documents import Document, make_document
from questionnaires.configuring.examining import examine
from questionnaires.configuring.language_states import own_texts
from questionnaires.configuring.previewing import explain_walk, preview_questionnaire
from questionnaires.configuring.questions import ChosenScale, Day, MissingChoice, Number, Option, OwnScale, Story
from questionnaires.configuring.remarks import Remark, Spot, SpotKind
from questionnaires.configuring.touching import touched
from questionnaires.loading import load_shipped
from questionnaires.questionnaire import Questionnaire

YES = Condition("all", (Pick("GES01", Sign.IS, ("ja",)),))
TWICE = (MissingChoice("refused", "Zeg ik niet"), MissingChoice("refused", "Liever niet"))
WITH_QUESTION = (AddQuestion("lokaal", question()),)


def told(document: Document) -> dict[Spot, tuple[str, str, str]]:
    return {one.spot: (one.code, one.cause, one.cure) for one in examine(document, SHIPPED).remarks}


def at(name: str, field: str, kind: SpotKind = SpotKind.QUESTION) -> Spot:
    return Spot(kind, name, field)


@pytest.mark.parametrize(
    ("changes", "spot", "words"),
    [
        (
            (AddQuestion("lokaal", question(stem_easy="")),),
            at("gm0344.BUU01", "stem_easy"),
            (
                "D12",
                "De vraag staat er nog niet in makkelijke woorden, en mensen kunnen die kiezen.",
                "Schrijf dit ook in makkelijke woorden.",
            ),
        ),
        (
            (AddQuestion("lokaal", question(help="Uitleg")),),
            at("gm0344.BUU01", "help_easy"),
            (
                "D12",
                "De uitleg staat er nog niet in makkelijke woorden, en mensen kunnen die kiezen.",
                "Schrijf dit ook in makkelijke woorden.",
            ),
        ),
        (
            (AddQuestion("lokaal", question(stem_easy="", help="Uitleg")),),
            at("gm0344.BUU01", "stem_easy"),
            (
                "D12",
                "De vraag en de uitleg staan er nog niet in makkelijke woorden, en mensen kunnen die kiezen.",
                "Schrijf dit ook in makkelijke woorden.",
            ),
        ),
        (
            (OfferLanguages(("tr",)),),
            at("tr", "", SpotKind.LANGUAGE),
            ("D12", "In het Turks ontbreekt 1 van de 80 teksten.", "Vertaal deze teksten, of bied deze taal niet aan."),
        ),
        (
            (AddQuestion("lokaal", question(answer=Story(500, ("leren_intern",)))),),
            at("gm0344.BUU01", "answer"),
            (
                "D09",
                "Een vraag met zo’n antwoord mag op deze plek niet staan.",
                "Kies een keuze uit antwoorden of een getal of een kort antwoord.",
            ),
        ),
        (
            (AddQuestion("landelijk", question()),),
            at("gm0344.BUU01", "answer"),
            ("D09", "Een vraag met zo’n antwoord mag op deze plek niet staan.", "Zet de vraag op een andere plek."),
        ),
        (
            (AddQuestion("lokaal", question("Wijk", replace(AREAS, options=(Option("Noord"), Option("Noord"))))),),
            at("gm0344.WIJ01", "options"),
            ("D13", "De tekst Noord staat er twee keer.", "Geef elk antwoord eigen woorden."),
        ),
        (
            (AddQuestion("lokaal", question("Wijk", replace(AREAS, missing=TWICE))),),
            at("gm0344.WIJ01", "options"),
            ("D13", "Twee antwoorden zeggen om dezelfde reden dat er geen antwoord is.", "Kies elke reden één keer."),
        ),
        (
            (AddQuestion("lokaal", question(answer=Number(5, 3, "keer"))),),
            at("gm0344.BUU01", "answer"),
            (
                "D13",
                "Het laagste getal (5) is niet lager dan het hoogste (3).",
                "Kies een laagste getal dat lager is dan het hoogste.",
            ),
        ),
        (
            (AddQuestion("lokaal", question(stem="Kent u {team?")),),
            at("gm0344.BUU01", "stem"),
            ("D01", "In de tekst staat een losse accolade.", "Haal de accolade weg."),
        ),
        (
            (AddQuestion("lokaal", question(stem="Kent u {team}?")),),
            at("gm0344.BUU01", "stem"),
            ("D01", "In de tekst staat {team}, maar niets vult die plek.", "Haal de accolades weg."),
        ),
        (
            (SetTitle("Ervaringen in {stad}"),),
            Spot(SpotKind.TITLE),
            ("D01", "In de tekst staat {stad}, maar niets vult die plek.", "Haal de accolades weg."),
        ),
        (
            (SetBreakdowns(("WEG01",)),),
            at("WEG01", "", SpotKind.BREAKDOWN),
            (
                "D01",
                "De vraag WEG01 staat op geen enkele pagina.",
                "Haal deze uitsplitsing weg, of kies een vraag uit de lijst.",
            ),
        ),
        (
            (SetBreakdowns(("LEV01",)),),
            at("LEV01", "", SpotKind.BREAKDOWN),
            (
                "D02",
                "De vraag ‘Cijfer voor het leven’ deelt mensen niet in groepen in.",
                "Haal deze uitsplitsing weg, of kies een vraag uit de lijst.",
            ),
        ),
        (
            (AddQuestion("lokaal", question(answer=ChosenScale("eens9@1"))),),
            at("gm0344.BUU01", "answer"),
            (
                "D01",
                "De antwoorden van deze vraag zijn er niet in de vragenlijst waarop u voortbouwt.",
                "Kies andere antwoorden.",
            ),
        ),
        (
            (
                AddQuestion("lokaal", question()),
                AddQuestion("lokaal", question("Wijk", AREAS)),
                SetCondition("gm0344.WIJ01", Condition("all", (Pick("gm0344.BUU01", Sign.ANSWERED),))),
            ),
            at("gm0344.WIJ01", "paper"),
            (
                "D18",
                "Op papier is niet vanzelf te zeggen wie deze vraag invult.",
                "Schrijf bij ‘op papier’ wie haar invult, zoals: Alleen als u hulp kreeg.",
            ),
        ),
        (
            (
                AddQuestion("lokaal", question("Wijk", AREAS)),
                AddQuestion("lokaal", question()),
                SetCondition("gm0344.BUU01", Condition("all", (Pick("gm0344.WIJ01", Sign.IS, ("noord",)),))),
                MoveQuestion("gm0344.WIJ01", "lokaal", 1),
            ),
            at("gm0344.BUU01", "condition"),
            (
                "D03",
                "De vraag ‘Wijk’ staat niet op een eerdere pagina.",
                "Kies opnieuw wie deze vraag krijgt, of stel haar aan iedereen.",
            ),
        ),
        (
            (
                AddQuestion("lokaal", question()),
                SetCondition(
                    "gm0344.BUU01",
                    Condition("all", (Pick("GES01", Sign.IS, ("ja",)), Pick("GES01", Sign.IS, ("nee",)))),
                ),
            ),
            at("gm0344.BUU01", "condition"),
            (
                "D05",
                "De voorwaarde van de pagina ‘Buurtteam’ is nooit waar: de delen spreken elkaar tegen.",
                "Kies opnieuw wie deze vraag krijgt, of stel haar aan iedereen.",
            ),
        ),
    ],
)
def test_a_fault_is_told_at_its_field_in_words_of_the_page(
    changes: tuple[Change, ...], spot: Spot, words: tuple[str, str, str]
) -> None:
    found = told(changed(begun(), *changes))
    assert list(found) == [spot]
    assert found[spot] == words


def test_bounds_of_days_and_the_room_of_a_slot_are_told() -> None:
    from datetime import date

    later = Day(date(2026, 2, 1), date(2026, 1, 1))
    found = examine(changed(begun(), AddQuestion("lokaal", question(answer=later))), SHIPPED)
    assert "Kies een eerste dag die voor de laatste ligt." in [one.cure for one in found.remarks]
    many = changed(begun(), *(AddQuestion("lokaal", question(f"Vraag {name}")) for name in "abcdefghi"))
    [full] = examine(many, SHIPPED).at(SpotKind.SLOT, "lokaal")
    assert full.cause == "Hier staan meer dan 8 eigen vragen."
    modules = ("mantelzorg", "onafhankelijke-ondersteuning", "meedoen-en-eenzaamheid", "kwaliteit-van-leven")
    long = changed(begun(), *(TurnOnModule("landelijk", f"nl.ceo.{name}@1") for name in modules))
    [slow] = examine(long, SHIPPED).at(SpotKind.SLOT, "landelijk")
    assert slow.cause == "Wat u hier toevoegt, duurt naar schatting langer dan 4,0 minuten."


def test_a_language_that_a_module_does_not_have_is_told_as_such() -> None:
    document = changed(begun(), OfferLanguages(("tr",)), TurnOnModule("landelijk", "nl.ceo.wachten@1"))
    [remark] = examine(document, SHIPPED).at(SpotKind.LANGUAGE, "tr")
    assert "landelijk: die kunt u niet zelf vertalen" in remark.cause
    assert remark.cure == "Bied deze taal niet aan, of zet de module uit die haar niet heeft."
    [unknown] = examine(changed(begun(), OfferLanguages(("qq",))), SHIPPED).at(SpotKind.LANGUAGE, "qq")
    assert unknown.cause == "De taal qq bestaat niet."


def test_stale_and_unequal_translations_are_told_at_the_text() -> None:
    document = changed(
        begun(), OfferLanguages(("tr",)), TranslateTexts("tr", (Translated("title", "Utrecht"),)), SetTitle("Anders")
    )
    [stale] = examine(document, SHIPPED).at(SpotKind.TEXT, "title")
    assert (stale.spot.language, stale.cure) == ("tr", "Pas de vertaling aan, of zeg dat zij nog klopt.")
    document = changed(document, TranslateTexts("tr", (Translated("title", "Utrecht {loket}"),)))
    [unequal] = examine(document, SHIPPED).at(SpotKind.TEXT, "title")
    assert unequal.cure == "Zet dezelfde plekken in de vertaling."
    [state] = examine(document, SHIPPED).languages
    assert (state.missing, state.stale, state.own_unequal, state.own_draft, state.complete) == (0, 0, 1, 1, False)


def test_an_own_draft_is_a_warning_where_the_core_did_not_accept_it() -> None:
    document = changed(begun(), OfferLanguages(("tr",)), TranslateTexts("tr", (Translated("title", "Utrecht"),)))
    assert examine(document, SHIPPED).publishable  # the editors of this core accept drafts
    core = "nl.ceo.jeugd-ouders@1"
    source = SHIPPED.definitions.module(core)
    assert source is not None
    assert source.content.languages == ("nl",)


def test_what_was_accepted_nationally_and_here_is_told_with_the_own_reason() -> None:
    document = changed(begun(), OfferLanguages(("tr",)), TranslateTexts("tr", (Translated("title", "Utrecht"),)))
    own = {"code": "D12", "about": "nog een concept", "reason": "Wij kijken het na."}
    made = make_document({**document.definition, "accepted": [own]}, document.texts)
    assert isinstance(made, Document)
    [accepted] = examine(made, SHIPPED).accepted
    assert (accepted.reason, accepted.cause) == (
        "Wij kijken het na.",
        "De vertaling in het Turks is nog niet nagekeken.",
    )
    assert examine(made, SHIPPED).lapsed == ()


def test_minutes_are_told_for_all_and_for_each_page_and_slot() -> None:
    plain, added = (examine(one, SHIPPED).minutes for one in (begun(), changed(begun(), *WITH_QUESTION)))
    assert plain is not None
    assert added is not None
    assert added.total == pytest.approx(plain.total + added.pages["gm0344.buurtteam"])
    assert (added.core, added.core_limit, added.limit) == (plain.core, 6, 13)
    room = added.slots["lokaal"]
    assert (room.questions, room.most_questions, room.most_minutes) == (1, 8, 3)
    assert room.minutes == added.pages["gm0344.buurtteam"]


def test_how_easy_each_own_text_reads_is_an_indication_by_the_formula() -> None:
    easy, hard = "Ik ken het team.", "Verantwoordelijkheidsgevoel professionaliseringsactiviteiten."
    document = changed(begun(), AddQuestion("lokaal", question(stem=hard, stem_easy=easy)))
    found = {one.field: (one.words, one.level) for one in examine(document, SHIPPED).reading}
    assert found == {"stem": (2, "hard"), "stem_easy": (4, "easy")}


def test_a_change_is_made_and_examined_well_within_a_tenth_of_a_second() -> None:
    document = changed(begun(), *(AddQuestion("lokaal", question(f"Vraag {name}", AREAS)) for name in "abcdefg"))
    document = changed(document, TurnOnModule("landelijk", "nl.ceo.mantelzorg@1"))
    spent = []
    for number in range(5):
        start = time.process_time()
        examine(changed(document, SetTitle(f"Titel {number}")), SHIPPED)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.1


# What pages list


def test_a_slot_tells_what_is_before_it_and_what_it_takes() -> None:
    landelijk, lokaal = describe(begun(), SHIPPED).slots
    assert (landelijk.after, landelijk.types, lokaal.types) == ("Geslacht", (), ("scale", "integer", "text"))
    mantelzorg = landelijk.modules[0]
    assert (mantelzorg.reference, mantelzorg.on, len(mantelzorg.questions)) == ("nl.ceo.mantelzorg@1", False, 5)
    assert mantelzorg.minutes > 1


def test_languages_tell_whether_the_national_texts_are_there() -> None:
    assert all(describe(begun(), SHIPPED).language_choices.values())
    without = describe(changed(begun(), TurnOnModule("landelijk", "nl.ceo.wachten@1")), SHIPPED)
    assert [one for one, there in without.language_choices.items() if there] == ["nl"]


def test_scales_and_breakdowns_are_those_that_can_be_chosen() -> None:
    overview = describe(changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS))), SHIPPED)
    assert (overview.scales[0].reference, overview.scales[0].own, overview.scales[0].options) == (
        "gm0344.wijk@1",
        True,
        ("Noord", "Zuid"),
    )
    choices = dict(overview.breakdown_choices)
    assert choices["gm0344.WIJ01"] == "Wijk"
    assert "HUL01" not in choices  # the core divides by it already
    assert "LEV01" not in choices


def test_a_condition_that_was_written_by_hand_is_shown_and_kept() -> None:
    document = changed(begun(), *WITH_QUESTION)
    [page] = document.definition["slots"]["lokaal"]
    by_hand = {**page, "show_if": {"not": {"eq": [{"answer": "GES01"}, {"code": "ja"}]}}, "when_unknown": "hide"}
    made = make_document({**document.definition, "slots": {"lokaal": [by_hand]}}, {})
    assert isinstance(made, Document)
    line = describe(made, SHIPPED).pages["gm0344.BUU01"]
    assert (line.condition, line.picked) == (None, False)
    assert line.condition_words.startswith("Alleen als:")
    later = changed(made, ChangeQuestion("gm0344.BUU01", question(help="Meer", help_easy="Meer")))
    assert later.definition["slots"] == made.definition["slots"]


def test_a_condition_can_look_at_what_is_asked_before_the_page() -> None:
    document = changed(begun(), *WITH_QUESTION, AddQuestion("lokaal", question("Wijk", AREAS)))
    before = [one.item for one in askable(document, SHIPPED, "gm0344.BUU01")]
    assert ("GES01" in before, "gm0344.WIJ01" in before, "VER01" in before) == (True, False, False)
    new = {one.item: one for one in askable(document, SHIPPED, None, "lokaal")}
    assert new["gm0344.WIJ01"].options == (("noord", "Noord"), ("zuid", "Zuid"))
    assert (new["gm0344.WIJ01"].own, new["GES01"].own, "VER01" in new) == (True, False, False)
    assert (new["LEV01"].lowest, new["LEV01"].highest, Sign.AT_LEAST in new["LEV01"].signs) == (1, 10, True)
    assert [one.item for one in askable(begun(), SHIPPED, None, "landelijk")][-1] == "GSL01"
    assert len(askable(begun(), SHIPPED, None, "lokaal")) == len(askable(begun(), SHIPPED, None, "landelijk"))
    assert len(askable(begun(), SHIPPED, "gm0344.WEG01")) == len(askable(begun(), SHIPPED, None, "nergens"))


def test_a_condition_on_every_answer_is_told_and_breaks_nothing() -> None:
    everything = Condition("all", (Pick("gm0344.WIJ01", Sign.IS_ONE_OF, ("noord", "zuid")),), "show")
    document = changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS)), *WITH_QUESTION)
    [remark] = examine(changed(document, SetCondition("gm0344.BUU01", everything)), SHIPPED).errors
    assert (remark.code, remark.spot) == ("D06", at("gm0344.BUU01", "condition"))
    [number] = examine(
        changed(document, SetCondition("gm0344.BUU01", Condition("all", (Pick("LEV01", Sign.EQUALS, number=11),)))),
        SHIPPED,
    ).errors
    assert number.code == "D05"


def test_a_fault_in_a_scale_of_two_questions_is_told_at_the_scale() -> None:
    twice = replace(AREAS, options=(Option("Noord"), Option("Noord")))
    shared = AddQuestion("lokaal", question("Werk", ChosenScale("gm0344.wijk@1")))
    found = told(changed(begun(), AddQuestion("lokaal", question("Wijk", twice)), shared))
    assert list(found) == [Spot(SpotKind.SCALE, "gm0344.wijk")]


def test_a_page_with_two_questions_is_a_part_of_its_own() -> None:
    document = changed(begun(), *WITH_QUESTION, AddQuestion("lokaal", question("Wijk", AREAS)))
    page = {"id": "samen", "items": ["gm0344.BUU01@1", "gm0344.WIJ01@1"], "show_if": {"answered": {"answer": "VER01"}}}
    made = make_document({**document.definition, "slots": {"lokaal": [page]}}, {})
    assert isinstance(made, Document)
    [remark] = examine(made, SHIPPED).errors
    assert (remark.code, remark.spot) == ("D03", Spot(SpotKind.PAGE, "samen", "condition"))
    alone = changed(made, RemoveQuestion("gm0344.WIJ01"))
    assert [one.items for one in alone.extension.slots["lokaal"]] == [("gm0344.BUU01@1",)]


def test_what_stands_on_something_that_is_gone_is_told_at_its_core() -> None:
    document = begun()
    gone = make_document({**document.definition, "extends": "nl.ceo.wmo@77"}, {})
    assert isinstance(gone, Document)
    assert list(told(gone)) == [Spot(SpotKind.CORE)]
    assert examine(gone, SHIPPED).minutes is None
    assert askable(gone, SHIPPED, None, "lokaal") == ()
    strange = make_document({**document.definition, "modules": {"landelijk": ["nl.ceo.wachten@77"]}}, {})
    assert isinstance(strange, Document)
    assert list(told(strange)) == [Spot(SpotKind.MODULE, "nl.ceo.wachten@77")]


# Looking as a resident does


def test_a_preview_has_every_language_with_dutch_where_a_text_is_not_translated() -> None:
    document = changed(begun(), OfferLanguages(("ar",)), *WITH_QUESTION)
    preview = preview_questionnaire(document, SHIPPED)
    assert isinstance(preview, Questionnaire)
    assert preview.languages == ("nl", "ar")
    wording = preview.wording("ar")
    assert wording.direction == "rtl"
    assert wording.stem(preview.item("gm0344.BUU01"), {}) == "Ik ken het Buurtteam."
    assert wording.stem(preview.item("GES01"), {}) != preview.wording("nl").stem(preview.item("GES01"), {})
    assert preview.wording("ar", "easy")


def test_what_cannot_be_previewed_says_why() -> None:
    document = changed(begun(), AddQuestion("lokaal", question(answer=ChosenScale("eens9@1"))))
    remarks = preview_questionnaire(document, SHIPPED)
    assert isinstance(remarks, tuple)
    assert [one.code for one in remarks] == ["D01"]


def test_a_walk_tells_for_each_page_why_it_comes() -> None:
    document = changed(begun(), *WITH_QUESTION, SetCondition("gm0344.BUU01", YES))
    preview = preview_questionnaire(document, SHIPPED)
    assert isinstance(preview, Questionnaire)
    for code, asked, because in (
        ("ja", True, "Deze pagina komt, want ‘Gesprek met de gemeente’ is ‘Ja’."),
        ("nee", False, "Deze pagina komt niet, want ‘Gesprek met de gemeente’ is ‘Nee’."),
    ):
        walk = {one.page: one for one in explain_walk(preview, {"GES01": Answer("GES01", 1, value=code)})}
        own = walk["gm0344.buurtteam"]
        assert (own.title, own.asked, own.sentence) == ("Buurtteam", asked, because)
        assert walk["gesprek"].sentence == "Deze pagina komt: die is voor iedereen."


# Two editors


@pytest.mark.parametrize(
    ("change", "spots"),
    [
        (SetTitle("Anders"), {Spot(SpotKind.TITLE)}),
        (ChooseCore("nl.ceo.wmo@1"), {Spot(SpotKind.CORE), Spot(SpotKind.LANGUAGE, "tr")}),
        (ChangeQuestion("gm0344.BUU01", question(help="x")), {Spot(SpotKind.QUESTION, "gm0344.BUU01")}),
        (SetCondition("gm0344.BUU01", YES), {Spot(SpotKind.QUESTION, "gm0344.BUU01")}),
        (MoveQuestion("gm0344.BUU01", "lokaal", 1), {Spot(SpotKind.SLOT, "lokaal")}),
        (AddQuestion("lokaal", question("Nieuw")), set()),
        (RemoveQuestion("gm0344.WIJ01"), {Spot(SpotKind.QUESTION, "gm0344.WIJ01")}),
        (TurnOnModule("landelijk", "nl.ceo.wachten@1"), {Spot(SpotKind.MODULE, "landelijk")}),
        (OfferLanguages(("tr", "pl")), {Spot(SpotKind.LANGUAGE, "pl")}),
        (TranslateTexts("tr", (Translated("title", "x"),)), {Spot(SpotKind.TEXT, "title", language="tr")}),
        (SetBreakdowns(("LFT01",)), {Spot(SpotKind.BREAKDOWN)}),
    ],
)
def test_a_change_touches_the_parts_that_it_is_about(change: Change, spots: set[Spot]) -> None:
    document = changed(begun(), OfferLanguages(("tr",)), *WITH_QUESTION, AddQuestion("lokaal", question("Wijk", AREAS)))
    after = changed(document, change)
    assert touched(document, after) == spots - (
        set() if "tr" not in after.definition["languages"] else {Spot(SpotKind.LANGUAGE, "tr")}
    )
    assert touched(document, document) == frozenset()


# Before publishing


def test_what_becomes_incomparable_is_told_against_the_version_before_and_the_core() -> None:
    first = changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS)))
    sealed = Assembled(first, SHIPPED).published
    document, foundation = after_publishing(first)
    wider = OwnScale("nominal", (*AREAS.options, Option("Oost")), AREAS.missing)
    shown = describe(document, foundation).questions["gm0344.WIJ01"].question
    document = changed(document, ChangeQuestion("gm0344.WIJ01", replace(shown, answer=wider)), foundation=foundation)
    outlook = foresee(document, foundation, sealed)
    assert isinstance(outlook, Outlook)
    assert outlook.before is not None
    assert [(one.item, one.verdict) for one in outlook.before.breaks] == [("gm0344.WIJ01", "E")]
    assert outlook.core.breaks == ()
    assert any("‘Oost’" in line for line in outlook.before.for_series)
    assert (outlook.offered, outlook.left_out) == (("nl",), ("en", "tr", "ar", "pl", "uk"))
    assert outlook.seen != foresee_seen(changed(document, SetTitle("Anders"), foundation=foundation), foundation)


def foresee_seen(document: Document, foundation: object) -> str:
    outlook = foresee(document, SHIPPED, None)
    assert isinstance(outlook, Outlook)
    return outlook.seen


def test_errors_come_before_consequences() -> None:
    broken = changed(begun(), AddQuestion("lokaal", question(stem_easy="")))
    remarks = foresee(broken, SHIPPED, None)
    assert isinstance(remarks, tuple)
    assert all(isinstance(one, Remark) and not one.warning for one in remarks)


def test_what_was_sealed_is_taken_up_again_as_it_was() -> None:
    document = changed(
        begun("nl.ceo.participatie@1"),
        *(OfferLanguages(("tr",)), TurnOnModule("landelijk", "nl.ceo.mantelzorg@1"), FillParam("loket", "het plein")),
        *(AddQuestion("lokaal", question("Wijk", AREAS, page_title="Uw buurt")), *WITH_QUESTION),
        SetCondition("gm0344.BUU01", Condition("all", (Pick("gm0344.WIJ01", Sign.IS, ("noord",)),))),
        SetBreakdowns(("gm0344.WIJ01",)),
    )
    keys = [one.key for one in own_texts(Assembled(document, SHIPPED), "tr")]
    document = changed(document, TranslateTexts("tr", tuple(Translated(key, "Metin") for key in keys)))
    sealed = Assembled(document, SHIPPED).published
    assert document_of(sealed.questionnaire, SHIPPED) == document
    assert document_of(load_shipped("gm0344.voorbeeld@1"), SHIPPED) is not None


def test_what_stood_on_something_that_is_gone_cannot_be_taken_up() -> None:
    example = load_shipped("gm0344.voorbeeld@1")
    gone = example.model_copy(update={"parts": ("nl.ceo.weg@1", *example.parts[1:])})
    assert document_of(gone, SHIPPED) is None


def test_a_missing_reason_is_made_of_what_a_form_gives() -> None:
    filled = changed(begun("nl.ceo.participatie@1"), FillParam("loket", "het plein"))
    reasons = OwnScale("nominal", AREAS.options, (MissingChoice("not_applicable", "Niet van toepassing"),))
    document = changed(filled, AddQuestion("lokaal", question("Wijk", reasons)))
    [scale] = document.extension.scales.values()
    assert [(one.code, one.reason.value) for one in scale.missing] == [("nvt", "not_applicable")]
