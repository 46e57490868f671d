import pytest
from jinja2 import DictLoader
from markupsafe import Markup

from ceo.web.folding import FoldingEnvironment


@pytest.fixture
def environment() -> FoldingEnvironment:
    """An environment that asks for the translation of a sentence only once."""
    made = FoldingEnvironment(loader=DictLoader({}), autoescape=True)
    asked: set[str] = set()

    def translate(words: str) -> str:
        assert words not in asked, "was translated twice"
        asked.add(words)
        return {"100%% goed": "100%% good"}.get(words, words)

    made.same_calls, made.same_names = {"_": translate}, {"language": "nl"}
    return made


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("<p>{{ _('Lees <b>dit</b>') }}</p>", "<p>Lees <b>dit</b></p>"),
        ("{{ _('100%% goed') }}", "100% good"),
        ("{% if language == 'nl' %}{{ language }}{% endif %}", "nl"),
        ("{% set words = _('ja') %}{{ words }}", "ja"),
        ("{% set language = 'ar' %}{{ name }}", "&lt;Jan&gt;"),
    ],
)
def test_what_is_the_same_on_every_page_is_looked_up_when_the_template_is_compiled(
    environment: FoldingEnvironment, template: str, page: str
) -> None:
    compiled = environment.from_string(template)
    assert [compiled.render(name="<Jan>") for _ in range(2)] == [page, page]


def test_a_call_with_a_value_in_it_is_left_for_each_page() -> None:
    environment = FoldingEnvironment(autoescape=True)
    environment.same_calls = {"_": lambda words: words}
    environment.globals["_"] = lambda words, **values: Markup(words) % values
    for template in ("{{ _('Vraag %(number)s', number=number) }}", "{{ _(words, **values) }}"):
        compiled = environment.from_string(template)
        words = {"words": "Vraag %(number)s"}
        pages = [compiled.render(number=number, values={"number": number}, **words) for number in (1, 2)]
        assert pages == ["Vraag 1", "Vraag 2"]
