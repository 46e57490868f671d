from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import page
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from exports.answers_copy import AnswersCopy, CopiedAnswer
from exports.pdf.answers_copying import write_answers_copy
from exports.pdf.lettering import Line, set_lines
from exports.typeface import face

DUTCH = AnswersCopy(
    title="Uw antwoorden",
    sender="Gemeente Utrecht",
    introduction=("Ervaringen met hulp", "Deze kopie is gemaakt op 21 november 2026."),
    answers=(
        CopiedAnswer("Heeft u een gesprek gehad?", "Ja"),
        CopiedAnswer("Welk cijfer geeft u?", "8"),
        CopiedAnswer(
            "Wat wilt u nog vertellen?", "Het ging goed.\nHet duurde lang.", ("De gemeente mag ervan leren.",)
        ),
        CopiedAnswer("Wat vindt u van het wachten?", "Overgeslagen"),
    ),
    made_on=date(2026, 11, 21),
    language="nl",
    direction="ltr",
)
THANKS = "شكرا لكم (من القلب)، انتظرت 12 أسبوعا"
ARABIC = replace(
    DUTCH,
    title="إجاباتك",
    sender="بلدية Utrecht",
    introduction=("تم إنشاء هذه النسخة في 21 نوفمبر 2026.",),
    answers=(
        CopiedAnswer("هل أجريت محادثة؟", "نعم"),
        CopiedAnswer("ما هي الدرجة؟", "8"),
        CopiedAnswer("ماذا تريد أن تقول؟", THANKS),
        CopiedAnswer("قصة", "Het ging goed. " * 12),
    ),
    language="ar",
    direction="rtl",
)
LONG_STORY = replace(DUTCH, answers=(CopiedAnswer("Wat wilt u vertellen?", "Het ging goed. " * 500 + "w" * 400),) * 2)


def failures(content: bytes) -> list[str]:
    found = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    return [f"{it.rule_id}: {it.message}" for it in found.failures]


def read(copy: AnswersCopy) -> PdfReader:
    return PdfReader(BytesIO(write_answers_copy(copy)))


def elements(reader: PdfReader) -> Iterator[DictionaryObject]:
    """All structure elements in the order of reading."""
    waiting: list[Any] = [reader.trailer["/Root"]["/StructTreeRoot"]["/K"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, DictionaryObject) and "/S" in node:
            yield node
            waiting += [node["/K"]] if "/K" in node else []


def texts(reader: PdfReader) -> str:
    return " ".join(" ".join(it.extract_text().split()) for it in reader.pages)


@pytest.mark.parametrize("copy", [DUTCH, ARABIC, LONG_STORY], ids=["dutch", "arabic", "long story"])
def test_a_copy_meets_every_rule_of_pdf_ua_that_a_machine_can_check(copy: AnswersCopy) -> None:
    assert failures(write_answers_copy(copy)) == []


def test_every_question_and_answer_can_be_read_in_order() -> None:
    text = texts(read(DUTCH))
    told = [part for copied in DUTCH.answers for part in (copied.question, *copied.answer.split("\n"), *copied.remarks)]
    places = [text.index(part) for part in (DUTCH.title, DUTCH.sender, *DUTCH.introduction, *told)]
    assert places == sorted(places)


def test_questions_are_headings_and_bookmarks() -> None:
    reader = read(DUTCH)
    roles = [str(it["/S"]) for it in elements(reader)]
    assert roles[:2] == ["/Document", "/H1"]
    assert roles.count("/H2") == len(DUTCH.answers)
    [title, questions] = reader.outline
    assert title.title == DUTCH.title
    assert [it.title for it in questions] == [copied.question for copied in DUTCH.answers]


def test_the_file_says_who_asked_in_which_language_and_on_which_day_and_nothing_else() -> None:
    reader = read(ARABIC)
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert reader.metadata.title == ARABIC.title
    assert reader.metadata.author == ARABIC.sender
    assert reader.metadata.creation_date.isoformat() == "2026-11-21T00:00:00+00:00"


def test_an_arabic_text_is_drawn_in_joined_shapes_and_read_as_it_was_written() -> None:
    reader = read(ARABIC)
    held = [str(it["/ActualText"]) for it in elements(reader) if "/ActualText" in it]
    assert held == [
        ARABIC.title,
        ARABIC.sender,
        *ARABIC.introduction,
        "هل أجريت محادثة؟",
        "نعم",
        "ما هي الدرجة؟",
        "ماذا تريد أن تقول؟",
        THANKS,
        "قصة",
    ]


def test_a_text_in_other_letters_is_said_to_be_in_the_language_of_those_letters() -> None:
    spoken = {str(it["/S"]) + str(it["/Lang"]) for it in elements(read(ARABIC)) if "/Lang" in it}
    assert spoken == {"/H1ar", "/H2ar", "/Par", "/Pnl"}


def test_the_text_of_signs_that_no_font_has_is_kept_for_who_listens() -> None:
    smiling = replace(DUTCH, answers=(CopiedAnswer("Hoe was het?", "Fijn 😀😀"),))
    reader = read(smiling)
    assert "Fijn \N{REPLACEMENT CHARACTER}" in texts(reader)
    assert [str(it["/ActualText"]) for it in elements(reader) if "/ActualText" in it] == ["Fijn 😀😀"]


def test_only_embedded_letters_are_used() -> None:
    fonts = [font.get_object() for it in read(ARABIC).pages for font in it["/Resources"]["/Font"].values()]
    assert {str(font["/BaseFont"]).partition("+")[2] for font in fonts} == {
        "NotoSans-Regular",
        "NotoSans-Bold",
        "NotoSansArabic-Regular",
        "NotoSansArabic-Bold",
    }


def test_a_long_story_goes_on_over_pages_and_stays_one_paragraph() -> None:
    reader = read(LONG_STORY)
    assert len(reader.pages) > 2
    assert sum(str(it["/S"]) == "/P" for it in elements(reader)) == 1 + len(LONG_STORY.introduction) + 2
    assert texts(reader).count("Het ging goed.") == 1000
    assert f"1 / {len(reader.pages)}" in texts(reader)


def test_a_question_never_stands_last_on_its_page() -> None:
    many = replace(DUTCH, answers=tuple(CopiedAnswer(f"Vraag {n}?", "Ja\nNee") for n in range(60)))
    for it in read(many).pages:
        *_, last, _number_of_the_page = [line for line in it.extract_text().splitlines() if line.strip()]
        assert not last.startswith("Vraag")


def test_the_same_copy_gives_the_same_bytes() -> None:
    assert write_answers_copy(ARABIC) == write_answers_copy(ARABIC)


def drawn(lines: tuple[Line, ...]) -> list[str]:
    """The lines as they stand on paper, shapes of letters as plain letters."""
    return [unicodedata.normalize("NFKC", "".join(run.text for run in line.runs)) for line in lines]


def test_arabic_words_stand_from_right_to_left_with_brackets_turned_and_numbers_as_they_are() -> None:
    [line] = drawn(set_lines("عدد (12) هنا", 500, 12, bold=False, direction="rtl"))
    assert line == "هنا"[::-1] + " (12) " + "عدد"[::-1]


def test_dutch_words_in_an_arabic_line_stand_from_left_to_right() -> None:
    [line] = drawn(set_lines("بلدية Den Haag", 500, 12, bold=False, direction="rtl"))
    assert line == "Den Haag " + "بلدية"[::-1]


def test_a_line_end_in_a_text_stays_one() -> None:
    assert drawn(set_lines("een\n\ntwee", 500, 12, bold=False, direction="ltr")) == ["een", "", "twee"]


def test_a_lone_line_stands_where_the_document_begins_and_several_where_their_letters_begin() -> None:
    [number] = set_lines("8", 500, 12, bold=False, direction="rtl")
    [dutch] = set_lines("Goed", 500, 12, bold=False, direction="rtl")
    story = set_lines("Goed\nLang", 500, 12, bold=False, direction="rtl")
    assert number.left > 480
    assert dutch.left > 460
    assert [line.left for line in story] == [0, 0]


@given(
    st.text(alphabet=st.one_of(st.sampled_from("aé wn\n(1)،؟شكرا لا пр"), st.characters(codec="utf-8")), max_size=200),
    st.sampled_from(["ltr", "rtl"]),
)
@example("w" * 200, "ltr")
@example("شكرا" * 50, "rtl")
@settings(max_examples=60)
def test_whatever_somebody_wrote_stays_within_the_page(text: str, direction: Any) -> None:
    for line in set_lines(text, 200, 12, bold=True, direction=direction):
        width = sum(face(run.font).stringWidth(run.text, 12) for run in line.runs)
        assert line.left >= -0.01
        assert line.left + width <= 200.01
