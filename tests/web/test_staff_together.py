"""The pages about working together, as people of a municipality and national editors use them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from analysis.results import Measure
from ceo.clock import dutch_day, now
from ceo.storage.dialogues import Dialogue
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import tenant_transaction
from ceo.storage.together import Poll, Theme
from ceo.web.staff.together.seat_map import draw_seats
from ceo.workflows.demonstration.together import seed_together
from ceo.workflows.following.series import Figure
from ceo.workflows.learning.results import Result, Source
from ceo.workflows.releases.deciding import By
from ceo.workflows.rights import Role
from ceo.workflows.together.poll_keeping import TypedPoll, make_poll
from ceo.workflows.together.polls import cast_ballot
from ceo.workflows.together.practices import key_of
from ceo.workflows.together.themes import TypedTheme, add_theme
from ceo.workflows.together.typed import new_id
from questionnaires.scales import Polarity

pytestmark = pytest.mark.anyio

EDITOR = By(NATIONAL, "lars", now())


@pytest.fixture(scope="module")
async def theme(site: Site) -> Theme:
    """A theme of these tests."""
    added = await add_theme(site.database, TypedTheme("Samen eten"), EDITOR)
    assert isinstance(added, Theme), added
    return added


@pytest.fixture(scope="module")
async def home(site: Site) -> str:
    """The beginning of this part in a municipality of these tests."""
    return f"/werk/{next(site.unused)}/samen"


@pytest.fixture(scope="module")
async def owner(site: Site, home: str) -> Resident:
    """A browser of somebody who takes part for that municipality."""
    return await staff_browser(site, {home.split("/")[2]: Role.OWNER})


@pytest.fixture(scope="module")
async def editor(site: Site) -> Resident:
    """A browser of a national editor."""
    return await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR})


async def talk_about(site: Site, code: str, source: Source, title: str, measure: Measure) -> str:
    """Let a municipality have talked about a result; return its key."""
    result = Result(
        source=source,
        name="1",
        core="nl.ceo.wmo",
        indicator="TOE01",
        title=title,
        period="2026",
        measure=measure,
        polarity=Polarity.POSITIVE,
        figure=Figure(value=0.615, low=0.52, high=0.71, respondents=1234),
    )
    row = Dialogue(
        municipality=code,
        id=new_id(),
        title=title,
        opened_because="choice",
        about=result.model_dump(mode="json"),
        state="open",
        made_by="eva",
        made_at=now(),
    )
    async with tenant_transaction(site.database, code) as session:
        session.add(row)
    return key_of(result)


async def test_others_see_the_figure_of_a_shared_practice_only_where_a_release_has_it(
    site: Site, owner: Resident, home: str, theme: Theme
) -> None:
    code, other = home.split("/")[2], next(site.unused)
    kinds = ((Source.SERIES, "Eigen reeks", Measure.SCORE), (Source.RELEASE, "Uit een uitgave", Measure.SHARE))
    keys = [await talk_about(site, code, *kind) for kind in kinds]
    await owner.open(f"{home}/voorbeelden/nieuw?thema={theme.id}")
    page = await owner.press("Bewaar het voorbeeld", {"titel": ["Met cijfers"], "tekst": ["Zo."], "uitkomst": keys})
    assert "Eigen reeks 2026 0,6 0,5 tot 0,7 1.234 Uit een uitgave 2026 61,5% 52,0 tot 71,0 1.234" in page.text
    await owner.press("Deel met alle gemeenten")
    neighbour = await staff_browser(site, {other: Role.READER})
    page = await neighbour.open(owner.place.replace(code, other))
    told = "Eigen reeks 2026 Niet gepubliceerd: alleen de gemeente zelf ziet dit cijfer. Uit een uitgave 2026 61,5%"
    assert told in page.text


async def test_a_practice_whose_form_is_sent_twice_is_kept_once(owner: Resident, home: str, theme: Theme) -> None:
    page = await owner.open(f"{home}/voorbeelden/nieuw?thema={theme.id}")
    form = next(one for one in page.forms if one.action.endswith("/voorbeelden/nieuw"))
    sent = form.filled({"titel": ["Twee keer verstuurd"], "tekst": ["Zo."]}, "Bewaar het voorbeeld")
    await owner.post(form.action, sent)
    first = owner.place
    await owner.post(form.action, sent)
    assert owner.place == first
    page = await owner.open(f"{home}/voorbeelden")
    assert page.text.count("Twee keer verstuurd") == 1


async def test_a_practice_is_written_shared_and_found_by_another_municipality(
    site: Site, owner: Resident, home: str, theme: Theme
) -> None:
    page = await owner.open(f"{home}/voorbeelden/nieuw?thema={theme.id}")
    typed = {"titel": [""], "tekst": ["Wij aten met mevrouw Jansen."], "contact": ["piet.puk@voorbeeld.nl"]}
    page = await owner.press("Bewaar het voorbeeld", typed)
    assert owner.answer.status_code == 422
    assert page.title.startswith("Fout:")
    assert [href for href, _ in page.links if href.startswith("#") and href != "#inhoud"] == [
        "#titel",
        "#tekst",
        "#contact",
    ]
    assert "Dit lijkt van een persoon te zijn: Jansen." in page.text
    page = await owner.press("Bewaar het voorbeeld", {"titel": ["Elke week aan tafel"], "gekeken": ["ja"]})
    assert page.headings[0] == "Elke week aan tafel"
    assert "alleen uw gemeente" in page.text
    address = owner.place

    other = next(site.unused)
    neighbour = await staff_browser(site, {other: Role.READER})
    theirs = address.replace(home.split("/")[2], other)
    await neighbour.open(theirs)
    assert neighbour.answer.status_code == 404
    for button in ("Deel met alle gemeenten", "Haal het voorbeeld weg"):
        form = next(one for one in owner.page.all_forms if button in [words for _, _, words in one.buttons])
        of_another_moment = dict(form.filled({}, button)) | {"versie": "7"}
        page = await owner.post(form.action, [*of_another_moment.items()])
        assert owner.answer.status_code == 409
        assert page.link("Iemand anders wijzigde dit net. Lees eerst wat er nu staat, en kies dan opnieuw.") == "#nu"
    page = await owner.open(address)
    page = await owner.press("Deel met alle gemeenten")
    assert "alle gemeenten kunnen het lezen" in page.text
    page = await neighbour.open(f"/werk/{other}/samen/voorbeelden?q=tafel&thema={theme.id}")
    await neighbour.open(page.link("Elke week aan tafel"))
    assert neighbour.place == theirs
    assert "Stop met delen" not in neighbour.page.text
    await owner.press("Stop met delen")
    await neighbour.open(theirs)
    assert neighbour.answer.status_code == 404

    page = await owner.open(f"{address}/wijzigen")
    kept = [*page.forms[-1].filled({"titel": ["Elke dag aan tafel"]}, "Bewaar het voorbeeld"), ("gekeken", "ja")]
    await owner.post(f"{address}/wijzigen", kept)
    late = [(name, "Laat" if name == "titel" else value) for name, value in kept]
    page = await owner.post(f"{address}/wijzigen", late)
    assert owner.answer.status_code == 409
    assert "Iemand anders wijzigde dit net." in page.text
    assert "Wat er nu is bewaard Titel Elke dag aan tafel" in page.text
    assert ("titel", "Laat") in [(field.name, field.value) for field in page.forms[-1].fields]


async def test_a_poll_is_made_voted_in_and_its_result_is_there_after_closing(
    site: Site, owner: Resident, editor: Resident, home: str, theme: Theme
) -> None:
    second = await add_theme(site.database, TypedTheme("Samen sporten"), EDITOR)
    assert isinstance(second, Theme)
    await editor.open("/werk/landelijk/kennisagenda/peilingen/nieuw")
    page = await editor.press("Bewaar de peiling", {"vraag": ["Wat eerst?"], "manier": ["ranked"]})
    assert {"#themas", "#van", "#tot"} <= {href for href, _ in page.links}
    day = dutch_day()
    days = {"van": [day.isoformat()], "tot": [(day + timedelta(days=7)).isoformat()]}
    page = await editor.press("Bewaar de peiling", {"themas": [theme.id, second.id], **days})
    assert "De peiling is gemaakt." in page.text
    poll = editor.place.rpartition("/")[2]

    page = await owner.open(home)
    assert "wacht op uw gemeente" in page.text or "wachten op uw gemeente" in page.text
    page = await owner.open(page.link("Wat eerst?"))
    first_field, second_field = (f"plaats-{one.id}" for one in (theme, second))
    page = await owner.press("Bewaar de stem", {first_field: ["1"], second_field: ["1"]})
    assert owner.answer.status_code == 422
    assert {f"#{first_field}", f"#{second_field}"} <= {href for href, _ in page.links}
    page = await owner.press("Bewaar de stem", {first_field: ["2"], second_field: ["1"]})
    assert "Uw stem is bewaard." in page.text
    assert [field.value for field in page.all_forms[2].fields if field.name.startswith("plaats-")] == ["2", "1"]
    old_window = owner.page.all_forms[2].filled({}, "Verander de stem")
    await owner.press("Trek de stem in")
    await owner.open(f"{home}/kennisagenda/{poll}")
    await owner.press("Bewaar de stem", {first_field: ["1"]})
    page = await owner.post(f"{home}/kennisagenda/{poll}", old_window)
    assert owner.answer.status_code == 409
    assert f"Wat er nu is bewaard De stem van uw gemeente {theme.name}" in page.text
    page = await editor.open(f"/werk/landelijk/kennisagenda/peilingen/{poll}")
    assert "Wijzig de peiling" not in page.text
    assert "Wat eruit kwam" not in page.headings


async def test_a_closed_poll_tells_its_result_from_five_ballots_on_and_never_who_voted_what(
    site: Site, owner: Resident, home: str, theme: Theme
) -> None:
    second = await add_theme(site.database, TypedTheme("Samen wandelen"), EDITOR)
    assert isinstance(second, Theme)
    earlier = now() - timedelta(days=20)
    day = earlier.date()
    typed = TypedPoll("Toen?", "approval", (theme.id, second.id), day, day + timedelta(days=5))
    poll = await make_poll(site.database, typed, By(NATIONAL, "lars", earlier))
    assert isinstance(poll, Poll)
    voters = [next(site.unused) for _ in range(5)]
    for number, code in enumerate(voters):
        if number == 4:
            page = await owner.open(f"{home}/kennisagenda/{poll.id}")
            assert "Minder dan 5 gemeenten stemden." in page.text
            assert "4 van" not in page.text
        chosen = [theme.id, second.id] if number < 4 else [second.id]
        assert await cast_ballot(site.database, poll.id, chosen, By(code, "x", earlier), row_version=0) == ()
    page = await owner.open(f"{home}/kennisagenda/{poll.id}")
    assert "5 gemeenten stemden." in page.text
    assert "1 Samen wandelen 5 van 5 2 Samen eten 4 van 5" in page.text
    assert "Brams en Fishburn" in page.text
    assert not [code for code in voters if site.installation.municipalities[code].name in page.text]


async def test_a_cluster_is_joined_and_a_question_in_it_is_answered_by_the_national_editor(
    owner: Resident, editor: Resident, home: str, theme: Theme
) -> None:
    await editor.open("/werk/landelijk/kennisagenda/clusters/nieuw")
    page = await editor.press(
        "Bewaar het cluster", {"naam": ["Tafelgenoten"], "thema": [theme.id], "dienst": ["Regio Midden"]}
    )
    cluster = editor.place.rpartition("/")[2]
    page = await owner.open(f"{home}/clusters")
    page = await owner.open(page.link("Tafelgenoten"))
    page = await owner.press("Doe mee")
    assert "Uw gemeente doet nu mee aan dit cluster." in page.text
    page = await owner.open(page.link("Stel een vraag over dit thema"))
    page = await owner.press("Plaats de vraag", {"titel": ["Wie kookt?"], "tekst": ["Wij zoeken een kok."]})
    question = owner.place.rpartition("/")[2]

    page = await editor.open(f"/werk/landelijk/kennisagenda/clusters/{cluster}")
    page = await editor.open(page.link("Wie kookt?"))
    assert "De vraag is beantwoord" not in page.text
    page = await editor.press("Plaats het antwoord", {"antwoord": ["Vraag de buurt."]})
    page = await owner.open(f"{home}/vragen/{question}")
    assert "Landelijke redactie" in page.text
    assert "Haal het antwoord weg" not in page.text
    page = await owner.press("De vraag is beantwoord")
    assert "De vraag staat als beantwoord." in page.text
    page = await editor.open(f"/werk/landelijk/kennisagenda/vragen/{question}")
    page = await editor.press("Haal het antwoord weg")
    assert "Er is nog geen antwoord." in page.text


async def test_the_directory_is_kept_by_national_editors_and_read_by_municipalities(
    owner: Resident, editor: Resident, home: str, theme: Theme
) -> None:
    start = "/werk/landelijk/staalkaart"
    await editor.open(f"{start}/nieuw")
    page = await editor.press("Bewaar de organisatie", {"zetel": ["Parijs"], "werkgebied": ["Atlantis"]})
    assert {"#naam", "#zetel", "#werkgebied"} <= {href for href, _ in page.links}
    given = {
        "naam": ["Tafelwerkplaats"],
        "zetel": ["Utrecht"],
        "werkgebied": ["provincie Utrecht"],
        "themas": [theme.name],
    }
    await editor.press("Bewaar de organisatie", {**given, "adres": ["www.tafel.voorbeeld"], "soort": ["werkplaats"]})
    organisation = editor.place.rpartition("/")[2]
    page = await owner.open(f"{home}/staalkaart?soort=werkplaats&thema={theme.id}")
    assert "Tafelwerkplaats Werkplaats Utrecht provincie Utrecht Samen eten" in page.text
    page = await owner.open(page.link("Tafelwerkplaats"))
    assert page.link("www.tafel.voorbeeld") == "https://www.tafel.voorbeeld"

    file = (await editor.client.get(f"{start}/staalkaart.csv")).content
    assert b"Tafelwerkplaats;werkplaats;Utrecht;provincie Utrecht;Samen eten;www.tafel.voorbeeld;" in file
    page = await editor.open(f"{start}/{organisation}")
    page = await editor.press("Haal de organisatie weg")
    assert "De organisatie is weggehaald." in page.text
    page = await editor.open(f"{start}/inlezen")
    [seal] = [field.value for field in page.forms[-1].fields if field.name == "zegel"]
    for content, told in (
        (file, "Ingelezen: 1 nieuw"),
        (b"naam;soort\r\nA;club\r\n", "2 soort Kies een soort"),
        (b"", "Kies een bestand."),
    ):
        upload = {"bestand": ("staalkaart.csv", content)}
        answer = await editor.client.post(f"{start}/inlezen", data={"zegel": seal}, files=upload)
        editor.answers.append(answer)
        assert told in editor.page.text


async def test_who_only_reads_sees_everything_and_changes_nothing(site: Site, home: str) -> None:
    reader = await staff_browser(site, {home.split("/")[2]: Role.READER})
    for part, button in (("voorbeelden", "Schrijf een voorbeeld"), ("vragen", "Stel een vraag"), ("kennisagenda", "")):
        page = await reader.open(f"{home}/{part}")
        assert reader.answer.status_code == 200
        assert button not in [words for _, words in page.links]
    assert (await reader.client.get(f"{home}/vragen/nieuw")).status_code == 403


def test_the_map_has_a_sign_of_its_own_for_each_kind_and_nothing_for_who_has_no_seat_on_it() -> None:
    kinds = {"netwerk": "Netwerk", "werkplaats": "Werkplaats", "kennisinstelling": "<b>"}
    assert draw_seats([("netwerk", ""), ("netwerk", "GM9999")], kinds) == ""
    drawn = draw_seats([("netwerk", "GM0344"), ("netwerk", "GM0344"), ("werkplaats", "GM0344")], kinds)
    assert drawn.count("<path") == 1 + 2 + 2
    assert ">2</text>" in drawn
    assert ">Netwerk</text>" in drawn
    assert "&lt;b&gt;" in draw_seats([("kennisinstelling", "GM0344")], kinds)


async def test_the_demonstration_fills_every_page(own_site: Site) -> None:
    await seed_together(own_site.database, now())
    browser = await staff_browser(own_site, {"GM0344": Role.OWNER})
    page = await browser.open("/werk/GM0344/samen")
    assert "1 peiling wacht op uw gemeente" in page.text
    for part, told in (
        ("voorbeelden", "2 gedeelde voorbeelden"),
        ("clusters", "3 gemeenten, met hulp van Regionale dienst Middenland"),
        ("vragen", "1 vraag"),
        ("staalkaart", "6 organisaties"),
    ):
        page = await browser.open(f"/werk/GM0344/samen/{part}")
        assert told in page.text
    page = await browser.open("/werk/GM0344/samen/kennisagenda")
    page = await browser.open(page.link("Waarover wilt u dit jaar samen leren?"))
    assert "9 gemeenten stemden. ‘Eerste gesprek’ wint van elk ander thema." in page.text
