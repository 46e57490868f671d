import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

# Names, not words: they are the same in every language.
NAMES = {"CEO", "PDF", "XLSX", "CSV", "kB"}
TOLD_BY_ATTRIBUTE = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "content"}
# Values of attributes, parts of addresses, and the sign for nothing.
NO_WORDS = {
    "",
    "width=device-width, initial-scale=1",
    "checkbox",
    "radio",
    "true",
    "page",
    "fault",
    "warn",
    "doen",
    "nieuw",
    "antwoorden",
    "landelijk",
    "/werk",
    "/werk/rondkijken",
    "primary",
    "second",
    "danger",
    "ja",  # values of buttons and states, which nobody reads
    "nee",
    "open",
    "answered",
    "themas",
    "/wijzigen",
    "–",
}
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


class _Texts(HTMLParser):
    """Collects what a person reads or hears: text, and the attributes that are spoken."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_code = 0
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code += tag == "code"
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.found += [value or "" for name, value in attrs if name in TOLD_BY_ATTRIBUTE and value not in NO_WORDS]

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if not self._in_code:  # a command or a name, to be copied as it is
            self.found.append(data)


def untranslated(source: str) -> list[str]:
    """Return the words of a template that stand outside gettext calls."""
    tree = ENVIRONMENT.parse(source)
    named = [*tree.find_all(nodes.Block), *tree.find_all(nodes.Macro)]
    inside_tags = [part for part in named if part.name.endswith(("_class", "_attributes"))]
    no_text = {id(part) for block in inside_tags for part in block.find_all(nodes.TemplateData)}
    html = "".join(part.data for part in tree.find_all(nodes.TemplateData) if id(part) not in no_text)
    words = [word for text in _Texts(html).found for word in re.findall(r"[^\W\d_]+", text)]
    return [word for word in (*words, *_constants(tree)) if word not in NAMES]


def _constants(tree: nodes.Node) -> list[str]:
    """Return the texts that a template prints from quotes, without a gettext call."""
    waiting = [part for output in tree.find_all(nodes.Output) for part in output.nodes]
    found = []
    while waiting:
        part = waiting.pop()
        if isinstance(part, nodes.Const) and isinstance(part.value, str) and part.value not in NO_WORDS:
            found.append(part.value)
        if not isinstance(part, nodes.Call | nodes.Filter | nodes.Compare | nodes.Test | nodes.Dict):
            waiting += list(part.iter_child_nodes())
    return found


def test_every_word_of_every_template_stands_in_a_gettext_call(templates: list[Path]) -> None:
    assert {path.name: untranslated(path.read_text()) for path in templates if untranslated(path.read_text())} == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Welkom {{ name }}</p>", ["Welkom"]),
        ("{% block title %}Dank u{% endblock %}", ["Dank", "u"]),
        ('<img alt="Een foto">', ["Een", "foto"]),
        ("{{ 'Hallo' if name else _('Dag') }}", ["Hallo"]),
        ('<p class="lead" id="x">{{ _("Welkom") }} {% trans %}allen{% endtrans %} 12</p>', []),
        ("{# een opmerking #}", []),
    ],
)
def test_a_word_outside_a_gettext_call_is_found(source: str, words: list[str]) -> None:
    assert untranslated(source) == words


def test_no_template_has_script_style_or_event_attributes(templates: list[Path]) -> None:
    for path in templates:
        html = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        page = _Texts(html)
        assert page.tags.isdisjoint({"style", "iframe", "object", "embed"}), path
        assert re.findall(r"<script(?! src=\"\" defer></script>)", html) == [], path
        assert not [name for name in page.attributes if name.startswith("on") or name == "style"], path
        assert "javascript:" not in html, path


def test_the_style_of_pages_mirrors_for_languages_that_run_from_right_to_left(templates: list[Path]) -> None:
    css = re.sub(r"/\*.*?\*/", "", (templates[0].parents[1] / "static/resident.css").read_text(), flags=re.DOTALL)
    sides = (
        r"(?<![\w.-])(?:(?:(?:margin|padding|border)-)?(?:left|right|top|bottom)|width|height)\s*:|:\s*(?:left|right)\b"
    )
    assert re.findall(sides, css) == []
