from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest
from editing import edited, with_item, with_pages, with_scale
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.reasons import Change, ItemVerdict, Verdict
from questionnaires.comparability.verdicts import VersionComparison, compare_versions
from questionnaires.definition import IntegerAnswer, Item, ItemText, Pipe
from questionnaires.loading import load_shipped
from questionnaires.minutes import estimate_minutes, show_minutes
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.scales import Polarity, SpellingRepair
from questionnaires.sources import shipped_sources


def compare(old: Questionnaire, new: Questionnaire, *crosswalks: Crosswalk) -> VersionComparison:
    return compare_versions(publish(old), publish(new), crosswalks)


def verdicts(comparison: VersionComparison) -> dict[str, str]:
    """The verdict on each item that is not simply the same."""
    return {one.item: one.verdict.value for one in comparison.verdicts if one.verdict is not Verdict.A}


def codes(verdict: ItemVerdict) -> list[Change]:
    return [reason.code for reason in verdict.reasons]


def changed(item: Item, **fields: object) -> Item:
    return Item.model_validate({**item.model_dump(), **fields})


def bridge(item: str, old: int, new: int, **fields: object) -> Crosswalk:
    written = {
        "format": "ceo-def/1", "kind": "crosswalk", "id": "nl.proef.brug", "item": item, "from": old, "to": new,
        "evidence": {"kind": "bridging_sample", "report": "Verslag", "respondents": 200},
        "approved_by": ("Redacteur A", "Redacteur B"), "approved_on": "2026-10-01",
    }  # fmt: skip  # as it is written
    return Crosswalk.model_validate({**written, **fields}, strict=False)


# The example of the format.


def test_dropping_the_middle_of_a_scale_breaks_all_that_is_answered_on_it(worked: Questionnaire) -> None:
    scale = worked.scales_by_reference["eens5@1"]
    four = scale.model_copy(update={"codes": tuple(code for code in scale.codes if code.code != "tussenin")})
    comparison = compare(worked, with_scale(worked, four))
    assert verdicts(comparison) == {"TOE01": "E", "KWA01": "E", "EFF01": "E", "ervaring": "E"}
    assert codes(comparison.verdict("TOE01")) == [Change.POINTS]


def test_a_help_text_changes_the_content_hash_and_nothing_else(worked: Questionnaire) -> None:
    text = worked.item("KWA01").text.model_copy(update={"help": "Denk aan het gesprek."})
    explained = with_item(worked, worked.item("KWA01").model_copy(update={"text": text}))
    comparison = compare(worked, explained)
    assert publish(explained).content_hash != publish(worked).content_hash
    assert publish(explained).fingerprints == publish(worked).fingerprints
    assert verdicts(comparison) == {}
    assert codes(comparison.verdict("KWA01")) == [Change.HELP_TEXT]


# The comparison as a whole.


@pytest.fixture(scope="module")
def wmo_1_and_2() -> VersionComparison:
    return compare(load_shipped("wmo@1"), load_shipped("wmo@2"), *shipped_sources().all_crosswalks())


def test_the_shipped_wmo_questionnaires_show_every_verdict(wmo_1_and_2: VersionComparison) -> None:
    shown = {"TOE01": "A", "KWA04": "A", "KWA02": "B", "LEV01": "C", "EFF01": "C", "HUL01": "D", "TOE02": "E"}
    assert {item: wmo_1_and_2.verdict(item).verdict.value for item in shown} == shown
    composites = {"wmo_toegang": "E", "wmo_kwaliteit": "B", "wmo_effect": "C"}
    assert {item: wmo_1_and_2.verdict(item).verdict.value for item in composites} == composites


def test_the_same_and_the_noted_and_the_marked_may_be_pooled(wmo_1_and_2: VersionComparison) -> None:
    poolable = {one.verdict.value for one in wmo_1_and_2.verdicts if wmo_1_and_2.poolable(one.item)}
    assert poolable == {"A", "B", "C"}
    assert {one.item for one in wmo_1_and_2.breaks} == {"TOE02", "HUL01", "wmo_toegang"}


def test_the_summary_counts_every_verdict(wmo_1_and_2: VersionComparison) -> None:
    summary = wmo_1_and_2.summary
    assert sum(summary.values()) == len(wmo_1_and_2.verdicts)
    assert (summary[Verdict.D], summary[Verdict.E], summary[Verdict.ADDED], summary[Verdict.REMOVED]) == (1, 2, 0, 0)


def test_the_split_of_an_answer_is_said_so_that_a_newcomer_understands(wmo_1_and_2: VersionComparison) -> None:
    (line,) = (line for line in wmo_1_and_2.for_series if line.startswith("Soort hulp (HUL01)"))
    assert line == (
        "Soort hulp (HUL01): De antwoorden mogen niet samen. Een goedgekeurde omzetting kan de oude en de nieuwe reeks "
        "verbinden. Het antwoord ‘Begeleiding thuis’ is gesplitst in ‘Begeleiding in huis, bijvoorbeeld bij post of geld’ en "
        "‘Begeleiding buiten de deur, bijvoorbeeld mee naar een afspraak’. De omzetting nl.ceo.hul01-1-2 zegt hoe."
    )


def test_lines_for_series_come_worst_first(wmo_1_and_2: VersionComparison) -> None:
    assert wmo_1_and_2.for_series[0].startswith(
        "De hulp begon toen het nodig was (TOE02): De antwoorden mogen niet samen."
    )
    assert wmo_1_and_2.for_series[-1].startswith("Kwaliteit van de hulp (wmo_kwaliteit): Gelijk, met een voetnoot.")


def test_the_plain_form_names_both_versions_and_says_each_reason(wmo_1_and_2: VersionComparison) -> None:
    plain = wmo_1_and_2.to_json()
    assert (plain["old"]["questionnaire"], plain["new"]["questionnaire"]) == ("nl.ceo.wmo@1", "nl.ceo.wmo@2")
    assert plain["new"]["content_hash"] == wmo_1_and_2.new.content_hash
    (kwa02,) = (one for one in plain["verdicts"] if one["item"] == "KWA02")
    assert (kwa02["old_version"], kwa02["new_version"], kwa02["verdict"], kwa02["poolable"]) == (1, 2, "B", True)
    assert kwa02["reasons"][0]["code"] == "spelling"
    assert kwa02["reasons"][0]["words"].startswith("Een fout in spelling of leestekens is hersteld: ‘De mensen")


def minutes(questionnaire: Questionnaire) -> str:
    return show_minutes(estimate_minutes(questionnaire.items, questionnaire.scales_by_reference))


def test_residents_are_told_what_they_notice(worked: Questionnaire) -> None:
    pages = tuple(page for page in worked.pages if page.id != "verhaal")
    item = changed(worked.item("PRO01"), text={"stem": "Welke hulp heeft u?"})
    new = edited(with_pages(with_item(worked, item), pages), modes=("web", "phone"))
    assert compare(worked, new).for_residents == (
        "De vragenlijst heeft nu 5 pagina’s; eerst waren dat er 6.",
        "Vervallen vragen: Verhaal (VER01).",
        f"Alle vragen beantwoorden kost naar schatting {minutes(new)}; eerst was dat {minutes(worked)}.",
        "Andere woorden in de vraag: Hulp (PRO01).",
        "De vragenlijst kan nu ook aan de telefoon worden ingevuld.",
    )
    assert compare(new, worked).for_residents[1] == "Nieuwe vragen: Verhaal (VER01)."


def test_residents_are_told_once_that_the_order_is_another(worked: Questionnaire) -> None:
    *others, last = worked.pages
    moved = compare(worked, with_pages(worked, (last, *others)))
    assert moved.for_residents == ("De volgorde van de vragen is anders.",)
    assert codes(moved.verdict("GES01")) == [Change.ORDER]
    assert moved.verdict("GES01").reasons[0].values == {"items": ("Verhaal (VER01)",)}


# Crosswalks.


@pytest.fixture
def reworded(worked: Questionnaire) -> Questionnaire:
    return with_item(
        worked, changed(worked.item("KWA01"), version=3, text={"stem": "De medewerker luisterde naar mij."})
    )


def test_a_crosswalk_holds_for_its_versions_only(worked: Questionnaire, reworded: Questionnaire) -> None:
    assert compare(worked, reworded, bridge("KWA01", 2, 3)).verdict("KWA01").verdict is Verdict.D
    for elsewhere in (bridge("KWA01", 1, 3), bridge("KWA01", 2, 4), bridge("TOE01", 2, 3)):
        assert compare(worked, reworded, elsewhere).verdict("KWA01").verdict is Verdict.E


def test_a_crosswalk_leads_one_way(worked: Questionnaire, reworded: Questionnaire) -> None:
    assert compare(reworded, worked, bridge("KWA01", 2, 3)).verdict("KWA01").verdict is Verdict.E


def test_a_crosswalk_with_codes_that_do_not_exist_is_not_used(worked: Questionnaire, reworded: Questionnaire) -> None:
    wrong = bridge("KWA01", 2, 3, mapping={"heel_erg_eens": ("eens",)})
    assert compare(worked, reworded, wrong).verdict("KWA01").verdict is Verdict.E


def test_the_reason_names_the_crosswalk_and_its_people(worked: Questionnaire, reworded: Questionnaire) -> None:
    (reason,) = compare(worked, reworded, bridge("KWA01", 2, 3)).verdict("KWA01").reasons
    assert (reason.values["crosswalk"], reason.values["respondents"]) == (("nl.proef.brug",), ("200",))


# Spelling.


@pytest.mark.parametrize(
    ("repair", "verdict"),
    [
        (SpellingRepair(of=2, approved_by=("Redacteur A", "Redacteur B")), Verdict.B),
        (SpellingRepair(of=1, approved_by=("Redacteur A", "Redacteur B")), Verdict.E),  # of another version
        (SpellingRepair(of=2, approved_by=("Redacteur A", " redacteur  a")), Verdict.E),  # twice the same person
    ],
)
def test_a_repair_of_spelling_is_one_when_two_people_say_so_of_this_version(
    worked: Questionnaire, reworded: Questionnaire, repair: SpellingRepair, verdict: Verdict
) -> None:
    repaired = with_item(reworded, reworded.item("KWA01").model_copy(update={"spelling": repair}))
    assert compare(worked, repaired).verdict("KWA01").verdict is verdict
    assert compare(repaired, worked).verdict("KWA01").verdict is verdict


def test_a_unit_can_be_repaired_too(worked: Questionnaire) -> None:
    weeks = worked.item("TOE02")
    assert isinstance(weeks.type, IntegerAnswer)
    unit = weeks.type.model_copy(update={"integer": weeks.type.integer.model_copy(update={"unit": "weken"})})
    spelling = SpellingRepair(of=1, approved_by=("Redacteur A", "Redacteur B"))
    repaired = weeks.model_copy(update={"version": 2, "type": unit, "spelling": spelling})
    assert verdicts(compare(worked, with_item(worked, repaired))) == {"TOE02": "B"}


# Earlier answers in a question.


def piping(questionnaire: Questionnaire, **pipe: str) -> Questionnaire:
    """KWA01 with an earlier answer in it."""
    words = {"answer": "GES01", "fallback": "misschien", **pipe}
    item = questionnaire.item("KWA01")
    stem = ItemText(stem="U antwoordde {eerder}.")
    return with_item(questionnaire, item.model_copy(update={"text": stem, "pipes": {"eerder": Pipe(**words)}}))


def saying(questionnaire: Questionnaire, yes: str, **fields: object) -> Questionnaire:
    """The scale of GES01 with words for yes inside a sentence."""
    scale = questionnaire.scales_by_reference["ja_nee@1"]
    ja, nee = scale.codes
    inline = (ja.model_copy(update={"inline": yes}), nee.model_copy(update={"inline": "nee"}))
    return with_scale(questionnaire, scale.model_copy(update={"codes": inline, **fields}))


def test_an_earlier_answer_from_another_question_breaks(worked: Questionnaire) -> None:
    assert codes(compare(piping(worked), piping(worked, answer="TOE02")).verdict("KWA01")) == [Change.PIPE]


def test_a_name_that_becomes_an_earlier_answer_breaks(worked: Questionnaire) -> None:
    item = worked.item("KWA01").model_copy(
        update={"text": ItemText(stem="U antwoordde {eerder}."), "params": ("eerder",)}
    )
    named = edited(with_item(worked, item), params={"eerder": "iets"})
    assert codes(compare(named, piping(named)).verdict("KWA01")) == [Change.PIPE]


def test_other_words_for_an_earlier_answer_break_the_question_that_shows_them(worked: Questionnaire) -> None:
    old, new = saying(piping(worked), "ja"), saying(piping(worked), "jazeker")
    assert verdicts(compare(old, new)) == {"KWA01": "E", "ervaring": "E"}


def test_a_repair_of_those_words_is_noted(worked: Questionnaire) -> None:
    old = saying(piping(worked), "ja")
    scale = old.scales_by_reference["ja_nee@1"]
    ja, nee = scale.codes
    repair = SpellingRepair(of=1, approved_by=("Redacteur A", "Redacteur B"))
    codes_now = (ja.model_copy(update={"inline": "já"}), nee)
    repaired = scale.model_copy(update={"version": 2, "codes": codes_now, "spelling": repair})
    asked = changed(old.item("GES01"), version=2, type={"scale": "ja_nee@2"})
    new = edited(with_item(old, asked), scales=(*(one for one in old.scales if one != scale), repaired))
    assert verdicts(compare(old, new)) == {"KWA01": "B", "ervaring": "B"}


def test_an_answer_that_came_or_went_is_told_at_its_own_question(worked: Questionnaire) -> None:
    old = saying(piping(worked), "ja")
    scale = old.scales_by_reference["ja_nee@1"]
    more = scale.codes[0].model_copy(update={"code": "soms", "text": "Soms", "inline": "soms"})
    new = with_scale(old, scale.model_copy(update={"codes": (*scale.codes, more)}))
    comparison = compare(old, new)
    assert codes(comparison.verdict("GES01")) == [Change.OPTIONS_ADDED]
    assert set(codes(comparison.verdict("KWA01"))) == {Change.ROUTED_ON, Change.PIPED_FROM}


def test_a_number_in_a_question_has_no_words_to_compare(worked: Questionnaire) -> None:
    old = piping(worked, answer="TOE02")
    assert codes(compare(old, piping(worked, answer="TOE02", fallback="een paar")).verdict("KWA01")) == [Change.PIPE]


# Local names and options.


def test_a_local_name_in_an_easy_text_counts_where_easy_reading_is_offered(worked: Questionnaire) -> None:
    text = ItemText(stem="De medewerker nam mij serieus.", stem_easy="Iemand van {loket} luisterde.")
    asked = with_item(worked, worked.item("KWA01").model_copy(update={"text": text, "params": ("loket",)}))
    for registers, verdict in ((("standard",), Verdict.A), (("standard", "easy"), Verdict.B)):
        old = edited(asked, registers=registers, params={"loket": "de gemeente"})
        new = edited(asked, registers=registers, params={"loket": "het wijkteam"})
        assert compare(old, new).verdict("KWA01").verdict is verdict


def test_another_text_for_not_knowing_breaks(worked: Questionnaire) -> None:
    scale = worked.scales_by_reference["ja_nee@1"]
    missing = (scale.missing[0].model_copy(update={"text": "Geen idee"}),)
    comparison = compare(worked, with_scale(worked, scale.model_copy(update={"missing": missing})))
    assert codes(comparison.verdict("GES01")) == [Change.OPTION_TEXT]


def test_values_that_options_get_break_even_where_they_had_none(worked: Questionnaire) -> None:
    scale = worked.scales_by_reference["ja_nee@1"]
    valued = tuple(code.model_copy(update={"value": number}) for number, code in enumerate(scale.codes))
    comparison = compare(worked, with_scale(worked, scale.model_copy(update={"codes": valued})))
    assert codes(comparison.verdict("GES01")) == [Change.OPTION_VALUE, Change.OPTION_VALUE]
    assert comparison.verdict("GES01").reasons[0].values["before"] == ("–",)


def test_a_local_question_has_no_concept_to_say(worked: Questionnaire) -> None:
    local = with_item(worked, changed(worked.item("GES01"), concept="local"))
    (reason, *_) = compare(worked, local).verdict("GES01").reasons
    assert (reason.code, reason.values["new"]) == (Change.CONCEPT, ("local",))


# Laws, over edits made at random.

Edit: TypeAlias = Callable[[Questionnaire], Questionnaire]


def stem_edit(item: str) -> Edit:
    return lambda one: with_item(one, changed(one.item(item), text={"stem": one.item(item).text.stem + " Anders."}))


def help_edit(item: str) -> Edit:
    def edit(one: Questionnaire) -> Questionnaire:
        text = one.item(item).text.model_copy(update={"help": "Een uitleg."})
        return with_item(one, one.item(item).model_copy(update={"text": text}))

    return edit


def polarity_edit(item: str) -> Edit:
    return lambda one: with_item(one, one.item(item).model_copy(update={"polarity": Polarity.NEGATIVE}))


def period_edit(item: str) -> Edit:
    return lambda one: with_item(one, one.item(item).model_copy(update={"reference_period": "P4W"}))


def options_turned(scale: str) -> Edit:
    def edit(one: Questionnaire) -> Questionnaire:
        found = one.scales_by_reference[scale]
        return with_scale(one, found.model_copy(update={"codes": found.codes[::-1]}))

    return edit


def missing_dropped(scale: str) -> Edit:
    return lambda one: with_scale(one, one.scales_by_reference[scale].model_copy(update={"missing": ()}))


def unknown_turned(page: str) -> Edit:
    def turned(found: Page) -> Page:
        return found.model_copy(update={"when_unknown": "hide" if found.when_unknown == "show" else "show"})

    return lambda one: edited(one, pages=tuple(turned(found) if found.id == page else found for found in one.pages))


def always_asked(page: str) -> Edit:
    freed = {"show_if": None, "when_unknown": None}
    return lambda one: edited(
        one, pages=tuple(found.model_copy(update=freed) if found.id == page else found for found in one.pages)
    )


def page_moved_to_the_front(page: str) -> Edit:
    def edit(one: Questionnaire) -> Questionnaire:
        found = [other for other in one.pages if other.id == page]
        return with_pages(one, (*found, *(other for other in one.pages if other.id != page)))

    return edit


ITEMS = ("GES01", "TOE01", "TOE02", "PRO01", "KWA01", "EFF01", "VER01")
CONDITIONED = ("wachten", "contact", "effect")
EDITS = st.one_of(
    st.builds(stem_edit, st.sampled_from(ITEMS)),
    st.builds(help_edit, st.sampled_from(ITEMS)),
    st.builds(polarity_edit, st.sampled_from(ITEMS)),
    st.builds(period_edit, st.sampled_from(ITEMS)),
    st.builds(options_turned, st.sampled_from(("eens5@1", "ja_nee@1", "soort_hulp@1"))),
    st.builds(missing_dropped, st.sampled_from(("eens5@1", "ja_nee@1", "soort_hulp@1"))),
    st.builds(unknown_turned, st.sampled_from(CONDITIONED)),
    st.builds(always_asked, st.sampled_from(CONDITIONED)),
    st.builds(page_moved_to_the_front, st.sampled_from(("start", "verhaal"))),
)
OUTSIDE_FINGERPRINTS = {Change.ROUTED_ON}


@pytest.fixture(scope="module")
def sealed(worked: Questionnaire) -> PublishedVersion:
    return publish(worked)


def apply(edits: list[Edit], questionnaire: Questionnaire) -> Questionnaire:
    for edit in edits:
        questionnaire = edit(questionnaire)
    return questionnaire


@given(edits=st.lists(EDITS, max_size=4))
def test_which_version_is_the_older_never_decides_whether_answers_may_be_pooled(
    sealed: PublishedVersion, edits: list[Edit]
) -> None:
    new = publish(apply(edits, sealed.questionnaire))
    there, back = compare_versions(sealed, new), compare_versions(new, sealed)
    assert {one.item: one.poolable for one in there.verdicts} == {one.item: one.poolable for one in back.verdicts}


@given(edits=st.lists(EDITS, max_size=4))
def test_what_breaks_has_another_measurement_and_what_is_equal_does_not_break(
    sealed: PublishedVersion, edits: list[Edit]
) -> None:
    comparison = compare_versions(sealed, publish(apply(edits, sealed.questionnaire)))
    before, now = sealed.fingerprints, comparison.new.fingerprints
    for one in comparison.verdicts[: len(before)]:
        if not one.poolable:
            assert before[one.item].measurement != now[one.item].measurement
        if before[one.item] == now[one.item]:
            assert {reason.code for reason in one.reasons if reason.verdict is not Verdict.A} <= OUTSIDE_FINGERPRINTS


@given(edits=st.lists(EDITS, max_size=3), item=st.sampled_from(ITEMS))
def test_a_help_text_on_top_of_other_edits_never_changes_a_verdict(
    sealed: PublishedVersion, edits: list[Edit], item: str
) -> None:
    so_far = apply(edits, sealed.questionnaire)
    plain, explained = publish(so_far), publish(help_edit(item)(so_far))
    assert plain.fingerprints == explained.fingerprints
    assert verdicts(compare_versions(sealed, plain)) == verdicts(compare_versions(sealed, explained))


@given(edits=st.lists(EDITS, max_size=4))
def test_a_composite_is_as_good_as_its_worst_part(sealed: PublishedVersion, edits: list[Edit]) -> None:
    comparison = compare_versions(sealed, publish(apply(edits, sealed.questionnaire)))
    parts = [comparison.verdict(item).verdict for item in ("TOE01", "KWA01", "EFF01")]
    assert comparison.verdict("ervaring").verdict is max(parts)
