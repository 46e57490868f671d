"""What municipalities do together: each keeps its own, what is shared is read by all, and nobody overwrites another."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analysis.results import Measure
from ceo.storage.database import Database
from ceo.storage.dialogues import Dialogue
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import tenant_transaction
from ceo.storage.together import Cluster, OpenQuestion, Organisation, Poll, Practice, Theme
from ceo.workflows.audit.reading import Chosen, read_record
from ceo.workflows.following.series import Figure
from ceo.workflows.learning.results import Result, Source
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.clusters import (
    TypedCluster,
    add_cluster,
    change_cluster,
    end_cluster,
    find_cluster,
    join_cluster,
)
from ceo.workflows.together.counting import count_poll
from ceo.workflows.together.directory_files import (
    FileFault,
    ImportedDirectory,
    import_directory,
    read_known,
    write_directory,
)
from ceo.workflows.together.organisations import (
    TypedOrganisation,
    WantedOrganisations,
    add_organisation,
    change_organisation,
    list_organisations,
    remove_organisation,
)
from ceo.workflows.together.poll_keeping import TypedPoll, change_poll, make_poll
from ceo.workflows.together.polls import (
    ballots_of,
    cast_ballot,
    find_poll,
    own_ballots,
    read_approval,
    read_ranking,
    withdraw_ballot,
)
from ceo.workflows.together.practices import (
    TypedPractice,
    WantedPractices,
    add_practice,
    change_practice,
    find_practice,
    key_of,
    remove_practice,
    results_to_choose,
    search_shared,
    share_practice,
)
from ceo.workflows.together.questions import (
    QuestionState,
    TypedQuestion,
    answer,
    ask,
    change_question,
    digest_of,
    find_question,
    list_questions,
    remove_answer,
    set_state,
)
from ceo.workflows.together.themes import TypedTheme, add_theme, change_theme, end_theme, list_themes
from ceo.workflows.together.typed import Fault, Gone, Wrong
from questionnaires.scales import Polarity

pytestmark = pytest.mark.anyio

NOW = datetime(2027, 3, 10, 12, tzinfo=UTC)
UTRECHT, OSS, ZWOLLE = "GM0344", "GM0828", "GM0193"
EDITOR = By(NATIONAL, "lars", NOW)


def at(place: str, *, days: int = 0) -> By:
    return By(place, "eva", NOW + timedelta(days=days))


def pairs(wrong: object) -> list[tuple[str, Fault]]:
    assert isinstance(wrong, tuple), wrong
    return [(one.field, one.fault) for one in wrong if isinstance(one, Wrong)]


async def theme_of(database: Database, name: str = "Vervoer") -> Theme:
    added = await add_theme(database, TypedTheme(name), EDITOR)
    assert isinstance(added, Theme), added
    return added


async def practice_of(database: Database, typed: TypedPractice, place: str = UTRECHT) -> Practice:
    added = await add_practice(database, typed, at(place))
    assert isinstance(added, Practice), added
    return added


async def actions(database: Database, place: str) -> list[str]:
    return [row.action for row in (await read_record(database, place, Chosen())).rows][::-1]


async def test_a_theme_is_added_changed_and_ended_and_every_fault_is_told_at_once(database: Database) -> None:
    theme = await theme_of(database)
    wrong = await add_theme(database, TypedTheme(" vervoer ", "x" * 6001, "nl.ceo.wmo:TOE01\nonzin"), EDITOR)
    assert pairs(wrong) == [("text", Fault.TOO_LONG), ("name", Fault.TAKEN), ("indicators", Fault.UNKNOWN)]
    assert await change_theme(database, theme.id, TypedTheme("Reizen", "Op tijd", "nl.ceo.wmo:TOE01"), EDITOR) == ()
    late = await change_theme(database, theme.id, TypedTheme("Rijden"), EDITOR)
    assert pairs(late) == [("", Fault.CHANGED)]
    await end_theme(database, theme.id, EDITOR, ended=True)
    assert await list_themes(database, ended=False) == []
    [kept] = await list_themes(database)
    assert (kept.name, kept.indicators, kept.ended) == ("Reizen", ["nl.ceo.wmo:TOE01"], True)
    assert await actions(database, NATIONAL) == ["theme.added", "theme.changed", "theme.ended"]


async def test_a_practice_is_read_by_others_only_as_long_as_it_is_shared(database: Database) -> None:
    theme = await theme_of(database)
    typed = TypedPractice(theme.id, "Samen rijden", "Wij reden 100 % mee.", "wmo@utrecht.voorbeeld")
    practice = await practice_of(database, typed)
    assert await find_practice(database, UTRECHT, practice.id) is not None
    for place in (OSS, NATIONAL):
        assert await find_practice(database, place, practice.id) is None
    assert (await search_shared(database, WantedPractices())).total == 0

    await share_practice(database, practice.id, at(UTRECHT), shared=True)
    assert await find_practice(database, OSS, practice.id) is not None
    for wanted in (
        WantedPractices(words="SAMEN 100 %", theme=theme.id, municipality=UTRECHT, page=9),
        WantedPractices(words="reden"),
    ):
        assert [row.id for row in (await search_shared(database, wanted)).rows] == [practice.id]
    for wanted in (WantedPractices(words="fiets"), WantedPractices(theme="x"), WantedPractices(municipality=OSS)):
        assert (await search_shared(database, wanted)).rows == ()
    for refused in (
        await share_practice(database, practice.id, at(OSS), shared=False),
        await change_practice(database, practice.id, typed, at(OSS)),
        await remove_practice(database, practice.id, at(OSS), row_version=1),
    ):
        assert refused == Gone()

    await share_practice(database, practice.id, at(UTRECHT), shared=False)
    assert await find_practice(database, OSS, practice.id) is None
    assert await remove_practice(database, practice.id, at(UTRECHT), row_version=2) == ()
    told = ["practice.added", "practice.shared", "practice.not-shared", "practice.removed"]
    assert await actions(database, UTRECHT) == told


async def test_a_practice_that_a_colleague_changed_is_not_shared_or_removed_unread(database: Database) -> None:
    theme = await theme_of(database)
    read = TypedPractice(theme.id, "Samen rijden", "Wij reden mee.")
    practice = await practice_of(database, read)
    assert await change_practice(database, practice.id, replace(read, text="Nog niet klaar."), at(UTRECHT)) == ()
    unread = [("shown", Fault.CHANGED)]
    assert pairs(await share_practice(database, practice.id, at(UTRECHT), shared=True, row_version=0)) == unread
    assert await find_practice(database, OSS, practice.id) is None
    assert await share_practice(database, practice.id, at(UTRECHT), shared=True, row_version=1) == ()
    assert pairs(await remove_practice(database, practice.id, at(UTRECHT), row_version=1)) == unread
    assert await find_practice(database, OSS, practice.id) is not None
    # Whoever wants others to read it no longer, is never told to look first.
    assert await share_practice(database, practice.id, at(UTRECHT), shared=False, row_version=0) == ()
    assert await find_practice(database, OSS, practice.id) is None


async def test_a_practice_that_seems_to_name_somebody_is_kept_after_who_wrote_it_looked_again(
    database: Database,
) -> None:
    theme = await theme_of(database)
    typed = TypedPractice(theme.id, "Bellen", "Bel mevrouw Jansen.", "j.jansen@utrecht.voorbeeld", ("weg",))
    wrong = await add_practice(database, typed, at(UTRECHT))
    assert pairs(wrong) == [("about", Fault.UNKNOWN), ("text", Fault.PERSON), ("contact", Fault.PERSON)]
    wrong = await add_practice(database, replace(typed, about=(), theme="", looked=True), at(UTRECHT))
    assert pairs(wrong) == [("theme", Fault.UNKNOWN)]
    kept = await practice_of(database, replace(typed, about=(), looked=True))
    assert kept.text == "Bel mevrouw Jansen."


async def test_a_practice_belongs_to_results_that_were_talked_about_and_two_writers_do_not_overwrite_each_other(
    database: Database,
) -> None:
    theme = await theme_of(database)
    result = Result(
        source=Source.SERIES,
        name="1",
        core="nl.ceo.wmo",
        indicator="TOE01",
        title="Ik wist waar ik moest zijn",
        period="2027-01",
        measure=Measure.SCORE,
        polarity=Polarity.POSITIVE,
        figure=Figure(value=70, low=65, high=75, respondents=60),
    )
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(
            Dialogue(
                municipality=UTRECHT,
                id="a" * 32,
                title="Gesprek",
                opened_because="signal",
                about=result.model_dump(mode="json"),
                state="open",
                made_by="eva",
                made_at=NOW,
            )
        )
    [key] = await results_to_choose(database, UTRECHT)
    assert key == key_of(result)
    assert await results_to_choose(database, OSS) == {}
    typed = TypedPractice(theme.id, "Rijden", "Wij reden mee.", "", (key,))
    practice = await practice_of(database, typed)
    assert practice.about == [result.model_dump(mode="json")]
    assert pairs(await add_practice(database, typed, at(OSS))) == [("about", Fault.UNKNOWN)]

    assert await change_practice(database, practice.id, replace(typed, title="Eerst"), at(UTRECHT)) == ()
    late = await change_practice(database, practice.id, replace(typed, title=""), at(UTRECHT))
    assert pairs(late) == [("title", Fault.MISSING), ("", Fault.CHANGED)]
    now_kept = await find_practice(database, UTRECHT, practice.id)
    assert now_kept is not None
    assert (now_kept.title, now_kept.row_version) == ("Eerst", 1)


async def poll_of(database: Database, method: str, themes: list[Theme]) -> Poll:
    opens, closes = NOW.date(), NOW.date() + timedelta(days=10)
    typed = TypedPoll("Waarover?", method, tuple(one.id for one in themes), opens, closes)
    made = await make_poll(database, typed, EDITOR)
    assert isinstance(made, Poll), made
    return made


async def test_a_poll_is_changed_until_the_first_municipality_votes(database: Database) -> None:
    themes = [await theme_of(database, name) for name in ("Vervoer", "Thuis")]
    yesterday = NOW.date() - timedelta(days=1)
    wrong = await make_poll(database, TypedPoll("", "loten", ("x",), None, yesterday), EDITOR)
    assert pairs(wrong) == [
        ("question", Fault.MISSING),
        ("method", Fault.UNKNOWN),
        ("themes", Fault.UNKNOWN),
        ("opens_on", Fault.NO_DAY),
        ("closes_on", Fault.TOO_EARLY),
    ]
    poll = await poll_of(database, "approval", themes)
    typed = TypedPoll("Wat eerst?", "ranked", tuple(poll.themes), poll.opens_on, poll.closes_on)
    assert await change_poll(database, poll.id, typed, EDITOR) == ()
    assert pairs(await change_poll(database, poll.id, typed, EDITOR)) == [("", Fault.CHANGED)]
    assert await cast_ballot(database, poll.id, [themes[1].id], at(UTRECHT), row_version=0) == ()
    late = await change_poll(database, poll.id, replace(typed, row_version=1), EDITOR)
    assert pairs(late) == [("", Fault.VOTED)]
    kept = await find_poll(database, poll.id)
    assert kept is not None
    assert (kept.question, kept.method, kept.voted) == ("Wat eerst?", "ranked", True)


async def test_a_ballot_and_a_change_of_the_poll_at_the_same_moment_fit_each_other(database: Database) -> None:
    themes = [await theme_of(database, name) for name in ("Vervoer", "Thuis", "Werk")]
    poll = await poll_of(database, "approval", themes)
    others = TypedPoll("Anders?", "approval", tuple(poll.themes[1:]), poll.opens_on, poll.closes_on)
    cast, changed = await asyncio.gather(
        cast_ballot(database, poll.id, [themes[0].id], at(UTRECHT), row_version=0),
        change_poll(database, poll.id, others, EDITOR),
    )
    assert (cast == ()) != (changed == ())
    kept, ballots = await find_poll(database, poll.id), await own_ballots(database, UTRECHT)
    assert kept is not None
    assert kept.voted == (poll.id in ballots) == (cast == ())
    assert all({*ballot.themes} <= {*kept.themes} for ballot in ballots.values())


async def test_a_municipality_has_one_ballot_that_it_changes_until_closing(database: Database) -> None:
    themes = [await theme_of(database, name) for name in ("Vervoer", "Thuis")]
    first, second = (one.id for one in themes)
    poll = await poll_of(database, "approval", themes)
    assert await cast_ballot(database, poll.id, [first], at(UTRECHT, days=10), row_version=0) == ()
    assert pairs(await cast_ballot(database, poll.id, [second], at(UTRECHT), row_version=0)) == [("", Fault.CHANGED)]
    assert await cast_ballot(database, poll.id, [first, second], at(UTRECHT), row_version=1) == ()
    assert await cast_ballot(database, poll.id, [second], at(OSS), row_version=0) == ()
    assert {code: (await own_ballots(database, code))[poll.id].themes for code in (UTRECHT, OSS)} == {
        UTRECHT: [first, second],
        OSS: [second],
    }
    for _ in range(2):
        assert await withdraw_ballot(database, poll.id, at(OSS), row_version=1) == ()
    assert await withdraw_ballot(database, poll.id, at(ZWOLLE), row_version=0) == Gone()
    for days in (-1, 11):
        closed = await cast_ballot(database, poll.id, [first], at(UTRECHT, days=days), row_version=2)
        assert pairs(closed) == [("", Fault.CLOSED)]
    late = await withdraw_ballot(database, poll.id, at(UTRECHT, days=11), row_version=2)
    assert pairs(late) == [("", Fault.CLOSED)]
    assert await ballots_of(database, poll, poll.closes_on) is None
    assert await ballots_of(database, poll, poll.closes_on + timedelta(days=1)) == ((first, second),)
    assert await actions(database, UTRECHT) == ["poll.voted", "poll.voted"]
    assert await actions(database, OSS) == ["poll.voted", "poll.vote-withdrawn"]
    assert poll.id not in await own_ballots(database, OSS)


async def test_a_page_of_a_ballot_that_was_taken_back_changes_nothing_of_the_next_one(database: Database) -> None:
    first, second = [(await theme_of(database, name)).id for name in ("Vervoer", "Thuis")]
    poll = await poll_of(database, "approval", [*await list_themes(database)])

    async def vote(theme: str, seen: int) -> object:
        return await cast_ballot(database, poll.id, [theme], at(UTRECHT), row_version=seen)

    assert await vote(first, 0) == ()
    of_then = (await own_ballots(database, UTRECHT))[poll.id].row_version  # stays open in a window
    assert await withdraw_ballot(database, poll.id, at(UTRECHT), row_version=of_then) == ()
    assert await vote(second, 0) == ()
    assert pairs(await vote(first, of_then)) == [("", Fault.CHANGED)]
    assert pairs(await vote(first, 0)) == [("", Fault.CHANGED)]
    late = await withdraw_ballot(database, poll.id, at(UTRECHT), row_version=of_then)
    assert pairs(late) == [("shown", Fault.CHANGED)]
    kept = (await own_ballots(database, UTRECHT))[poll.id]
    assert kept.themes == [second]
    assert pairs(await cast_ballot(database, poll.id, [], at(UTRECHT), row_version=kept.row_version)) == [
        ("themes", Fault.TOO_FEW)
    ]


def test_everything_that_is_wrong_with_a_ballot_is_told_at_once_and_ties_stay_ties() -> None:
    poll = Poll(
        id="p",
        question="",
        method="ranked",
        themes=["a", "b", "c", "d"],
        made_by="",
        opens_on=NOW.date(),
        closes_on=NOW.date(),
    )
    assert read_ranking(poll, {"a": "3", "c": "1", "d": " "}) == ("c", "a")
    wrong = read_ranking(poll, {"a": "1", "b": "1", "c": "veel", "d": "5"})
    assert [(one.fault, one.about) for one in wrong if isinstance(one, Wrong)] == [
        (Fault.NO_NUMBER, "c"),
        (Fault.NO_NUMBER, "d"),
        (Fault.TWICE, "a"),
        (Fault.TWICE, "b"),
    ]
    assert pairs(read_ranking(poll, {})) == [("themes", Fault.TOO_FEW)]
    assert read_approval(poll, ["d", "a"]) == ("a", "d")
    assert pairs(read_approval(poll, ["x"])) == [("themes", Fault.UNKNOWN)]

    counted = count_poll(poll, [("a", "b"), ("b", "a"), ("a",), ("b",), ("c",)])
    assert [(one.place, one.theme, one.tied) for one in counted.places] == [
        (1, "a", True),
        (1, "b", True),
        (3, "c", False),
        (4, "d", False),
    ]
    assert (counted.ballots, counted.winner) == (5, None)
    first = counted.duels[0]
    assert (first.theme, first.other, first.before, first.after) == ("a", "b", 2, 2)
    poll.method = "approval"
    counted = count_poll(poll, [("a", "b"), ("b",), ("c",)])
    assert [(one.place, one.theme, one.votes) for one in counted.places] == [
        (1, "b", 2),
        (2, "a", 1),
        (2, "c", 1),
        (4, "d", 0),
    ]


async def test_municipalities_join_a_cluster_and_leave_it(database: Database) -> None:
    theme = await theme_of(database)
    assert pairs(await add_cluster(database, TypedCluster(), EDITOR)) == [
        ("name", Fault.MISSING),
        ("theme", Fault.UNKNOWN),
    ]
    cluster = await add_cluster(database, TypedCluster(theme.id, "Samen op weg", "", "Regio Midden"), EDITOR)
    assert isinstance(cluster, Cluster)
    assert await join_cluster(database, cluster.id, at(UTRECHT), member=True) == ()
    assert await join_cluster(database, cluster.id, at(OSS), member=True) == ()
    assert await join_cluster(database, cluster.id, at(OSS), member=False) == ()
    typed = TypedCluster(theme.id, "Op weg", service="Regio Oost")
    assert await change_cluster(database, cluster.id, typed, EDITOR) == ()
    assert pairs(await change_cluster(database, cluster.id, typed, EDITOR)) == [("", Fault.CHANGED)]
    await end_cluster(database, cluster.id, EDITOR, ended=True)
    assert pairs(await join_cluster(database, cluster.id, at(ZWOLLE), member=True)) == [("", Fault.CLOSED)]
    found = await find_cluster(database, cluster.id)
    assert found is not None
    assert (found[0].service, list(found[1])) == ("Regio Oost", [UTRECHT])


async def test_a_question_is_answered_by_others_and_closed_by_who_asked(database: Database) -> None:
    theme = await theme_of(database)
    typed = TypedQuestion(theme.id, "Wie weet dit?", "Bel meneer De Boer.")
    assert pairs(await ask(database, typed, at(UTRECHT))) == [("text", Fault.PERSON)]
    asked = await ask(database, replace(typed, text="Hoe doet u dat?"), at(UTRECHT))
    assert isinstance(asked, OpenQuestion)
    assert pairs(await answer(database, asked.id, " ", at(OSS))) == [("answer", Fault.MISSING)]
    for by in (at(OSS), EDITOR, at(UTRECHT)):
        assert await answer(database, asked.id, f"Zo, zegt {by.place}.", by) == ()
    assert await set_state(database, asked.id, QuestionState.ANSWERED, at(OSS)) == Gone()
    assert await set_state(database, asked.id, QuestionState.ANSWERED, at(UTRECHT)) is None
    found = await find_question(database, asked.id)
    assert found is not None
    assert (found.row.state, sorted(one.place for one in found.answers)) == ("answered", ["GM0344", "GM0828", "NL"])

    of_oss = next(one.id for one in found.answers if one.place == OSS)
    assert await remove_answer(database, asked.id, of_oss, at(UTRECHT)) == Gone()
    assert await remove_answer(database, asked.id, of_oss, at(OSS)) is None
    assert (await list_questions(database, theme=theme.id, state="answered")).rows[0][1] == 2
    assert (await list_questions(database, state="open")).rows == ()
    seen, wanted = digest_of(asked), replace(typed, title="Wie?", text="Nu.")
    assert await change_question(database, asked.id, wanted, at(UTRECHT), seen=seen) == ()
    late = await change_question(database, asked.id, wanted, at(UTRECHT), seen=seen)
    assert pairs(late) == [("", Fault.CHANGED)]
    assert await change_question(database, asked.id, wanted, at(OSS), seen=seen) == Gone()


async def test_the_directory_goes_out_as_a_file_and_comes_back_the_same(database: Database) -> None:
    await theme_of(database)
    known = await read_known(database)
    typed = TypedOrganisation(
        "Netwerk ‘A’; met |streep",
        "netwerk",
        "'s-Gravenhage",
        ("provincie Utrecht", "GM0820", "nederland"),
        ("vervoer",),
        "+31 30 000 00 00",
        "Een regel.\n- En nog een.",
    )
    added = await add_organisation(database, typed, known, EDITOR)
    assert isinstance(added, Organisation), added
    assert (added.seat, added.works_in) == ("GM0518", ["PV26", "GM0820", "NL"])
    assert pairs(await add_organisation(database, typed, known, EDITOR)) == [("name", Fault.TAKEN)]
    [row] = await list_organisations(database, WantedOrganisations(added.themes[0], "netwerk"))
    assert await list_organisations(database, WantedOrganisations(kind="werkplaats")) == ()

    file = await write_directory(database)
    assert await import_directory(database, file, EDITOR) == ImportedDirectory(0, 0, 1)
    changed = TypedOrganisation("Netwerk B", "werkplaats")
    assert await change_organisation(database, row.id, changed, known, EDITOR) == ()
    assert pairs(await change_organisation(database, row.id, changed, known, EDITOR)) == [("", Fault.CHANGED)]
    assert await import_directory(database, file, EDITOR) == ImportedDirectory(1, 0, 0)
    assert await remove_organisation(database, row.id, EDITOR) is None
    [back] = await list_organisations(database)
    assert {**back.model_dump(), "id": "", "row_version": 0} == {**added.model_dump(), "id": "", "row_version": 0}


async def test_everything_that_is_wrong_with_a_file_is_told_by_line_and_column_and_nothing_is_kept(
    database: Database,
) -> None:
    lines = (
        "Naam;Soort;Zetel;Werkt in;Thema's",
        "Netwerk A;netwerk;Utrecht;Utrecht|Atlantis;Vervoer",
        ";club;Parijs;;",
        "netwerk a;werkplaats;;;",
        "=1+1;netwerk;provincie Utrecht;;",
    )
    assert await import_directory(database, "\r\n".join(lines).encode(), EDITOR) == (
        FileFault(2, "werkt in", "unknown", "Atlantis"),
        FileFault(2, "thema's", "unknown", "Vervoer"),
        FileFault(3, "naam", "missing"),
        FileFault(3, "soort", "unknown", "club"),
        FileFault(3, "zetel", "unknown", "Parijs"),
        FileFault(4, "naam", "twice", "2"),
        FileFault(5, "naam", "formula"),
        FileFault(5, "zetel", "unknown", "provincie Utrecht"),
    )
    for content, code in ((b"a;b\r\n", "no-column"), (b"", "empty"), (b"naam;soort\r\n", "empty"), (b"\0", "no-list")):
        found = await import_directory(database, content, EDITOR)
        assert isinstance(found, tuple)
        assert {one.code for one in found} == {code}
    assert await list_organisations(database) == ()
