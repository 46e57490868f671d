import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceo.workflows.house.themes import DEFAULTS, FONTS, RADIUS, Theme, plain_value, read_theme, stored_theme
from questionnaires.problems import Problem

BUTTON = "--basis-color-action-1-inverse-bg-default"
FOCUS = "--basis-focus-color"
# All that may ever come out: six digits, a small length, or known names with their quotes.
PLAIN = re.compile(r'#[0-9a-f]{6}|0|[0-9.]+(rem|px)|(?:"[A-Za-z ]+"|[A-Za-z-]+)(?:, (?:"[A-Za-z ]+"|[A-Za-z-]+))*')


def css(**values: str) -> str:
    return ":root {\n" + "".join(f"  {name}: {value};\n" for name, value in values.items()) + "}\n"


def taken(text: str, file_name: str = "thema.css") -> dict[str, str]:
    theme = read_theme(text, file_name)
    assert isinstance(theme, Theme), theme
    return dict(theme.tokens)


def refused(text: str, file_name: str = "thema.css") -> list[Problem]:
    problems = read_theme(text, file_name)
    assert isinstance(problems, list), problems
    return problems


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("#ABC", "#aabbcc"),
        ("#0B5A8C", "#0b5a8c"),
        ("#0b5a8cff", "#0b5a8c"),
        ("rgb(11, 90, 140)", "#0b5a8c"),
        ("rgb(11 90 140 / 1)", "#0b5a8c"),
        ("rgb(0% 50% 100%)", "#0080ff"),
        ("rgb(300 -5 0)", "#ff0000"),
        ("hsl(203, 85%, 30%)", "#0b5c8e"),
        ("hsl(0.5turn 100% 50%)", "#00ffff"),
        ("RebeccaPurple", "#663399"),
        ("/* merk */ #123456", "#123456"),
    ],
)
def test_a_plain_colour_is_written_anew(written: str, value: str) -> None:
    assert taken(css(**{BUTTON: written})) == {BUTTON: value}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "transparent",
        "currentcolor",
        "inherit",
        "#12345",
        "#0b5a8c80",
        "rgb(0 0 0 / 50%)",
        "rgba(0,0,0,0.99)",
        "rgb(1e999 0 0)",
        "rgb(var(--r) 0 0)",
        "rgb(calc(1) 0 0)",
        "rgb(from red r g b)",
        "rgb(none 0 0)",
        "hsl(calc(1turn) 1% 1%)",
        "color(display-p3 1 0 0)",
        "oklch(0.5 0.2 200)",
        "color-mix(in srgb, red, blue)",
        "light-dark(red, blue)",
        "var(--elders)",
        "var(--elders, #fff)",
        "env(x)",
        "url(https://elders.example/x)",
        'url("data:image/svg+xml,x")',
        "image-set(url(x) 1x)",
        "expression(alert(1))",
        "#fff #000",
        "#fff !important url(x)",
        '"#ffffff"',
        "red\\;",
    ],
)
def test_what_is_no_plain_colour_is_refused(written: str) -> None:
    [problem] = refused(css(**{BUTTON: written}))
    assert (problem.line, problem.place, problem.code) == (2, BUTTON, "T03")
    assert plain_value(BUTTON, written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [("0", "0"), ("0px", "0px"), ("0.5rem", "0.5rem"), ("24PX", "24px"), (".33333333rem", "0.3333rem")],
)
def test_a_small_length_is_taken(written: str, value: str) -> None:
    assert taken(css(**{RADIUS: written})) == {RADIUS: value}


@pytest.mark.parametrize(
    "written", ["999px", "1.51rem", "-1px", "4", "4em", "50%", "calc(1px)", "1e9px", "4px 4px", "red"]
)
def test_another_length_is_refused(written: str) -> None:
    [problem] = refused(css(**{RADIUS: written}))
    assert (problem.place, problem.code) == (RADIUS, "T04")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Arial", "Arial, sans-serif"),
        ("'open sans', Arial, sans-serif", '"Open Sans", Arial, sans-serif'),
        ("Open Sans, serif", '"Open Sans", serif'),
        ("georgia, SERIF", "Georgia, serif"),
        (DEFAULTS[FONTS], DEFAULTS[FONTS]),
    ],
)
def test_known_fonts_are_written_anew_and_end_with_a_kind(written: str, value: str) -> None:
    assert taken(css(**{FONTS: written})) == {FONTS: value}


@pytest.mark.parametrize(
    "written",
    [
        "Huisletter, sans-serif",
        "",
        "Arial,",
        ", Arial",
        "url(x)",
        "Arial, var(--x)",
        '"Arial\\"',
        "Arial url(x)",
        "12px Arial",
    ],
)
def test_a_font_that_devices_do_not_have_is_refused(written: str) -> None:
    [problem] = refused(css(**{FONTS: written}))
    assert (problem.place, problem.code) == (FONTS, "T05")
    assert "Verdana" in problem.cure


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    text = css(**{FOCUS: "var(--x)", "--basis-space-lg": "2rem", RADIUS: "9rem", BUTTON: "#0b5a8c"})
    assert [(problem.line, problem.place) for problem in refused(text)] == [(2, FOCUS), (4, RADIUS)]


def test_names_that_no_page_uses_are_counted_and_left_out() -> None:
    theme = read_theme(
        css(**{BUTTON: "#0b5a8c", "--basis-space-lg": "url(x)", "--utrecht-button-color": "red"}), "thema.css"
    )
    assert theme == Theme({BUTTON: "#0b5a8c"}, passed_over=2)


def test_a_file_without_any_name_that_is_known_is_refused() -> None:
    [problem] = refused("body { color: red }")
    assert problem.code == "T02"
    assert "--basis-" in problem.cure


def test_what_stands_under_a_condition_is_left_out() -> None:
    text = (
        css(**{FOCUS: "#000"})
        + "@media (prefers-color-scheme: dark) { :root { --basis-focus-color: #fff } }\n@import url(x);"
    )
    assert taken(text) == {FOCUS: "#000000"}


def test_one_name_with_two_values_is_refused_and_with_one_value_taken() -> None:
    light, dark, again = css(**{FOCUS: "#000"}), css(**{FOCUS: "#fff"}), css(**{FOCUS: "black"})
    [problem] = refused(light + dark)
    assert (problem.line, problem.code) == (5, "T06")
    assert taken(light + again) == {FOCUS: "#000000"}


def test_css_that_cannot_be_read_is_told_with_its_line() -> None:
    [problem] = refused(css(**{FOCUS: "#000"}) + "dit is geen css")
    assert (problem.line, problem.code) == (4, "T01")


def tokens(**values: Any) -> str:
    return json.dumps({"common": {"basis": values}}, indent=1)


def test_design_tokens_of_either_form_are_read() -> None:
    text = tokens(
        focus={"color": {"$type": "color", "$value": "#111111"}},
        **{"form-control": {"border-radius": {"value": "4px"}}},
    )
    assert taken(text, "tokens.json") == {FOCUS: "#111111", RADIUS: "4px"}


def test_a_reference_within_the_tokens_is_followed() -> None:
    text = tokens(
        focus={"color": {"$value": "{basis.color.a}"}},
        color={"a": {"$value": "{ basis.color.b }"}, "b": {"$value": "#123456"}},
    )
    assert taken(text, "TOKENS.JSON") == {FOCUS: "#123456"}


@pytest.mark.parametrize("reference", ["{basis.focus.color}", "{basis.nergens}", "{}", "{a} {b}"])
def test_a_reference_that_leads_nowhere_is_refused_as_it_is_written(reference: str) -> None:
    [problem] = refused(tokens(focus={"color": {"$value": reference}}), "tokens.json")
    assert problem.code == "T03"
    assert reference in problem.cause


@pytest.mark.parametrize("value", [["#fff"], {"r": 1}, 12, None, True])
def test_a_value_of_another_kind_is_refused(value: object) -> None:
    [problem] = refused(tokens(focus={"color": {"$value": value}}), "tokens.json")
    assert (problem.code, problem.line) == ("T03", 6)


def test_a_mistake_in_tokens_has_the_line_of_its_value() -> None:
    text = '{\n "sets": ["a",\n "b"],\n "basis": {"focus":\n  {"color": {"$value":\n "url(x)"}}}}'
    assert [problem.line for problem in refused(text, "t.json")] == [6]


@pytest.mark.parametrize(("text", "line"), [('{\n"a": }', 2), ("", 1), ("[" * 100_000, 1)])
def test_json_that_cannot_be_read_is_told_with_its_line(text: str, line: int) -> None:
    [problem] = refused(text, "t.json")
    assert (problem.code, problem.line) == ("T01", line)


def test_a_file_that_is_far_too_large_is_refused_unread() -> None:
    [problem] = refused(" " * 1_000_001)
    assert problem.code == "T01"


def test_a_theme_that_was_kept_is_judged_again() -> None:
    kept = {BUTTON: "#0b5a8c", FOCUS: "red; } body { display: none", "--basis-oud": "#ffffff"}
    assert stored_theme(kept) == Theme({BUTTON: "#0b5a8c"})


@pytest.mark.parametrize(("name", "value"), DEFAULTS.items())
def test_the_default_values_are_plain_themselves(name: str, value: str) -> None:
    assert plain_value(name, value) == value


SIGNS = st.text(
    st.sampled_from("#(){};:,'\"\\/*!-. \nabcdefurlva019%@<>{}") | st.characters(codec="utf-8"), max_size=60
)
PARTS = st.lists(
    st.sampled_from(
        [
            "#fff",
            "red",
            "rgb(",
            "hsl(",
            "url(",
            "var(--x)",
            ")",
            "}",
            "{",
            ";",
            ":",
            "1e999",
            "0",
            "4px",
            "Arial",
            "'",
            '"',
            "/*",
            "*/",
            ",",
            " ",
            "@import",
            "--",
            "\\",
            "</style>",
        ]
    ),
    max_size=8,
).map("".join)


@given(st.sampled_from(sorted(DEFAULTS)), SIGNS | PARTS)
def test_whatever_stands_in_a_value_only_plain_values_come_out(name: str, text: str) -> None:
    value = plain_value(name, text)
    assert value is None or PLAIN.fullmatch(value)


@given(
    st.lists(st.tuples(st.sampled_from([*DEFAULTS, "--basis-x", "color"]), SIGNS | PARTS), max_size=4),
    st.sampled_from(["t.css", "t.json"]),
)
def test_whatever_stands_in_a_file_only_plain_values_come_out(written: list[tuple[str, str]], file_name: str) -> None:
    as_css = ":root {" + "".join(f"{name}: {value};" for name, value in written) + "}"
    as_json = json.dumps({name.removeprefix("--").replace("-", ".", 1): {"$value": value} for name, value in written})
    theme = read_theme(as_json if file_name == "t.json" else as_css, file_name)
    if isinstance(theme, Theme):
        assert set(theme.tokens) <= set(DEFAULTS)
        assert all(PLAIN.fullmatch(value) for value in theme.tokens.values())
    else:
        assert all(problem.cause and problem.cure and problem.line >= 1 for problem in theme)


@given(SIGNS | PARTS, st.sampled_from(["t.css", "t.json"]))
def test_any_text_at_all_is_read_or_refused(text: str, file_name: str) -> None:
    assert read_theme(text, file_name)
