"""Questionnaires on paper: all of them lie on the page where their coordinates say, can be scanned, and lead people as the web does."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import page
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from made_definitions import TEXT
from picturing import require_poppler
from PIL import Image
from pypdf import PdfReader
from scipy import ndimage
from small_worlds import SCALES, all_clients, small_worlds, world

from ceo.web.resident.consent_words import use_words
from ceo.workflows.answering.access_codes import read_brought, read_code
from ceo.workflows.inviting.paper_editions import SPECIMEN
from exports.paper.column import ends_at
from exports.paper.form import (
    BOTTOM,
    LEFT,
    PAGE_CODE,
    RIGHT,
    TOP,
    Box,
    Copy,
    LinkCode,
    PaperContext,
    PaperForm,
    PaperPage,
    Tag,
    Words,
)
from exports.paper.laying_out import coordinates, lay_out
from exports.paper.routing import find_routes, pages_on_paper
from exports.paper.words import printed_languages, words_in
from exports.paper.writing import write_paper_form
from questionnaires.answers import Answer
from questionnaires.definition import DateAnswer, IntegerAnswer, ScaleAnswer
from questionnaires.loading import load_all, load_shipped
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route
from questionnaires.sources import shipped_definitions

CONTEXT = PaperContext(
    municipality="Utrecht",
    anonymous=True,
    closes_on=date(2026, 12, 31),
    phone="14 030",
    website="ceo.example/GM0344",
    made_on=date(2026, 11, 21),
    address="Stadsplein 1, Utrecht",
)
CODE = "BCDF-GHJK-3467"
COPY = Copy(CODE, f"https://ceo.example/GM0344/code/{CODE}-LMNP-QRTV-WXY4")
NEAR = 0.3  # millimetres
# Every kind of answer, and a story with all its uses.
ALL_KINDS = {
    "GES01": {"scale": "ja_nee@1"},
    "HUL01": {"scale": "hulp@1"},
    "CIJ01": {"integer": {"min": 1, "max": 10, "unit": "punt"}},
    "WEK01": {"integer": {"min": 0, "max": 168, "unit": "uur per week"}},
    "DAG01": {"date": {}},
    "TXT01": {"text": {"max_chars": 80}},
    "VER01": {"narrative": {"max_chars": 3000}},
}


def shipped() -> list[str]:
    return [questionnaire.reference for questionnaire in load_all(shipped_definitions())]


def form_of(questionnaire: Questionnaire, **options: Any) -> PaperForm:
    return lay_out(questionnaire, context=CONTEXT, content_hash="sha256:" + "ab" * 32, **options)


def printable(*pages: Mapping[str, object], **other: Any) -> Questionnaire:
    return world(*pages, modes=["web", "paper"], **other)


def all_kinds() -> Questionnaire:
    questionnaire = printable({"items": list(ALL_KINDS), "title": "Over de hulp"}, types=ALL_KINDS)
    consent = {"ask": "after", "scopes": ["leren_intern", "delen_anoniem", "terugbellen"], "default": "none"}
    written = json.loads(questionnaire.model_dump_json(exclude_none=True))
    written["items"][-1]["consent"] = consent
    return Questionnaire.model_validate_json(json.dumps(written))


def boxes(form: PaperForm) -> Iterator[tuple[int, Box]]:
    return ((number, box) for number, one in enumerate(form.pages, start=1) for box in one.boxes)


def said(form: PaperForm) -> list[str]:
    """The texts of a form in the order of reading, the lines of each put together."""
    lines: dict[Tag, list[str]] = {}
    for one in form.pages:
        for mark in one.marks:
            if isinstance(mark, Words):
                lines.setdefault(mark.tag, []).append("".join(run.text for run in mark.runs))
    return [" ".join(some) for some in lines.values()]


def failures(content: bytes) -> list[str]:
    found = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    return [f"{it.rule_id}: {it.message}" for it in found.failures]


def pictures(content: bytes, dots: int, folder: Path) -> list[Image.Image]:
    """The pages as a printer and a scanner would make them, with so many dots an inch."""
    (folder / "form.pdf").write_bytes(content)
    require_poppler()
    command = ["pdftoppm", "-r", f"{dots}", "-gray", f"{folder}/form.pdf", f"{folder}/page"]
    subprocess.run(command, check=True, timeout=60)
    return [Image.open(BytesIO(file.read_bytes())) for file in sorted(folder.glob("page-*.pgm"))]


def drawn_shapes(picture: Image.Image, dots: int) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom in millimetres of all that is drawn in one piece and is no letter or line."""
    labels, _ = ndimage.label(np.asarray(picture) < 128)
    millimetre = dots / 25.4
    found = [(s[1].start, s[0].start, s[1].stop, s[0].stop) for s in ndimage.find_objects(labels)]
    sides = [tuple(side / millimetre for side in one) for one in found]
    return [(a, b, c, d) for a, b, c, d in sides if c - a > 4.4 and d - b > 4.4]


def hollow(shape: tuple[float, float, float, float], size: float) -> bool:
    """Whether a shape is a box or a frame, with its lines around it."""
    return is_square(shape, size) or shape[2] - shape[0] > 100


def is_square(shape: tuple[float, float, float, float], size: float) -> bool:
    return abs(shape[2] - shape[0] - size) < NEAR / 2 and abs(shape[3] - shape[1] - size) < NEAR / 2


def within_a_code(shape: tuple[float, float, float, float], one: PaperPage) -> bool:
    """Whether a shape is part of a square code, which has squares of its own."""
    codes = [PAGE_CODE, *((mark.x, mark.y, mark.size) for mark in one.marks if isinstance(mark, LinkCode))]
    return any(x - 1 < shape[0] < x + size and y - 1 < shape[1] < y + size for x, y, size in codes)


@pytest.mark.parametrize("questionnaire", [all_kinds(), load_shipped("mantelzorg@1")], ids=["all kinds", "shipped"])
def test_every_box_of_the_printed_sheet_lies_where_its_coordinates_say(
    questionnaire: Questionnaire, tmp_path: Path
) -> None:
    form = form_of(questionnaire)
    told = json.loads(json.dumps(coordinates(form)))
    sheets = pictures(write_paper_form(form, [COPY]), 300, tmp_path)
    assert len(sheets) == len(told["pages"]) == len(form.pages)
    for number, (picture, row) in enumerate(zip(sheets, told["pages"], strict=True), start=1):
        shapes = drawn_shapes(picture, 300)
        corners = [shape for shape in shapes if is_square(shape, 8.0)]
        left, top = min(shape[0] for shape in corners), min(shape[1] for shape in corners)
        unknown = {one for one in shapes if hollow(one, 4.8) and not within_a_code(one, form.pages[number - 1])}
        for box in (*row["boxes"], *row["corners"]):
            x, y = left + box["x"], top + box["y"]
            sides = (x, y, x + box["width"], y + box["height"])
            near = [s for s in shapes if all(abs(one - other) <= NEAR for one, other in zip(s, sides, strict=True))]
            assert len(near) == 1, (number, box)
            unknown -= set(near)
        # What is left are the two crossed examples. The black one is a little smaller: it has no line around it.
        assert len(unknown) == (2 if number == 1 else 0)


def test_both_codes_are_read_at_200_dots_an_inch_from_a_sheet_that_lies_three_degrees_askew(tmp_path: Path) -> None:
    form = form_of(load_shipped("mantelzorg@1"))
    for number, picture in enumerate(pictures(write_paper_form(form, [COPY]), 200, tmp_path), start=1):
        for degrees in (-3, 3):
            askew = picture.rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
            found = {(code.format.name, code.text) for code in zxingcpp.read_barcodes(np.asarray(askew))}
            expected = {
                ("QRCode", f"BCDFGHJK3467/{number}/{form.version}"),
                ("Code128", f"BCDFGHJK3467/{number}"),
            }
            link = {("QRCode", COPY.link)} if number == 1 else set()
            assert found == expected | link


def test_what_the_codes_of_a_page_say_is_understood_where_a_code_is_asked_for() -> None:
    for text in ("BCDFGHJK3467/1/3F9A12CD", "BCDFGHJK3467/12/00000000", "BCDFGHJK3467/3"):
        brought = read_brought(b"k" * 32, "GM0344", text)
        assert brought is not None
        assert (brought.code, brought.sealed) == ("BCDFGHJK3467", False)


def test_the_code_of_a_specimen_is_no_code() -> None:
    assert read_code(SPECIMEN) is None
    assert read_brought(b"k" * 32, "GM0344", f"{SPECIMEN.replace('-', '')}/1/3F9A12CD") is None


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_questionnaire_has_a_form_with_all_that_it_asks(name: str) -> None:
    questionnaire = load_shipped(name)
    for register in questionnaire.registers:
        form = form_of(questionnaire, register=register)
        wording, texts = questionnaire.wording("nl", register), said(form)
        assert form.problems == ()
        assert len(form.pages) % 2 == 0
        for number, item in enumerate((it for one in questionnaire.pages for it in one.items), start=1):
            asked = questionnaire.item(item)
            assert f"{number} {wording.stem(asked, {})}" in texts
            own = [box for _, box in boxes(form) if box.item == item and box.kind != "consent"]
            scale = questionnaire.scale_of(asked)
            if scale is None:
                assert own
                continue
            assert [box.code for box in own] == [option.code for option in scale.options]
            assert {wording.label(scale, option.code) for option in scale.options} <= set(texts)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_form_is_clean_by_the_rules_of_accessible_documents(name: str) -> None:
    content = write_paper_form(form_of(load_shipped(name)), [COPY, Copy("CCDF-GHJK-3467")])
    assert failures(content) == []


@pytest.mark.parametrize("language", printed_languages())
def test_a_form_comes_in_each_of_its_languages(language: str) -> None:
    questionnaire, words = load_shipped("wmo@2"), words_in(language)
    assert words is not None
    form = form_of(questionnaire, language=language)
    assert form.problems == ()
    assert form.title == questionnaire.wording(language).title
    assert words.thanks in said(form)
    content = write_paper_form(form, [COPY])
    assert failures(content) == []
    assert PdfReader(BytesIO(content)).root_object["/Lang"] == language
    assert {words.scopes[scope] for scope in words.scopes} == {use_words(scope, language) for scope in words.scopes}


def test_a_language_from_right_to_left_is_told_and_not_printed() -> None:
    form = form_of(load_shipped("wmo@2"), language="ar")
    assert form.pages == ()
    assert [problem.place for problem in form.problems] == ["ar"]


def test_a_questionnaire_that_is_not_for_paper_is_told() -> None:
    form = form_of(world({"items": ["GES01"]}))
    assert form.pages == ()
    assert "niet bedoeld voor papier" in form.problems[0].cause


def test_copies_stand_behind_each_other_each_with_its_own_code_and_nothing_else_differs(tmp_path: Path) -> None:
    form = form_of(load_shipped("mantelzorg@1"))
    content = write_paper_form(form, [COPY, Copy("CCDF-GHJK-3467", "https://ceo.example/2"), Copy()])
    pages = [one.extract_text() for one in PdfReader(BytesIO(content)).pages]
    assert len(pages) == 3 * len(form.pages)
    assert [CODE in text for text in pages] == [True, True, False, False, False, False]
    codes = [
        sorted(code.text for code in zxingcpp.read_barcodes(np.asarray(picture)) if code.format.name == "Code128")
        for picture in pictures(content, 200, tmp_path)
    ]
    assert codes == [[f"{code}/{number}"] for code in ("BCDFGHJK3467", "CCDFGHJK3467", "") for number in (1, 2)]
    assert write_paper_form(form, [COPY]) == write_paper_form(form, [COPY])


def test_twelve_short_questions_fit_on_one_sheet() -> None:
    types = {f"KOR{number:02}": {"scale": "kort@1"} for number in range(12)}
    short = {"type": "nominal", "codes": [{"code": "ja", "text": "Ja"}, {"code": "nee", "text": "Nee"}]}
    form = form_of(printable(*({"items": [item]} for item in types), types=types, scales={"kort": short}))
    assert len(form.pages) == 2


def test_the_last_words_never_take_a_sheet_of_their_own() -> None:
    form = form_of(all_kinds())
    assert len(form.pages) == 2
    assert not [text for text in said(form) if "Dank u wel" in text]


def test_a_question_is_never_split_when_it_fits_on_a_page() -> None:
    form = form_of(load_shipped("gm0344.voorbeeld@1"))
    pages: dict[str, set[int]] = {}
    for number, box in boxes(form):
        pages.setdefault(box.item, set()).add(number)
    assert all(len(found) == 1 for found in pages.values())


def test_the_version_of_a_layout_changes_when_a_box_moves_and_not_when_the_words_of_the_foot_do() -> None:
    questionnaire = load_shipped("mantelzorg@1")
    form = form_of(questionnaire)
    assert coordinates(form)["version"] == form.version == form_of(questionnaire).version
    assert lay_out(questionnaire, context=replace(CONTEXT, phone="14 038"), content_hash=form.content_hash).version == (
        form.version
    )
    assert form_of(questionnaire, register="easy").version != form.version


def test_numbers_and_dates_have_a_box_for_each_sign() -> None:
    found = [(box.item, box.kind, box.code, box.place) for _, box in boxes(form_of(all_kinds()))]
    assert [one[2:] for one in found if one[0] == "WEK01"] == [("number", 1), ("number", 2), ("number", 3)]
    assert [one[2:] for one in found if one[0] == "DAG01"] == [
        *(("day", place) for place in (1, 2)),
        *(("month", place) for place in (1, 2)),
        *(("year", place) for place in (1, 2, 3, 4)),
    ]
    assert [one[1:3] for one in found if one[0] == "CIJ01"] == [("choice", f"{grade}") for grade in range(1, 11)]


def test_a_story_asks_for_its_uses_and_nobody_leaves_a_telephone_number() -> None:
    form = form_of(all_kinds())
    uses = [box.code for _, box in boxes(form) if box.kind == "consent"]
    assert uses == ["leren_intern", "delen_anoniem"]
    assert "Wilt u met iemand over uw verhaal praten? Bel 14 030." in said(form)


# Routing: GES01 is question 1 with ja, nee and weet ik niet.
YES = {"eq": [{"answer": "GES01"}, {"code": "ja"}]}
NOT_NO = {"ne": [{"answer": "GES01"}, {"code": "nee"}]}


def routed(*pages: Mapping[str, object]) -> list[str]:
    """What a form says beside its questions: behind options, and above questions."""
    starts = ("Ga naar vraag", "U bent klaar", "Sla ", "Vul vraag", "Vul deze", "Vraag ", "Alleen", "Niet ")
    return [text for text in said(form_of(printable(*pages))) if text.startswith(starts)]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        # Right behind its question, an option leads past what it leaves out.
        (
            [{"items": ["KWA01"], "show_if": YES, "when_unknown": "hide"}, {"items": ["EIN01"]}],
            ["Ga naar vraag 3", "Ga naar vraag 3"],
        ),
        (
            [{"items": ["KWA01"], "show_if": NOT_NO, "when_unknown": "show"}, {"items": ["EIN01"]}],
            ["Ga naar vraag 3"],
        ),
        ([{"items": ["EIN01"], "show_if": NOT_NO, "when_unknown": "show"}], ["U bent klaar met de vragen"]),
        # Further on, a sentence stands above it; once for questions that follow each other.
        (
            [{"items": ["KWA01"]}, {"items": ["EIN01"], "show_if": NOT_NO, "when_unknown": "show"}],
            ["Sla deze vraag over als bij vraag 1 ‘Nee’ is ingevuld."],
        ),
        (
            [{"items": ["KWA01"]}, {"items": ["EIN01"], "show_if": YES, "when_unknown": "hide"}],
            ["Vul deze vraag alleen in als bij vraag 1 ‘Ja’ is ingevuld."],
        ),
        (
            [
                {"items": ["KWA01"]},
                {"items": ["WEK01"], "show_if": NOT_NO, "when_unknown": "show"},
                {"items": ["EIN01"], "show_if": NOT_NO, "when_unknown": "show"},
            ],
            ["Sla vraag 3 tot en met 4 over als bij vraag 1 ‘Nee’ is ingevuld."],
        ),
        # More answers together, or one of several: in words.
        (
            [
                {"items": ["HUL01"]},
                {
                    "items": ["EIN01"],
                    "show_if": {"all": [YES, {"includes": [{"answer": "HUL01"}, {"code": "huis"}]}]},
                    "when_unknown": "hide",
                },
            ],
            ["Alleen invullen als bij vraag 1 ‘Ja’ is ingevuld en bij vraag 2 ‘huis’ is ingevuld."],
        ),
        # The words of the author stand first.
        (
            [
                {"items": ["KWA01"]},
                {"items": ["WEK01"], "show_if": YES, "when_unknown": "hide", "paper": "Alleen na een gesprek {echt}."},
                {"items": ["EIN01"], "show_if": YES, "when_unknown": "hide", "paper": "Alleen na een gesprek {echt}."},
            ],
            ["Vraag 3 tot en met 4: alleen na een gesprek {echt}."],
        ),
        # A page that never comes on paper is not there, and what comes on paper only is for everybody.
        (
            [{"items": ["EIN01"], "show_if": {"eq": [{"response": "mode"}, {"code": "web"}]}, "when_unknown": "hide"}],
            [],
        ),
        (
            [
                {
                    "items": ["EIN01"],
                    "show_if": {"eq": [{"response": "mode"}, {"code": "paper"}]},
                    "when_unknown": "hide",
                }
            ],
            [],
        ),
    ],
)
def test_the_way_through_a_form_is_told_in_words(pages: list[Mapping[str, object]], expected: list[str]) -> None:
    assert routed({"items": ["GES01"]}, *pages) == expected


def test_what_cannot_be_told_is_a_problem_with_its_cure() -> None:
    condition = {"gt": [{"mul": [{"answer": "WEK01"}, 7]}, 10]}
    hidden = {"items": ["EIN01"], "show_if": condition, "when_unknown": "hide"}
    (problem,) = form_of(printable({"items": ["WEK01"]}, hidden)).problems
    assert problem.place == "vraag 2 (p1)"
    assert "paper" in problem.cure
    assert form_of(printable({"items": ["WEK01"]}, {**hidden, "paper": "Alleen na twee weken."})).problems == ()


def test_a_number_below_zero_and_a_sign_without_letters_are_problems() -> None:
    below = {"integer": {"min": -5, "max": 5, "unit": "graad"}}
    (problem,) = form_of(printable({"items": ["WEK01"]}, types={"WEK01": below})).problems
    assert "onder nul" in problem.cause
    smiling = {**SCALES["ja_nee"], "codes": [{"code": "ja", "text": "Ja 😀"}, {"code": "nee", "text": "Nee"}]}
    (problem,) = form_of(printable({"items": ["GES01"]}, scales={"ja_nee": smiling})).problems
    assert "Ja 😀" in problem.cause


@settings(max_examples=40, deadline=None)
@given(small_worlds())
def test_who_follows_a_form_is_asked_what_the_web_asks(questionnaire: Questionnaire) -> None:
    wording, words = questionnaire.wording(), words_in("nl")
    assert words is not None
    printed = pages_on_paper(questionnaire, wording)
    routes = find_routes(printed, wording, words)
    told = told_pages(printed, set(routes.instructions)) | set(routes.untold)
    for answers, circumstances in all_clients(questionnaire):
        if circumstances.sample or (circumstances.mode != "paper" and reads_mode(questionnaire)):
            continue
        on_web = {step.page.id for step in route(questionnaire, answers, replace(circumstances, mode="paper")).steps}
        read = set(pages_read(printed, routes.leading, answers))
        assert on_web <= read
        for place in read - on_web - told:
            # Only who left a question empty reads on without a word: what they fill in there does not count.
            (source,) = printed.routes.pages[[one.id for one in printed.pages].index(place)].reads
            answer = answers[source]
            assert answer.missing == "skipped" or place_of(printed, source) not in on_web


def reads_mode(questionnaire: Questionnaire) -> bool:
    return "'mode'" in repr(questionnaire.pages)


def place_of(printed: Questionnaire, item: str) -> str:
    return next((one.id for one in printed.pages if item in one.items), "")


def told_pages(printed: Questionnaire, first: set[str]) -> set[str]:
    """The pages above which something is said, or above the first of those that follow each other."""
    told: set[str] = set()
    for before, one in zip((None, *printed.pages), printed.pages, strict=False):
        same = before is not None and before.id in told and before.show_if is not None and one.show_if is not None
        if one.id in first or same:
            told.add(one.id)
    return told


def pages_read(
    printed: Questionnaire, leading: Mapping[tuple[str, str], int], answers: Mapping[str, Answer]
) -> Iterator[str]:
    """Walk through a form as a reader who answers everything and follows the arrows."""
    place = 0
    while place < len(printed.pages):
        one = printed.pages[place]
        yield one.id
        place += 1
        (item,) = one.items
        code = chosen(printed, item, answers.get(item))
        if (item, code) in leading:
            number = leading[item, code]
            place = number - 1 if number else len(printed.pages)


def chosen(printed: Questionnaire, item: str, answer: Answer | None) -> str:
    scale = printed.scale_of(printed.item(item))
    if answer is None or scale is None:
        return ""
    reasons = {option.reason: option.code for option in scale.missing}
    return reasons.get(answer.missing, "") if answer.missing is not None else f"{answer.value}"  # type: ignore[call-overload]


@st.composite
def made_questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Questionnaires with any texts, options and limits."""
    names = [f"VRA{number:02}" for number in range(draw(st.integers(1, 6)))]
    texts = TEXT.map(str.strip).filter(bool)
    long_texts = st.one_of(texts, st.lists(texts, min_size=1, max_size=30).map(" ".join), st.just("w" * 300))
    scales, types = {}, {}
    for name in names:
        codes = [{"code": f"c{n}", "text": draw(long_texts)} for n in range(draw(st.integers(2, 12)))]
        missing = [
            {"code": f"m{n}", "text": draw(long_texts), "reason": "dont_know"} for n in range(draw(st.integers(0, 2)))
        ]
        kind = draw(st.sampled_from(["nominal", "multi"]))
        scales[f"s_{name.lower()}"] = {"type": kind, "codes": codes, "missing": missing}
        low = draw(st.integers(-10, 1000))
        types[name] = draw(
            st.sampled_from(
                [
                    {"scale": f"s_{name.lower()}@1"},
                    {"integer": {"min": low, "max": low + draw(st.integers(0, 10**6)), "unit": draw(long_texts)}},
                    {"date": {}},
                    {"text": {"max_chars": draw(st.integers(1, 200))}},
                    {"narrative": {"max_chars": draw(st.integers(1, 20_000))}},
                ]
            )
        )
    made = printable(*({"items": [name], "title": draw(long_texts)} for name in names), types=types, scales=scales)
    written = json.loads(made.model_dump_json(exclude_none=True))
    written["title"] = draw(long_texts)
    for item in written["items"]:
        item["text"] = {"stem": draw(long_texts), "help": draw(long_texts)}
    return Questionnaire.model_validate_json(json.dumps(written))


@settings(max_examples=25, deadline=None)
@given(made_questionnaires())
def test_whatever_is_asked_no_boxes_overlap_and_all_stand_within_the_margins(questionnaire: Questionnaire) -> None:
    form = form_of(questionnaire)
    assert len(form.pages) % 2 == 0
    for one in form.pages:
        for first, second in combinations(one.boxes, 2):
            beside = first.x + first.width <= second.x or second.x + second.width <= first.x
            below = first.y + first.height <= second.y or second.y + second.height <= first.y
            assert beside or below
        for mark in one.marks:
            if isinstance(mark, Box):
                assert LEFT <= mark.x <= mark.x + mark.width <= RIGHT
                assert TOP <= mark.y <= mark.y + mark.height <= BOTTOM
            if isinstance(mark, Words):
                assert LEFT <= mark.x <= ends_at(mark) <= RIGHT + 0.1
                assert TOP <= mark.y <= BOTTOM
    found = [box.item for _, box in boxes(form)]
    assert {item.id for item in questionnaire.items} <= set(found)


def test_the_kinds_of_answers_that_forms_know_are_all_there_are() -> None:
    kinds = {type(load_item.type) for load_item in all_kinds().items}
    assert {ScaleAnswer, IntegerAnswer, DateAnswer} <= kinds
    assert len(kinds) == 5
