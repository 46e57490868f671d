"""Each change of a configuration: what it makes of the document, what it tells, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from configured import (
    AREAS,
    SHIPPED,
    after_publishing,
    begun,
    changed,
    codes,
    question,
    refused,
    remarks,
    states,
    text,
    told,
)

from questionnaires.configuring.applying import Applied, apply
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.beginning import begin_on_core
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
    WithdrawAcceptance,
)
from questionnaires.configuring.conditions import Condition, Pick, Sign
from questionnaires.configuring.describing import describe
from questionnaires.configuring.documents import Document
from questionnaires.configuring.examining import examine
from questionnaires.configuring.language_states import own_texts
from questionnaires.configuring.naming import name_item, name_part
from questionnaires.configuring.questions import (
    Answering,
    ChosenScale,
    Day,
    MissingChoice,
    Number,
    Option,
    OwnScale,
    Story,
    Words,
)
from questionnaires.configuring.remarks import SpotKind
from questionnaires.configuring.yaml_files import read_yaml, write_yaml
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish

# Beginning


def test_a_document_is_called_after_its_core_or_its_slug() -> None:
    by_core = begin_on_core("gm0344", "nl.ceo.wmo@2", " Mijn  wmo ", SHIPPED)
    by_slug = begin_on_core("gm0344", "nl.ceo.wmo@2", "Mijn wmo", SHIPPED, slug="Thuis & buurt")
    assert isinstance(by_core, Document)
    assert isinstance(by_slug, Document)
    assert (by_core.reference, by_core.title, by_slug.reference) == ("gm0344.wmo@1", "Mijn wmo", "gm0344.thuis-buurt@1")


@pytest.mark.parametrize(
    ("core", "title"), [("nl.ceo.wmo@99", "Titel"), ("nl.ceo.mantelzorg@1", "Titel"), ("nl.ceo.wmo@2", "  "), ("nl.ceo.wmo@2", "x" * 501)]
)  # fmt: skip
def test_a_document_begins_on_a_core_that_is_there_with_a_title(core: str, title: str) -> None:
    assert isinstance(begin_on_core("gm0344", core, title, SHIPPED), tuple)


# Questions


def test_a_question_gets_a_name_of_its_title_and_a_page_of_its_own() -> None:
    document = changed(begun(), AddQuestion("lokaal", question(page_title="Over de buurt")))
    assert list(document.extension.items) == ["gm0344.BUU01@1"]
    [page] = document.extension.slots["lokaal"]
    assert (page.id, page.items, page.title) == ("buurtteam", ("gm0344.BUU01@1",), "Over de buurt")


@pytest.mark.parametrize(
    "answer",
    [
        ChosenScale("eens5@1"),
        AREAS,
        OwnScale("multi", (Option("Fiets", "Met de fiets"), Option("Bus")), exclusive=(Option("Geen"),)),
        Number(0, 10, "keer"),
        Day(date(2026, 1, 1), date(2026, 12, 31)),
        Day(),
        Words(50),
        Story(500, ("leren_intern", "terugbellen")),
    ],
)
def test_what_is_filled_in_comes_back_on_the_form_and_saving_that_changes_nothing(answer: Answering) -> None:
    written = question(answer=answer, help="Eerst dit.\nDan dat.", help_easy="Dit.", reference_period="P12M")
    document = changed(begun(), AddQuestion("lokaal", written))
    [line] = describe(document, SHIPPED).questions.values()
    shown = line.question
    assert replace(shown, answer=answer) == written
    assert isinstance(shown.answer, OwnScale) or shown.answer == answer
    assert changed(document, ChangeQuestion(line.item, shown)) == document


def test_spaces_and_line_ends_are_tidied() -> None:
    document = changed(begun(), AddQuestion("lokaal", question(stem=" Kent  u\nhet team? ", help="a\r\nb ")))
    assert (
        document.extension.items["gm0344.BUU01@1"].text.stem,
        document.extension.items["gm0344.BUU01@1"].text.help,
    ) == (
        "Kent u het team?",
        "a\nb",
    )


def test_everything_that_a_question_lacks_is_told_at_once() -> None:
    fields = {
        one.spot.field for one in refused(begun(), AddQuestion("lokaal", question(" ", Number(0, 9, ""), stem="")))
    }
    assert fields == {"title", "stem", "unit"}
    [scope] = refused(begun(), AddQuestion("lokaal", question(answer=Story(100, ()))))
    [few] = refused(begun(), AddQuestion("lokaal", question(answer=OwnScale("nominal", (Option("Ja"), Option(" "))))))
    assert (scope.spot.field, few.spot.field) == ("scopes", "options")


def test_what_the_form_cannot_hold_is_told_at_its_field() -> None:
    wrong = question("x" * 61, Words(999), reference_period="soms")
    found = {(one.spot.name, one.spot.field) for one in refused(begun(), AddQuestion("lokaal", wrong))}
    assert found == {("", "title"), ("", "answer"), ("", "reference_period")}
    document = changed(begun(), AddQuestion("lokaal", question()))
    [long] = refused(document, ChangeQuestion("gm0344.BUU01", question("x" * 61)))
    assert (long.spot.name, long.spot.field) == ("gm0344.BUU01", "title")


@pytest.mark.parametrize("sign", ["\x00", "\ud800"])
def test_signs_that_nothing_can_hold_are_refused(sign: str) -> None:
    [remark] = refused(begun(), AddQuestion("lokaal", question(help=f"Dit {sign} dat")))
    assert (remark.spot.field, remark.code) == ("help", "F06")
    [remark] = refused(begun(), TranslateTexts("tr", (Translated("title", f"Utrecht {sign}"),)))
    assert (remark.spot.kind, remark.spot.name, remark.spot.language) == (SpotKind.TEXT, "title", "tr")


def test_letters_are_composed_as_in_what_is_published() -> None:
    assert changed(begun(), SetTitle("Ide\u0301e")).title == "Id\u00e9e"


def test_a_question_stands_where_it_was_put_and_moves() -> None:
    document = changed(
        begun(),
        AddQuestion("lokaal", question("Eerste")),
        AddQuestion("lokaal", question("Tweede")),
        AddQuestion("lokaal", question("Nulde"), position=0),
    )
    assert [page.id for page in document.extension.slots["lokaal"]] == ["nulde", "eerste", "tweede"]
    moved = changed(document, MoveQuestion("gm0344.NUL01", "lokaal", 99))
    assert [page.id for page in moved.extension.slots["lokaal"]] == ["eerste", "tweede", "nulde"]


def test_what_is_not_there_cannot_be_changed() -> None:
    for change in (
        ChangeQuestion("gm0344.WEG01", question()),
        RemoveQuestion("gm0344.WEG01"),
        MoveQuestion("gm0344.WEG01", "lokaal", 0),
        SetCondition("gm0344.WEG01", None),
    ):
        [remark] = refused(begun(), change)
        assert (remark.spot.kind, remark.spot.name) == (SpotKind.QUESTION, "gm0344.WEG01")
    document = changed(begun(), AddQuestion("lokaal", question()))
    for change in (AddQuestion("nergens", question()), MoveQuestion("gm0344.BUU01", "nergens", 0)):
        [remark] = refused(document, change)
        assert (remark.spot.kind, remark.spot.name) == (SpotKind.SLOT, "nergens")


def test_a_removed_question_takes_its_scale_translations_and_breakdown_along() -> None:
    document = changed(
        begun(),
        AddQuestion("lokaal", question("Wijk", AREAS)),
        SetBreakdowns(("gm0344.WIJ01", "LFT01")),
        TranslateTexts("tr", (Translated("item.gm0344.WIJ01@1.stem", "Mahalle?"), Translated("title", "Utrecht"))),
        RemoveQuestion("gm0344.WIJ01"),
    )
    assert document.extension.items == document.extension.scales == {}
    assert document.extension.slots == {"lokaal": ()}
    assert document.extension.breakdowns == ("LFT01",)
    assert list(document.texts["tr"]) == ["title"]


def test_a_question_that_another_depends_on_stays() -> None:
    condition = Condition("all", (Pick("gm0344.WIJ01", Sign.IS, ("noord",)),))
    document = changed(
        begun(),
        AddQuestion("lokaal", question("Wijk", AREAS)),
        AddQuestion("lokaal", question()),
        SetCondition("gm0344.BUU01", condition),
    )
    [remark] = refused(document, RemoveQuestion("gm0344.WIJ01"))
    assert remark.spot.field == "used"
    assert describe(document, SHIPPED).questions["gm0344.WIJ01"].used_by == ("gm0344.BUU01",)
    changed(document, SetCondition("gm0344.BUU01", None), RemoveQuestion("gm0344.WIJ01"))


def test_history_tells_which_fields_of_a_question_changed() -> None:
    document = changed(begun(), AddQuestion("lokaal", question()))
    other = question(answer=Number(0, 9, "keer"), help="Meer uitleg", quasi_identifier=True)
    assert told(document, ChangeQuestion("gm0344.BUU01", other)) == (
        "question.changed",
        {"item": "gm0344.BUU01", "title": "Buurtteam", "fields": ["answer", "help", "quasi_identifier"]},
    )


def test_a_local_name_in_a_question_is_a_gap_that_is_filled() -> None:
    document = begun("nl.ceo.participatie@1")
    asked = changed(document, AddQuestion("lokaal", question(stem="Kent u {loket}?", stem_easy="Kent u {loket}?")))
    assert asked.extension.items["gm0344.BUU01@1"].params == ("loket",)
    assert remarks(asked) == []
    strange = changed(document, AddQuestion("lokaal", question(stem="Kent u {straat}?")))
    [remark] = examine(strange, SHIPPED).errors
    assert (remark.spot.field, remark.cure) == ("stem", "Kies uit: {loket}.")


# Own scales


def test_options_that_stay_keep_their_code_and_other_words_get_another() -> None:
    document = changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS)))
    assert codes(document) == {"gm0344.wijk@1": ["noord", "zuid", "liever_niet"]}
    scale = OwnScale(
        "nominal",
        (Option("Zuid", code="zuid"), Option("Noordwest", code="noord"), Option("Oost")),
        (MissingChoice("refused", "Zeg ik niet"), MissingChoice("dont_know", "Weet ik niet")),
    )
    document = changed(document, ChangeQuestion("gm0344.WIJ01", question("Wijk", scale)))
    assert codes(document) == {"gm0344.wijk@1": ["zuid", "noordwest", "oost", "liever_niet", "weet_niet"]}


def test_conditions_and_translations_follow_an_option_to_its_new_code() -> None:
    document = changed(
        begun(),
        AddQuestion("lokaal", question("Wijk", AREAS)),
        AddQuestion("lokaal", question()),
        SetCondition("gm0344.BUU01", Condition("all", (Pick("gm0344.WIJ01", Sign.IS_ONE_OF, ("noord", "zuid")),))),
        TranslateTexts("tr", (Translated("scale.gm0344.wijk@1.noord", "Kuzey"),)),
    )
    other = OwnScale("nominal", (Option("Het noorden", code="noord"), Option("Zuid", code="zuid")))
    document = changed(document, ChangeQuestion("gm0344.WIJ01", question("Wijk", other)))
    [pick] = describe(document, SHIPPED).pages["gm0344.BUU01"].condition.picks  # type: ignore[union-attr]
    assert pick.codes == ("het_noorden", "zuid")
    assert states(document) == {"scale.gm0344.wijk@1.het_noorden": "stale"}


def test_options_can_change_places_with_their_words() -> None:
    document = changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS)))
    swapped = OwnScale("nominal", (Option("Zuid", code="noord"), Option("Noord", code="zuid")))
    document = changed(document, ChangeQuestion("gm0344.WIJ01", question("Wijk", swapped)))
    assert [one.text for one in document.extension.scales["gm0344.wijk@1"].codes] == ["Zuid", "Noord"]
    assert codes(document) == {"gm0344.wijk@1": ["zuid", "noord"]}


def test_a_scale_of_two_questions_is_changed_for_one_of_them() -> None:
    document = changed(
        begun(),
        AddQuestion("lokaal", question("Wijk", AREAS)),
        AddQuestion("lokaal", question("Werk", ChosenScale("gm0344.wijk@1"))),
        TranslateTexts("tr", (Translated("scale.gm0344.wijk@1.noord", "Kuzey"),)),
    )
    wider = OwnScale("nominal", (Option("Noord", code="noord"), Option("Zuid", code="zuid"), Option("Oost")))
    document = changed(document, ChangeQuestion("gm0344.WER01", question("Werk", wider)))
    assert codes(document) == {
        "gm0344.wijk@1": ["noord", "zuid", "liever_niet"],
        "gm0344.werk@1": ["noord", "zuid", "oost"],
    }
    assert states(document) == {"scale.gm0344.wijk@1.noord": "draft", "scale.gm0344.werk@1.noord": "draft"}


def test_a_scale_that_nobody_uses_any_more_goes() -> None:
    document = changed(
        begun(),
        AddQuestion("lokaal", question("Wijk", AREAS)),
        ChangeQuestion("gm0344.WIJ01", question("Wijk", ChosenScale("ja_nee@1"))),
    )
    assert document.extension.scales == {}


def test_options_that_go_with_no_other_are_like_all_where_one_is_chosen() -> None:
    scale = OwnScale("nominal", (Option("Fiets"), Option("Bus")), exclusive=(Option("Geen"),))
    document = changed(begun(), AddQuestion("lokaal", question("Vervoer", scale)))
    assert codes(document) == {"gm0344.vervoer@1": ["fiets", "bus", "geen"]}
    assert remarks(document) == []


# Versions and names


def test_a_question_that_changes_after_publishing_gets_the_next_number_and_back_the_old_one() -> None:
    document, foundation = after_publishing(changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS))))
    assert (document.version, list(document.extension.items)) == (2, ["gm0344.WIJ01@1"])
    other = question("Wijk", AREAS, help="Uw eigen wijk.")
    second = changed(document, ChangeQuestion("gm0344.WIJ01", other), foundation=foundation)
    assert list(second.extension.items) == ["gm0344.WIJ01@2"]
    assert describe(second, foundation).questions["gm0344.WIJ01"].age == "changed"
    back = changed(second, ChangeQuestion("gm0344.WIJ01", question("Wijk", AREAS)), foundation=foundation)
    assert back == document
    assert describe(back, foundation).questions["gm0344.WIJ01"].age == "same"


def test_a_code_that_was_published_never_gets_another_meaning() -> None:
    document, foundation = after_publishing(changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS))))
    renamed = OwnScale("nominal", (Option("noord!", code="noord"), Option("Zuid", code="zuid")))
    second = changed(document, ChangeQuestion("gm0344.WIJ01", question("Wijk", renamed)), foundation=foundation)
    assert codes(second) == {"gm0344.wijk@2": ["noord_2", "zuid"]}
    assert list(second.extension.items) == ["gm0344.WIJ01@2"]
    assert remarks(second, foundation) == []
    old_words = OwnScale("nominal", (Option("Noord", code="noord_2"), Option("Zuid", code="zuid")))
    third = changed(second, ChangeQuestion("gm0344.WIJ01", question("Wijk", old_words)), foundation=foundation)
    assert codes(third) == {"gm0344.wijk@2": ["noord", "zuid"]}


def test_a_name_that_was_published_or_is_in_use_elsewhere_never_returns() -> None:
    document, foundation = after_publishing(changed(begun(), AddQuestion("lokaal", question("Wijk", AREAS))))
    without = changed(document, RemoveQuestion("gm0344.WIJ01"), foundation=foundation)
    elsewhere = replace(foundation, reserved=frozenset({"gm0344.WIJ02", "wijk-2"}))
    again = changed(without, AddQuestion("lokaal", question("Wijk", AREAS)), foundation=elsewhere)
    assert list(again.extension.items) == ["gm0344.WIJ03@1"]
    assert [page.id for page in again.extension.slots["lokaal"]] == ["wijk-3"]
    assert list(again.extension.scales) == ["gm0344.wijk-2@1"]


def test_a_version_that_another_configuration_took_is_not_published_twice() -> None:
    _, foundation = after_publishing(begun())
    assert changed(begun(), SetTitle("Ook een"), foundation=foundation).reference == "gm0344.wmo@2"


# Conditions


def test_who_gets_a_question_is_picked_and_read_back() -> None:
    condition = Condition(
        "any",
        (
            Pick("GES01", Sign.IS, ("ja",)),
            Pick("LEV01", Sign.AT_MOST, number=5),
            Pick("HUL01", Sign.IS, ("vervoer",)),
        ),
        "show",
    )
    document = changed(begun(), AddQuestion("lokaal", question()))
    document = changed(document, SetCondition("gm0344.BUU01", condition, paper="Alleen na een gesprek."))
    page = describe(document, SHIPPED).pages["gm0344.BUU01"]
    assert (page.condition, page.picked, page.paper) == (condition, True, "Alleen na een gesprek.")
    assert page.condition_words.startswith("Alleen als: (‘Gesprek met de gemeente’ is ‘Ja’ of")
    everyone = changed(document, SetCondition("gm0344.BUU01", None))
    assert describe(everyone, SHIPPED).pages["gm0344.BUU01"].condition_words == "Iedereen."


@pytest.mark.parametrize(
    "picks",
    [
        (),
        (Pick("gm0344.BUU01", Sign.ANSWERED),),
        (Pick("VER01", Sign.ANSWERED),),
        (Pick("NIE01", Sign.ANSWERED),),
        (Pick("GES01", Sign.INCLUDES, ("ja",)),),
        (Pick("GES01", Sign.IS, ("misschien",)),),
        (Pick("GES01", Sign.IS, ()),),
        (Pick("GES01", Sign.IS, ("ja", "nee")),),
        (Pick("LEV01", Sign.AT_LEAST),),
    ],
)
def test_only_what_was_asked_before_and_can_be_answered_is_picked(picks: tuple[Pick, ...]) -> None:
    document = changed(begun(), AddQuestion("lokaal", question()))
    [remark] = refused(document, SetCondition("gm0344.BUU01", Condition("all", picks)))
    assert (remark.spot.name, remark.spot.field) == ("gm0344.BUU01", "condition")


# The core, its modules and its local names


def test_modules_are_turned_on_and_off_in_their_slot() -> None:
    document = changed(
        begun(), TurnOnModule("landelijk", "nl.ceo.mantelzorg@1"), TurnOnModule("landelijk", "nl.ceo.wachten@1")
    )
    assert document.extension.modules == {"landelijk": ("nl.ceo.mantelzorg@1", "nl.ceo.wachten@1")}
    assert changed(document, TurnOnModule("landelijk", "nl.ceo.wachten@1")) == document
    document = changed(document, TurnOffModule("landelijk", "nl.ceo.mantelzorg@1"))
    assert document.extension.modules == {"landelijk": ("nl.ceo.wachten@1",)}
    assert changed(document, TurnOffModule("landelijk", "nl.ceo.wachten@1")).extension.modules == {}
    for wrong in (TurnOnModule("lokaal", "nl.ceo.wachten@1"), TurnOnModule("landelijk", "nl.ceo.wmo@2")):
        assert refused(document, wrong)[0].spot.kind is SpotKind.MODULE
    assert refused(document, TurnOffModule("landelijk", "nl.ceo.mantelzorg@1"))[0].spot.kind is SpotKind.MODULE


def test_a_withdrawn_module_is_not_chosen_anew() -> None:
    withdrawn = replace(SHIPPED, withdrawn=frozenset({"nl.ceo.mantelzorg@1", "nl.ceo.wmo@1"}))
    assert refused(begun(), TurnOnModule("landelijk", "nl.ceo.mantelzorg@1"), withdrawn)
    assert refused(begun(), ChooseCore("nl.ceo.wmo@1"), withdrawn)
    [slot, _] = describe(begun(), withdrawn).slots
    assert "nl.ceo.mantelzorg@1" not in [line.reference for line in slot.modules]
    chosen = changed(begun(), TurnOnModule("landelijk", "nl.ceo.mantelzorg@1"))
    [slot, _] = describe(chosen, withdrawn).slots
    assert [line.reference for line in slot.modules if line.on] == ["nl.ceo.mantelzorg@1"]


def test_a_local_name_is_filled_and_taken_back() -> None:
    document = changed(begun("nl.ceo.participatie@1"), FillParam("loket", "het werkplein"))
    assert document.extension.params == {"loket": "het werkplein"}
    [line] = describe(document, SHIPPED).params
    assert (line.value, line.default) == ("het werkplein", "de gemeente")
    assert changed(document, FillParam("loket", None)).extension.params == {}
    assert changed(document, FillParam("loket", " de gemeente ")).extension.params == {}
    assert refused(document, FillParam("balie", "het plein"))[0].spot.kind is SpotKind.PARAM
    long = changed(document, FillParam("loket", "een heel erg lange naam voor een loket of plein"))
    [remark] = examine(long, SHIPPED).errors
    assert (remark.spot.kind, remark.spot.name) == (SpotKind.PARAM, "loket")


def test_another_core_keeps_what_fits_and_tells_what_does_not() -> None:
    document = changed(
        begun(),
        TurnOnModule("landelijk", "nl.ceo.wachten@1"),
        AddQuestion("lokaal", question()),
        SetCondition("gm0344.BUU01", Condition("all", (Pick("GES01", Sign.IS, ("ja",)),))),
        AddQuestion("lokaal", question("Wijk", AREAS)),
        SetBreakdowns(("gm0344.WIJ01",)),
    )
    outcome = apply(document, ChooseCore("nl.ceo.verhaal@1"), SHIPPED)
    assert isinstance(outcome, Applied)
    lost = [(one["kind"], one["name"]) for one in outcome.details["lost"]]
    core = SHIPPED.definitions.module("nl.ceo.verhaal@1")
    assert core is not None
    assert ("module", "nl.ceo.wachten@1") in lost or any(
        "nl.ceo.wachten" in slot.modules for slot in core.content.slots.values()
    )
    elsewhere = changed(document, ChooseCore("nl.ceo.participatie@1"))
    assert sorted(elsewhere.extension.items) == ["gm0344.BUU01@1", "gm0344.WIJ01@1"]
    assert ("D01", "gm0344.BUU01", "condition") in remarks(elsewhere)  # who gets it is never changed unseen
    assert (
        changed(document, ChooseCore("nl.ceo.wmo@1"), ChooseCore("nl.ceo.wmo@2")).extension.items
        == document.extension.items
    )
    assert refused(document, ChooseCore("nl.ceo.mantelzorg@1"))[0].spot.kind is SpotKind.CORE


# Languages


def test_dutch_is_always_offered() -> None:
    assert changed(begun(), OfferLanguages(("tr", "tr", "nl"))).extension.languages == ("nl", "tr")
    assert refused(begun(), OfferLanguages(("Turks",)))[0].spot.kind is SpotKind.LANGUAGE


def test_a_translation_is_a_draft_until_it_is_approved_and_stale_when_the_dutch_changes() -> None:
    document = changed(begun(), TranslateTexts("tr", (Translated("title", "Utrecht deneyimleri"),)))
    assert states(document) == {"title": "draft"}
    approved = changed(document, TranslateTexts("tr", (Translated("title", "Utrecht deneyimleri", approved=True),)))
    assert states(approved) == {"title": "approved"}
    renamed = changed(approved, SetTitle("Een andere titel"))
    assert states(renamed) == {"title": "stale"}
    sent_again = TranslateTexts("tr", (Translated("title", "Utrecht deneyimleri", approved=True),))
    assert changed(renamed, sent_again) == renamed  # nobody looked at it
    looked_at = TranslateTexts("tr", (Translated("title", "Utrecht deneyimleri", approved=True, still_right=True),))
    assert states(changed(renamed, looked_at)) == {"title": "approved"}
    assert states(changed(renamed, TranslateTexts("tr", (Translated("title", ""),)))) == {}
    assert states(changed(approved, SetTitle("Nog een"), SetTitle(approved.title))) == {"title": "approved"}


def test_a_translation_by_machine_stays_so_until_somebody_approves_it() -> None:
    key = "title"
    document = changed(begun(), TranslateTexts("tr", (Translated(key, "Utrecht"),)))
    texts = {"tr": {key: {**document.texts["tr"][key], "status": "machine", "note": "Van een bureau."}}}
    by_machine = Document.from_json({**document.to_json(), "texts": texts})
    assert text(changed(by_machine, TranslateTexts("tr", (Translated(key, "Utrecht"),))), key).status == "machine"
    approved = changed(by_machine, TranslateTexts("tr", (Translated(key, "Utrecht", approved=True),)))
    assert (text(approved, key).status, approved.texts["tr"][key]["note"]) == ("reviewed", "Van een bureau.")


def test_only_texts_that_are_there_are_translated() -> None:
    [remark] = refused(begun(), TranslateTexts("tr", (Translated("item.gm0344.WEG01@1.stem", "Nerede?"),)))
    assert remark.spot.kind is SpotKind.TEXT


def test_each_text_says_which_part_it_belongs_to() -> None:
    document = changed(
        begun("nl.ceo.participatie@1"),
        FillParam("loket", "het plein"),
        AddQuestion("lokaal", question("Wijk", AREAS, page_title="Uw buurt")),
    )
    spots = {
        one.key: (one.spot.kind, one.spot.name, one.spot.field) for one in own_texts(Assembled(document, SHIPPED), "tr")
    }
    assert spots == {
        "title": (SpotKind.TITLE, "", ""),
        "param.loket": (SpotKind.PARAM, "loket", ""),
        "page.wijk.title": (SpotKind.PAGE, "wijk", "page_title"),
        "item.gm0344.WIJ01@1.stem": (SpotKind.QUESTION, "gm0344.WIJ01", "stem"),
        "item.gm0344.WIJ01@1.stem.easy": (SpotKind.QUESTION, "gm0344.WIJ01", "stem_easy"),
        "scale.gm0344.wijk@1.noord": (SpotKind.SCALE, "gm0344.wijk", "noord"),
        "scale.gm0344.wijk@1.zuid": (SpotKind.SCALE, "gm0344.wijk", "zuid"),
        "scale.gm0344.wijk@1.liever_niet": (SpotKind.SCALE, "gm0344.wijk", "liever_niet"),
    }


# Warnings


def test_a_warning_is_accepted_with_a_reason_and_that_can_be_taken_back() -> None:
    long = question(stem="Kent u " + "en ook " * 20 + "het team?")
    document = changed(begun(), AddQuestion("lokaal", long))
    [warning] = examine(document, SHIPPED).open_warnings
    assert (warning.code, warning.spot.field) == ("D15", "stem")
    accept = AcceptWarning(warning.code, warning.about, "De raad wil het zo.")
    accepted = changed(document, accept)
    assert [one.reason for one in examine(accepted, SHIPPED).accepted] == ["De raad wil het zo."]
    assert examine(accepted, SHIPPED).publishable
    assert refused(document, replace(accept, reason=" "))[0].spot.field == "reason"
    assert refused(document, replace(accept, about="Iets anders"))
    again = changed(accepted, replace(accept, reason="Nog eens nagevraagd."))
    assert [one.reason for one in examine(again, SHIPPED).accepted] == ["Nog eens nagevraagd."]
    withdrawn = changed(again, WithdrawAcceptance(warning.code, warning.about))
    assert not examine(withdrawn, SHIPPED).publishable
    assert refused(withdrawn, WithdrawAcceptance(warning.code, warning.about))
    shorter = changed(accepted, ChangeQuestion("gm0344.BUU01", question()))
    assert [one.about for one in examine(shorter, SHIPPED).lapsed] == [warning.about]


# Adopting


def adopted(document: Document, item: str = "gm0193.WRK02", slot: str = "lokaal") -> Change:
    source = load_shipped("gm0193.voorbeeld@1")
    return AdoptQuestion(slot, source, publish(source).content_hash, item)


def test_an_adopted_question_is_an_own_one_that_says_where_it_came_from() -> None:
    document = changed(begun(), adopted(begun()))
    [item] = document.extension.items.values()
    source = load_shipped("gm0193.voorbeeld@1").items_by_id["gm0193.WRK02"]
    assert (item.id, item.version, item.text, item.type) == ("gm0344.WER01", 1, source.text, source.type)
    [line] = describe(document, SHIPPED).questions.values()
    assert line.adopted_from is not None
    assert line.adopted_from.item == "gm0193.WRK02@1"
    later = changed(document, ChangeQuestion("gm0344.WER01", replace(line.question, help="Meer uitleg.")))
    assert later.extension.items["gm0344.WER01@1"].adopted_from == item.adopted_from


def test_a_scale_that_is_not_here_comes_along_with_its_translations() -> None:
    source = load_shipped("gm0344.voorbeeld@1")
    document = begin_on_core("gm0193", "nl.ceo.participatie@1", "Werk", SHIPPED)
    assert isinstance(document, Document)
    content_hash = publish(source).content_hash
    taken = changed(document, AdoptQuestion("lokaal", source, content_hash, "gm0344.WIJ01", 0))
    assert list(taken.extension.scales) == ["gm0193.stadsdelen@1"]
    assert codes(taken)["gm0193.stadsdelen@1"] == [
        one.code for one in source.scales_by_reference["gm0344.stadsdelen@1"].options
    ]
    assert (
        taken.texts["tr"]["item.gm0193.DEE01@1.stem"]["text"]
        == source.translations["tr"].texts["item.gm0344.WIJ01@1.stem"]
    )
    assert taken.texts["tr"]["scale.gm0193.stadsdelen@1.zuid"]["status"] == "draft"
    national = changed(begun(), adopted(begun(), "gm0193.WRK01"))  # ja_nee_nu is in no library of the Wmo
    assert all(one.concept == "local" for one in national.extension.items.values())
    assert remarks(national) == []


def test_only_a_local_question_that_is_there_is_adopted() -> None:
    for wrong in (adopted(begun(), "WRK99"), adopted(begun(), "PAR01"), adopted(begun(), slot="nergens")):
        assert refused(begun(), wrong)


def test_a_question_with_a_gap_that_nothing_fills_here_is_not_adopted() -> None:
    document = changed(
        begun("nl.ceo.participatie@1"), AddQuestion("lokaal", question(stem="Kent u {loket}?", stem_easy="x"))
    )
    source = Assembled(document, SHIPPED).published
    wanted = AdoptQuestion("lokaal", source.questionnaire, source.content_hash, "gm0344.BUU01")
    [remark] = refused(begun(), wanted)
    assert "loket" in remark.cause
    here = changed(begun("nl.ceo.participatie@1"), wanted)
    assert here.extension.items["gm0344.BUU01@1"].params == ("loket",)


def test_where_a_name_is_taken_the_next_one_is_given() -> None:
    taken = {f"gm0344.BUU{number:02}" for number in range(1, 100)}
    assert name_item("gm0344", "Buurtteam", taken) == "gm0344.VRG01"
    assert name_item("gm0344", "Het team", {"gm0344.TEA01"}) == "gm0344.TEA02"
    assert name_item("gm0344", "Het", ()) == "gm0344.HET01"
    assert name_item("gm0344", "42!", ()) == "gm0344.VRG01"
    assert name_part("42", (), joint="_") == "n42"
    assert name_part("…", ()) == "n"


# Files


def test_files_of_others_and_files_that_do_not_fit_are_told() -> None:
    document = changed(
        begun(), AddQuestion("lokaal", question()), TranslateTexts("tr", (Translated("title", "Utrecht"),))
    )
    files = write_yaml(document)
    definition = files["gm0344.wmo-1.yaml"]
    assert sorted(files) == ["gm0344.wmo-1.tr.yaml", "gm0344.wmo-1.yaml"]
    for owner, given, words in (
        ("gm0193", files, "is van gm0344"),
        ("gm0344", {}, "niet één uitbreiding"),
        ("gm0344", {"x.yaml": "kind: extension"}, "x.yaml, regel 1"),
        ("gm0344", {**files, "tr": files["gm0344.wmo-1.tr.yaml"].replace("wmo@1", "wmo@7").replace("tr\n", "pl\n")}, "horen niet bij"),
        ("gm0344", {"x": definition.replace("nl.ceo.wmo@2", "nl.ceo.wmo@99")}, "nl.ceo.wmo@99 is niet gevonden"),
        ("gm0344", {"x": definition.replace("  lokaal:", "  nergens:")}, "geen nergens bij slots"),
        ("gm0344", {"x": definition.replace("items: [gm0344.BUU01@1]", "items: [GES01@1]")}, "GES01@1 is niet van deze"),
        ("gm0344", {"x": definition.replace('Buurtteam"', 'Buurt\\u0000"')}, "niet kan worden bewaard"),
    ):  # fmt: skip
        found = read_yaml(given, owner, SHIPPED)
        assert isinstance(found, tuple), words
        assert words in found[0].cause
    assert read_yaml(files, "gm0344", SHIPPED) == document
