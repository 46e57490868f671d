"""What municipalities of the demonstration do together, all of it invented: themes, polls, examples, a cluster, a question, a directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across
from ceo.storage.together import Cluster, OpenQuestion, Poll, Practice, Theme
from ceo.workflows.demonstration.plan import NEIGHBOURS, OSS, UTRECHT, ZWOLLE
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.clusters import TypedCluster, add_cluster, join_cluster
from ceo.workflows.together.directory_files import read_known
from ceo.workflows.together.organisations import Kind, TypedOrganisation, add_organisation
from ceo.workflows.together.poll_keeping import TypedPoll, make_poll
from ceo.workflows.together.polls import Method, cast_ballot
from ceo.workflows.together.practices import TypedPractice, add_practice, share_practice
from ceo.workflows.together.questions import TypedQuestion, answer, ask
from ceo.workflows.together.themes import TypedTheme, add_theme
from ceo.workflows.together.typed import Gone

_ACTOR: Final = "ceo demo"
_THEMES: Final = (
    TypedTheme("Vervoer", "Hoe komen mensen op tijd en veilig waar zij willen zijn?"),
    TypedTheme(
        "Eerste gesprek", "Weten mensen waar zij moeten zijn, en voelen zij zich gehoord?", "nl.ceo.wmo:toegang"
    ),
    TypedTheme("Mantelzorg", "Hoe houden mensen die voor een ander zorgen het vol?"),
    TypedTheme("Eigen regie", "Beslissen mensen mee over de hulp die zij krijgen?"),
)
# Themes by their place in the list above, as municipalities put them in order.
_ORDERS: Final = ((1, 0, 2), (1, 2, 0, 3), (0, 1), (1, 3, 0, 2), (2, 1, 0), (1, 0), (3, 1, 2, 0), (0, 1, 2), (1, 2))
_INVENTED: Final = "Dit voorbeeld is verzonnen, voor de demonstratie."
_CALLING: Final = """\
Mensen vertelden dat zij hun verhaal vaak opnieuw moesten doen. Wie zich meldt, krijgt nu meteen een vaste medewerker.

Na drie maanden vroegen wij aan tien mensen hoe dat ging. Wat meeviel: de eerste vraag was sneller duidelijk.
Wat tegenviel: bij ziekte was er geen vervanger."""
_DRIVING: Final = """\
Te laat komen stond bovenaan in de verhalen. Wij reden een week mee en keken met chauffeurs naar de planning.

Twee routes zijn gesplitst. Of het helpt, zien wij bij de volgende meting."""
# Municipality, theme by its place above, title, text and contact.
_PRACTICES: Final = (
    (ZWOLLE, 1, "Eén keer bellen, één vaste medewerker", _CALLING, "wmo@zwolle.voorbeeld"),
    (NEIGHBOURS[1], 0, "Samen met chauffeurs naar de routes kijken", _DRIVING, "vervoer@gemeente.voorbeeld"),
)
_ORGANISATIONS: Final = (
    ("Netwerk Samen Op Weg (voorbeeld)", Kind.NETWORK, "Utrecht", ("provincie Utrecht",), ("Vervoer",)),
    (
        "Netwerk Mantelkracht (voorbeeld)",
        Kind.NETWORK,
        "Groningen",
        ("provincie Groningen", "provincie Drenthe"),
        ("Mantelzorg",),
    ),
    ("Werkplaats Goed Gesprek (voorbeeld)", Kind.WORKPLACE, "Zwolle", ("provincie Overijssel",), ("Eerste gesprek",)),
    ("Werkplaats Zuid (voorbeeld)", Kind.WORKPLACE, "Oss", ("provincie Noord-Brabant",), ("Eigen regie", "Mantelzorg")),
    (
        "Kennisinstituut Dichtbij (voorbeeld)",
        Kind.INSTITUTE,
        "'s-Gravenhage",
        ("Nederland",),
        ("Eerste gesprek", "Eigen regie"),
    ),
    ("Lectoraat Meedoen (voorbeeld)", Kind.INSTITUTE, "Maastricht", ("provincie Limburg",), ("Vervoer", "Eigen regie")),
)


async def has_together(database: Database) -> bool:
    """Tell whether it is there already."""
    async with reading_across(database) as session:
        return (await session.exec(select(Theme.id).limit(1))).first() is not None


async def seed_together(database: Database, now: datetime) -> None:
    """Add what is invented above, as if national editors and municipalities had done it over the last months."""
    themes = [await _theme(database, typed, now) for typed in _THEMES]
    await _seed_polls(database, [theme.id for theme in themes], now)
    for code, theme, title, text, contact in _PRACTICES:
        by = By(code, _ACTOR, now)
        typed = TypedPractice(themes[theme].id, title, f"{text}\n\n{_INVENTED}", contact, looked=True)
        practice = await add_practice(database, typed, by)
        assert isinstance(practice, Practice), practice
        await share_practice(database, practice.id, by, shared=True)
    await _seed_cluster(database, themes[1].id, now)
    await _seed_question(database, themes[0].id, now)
    await _seed_directory(database, now)


async def _theme(database: Database, typed: TypedTheme, now: datetime) -> Theme:
    theme = await add_theme(database, typed, By(NATIONAL, _ACTOR, now))
    assert isinstance(theme, Theme), theme
    return theme


async def _seed_polls(database: Database, themes: Sequence[str], now: datetime) -> None:
    """Make a poll that closed a month ago, with ballots, and one that is open."""
    earlier = now - timedelta(days=60)
    closed = await make_poll(
        database,
        TypedPoll(
            "Waarover wilt u dit jaar samen leren?",
            Method.RANKED.value,
            tuple(themes),
            earlier.date(),
            (now - timedelta(days=30)).date(),
        ),
        By(NATIONAL, _ACTOR, earlier),
    )
    assert isinstance(closed, Poll), closed
    for code, order in zip(await _voters(database, len(_ORDERS)), _ORDERS, strict=True):
        by = By(code, _ACTOR, earlier + timedelta(days=2))
        refused = await cast_ballot(database, closed.id, [themes[place] for place in order], by, row_version=0)
        assert refused == (), refused
    opened = await make_poll(
        database,
        TypedPoll(
            "Over welke thema’s wilt u een werkbijeenkomst?",
            Method.APPROVAL.value,
            tuple(themes),
            (now - timedelta(days=7)).date(),
            (now + timedelta(days=30)).date(),
        ),
        By(NATIONAL, _ACTOR, now),
    )
    assert isinstance(opened, Poll), opened


async def _voters(database: Database, number: int) -> list[str]:
    """Return the municipalities that voted: Utrecht, and the first others by code."""
    async with reading_across(database) as session:
        others = select(Municipality.code).where(col(Municipality.code) != UTRECHT).order_by(col(Municipality.code))
        return [UTRECHT, *await session.exec(others.limit(number - 1))]


async def _seed_cluster(database: Database, theme: str, now: datetime) -> None:
    typed = TypedCluster(
        theme,
        "Het eerste gesprek in drie gemeenten",
        "Wij kijken bij elkaar mee hoe een eerste gesprek gaat, en vertellen elkaar wat wij zien.",
        "Regionale dienst Middenland (voorbeeld)",
    )
    cluster = await add_cluster(database, typed, By(NATIONAL, _ACTOR, now))
    assert isinstance(cluster, Cluster), cluster
    for code in (UTRECHT, ZWOLLE, OSS):
        await join_cluster(database, cluster.id, By(code, _ACTOR, now), member=True)


async def _seed_question(database: Database, theme: str, now: datetime) -> None:
    typed = TypedQuestion(
        theme,
        "Hoe vraagt u mensen naar vervoer die niet meer zelf reizen?",
        "Veel mensen slaan de vragen over vervoer over. Misschien laten zij hun begeleider rijden. Wie vraagt dit anders?",
        looked=True,
    )
    asked = await ask(database, typed, By(NEIGHBOURS[2], _ACTOR, now))
    assert isinstance(asked, OpenQuestion), asked
    text = "Wij vragen eerst of iemand zelf reist. Pas daarna komt de vraag wat beter kan. Zo slaan minder mensen hem over."
    given = await answer(database, asked.id, text, By(ZWOLLE, _ACTOR, now), looked=True)
    assert not isinstance(given, Gone), given
    assert not given, given


async def _seed_directory(database: Database, now: datetime) -> None:
    known = await read_known(database)
    for name, kind, seat, works_in, themes in _ORGANISATIONS:
        typed = TypedOrganisation(name, kind.value, seat, works_in, themes, text="Een verzonnen organisatie.")
        added = await add_organisation(database, typed, known, By(NATIONAL, _ACTOR, now))
        assert not isinstance(added, tuple), added
