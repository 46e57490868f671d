"""Every kind of page in a real browser: it is accessible, it fits, and a screen reader gets what it got before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browser.catalogue import CATALOGUE, PageKind
from browser.staging import LANGUAGES, Stage
from browser.validity import invalid_css, invalid_html, require_java
from browser.visiting import Visitor, visiting
from looking import OpenPage
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TREES = Path(__file__).parent / "trees"


@pytest.fixture(scope="module")
def visitors(browser: Browser, stage: Stage) -> Iterator[dict[str, Visitor]]:
    """A visitor for each language; they remember the pages that they saw."""
    with ExitStack() as opened:
        yield {language: opened.enter_context(visiting(browser, stage, language)) for language in LANGUAGES}


each_language = pytest.mark.parametrize("language", LANGUAGES)
each_kind = pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.name)


@each_language
@each_kind
def test_a_page_is_accessible_and_fits_for_everyone(
    kind: PageKind, language: str, visitors: dict[str, Visitor]
) -> None:
    problems = visitors[language].visit(kind).problems
    assert not problems, "\n".join(problems)


@each_language
@pytest.mark.parametrize("kind", [kind for kind in CATALOGUE if kind.name != "results"], ids=lambda kind: kind.name)
def test_a_screen_reader_gets_what_it_got_before(
    kind: PageKind, language: str, visitors: dict[str, Visitor], request: pytest.FixtureRequest
) -> None:
    tree = visitors[language].visit(kind).tree
    kept = TREES / f"{kind.name}.{language}.yaml"
    if request.config.getoption("--update-golden"):
        TREES.mkdir(exist_ok=True)
        kept.write_text(tree, encoding="utf-8")
    assert kept.exists(), "keep it with: pytest tests/browser --update-golden"
    assert tree == kept.read_text(encoding="utf-8")


def test_only_forms_of_one_page_share_a_title(visitors: dict[str, Visitor]) -> None:
    for visitor in visitors.values():
        named: dict[str, set[str]] = {}
        for kind in CATALOGUE:
            named.setdefault(visitor.visit(kind).title, set()).add(kind.name.partition("-")[0])
        assert {title: names for title, names in named.items() if len(names) > 1} == {}


def test_every_page_is_valid_html(visitors: dict[str, Visitor], tmp_path: Path) -> None:
    require_java()
    pages = {
        f"{kind.name}.{language}": visitor.visit(kind).source
        for language, visitor in visitors.items()
        for kind in CATALOGUE
    }
    invalid = invalid_html(pages, tmp_path)
    assert not invalid, "\n".join(invalid)


def test_every_style_sheet_is_valid_css(visitors: dict[str, Visitor], open_page: OpenPage) -> None:
    visitor = visitors["nl"]
    for kind in CATALOGUE:
        visitor.visit(kind)
    page = open_page(script=True)
    assert {sheet[:40]: invalid_css(sheet, page) for sheet in visitor.style_sheets() if invalid_css(sheet, page)} == {}
