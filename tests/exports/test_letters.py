"""Letters on paper: read aloud in the right order, the address within the window of the envelope, a QR code that any reader reads."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import page
import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from picturing import require_poppler
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Promise
from ceo.web.languages import LANGUAGE_NAMES
from ceo.workflows.house.style import NO_STYLE, Style, demonstration_style
from ceo.workflows.inviting.fixed_words import RoundFacts, fixed_words
from ceo.workflows.inviting.letter_paper import Paper, letter_problems, write_specimen
from ceo.workflows.inviting.texts import EASY, STANDARD, default_texts, filled_in
from exports.letters.laying_out import place_address
from exports.letters.letter import WINDOW, Letter, LetterLook, LettersIdentity
from exports.letters.writing import find_problems, write_letters

TODAY: Final = date(2026, 11, 22)
IDENTITY: Final = LettersIdentity("Uitnodigingen: Wmo-meting", "Brieven om te drukken", TODAY)
# Of a series, which promises most words.
FACTS: Final = RoundFacts(
    municipality="GM0796",
    name="'s-Hertogenbosch",
    title="Wmo-meting 2026",
    closes_on=date(2026, 12, 31),
    phone="073 615 51 55",
    promise=Promise.PSEUDONYMOUS,
    erase_on=date(2027, 3, 1),
    languages=tuple(LANGUAGE_NAMES),
    has_easy=True,
    address="https://ceo.s-hertogenbosch.nl/GM0796",
    asks_again=True,
)
CODE: Final = "BCDF-GHJK-3467"
LINK: Final = f"{FACTS.address}/code/{CODE}-LMNP-QRTV-WXY9"
SHORT: Final = ("Mevrouw A. de Vries", "Oudegracht 12 bis", "3511 AB Utrecht")
LONG: Final = (
    "De heer prof. mr. dr. Maximiliaan-Alexander van der Westerbrugge-van Heukelom tot Zwanenburg",
    "voor Wilhelmina-Elisabeth Çağrı-Świętosławska",
    "Burgemeester van de Voort van Zijpplein 1234 huisnummertoevoeging III-achter",
    "3511 AB Nieuwerkerk aan den IJssel",
)
DPI: Final = 100


def paper(kind: LetterKind = LetterKind.INVITATION, register: str = STANDARD, style: Style = NO_STYLE) -> Paper:
    own = filled_in(default_texts(kind, register), municipality=FACTS.name, closes_on="31 december 2026")
    return Paper(FACTS, kind, own, fixed_words(FACTS, kind, register), style, TODAY)


def letter(address: tuple[str, ...] = SHORT, link: str = LINK) -> Letter:
    return Letter(address, CODE, link, paper().words)


def written(*letters: Letter, style: Style | None = None) -> bytes:
    look = paper(style=style or demonstration_style()).look
    assert find_problems(letters, look) == ()
    return write_letters(letters, look, IDENTITY)


def failures(content: bytes) -> list[str]:
    found = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    return [f"{it.rule_id}: {it.message}" for it in found.failures]


def picture(content: bytes, folder: Path, *, dpi: int = DPI) -> Image.Image:
    """The first page in grey, drawn by a program that is not ours."""
    file = folder / "brief.pdf"
    file.write_bytes(content)
    require_poppler()
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", str(file), str(folder / "brief")], check=True, timeout=60
    )
    return Image.open(folder / "brief.pgm")


def ink(drawn: Image.Image, left: float, top: float, right: float, bottom: float) -> tuple[float, ...] | None:
    """Where within a part of the page something is printed: left, top, right and bottom, all in millimetres."""
    scale = drawn.width / 210
    corner = (round(left * scale), round(top * scale))
    part = drawn.crop((*corner, round(right * scale), round(bottom * scale)))
    found = part.point(lambda grey: 255 if grey < 200 else 0).getbbox()
    if found is None:
        return None
    return tuple((number + corner[place % 2]) / scale for place, number in enumerate(found))


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


@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("register", [STANDARD, EASY])
def test_our_own_words_fit_with_every_language_the_longest_promise_and_a_long_name(
    kind: LetterKind, register: str
) -> None:
    tried = paper(kind, register, demonstration_style())
    assert letter_problems(tried) == ()
    content = write_specimen(tried)
    assert failures(content) == []
    assert len(PdfReader(BytesIO(content)).pages) == 1


def test_letters_meet_every_rule_of_pdf_ua_that_a_machine_can_check_one_page_each() -> None:
    content = written(letter(), letter(LONG), letter(("Nguyễn Thị Hương", "Дніпро 1", "1000 AA Ede")))
    assert failures(content) == []
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) == 3
    assert [str(it["/S"]) for it in elements(reader)].count("/Sect") == 3
    fonts = {str(font["/BaseFont"]) for it in reader.pages for font in _fonts(it)}
    assert all("NotoSans" in name for name in fonts)


def _fonts(it: Any) -> list[Any]:
    own = list(it["/Resources"]["/Font"].values())
    return [font.get_object() for font in own]


def test_a_letter_is_read_aloud_in_the_order_in_which_it_is_read_on_paper(tmp_path: Path) -> None:
    file = tmp_path / "brief.pdf"
    file.write_bytes(written(letter()))
    require_poppler()
    told = subprocess.run(
        ["pdfinfo", "-struct-text", str(file)], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    words = paper().words
    parts = [
        "Gemeente 's-Hertogenbosch",
        "Retour: ",
        SHORT[0],
        "22 november 2026",
        "H1 (block)",
        words.subject,
        words.before[0],
        "H2 (block)",
        words.how,
        words.scan,
        "Figure",
        words.by_code,
        CODE,
        words.by_phone,
        words.until,
        words.after[0][:60],
        "Met vriendelijke groet,",
        "Questions in English",
        words.privacy,
    ]
    places = [" ".join(told.split()).find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_each_line_in_another_language_says_so_and_arabic_is_kept_as_it_is_written() -> None:
    spoken = {
        str(it["/Lang"]): str(it.get("/ActualText", ""))
        for it in elements(PdfReader(BytesIO(written(letter()))))
        if "/Lang" in it
    }
    assert set(spoken) == set(LANGUAGE_NAMES) - {"nl"}
    assert spoken["ar"].startswith("الأسئلة بالعربية")


@pytest.mark.parametrize("address", [SHORT, LONG], ids=["short", "long"])
def test_the_address_lies_within_the_window_and_nothing_else_does(address: tuple[str, ...], tmp_path: Path) -> None:
    drawn = picture(written(letter(address)), tmp_path)
    left, top, right, bottom = ink(drawn, 0, WINDOW.top - 6, WINDOW.right + 10, WINDOW.bottom + 4) or (0,) * 4
    assert WINDOW.left + 1.5 <= left
    assert right <= WINDOW.right - 1.5
    assert WINDOW.top + 1.5 <= top
    assert bottom <= WINDOW.bottom - 1.5
    # Where a window of 110 by 40 mm may show more, there is nothing but paper.
    assert ink(drawn, WINDOW.right, WINDOW.top - 2, 130 - 10, WINDOW.bottom + 4) is None


def test_nothing_stands_where_printers_cannot_print_and_the_fold_is_marked_in_the_middle(tmp_path: Path) -> None:
    drawn = picture(written(letter(LONG)), tmp_path)
    _, top, right, bottom = ink(drawn, 0, 0, 210, 297) or (0,) * 4
    assert top >= 10
    assert right <= 192
    assert bottom <= 290
    _, fold_top, fold_right, fold_bottom = ink(drawn, 0, 0, 15, 297) or (0,) * 4
    assert abs((fold_top + fold_bottom) / 2 - 297 / 2) < 0.5
    assert fold_right < 10


@pytest.mark.parametrize("dpi", [100, 200])
def test_the_qr_code_leads_to_the_link_of_the_letter_and_is_32_millimetres(tmp_path: Path, dpi: int) -> None:
    drawn = picture(written(letter()), tmp_path, dpi=dpi)
    [found] = zxingcpp.read_barcodes(drawn, formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == LINK
    assert abs((found.position.top_right.x - found.position.top_left.x) / dpi * 25.4 - 32) < 1


def test_the_qr_code_survives_a_sheet_that_lies_askew(tmp_path: Path) -> None:
    drawn = picture(written(letter()), tmp_path).rotate(3, fillcolor=255, resample=Image.Resampling.BILINEAR)
    assert [found.text for found in zxingcpp.read_barcodes(drawn)] == [LINK]


def test_the_code_stands_in_groups_of_four_in_large_letters() -> None:
    sizes: dict[str, float] = {}

    def see(text: str, _matrix: Any, _text_matrix: Any, _font: Any, size: float) -> None:
        sizes[text.strip()] = size

    PdfReader(BytesIO(written(letter()))).pages[0].extract_text(visitor_text=see)
    assert sizes[CODE] == 16


def test_each_letter_has_its_own_address_and_code_and_shares_the_words() -> None:
    many = [letter((f"Naam {number}", "Straat 1", "1000 AA Ede"), f"{LINK}{number}") for number in range(12)]
    content = written(*many)
    require_poppler()
    read = subprocess.run(
        ["pdftotext", "-", "-"], input=content, capture_output=True, check=True, timeout=60
    ).stdout.decode()
    for number, text in enumerate(read.removesuffix("\f").split("\f")):
        assert f"Naam {number}" in text
        assert CODE in text
        assert "nooit over u alleen" in " ".join(text.split())
    one = len(written(many[0]))
    # What all letters say stands in the file once. Most of what each adds is the structure for who listens.
    assert (len(content) - one) / 11 < 12_000
    drawn = PdfReader(BytesIO(content)).pages[5]["/Contents"].get_object().get_data()
    assert drawn.count(b" Do") > 15
    assert drawn.count(b"Tj") < 12


def test_what_does_not_fit_is_told_with_place_cause_and_cure_and_never_cut() -> None:
    words = replace(paper().words, before=("Een lange zin. " * 200,))
    look = LetterLook("Gemeente Ede", ("regel",) * 20)
    found = find_problems([Letter(SHORT, CODE, LINK, words), Letter(LONG * 3, CODE, LINK, words)], look)
    assert [(it.letter, it.place) for it in found] == [(0, "afzender"), (0, "tekst"), (2, "adres")]
    assert "past niet op één bladzijde" in found[1].cause
    assert all(it.cure for it in found)


def test_signs_that_no_letter_here_has_are_told() -> None:
    words = replace(paper().words, subject="Hallo 😀")
    [found] = find_problems([Letter(SHORT, CODE, LINK, words)], LetterLook("Gemeente Ede"))
    assert found.cause == "Dit kan niet worden gedrukt: Hallo 😀"


def test_the_same_letters_give_the_same_bytes() -> None:
    assert written(letter(), letter(LONG)) == written(letter(), letter(LONG))


def test_a_house_without_a_style_writes_too_and_a_colour_too_light_for_paper_becomes_black() -> None:
    assert failures(written(letter(), style=NO_STYLE)) == []
    light = replace(demonstration_style().theme, tokens={"--basis-color-action-1-color-default": "#ffe600"})
    assert paper(style=Style(theme=light)).look.colour == "#1a1a1a"
    assert paper(style=demonstration_style()).look.colour == "#5b2a86"


def colours(drawn: Image.Image) -> set[tuple[int, ...]]:
    part = drawn.convert("RGB").crop((0, 0, drawn.width // 2, drawn.height // 6))
    return {colour for count, colour in part.getcolors(maxcolors=100_000) or [] if count > 40}


def in_colour(content: bytes, folder: Path) -> Image.Image:
    file = folder / "brief.pdf"
    file.write_bytes(content)
    require_poppler()
    subprocess.run(
        ["pdftoppm", "-r", "60", "-png", "-singlefile", str(file), str(folder / "brief")], check=True, timeout=60
    )
    return Image.open(folder / "brief.png")


def test_a_logo_is_drawn_as_a_picture_or_as_shapes_in_its_own_colours(tmp_path: Path) -> None:
    drawing = in_colour(written(letter()), tmp_path)
    assert {(0x5B, 0x2A, 0x86), (0x1C, 0x7C, 0x54)} <= colours(drawing)
    image, stream = Image.new("RGBA", (120, 40), (0, 0, 0, 0)), BytesIO()
    ImageDraw.Draw(image).rectangle((0, 0, 60, 39), fill=(200, 30, 40, 255))
    image.save(stream, "PNG")
    logo = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
    content = written(letter(), letter(LONG), style=Style(logo=logo))
    assert failures(content) == []
    assert (200, 30, 40) in colours(in_colour(content, tmp_path))


SHAPES: Final = """<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 60 40'>
<defs><clipPath id='half'><rect x='0' y='0' width='10' height='20'/></clipPath>
<linearGradient id='blend'><stop offset='0' stop-color='#00ff00'/><stop offset='1' stop-color='#0000ff'/></linearGradient></defs>
<circle cx='10' cy='10' r='10' fill='#f00' clip-path='url(#half)'/>
<g transform='translate(20 0) scale(2)'><path d='M0 0h5v5H0z m1 1' fill='url(#blend)'/></g>
<path d='M40 10a10 10 0 1 1 20 0 10 10 0 01-20 0z' fill='rgb(0, 0, 255)' opacity='1'/>
<polygon points='0,25 20,25 10,40' fill='none' stroke='black' stroke-width='2'/>
<rect x='30' y='25' width='20' height='12' rx='3' fill='orange'/></svg>"""


def test_shapes_of_a_drawing_stand_where_browsers_draw_them(tmp_path: Path) -> None:
    from urllib.parse import quote

    logo = "data:image/svg+xml," + quote(SHAPES)
    drawn = in_colour(write_letters([letter()], LetterLook("Gemeente Ede", logo=logo), IDENTITY), tmp_path).convert(
        "RGB"
    )
    # 60 by 40 in a box of 80 by 24 mm, 20 mm from the left and 12 from the top: 0.6 mm a unit.
    scale = drawn.width / 210

    def at(x: float, y: float) -> tuple[int, ...]:
        colour = drawn.getpixel((int((20 + 0.6 * x) * scale), int((12 + 0.6 * y) * scale)))
        assert isinstance(colour, tuple)
        return colour

    assert at(5, 10) == (255, 0, 0)
    assert at(15, 10) == (255, 255, 255)  # clipped away
    assert at(25, 5) == (0, 255, 0)  # the first colour of the gradient
    assert at(50, 10) == at(43, 14) == (0, 0, 255)
    assert at(41, 1.5) == (255, 255, 255)  # outside the circle
    assert at(40, 31) == (255, 165, 0)
    assert at(10, 30) == (255, 255, 255)  # within the triangle, which is not filled
    assert at(10, 25)[0] < 120


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=90), max_size=6))
@example(["W" * 300])
@example(["Straat"] * 6)
@settings(max_examples=40)
def test_any_address_lies_within_the_window_or_is_told(address: list[str]) -> None:
    mm = 72 / 25.4
    for part in place_address(address, LetterLook("Gemeente Ede", return_address="Raadhuisplein 1, Ede")) or ():
        assert part.top >= WINDOW.top * mm
        assert part.top + part.height <= WINDOW.bottom * mm
        assert part.left >= WINDOW.left * mm
