import random
import struct
import zlib
from base64 import b64decode, b64encode
from io import BytesIO
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from ceo.workflows.house.logos import LARGEST_LOGO, aspect_of, is_logo, read_logo
from questionnaires.problems import Problem

XLINK = "http://www.w3.org/1999/xlink"


def svg(inside: str, *, root: str = 'viewBox="0 0 30 10"', before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="{XLINK}" {root}>\n{inside}\n</svg>'.encode()


def drawn(content: bytes) -> str:
    logo = read_logo(content, "logo.svg")
    assert isinstance(logo, str), logo
    return unquote(logo.removeprefix("data:image/svg+xml,"))


def refused(content: bytes, file_name: str = "logo.svg") -> list[Problem]:
    problems = read_logo(content, file_name)
    assert isinstance(problems, list), problems
    return problems


def png(width: int, height: int, colours: int = 3, **options: object) -> bytes:
    picture = Image.new("RGB", (width, height))
    draw = random.Random(colours)
    picture.putdata([(draw.randrange(256) if colours > 3 else 90, 42, 134) for _ in range(width * height)])
    stream = BytesIO()
    picture.save(stream, "PNG", **options)
    return stream.getvalue()


def test_a_drawing_is_written_anew_with_what_is_known() -> None:
    text = """<!-- gemaakt met een tekenprogramma -->
    <title>Logo</title><metadata><x/></metadata><defs><linearGradient id="a" x1="0"><stop offset="0" stop-color="#fff"/></linearGradient>
    <linearGradient id="b" xlink:href="#a"/></defs>
    <g fill="none" data-name="laag" class="x"><path d="M0 0
      L10 10z" fill="url('#b')"/><circle cx="5" cy="5" r="2"/></g>"""
    assert drawn(svg(text)) == (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 10'>"
        "<defs><linearGradient id='a' x1='0'><stop offset='0' stop-color='#fff'/></linearGradient><linearGradient id='b' href='#a'/></defs>"
        "<g fill='none'><path d='M0 0 L10 10z' fill='url(#b)'/><circle cx='5' cy='5' r='2'/></g></svg>"
    )


def test_what_an_editor_keeps_for_itself_is_left_out() -> None:
    text = '<e:view xmlns:e="http://editor.example/"><path d="M0 0" e:k="1"/></e:view><rect width="1" e:x="2" xmlns:e="urn:e"/>'
    assert drawn(svg(text)).endswith("viewBox='0 0 30 10'><rect width='1'/></svg>")


def test_style_becomes_attributes_and_what_is_unknown_in_it_is_left_out() -> None:
    text = '<path style="fill:#5b2a86; stroke-width : 2;-ink-x:1;font-family:Arial;{};:" d="M0 0"/>'
    assert "<path fill='#5b2a86' stroke-width='2' d='M0 0'/>" in drawn(svg(text))


def test_a_drawing_without_a_view_box_gets_one_of_its_size() -> None:
    assert "viewBox='0 0 60 20'>" in drawn(svg("<path/>", root='width="60px" height="20"'))


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<script xlink:href="https://kwaad.example/x.js"/>', "<script>"),
        ('<path onload="alert(1)"/>', "onload"),
        ('<path ONCLICK="alert(1)"/>', "ONCLICK"),
        ("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='x'/></foreignObject>", "<foreignObject>"),
        ('<image href="https://kwaad.example/volg.png"/>', "<image>"),
        ('<image xlink:href="data:image/png;base64,AAAA"/>', "<image>"),
        ('<use href="#a"/>', "<use>"),
        ('<use href="https://kwaad.example/x.svg#a"/>', "<use>"),
        ('<a href="javascript:alert(1)"><path/></a>', "<a>"),
        ('<linearGradient href="https://kwaad.example/x#a"/>', "href"),
        ('<linearGradient xlink:href="javascript:alert(1)"/>', "href"),
        ('<linearGradient href="#a&quot; onload=&quot;x"/>', "href"),
        ('<path href="#a"/>', "href"),
        ("<style>path { fill: url(https://kwaad.example) }</style>", "<style>"),
        ("<style>@import 'https://kwaad.example/x.css';</style>", "<style>"),
        ('<path style="fill:url(https://kwaad.example/x)"/>', "fill"),
        ('<path style="background:URL(https://kwaad.example/x)"/>', "background"),
        ('<path style="fill:expression(alert(1));fill:red&quot;"/>', "fill"),
        ('<path fill="url(https://kwaad.example/x)"/>', "fill"),
        ('<path fill="url(//kwaad.example/x#a)"/>', "fill"),
        ('<path fill="u&#114;l(x)"/>', "fill"),
        ('<path stroke="u\\72l(x)"/>', "stroke"),
        ("<path fill=\"red' onload='alert(1)\"/>", "fill"),
        ('<path d="M0 0&lt;script&gt;"/>', "d"),
        ('<animate attributeName="href" to="javascript:alert(1)"/>', "<animate>"),
        ('<set attributeName="onload" to="alert(1)"/>', "<set>"),
        ("<animateTransform/>", "<animateTransform>"),
        ("<text>Gemeente</text>", "<text>"),
        ("<filter><feImage href='https://kwaad.example/x'/></filter>", "<filter>"),
        ("<mask/>", "<mask>"),
        ("<pattern/>", "<pattern>"),
        ("<symbol/>", "<symbol>"),
        ("<svg/>", "<svg>"),
        ("<switch/>", "<switch>"),
        ("<iframe src='https://kwaad.example'/>", "<iframe>"),
        ("<handler type='x'>alert(1)</handler>", "<handler>"),
        ('<clipPath id="a"><path clip-path="url(#a)"/></clipPath>', "clip-path"),
    ],
)
def test_what_could_do_more_than_be_seen_is_refused_with_its_line(inside: str, place: str) -> None:
    [problem] = refused(svg(inside))
    assert (problem.code, problem.line, problem.place) == ("L05", 2, place)
    assert problem.cure


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (svg("<path/>", before="<!DOCTYPE svg>"), "L05"),
        (svg("&x;", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "L05"),
        (svg("&b;", before='<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'), "L05"),
        (svg("<path/>", before='<!DOCTYPE svg SYSTEM "https://kwaad.example/x.dtd">'), "L05"),
        (svg("<path>"), "L02"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "L02"),
        (b"<svg viewBox='0 0 1 1'/>", "L02"),
        (b"<s:svg xmlns:s='urn:x' viewBox='0 0 1 1'/>", "L02"),
        (svg("<path/>", root=""), "L02"),
        (svg("<path/>", root='viewBox="0 0 0 1"'), "L02"),
        (svg("<path/>", root='viewBox="0 0 nan 1"'), "L02"),
        (svg("<path/>", root='viewBox="0 0 1e999 1"'), "L02"),
        (svg("<path/>", root='viewBox="0 0 1"'), "L02"),
        (svg("<path/>", root='width="100%" height="100%"'), "L02"),
        (b'<?xml version="1.0" encoding="x-nergens"?><svg/>', "L02"),
        (b"GIF89a", "L02"),
        (b"", "L02"),
        (b"\xff\xfe\x00", "L02"),
    ],
)
def test_a_file_that_is_no_plain_drawing_is_refused(content: bytes, code: str) -> None:
    [problem] = refused(content)
    assert problem.code == code


def test_all_mistakes_in_a_drawing_are_told_at_once() -> None:
    problems = refused(svg('<script/>\n<path onclick="x"/>\n<text/>'))
    assert [(problem.line, problem.place) for problem in problems] == [(2, "<script>"), (3, "onclick"), (4, "<text>")]
    assert "pad" in problems[2].cure


def test_a_script_inside_something_left_out_stays_out_with_it() -> None:
    assert "script" not in drawn(svg("<metadata><script>alert(1)</script></metadata><path/>"))


@pytest.mark.parametrize("root", ['viewBox="0 0 61 10"', 'viewBox="0 0 2 10"'])
def test_a_shape_that_does_not_fit_in_a_header_is_refused(root: str) -> None:
    [problem] = refused(svg("<path/>", root=root))
    assert problem.code == "L03"


def test_a_drawing_with_too_many_points_is_refused() -> None:
    [problem] = refused(svg(f'<path d="M0 0{" L12 34" * 1200}"/>'))
    assert problem.code == "L04"


def test_a_file_that_is_far_too_large_is_refused_unread() -> None:
    [problem] = refused(b"<" * 1_000_001)
    assert problem.code == "L01"


def test_a_picture_is_drawn_anew_without_what_came_along() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Jansen")
    content = png(300, 100, pnginfo=notes)
    assert b"Jansen" in content
    logo = read_logo(content + b"<script>alert(1)</script>", "logo.png")
    assert isinstance(logo, str)
    kept = b64decode(logo.removeprefix("data:image/png;base64,"))
    assert b"Jansen" not in kept
    assert b"script" not in kept
    picture = Image.open(BytesIO(kept))
    assert (picture.size, picture.info) == ((288, 96), {})
    assert aspect_of(logo) == 3.0


def test_a_picture_with_many_colours_gets_fewer_until_it_is_small_enough() -> None:
    logo = read_logo(png(100, 60, colours=200), "logo.png")
    assert isinstance(logo, str)
    assert len(logo) <= LARGEST_LOGO


def test_a_picture_that_stays_too_large_is_refused() -> None:
    [problem] = refused(png(400, 96, colours=200), "logo.png")
    assert problem.code == "L04"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    [problem] = refused(png_head(60_000, 60_000), "logo.png")
    assert problem.code == "L01"


def png_head(width: int, height: int) -> bytes:
    """The start of a PNG that says how large it is, and nothing more."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(
    "content", [png_head(10, 10), png_head(0, 10), b"\x89PNG\r\n\x1a\n", png(20, 10)[:45], png(20, 10)[:40] + b"x" * 50]
)
def test_a_picture_that_is_broken_is_refused(content: bytes) -> None:
    [problem] = refused(content, "logo.png")
    assert problem.code == "L02"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "data:text/html,x",
        'data:image/png;base64,AA"); }',
        "data:image/svg+xml,%3Csvg\n",
        "data:image/svg+xml,\\",
        "https://x.example",
    ],
)
def test_a_kept_text_that_is_no_logo_is_known(text: str) -> None:
    assert not is_logo(text)


PIECES = st.lists(
    st.sampled_from(
        [
            "<path ",
            "<g>",
            "</g>",
            "<script>",
            "</script>",
            "style='",
            "fill:",
            "url(#a)",
            "url(x)",
            "'",
            '"',
            "/>",
            ">",
            "onload='x' ",
            "href='#a' ",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "&lt;",
            "&#x22;",
            "d='M0 0' ",
            "<e:x xmlns:e='urn:e'>",
        ]
    ),
    max_size=12,
).map("".join)


@given(PIECES | st.text(max_size=40))
def test_whatever_stands_in_a_drawing_nothing_active_comes_out(inside: str) -> None:
    logo = read_logo(svg(inside), "logo.svg")
    if isinstance(logo, str):
        assert is_logo(logo)
        text = unquote(logo).lower()
        assert not any(word in text for word in ("<script", "onload", "url(x", "style", "<!", "&"))


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", png(20, 10)[:33]):
        assert read_logo(start + content, "logo")


def test_what_is_kept_goes_through_once_more_unchanged() -> None:
    first = drawn(svg('<path d="M0 0" style="fill:red"/>'))
    assert drawn(first.encode()) == first
    assert is_logo("data:image/png;base64," + b64encode(png(20, 10)).decode())
