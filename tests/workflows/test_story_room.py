"""The reading room: who may read what, deciding, reading apart, quotes within the permission, and taking everything back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from arrangements import TODAY, UTRECHT, OpenedRound, arrange_round
from sqlmodel import SQLModel, select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.editions import Edition
from ceo.storage.rounds import Promise, Round, RoundDesign
from ceo.storage.story_reading import DescribedCase, StoryCode, StoryCoding, StoryNote, StoryQuote, StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.consent import take_back_uses
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.rounds.design import Design
from ceo.workflows.stories.cases import CaseFault, CaseText, find_case, keep_case, list_cases
from ceo.workflows.stories.codes import Code, CodeFault, end_code, keep_code, list_codes
from ceo.workflows.stories.coding import save_codes
from ceo.workflows.stories.copying import copied_story
from ceo.workflows.stories.deciding import Outcome, decide_story, put_back, set_aside
from ceo.workflows.stories.marking import find_words
from ceo.workflows.stories.notes import NoteFault, add_note, remove_note
from ceo.workflows.stories.patterns import Hidden, code_rows, read_pattern
from ceo.workflows.stories.quotes import QuoteFault, national_quotes, pick_quote, quotes_for
from ceo.workflows.stories.reading import find_to_decide, find_to_read, read_room
from ceo.workflows.stories.rooms import Room, StoryState
from ceo.workflows.stories.told import permissions_in, story_id_of
from ceo.workflows.stories.withdrawing import forget_stories
from questionnaires.loading import load_shipped

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STORY = "Piet komt elke dinsdag. Dan praten we over vroeger en lachen we veel."
ALL = ["leren_intern", "delen_anoniem", "landelijk_delen"]
MADE_OF_STORIES = (StoryReading, StoryCoding, StoryNote, StoryQuote)


@dataclass(frozen=True)
class World:
    """A round of stories with three tellers, of whom the second allows nothing and the third is not counted yet."""

    database: Database
    versions: PublishedVersions
    opened: OpenedRound
    room: Room

    @property
    def story(self) -> str:
        return story_id_of("1" * 32, "VER03")

    async def decide(self, *words: str, row_version: int = 0) -> Outcome:
        marks = [mark for one in words for mark in find_words(STORY, one)]
        return await decide_story(
            self.database, self.versions, self.room, self.story, marks, row_version=row_version, now=NOW
        )

    async def rows(self, table: type[SQLModel]) -> list[SQLModel]:
        async with reading_across(self.database) as session:
            return list(await session.exec(select(table)))

    async def read(self, **changed: str) -> frozenset[str] | str | None:
        found = await find_to_read(self.database, self.versions, replace(self.room, **changed), self.story)
        return None if found is None else found.text


@pytest.fixture
async def world(database: Database, installation_settings: Settings) -> World:
    opened = await arrange_round(
        database,
        installation_settings,
        questionnaire=load_shipped("verhaal@1"),
        promise=Promise.PSEUDONYMOUS,
        invited={"Cliënten": 3},
    )
    async with tenant_transaction(database, UTRECHT) as session:
        its_round = await session.get_one(Round, opened.round_id)
        for number, (uses, edition) in enumerate([(ALL, 1), ([], 1), (ALL, None)]):
            session.add(
                Submission(
                    id=str(number + 1) * 32,
                    municipality=UTRECHT,
                    round_id=opened.round_id,
                    stratum="Cliënten",
                    questionnaire_hash=its_round.questionnaire_hash,
                    answers={
                        "VER03": {"version": 1, "value": STORY},
                        "VTI01": {"version": 1, "value": "Mijn dinsdag"},
                        "VGE01": {"version": 1, "value": "goed"},
                    },
                    consents={"VER03": {"given": uses, "withdrawn": []}},
                    language="nl",
                    text_register="standard",
                    mode="web",
                    pseudonym=opened.key(number).pseudonym,
                    received_on=TODAY,
                    edition=edition,
                )
            )
    return World(database, PublishedVersions(database), opened, Room(UTRECHT, opened.round_id, "eva"))


async def full_room(world: World) -> str:
    """Let the story be decided about, coded, noted, quoted for every use, and put in a case; return the id of the case."""
    assert await world.decide("Piet") is Outcome.DONE
    assert await keep_code(world.database, UTRECHT, "", "Gezelligheid", "", actor="eva", now=NOW) == ()
    [code] = await list_codes(world.database, UTRECHT)
    assert await save_codes(world.database, world.room, world.story, [code.id], now=NOW)
    assert await add_note(world.database, world.room, world.story, "Mooi verhaal.", now=NOW) is None
    for scope in ALL:
        assert await pick_quote(world.database, world.room, world.story, "elke dinsdag", scope, now=NOW) is None
    typed = CaseText("Een vaste dag", "Wekelijks bezoek doet iemand goed.", stories=(world.story,))
    case = await keep_case(world.database, UTRECHT, "", typed, row_version=0, actor="eva", now=NOW)
    assert isinstance(case, str)
    return case


async def test_only_a_story_that_is_allowed_and_counted_is_in_the_room(world: World) -> None:
    page = await read_room(world.database, world.versions, world.room, StoryState.WAITING)
    assert page is not None
    [shelved] = page.stories
    assert (shelved.story.id, shelved.text, page.counts) == (world.story, STORY, {StoryState.WAITING: 1})
    # What the teller chose about the story is a tag; words of the own, such as a title, are not.
    assert [(tag.item, tag.codes) for tag in shelved.story.tags] == [("VGE01", ("goed",))]
    assert await find_to_decide(world.database, world.versions, world.room, story_id_of("2" * 32, "VER03")) is None


async def test_from_the_decision_on_only_the_text_without_personal_data_is_read(world: World) -> None:
    assert await world.read() is None
    assert await world.decide("Piet") is Outcome.DONE
    assert await world.read() == "[weggelaten] komt elke dinsdag. Dan praten we over vroeger en lachen we veel."
    page = await read_room(world.database, world.versions, world.room, StoryState.DECIDED)
    assert page is not None
    assert "Piet" not in page.stories[0].text
    [row] = await world.rows(StoryReading)
    assert "Piet" not in str(row)


async def test_of_two_decisions_at_once_one_counts_and_the_other_is_told(world: World) -> None:
    outcomes = await asyncio.gather(world.decide("Piet"), world.decide())
    assert sorted(outcomes) == [Outcome.CHANGED, Outcome.DONE]


async def test_a_decision_can_be_made_again_and_drops_quotes_that_are_no_longer_in_the_text(world: World) -> None:
    await full_room(world)
    assert await world.decide("Piet", "dinsdag", row_version=0) is Outcome.CHANGED
    assert await world.decide("Piet", "dinsdag", row_version=1) is Outcome.DONE
    assert await world.rows(StoryQuote) == []
    assert len(await world.rows(StoryCoding)) == 1


@pytest.mark.parametrize(("change", "left"), [(set_aside, ["aside"]), (put_back, [])])
async def test_a_story_that_is_set_aside_or_put_back_is_read_by_nobody(
    world: World, change: object, left: list[str]
) -> None:
    await full_room(world)
    assert await change(world.database, world.room, world.story, row_version=1, now=NOW) is Outcome.DONE  # type: ignore[operator]
    assert [(row.state, row.text) for row in await world.rows(StoryReading)] == [(state, "") for state in left]  # type: ignore[attr-defined]
    assert [await world.rows(table) for table in MADE_OF_STORIES[1:]] == [[], [], []]
    assert await world.read() is None
    assert await world.decide(row_version=2 if left else 0) is Outcome.DONE


async def test_a_reader_sees_codes_of_others_only_after_keeping_the_own_ones(world: World) -> None:
    await full_room(world)
    second = replace(world.room, actor="tom")
    before = await find_to_read(world.database, world.versions, second, world.story)
    assert before is not None
    assert (before.own, before.others) == (None, ())
    assert await save_codes(world.database, second, world.story, ["0" * 32], now=NOW)
    after = await find_to_read(world.database, world.versions, second, world.story)
    assert after is not None
    assert (after.own, [len(codes) for codes in after.others]) == (frozenset(), [1])


async def test_a_code_that_ended_stays_where_it_is_and_is_given_no_more(world: World) -> None:
    await full_room(world)
    [code] = await list_codes(world.database, UTRECHT)
    assert await end_code(world.database, UTRECHT, code.id, ended=True, actor="eva", now=NOW) is True
    assert await save_codes(world.database, replace(world.room, actor="tom"), world.story, [code.id], now=NOW)
    assert sorted(row.code for row in await world.rows(StoryCoding)) == sorted(["", code.id])  # type: ignore[attr-defined]
    assert await keep_code(world.database, UTRECHT, "", "GEZELLIGHEID", "", actor="eva", now=NOW) == ()
    again = await end_code(world.database, UTRECHT, code.id, ended=False, actor="eva", now=NOW)
    assert again is CodeFault.NAME_TAKEN
    faults = await keep_code(world.database, UTRECHT, "", " ", "x" * 501, actor="eva", now=NOW)
    assert faults == (CodeFault.NO_NAME, CodeFault.MEANING_TOO_LONG)


@pytest.mark.parametrize(
    ("words", "scope", "fault"),
    [
        ("", "leren_intern", QuoteFault.NO_WORDS),
        ("Piet komt", "leren_intern", QuoteFault.NOT_IN_STORY),
        ("elke dinsdag", "terugbellen", QuoteFault.NOT_ALLOWED),
        ("elke  dinsdag", "leren_intern", QuoteFault.TWICE),
        ("x" * 501, "leren_intern", QuoteFault.TOO_LONG),
    ],
)
async def test_a_quote_is_exact_and_within_the_permission(
    world: World, words: str, scope: str, fault: QuoteFault
) -> None:
    await full_room(world)
    assert await pick_quote(world.database, world.room, world.story, words, scope, now=NOW) is fault


async def test_a_note_is_removed_by_its_writer_only(world: World) -> None:
    await full_room(world)
    [note] = await world.rows(StoryNote)
    other = replace(world.room, actor="tom")
    assert not await remove_note(world.database, other, world.story, note.id, now=NOW)  # type: ignore[attr-defined]
    assert await remove_note(world.database, world.room, world.story, note.id, now=NOW)  # type: ignore[attr-defined]
    assert await add_note(world.database, world.room, world.story, " ", now=NOW) is NoteFault.NO_WORDS


async def test_a_case_holds_no_personal_data_unless_somebody_looked_and_no_words_of_its_stories(world: World) -> None:
    case = await full_room(world)
    typed = CaseText("Bezoek", "Mevrouw Jansen zegt: dan praten we over vroeger en lachen.", stories=(world.story,))
    kept = await keep_case(world.database, UTRECHT, case, typed, row_version=0, actor="eva", now=NOW)
    assert kept == (CaseFault.TAKEN_OVER, CaseFault.PERSONAL_DATA, CaseFault.CHANGED)
    looked = CaseText("Bezoek", "Mevrouw Jansen is verzonnen.", seen=True)
    assert await keep_case(world.database, UTRECHT, case, looked, row_version=1, actor="eva", now=NOW) == case


COPIED = "Iemand zei: dan praten we over vroeger en lachen we veel."


async def test_words_of_a_story_are_found_in_what_is_typed_elsewhere_as_long_as_it_may_be_read(world: World) -> None:
    texts = {"besluit": "Wij gaan elke week langs.", "toelichting": COPIED}
    # Also of a story about which nobody decided yet: it was read to decide.
    for _ in range(2):
        copied = {"toelichting": "dan praten we over vroeger en lachen"}
        assert await copied_story(world.database, UTRECHT, texts) == copied
        await world.decide("Piet")
    case = CaseText("Niet gekoppeld", COPIED)
    kept = await keep_case(world.database, UTRECHT, "", case, row_version=0, actor="eva", now=NOW)
    assert kept == (CaseFault.TAKEN_OVER,)
    assert await take_back_uses(world.database, world.opened.key(0), {"VER03": ["leren_intern"]}, now=NOW)
    assert await copied_story(world.database, UTRECHT, texts) == {}


async def test_a_case_that_was_linked_before_is_read_again_as_well(world: World) -> None:
    case = await full_room(world)
    unlinked = CaseText("Een vaste dag", "Wekelijks bezoek doet iemand goed.")
    assert await keep_case(world.database, UTRECHT, case, unlinked, row_version=1, actor="eva", now=NOW) == case
    found = await find_case(world.database, UTRECHT, case)
    assert found is not None
    assert (found.stories, found.look_again) == ((), False)
    assert await take_back_uses(world.database, world.opened.key(0), {"VER03": ["leren_intern"]}, now=NOW)
    [row] = await world.rows(DescribedCase)
    assert (row.readings, row.readings_before, row.look_again) == ([], [], True)  # type: ignore[attr-defined]


async def test_of_what_was_done_with_a_story_the_round_is_recorded_and_not_which_story(world: World) -> None:
    await full_room(world)
    [note] = await world.rows(StoryNote)
    assert await remove_note(world.database, world.room, world.story, note.id, now=NOW)  # type: ignore[attr-defined]
    assert await set_aside(world.database, world.room, world.story, row_version=1, now=NOW) is Outcome.DONE
    assert await put_back(world.database, world.room, world.story, row_version=2, now=NOW) is Outcome.DONE
    kept = [row.model_dump() for row in await world.rows(AuditRecord)]
    of_stories = [row for row in kept if row["action"].startswith("story.") and row["object_kind"] != "story-code"]
    assert {(row["object_kind"], row["object_id"]) for row in of_stories} == {("round", str(world.opened.round_id))}
    assert world.story not in str(kept)


async def tell_more(world: World, count: int, *, floor: int) -> None:
    """Let more people tell the story, and plan a floor."""
    async with tenant_transaction(world.database, UTRECHT) as session:
        model = (await session.get_one(Submission, "1" * 32)).model_dump()
        for number in range(count):
            session.add(Submission(**{**model, "id": f"{number:032x}", "pseudonym": None}))
        design = Design(floor=floor).model_dump(mode="json")
        session.add(RoundDesign(municipality=UTRECHT, round_id=world.opened.round_id, document=design))


async def test_a_pattern_keeps_the_floor_of_its_plan(world: World) -> None:
    await tell_more(world, 12, floor=15)
    pattern = await read_pattern(world.database, world.versions, world.room)
    assert pattern is not None
    assert (pattern.stories, pattern.floor, pattern.tags) == (13, 15, ())


async def test_a_story_that_goes_does_not_tell_the_group_of_its_teller(world: World) -> None:
    await tell_more(world, 12, floor=10)
    async with tenant_transaction(world.database, UTRECHT) as session:
        score = {"area": UTRECHT, "value": 71.0, "low": 60.0, "high": 82.0, "respondents": 31, "measure": "score"}
        named = {
            "item": "toegang",
            "item_label": "Toegang",
            "breakdown": "VWI01",
            "level": "zelf",
            "level_label": "Zelf",
        }
        edition = Edition(
            municipality=UTRECHT,
            round_id=world.opened.round_id,
            number=1,
            made_on=TODAY,
            submissions=13,
            report=json.dumps({"figures": [{**score, **named}]}),
        )
        session.add(edition)
    before = await read_pattern(world.database, world.versions, world.room)
    async with tenant_transaction(world.database, UTRECHT) as session:
        (await session.get_one(Submission, f"{0:032x}")).consents = {}
    after = await read_pattern(world.database, world.versions, world.room)
    assert before is not None
    assert after is not None
    assert (before.stories, after.stories) == (13, 12)
    [group] = before.groups
    assert [(row.text, row.count, row.figures[0].value) for row in group.rows] == [("Zelf", Hidden.BESIDE, 71.0)]
    assert after.groups == before.groups


def test_of_a_code_that_few_stories_have_the_agreement_would_tell_how_many() -> None:
    codes = [Code("wait", "Wachten", "", ended=False), Code("post", "Post", "", ended=False)]
    both = {"anna", "bert"}
    told = {
        f"s{number}": {
            reader: frozenset({"wait"} if number < 12 else {"post"} if number < 16 else ()) for reader in both
        }
        for number in range(40)
    }
    often, rare = code_rows(codes, told, floor=10)
    assert (often.count, rare.count) == (12, Hidden.FEW)
    assert often.agreement is not None
    assert (often.agreement.read, often.agreement.alike) == (40, 40)
    assert rare.agreement is None


async def test_a_permission_that_is_gone_counts_at_once_wherever_a_story_is_read(world: World) -> None:
    case, rounds = await full_room(world), [world.opened.round_id]
    assert [len(await quotes_for(world.database, UTRECHT, scope, rounds)) for scope in ALL] == [1, 1, 1]  # type: ignore[arg-type]
    assert len(await national_quotes(world.database, rounds)) == 1
    # As if something had taken the consent away without telling the reading room.
    async with tenant_transaction(world.database, UTRECHT) as session:
        (await session.get_one(Submission, "1" * 32)).consents = {}
    assert [await quotes_for(world.database, UTRECHT, scope, rounds) for scope in ALL] == [(), (), ()]  # type: ignore[arg-type]
    assert await national_quotes(world.database, rounds) == ()
    assert await world.read() is None
    found = await find_case(world.database, UTRECHT, case)
    pattern = await read_pattern(world.database, world.versions, world.room)
    assert found is not None
    assert pattern is not None
    assert (found.stories, pattern.stories, pattern.quotes) == ((), 0, ())
    assert await add_note(world.database, world.room, world.story, "Nog iets.", now=NOW) is NoteFault.GONE
    assert not await save_codes(world.database, world.room, world.story, [], now=NOW)


async def test_taking_back_removes_everything_that_readers_made_and_says_not_whose(world: World) -> None:
    case = await full_room(world)
    key = world.opened.key(0)
    assert await take_back_uses(world.database, key, {"VER03": ["leren_intern"]}, now=NOW)
    assert [await world.rows(table) for table in MADE_OF_STORIES] == [[], [], [], []]
    [row] = await world.rows(DescribedCase)
    assert (row.readings, row.look_again) == ([], True)  # type: ignore[attr-defined]
    assert [one.look_again for one in await list_cases(world.database, UTRECHT)] == [True]
    last = max(await world.rows(AuditRecord), key=lambda one: one.number)  # type: ignore[attr-defined]
    told = last.model_dump()
    assert (told["action"], told["object_kind"]) == ("story.permission-withdrawn", "round")
    assert told["after"] == {"stories": 1, "quotes": 3, "cases": 1}
    # The day, and not the moment at which a code was used.
    assert told["at"] == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert all(name not in str(told) for name in (world.story, "1" * 32, key.pseudonym, case))
    # Twice is once, and is recorded once.
    assert await take_back_uses(world.database, key, {"VER03": ["leren_intern"]}, now=NOW)
    assert max(one.number for one in await world.rows(AuditRecord)) == told["number"]  # type: ignore[attr-defined]


async def test_a_narrower_permission_removes_the_quotes_that_need_what_is_gone(world: World) -> None:
    await full_room(world)
    assert await take_back_uses(world.database, world.opened.key(0), {"VER03": ["landelijk_delen"]}, now=NOW)
    assert sorted(row.scope for row in await world.rows(StoryQuote)) == ["delen_anoniem", "leren_intern"]  # type: ignore[attr-defined]
    assert await world.read() is not None


async def test_nothing_is_left_when_a_permission_is_taken_back_while_somebody_decides(world: World) -> None:
    taken = take_back_uses(world.database, world.opened.key(0), {"VER03": ["leren_intern"]}, now=NOW)
    await asyncio.gather(world.decide("Piet"), taken)
    assert await world.rows(StoryReading) == []


async def test_stories_go_with_their_submissions(world: World) -> None:
    await full_room(world)
    async with tenant_transaction(world.database, UTRECHT) as session:
        await forget_stories(session, ["1" * 32])
        assert world.story in await permissions_in(session, world.opened.round_id)
    assert [await world.rows(table) for table in MADE_OF_STORIES] == [[], [], [], []]
    assert len(await world.rows(StoryCode)) == 1
