from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from arrangements import UTRECHT, ZWOLLE
from bank_world import NOW, extension_of, publish_extension, questionnaire_of
from national import TODAY, add_editor
from sqlalchemy import event
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.workflows.audit.recording import place_reading
from ceo.workflows.library.current import NationalLibrary
from ceo.workflows.publish import withdraw_questionnaire
from ceo.workflows.question_bank.index import index_version
from ceo.workflows.question_bank.sharing import (
    Bank,
    NotShareable,
    QuestionBank,
    Shared,
    Wanted,
    share_question,
    shared_questions,
    stop_sharing,
)
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire

pytestmark = pytest.mark.anyio

OWN = "gm0344.BUU01@1"


def bank_of(*questionnaires: Questionnaire, shared: tuple[str, ...] = (), withdrawn: tuple[str, ...] = ()) -> Bank:
    """The bank with these questionnaires published; `shared` are references, `withdrawn` references of questionnaires."""
    versions = {
        (one := publish(each)).content_hash: index_version(one.content_hash, one.content) for each in questionnaires
    }
    homes = {question.reference: version.content_hash for version in versions.values() for question in version.local}
    gone = frozenset(name for name, version in versions.items() if version.reference in withdrawn)
    return Bank(NationalLibrary(), versions, gone, {item: homes[item] for item in shared})


def found(bank: Bank, **wanted: object) -> list[str]:
    return [question.id for question in bank.search(Wanted(**wanted)).questions]  # type: ignore[arg-type]  # named in each test


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    engine = database.reader.sync_engine
    event.listen(engine, "before_cursor_execute", keep)
    yield statements
    event.remove(engine, "before_cursor_execute", keep)


def test_every_national_question_can_be_found_before_anybody_uses_it() -> None:
    bank = bank_of()
    assert bank.search(Wanted()).total == len(set(bank.by_id)) > 90
    assert bank.by_id["TOE02"].municipalities == ()
    assert bank.by_id["TOE02"].wordings[0].modules == ("nl.ceo.wmo@2",)


def test_a_question_is_found_by_a_part_of_a_word_and_without_accents() -> None:
    assert "TOE02" in found(bank_of(), words="NODIG moment")
    assert found(bank_of(), words="buurtteam") == []
    bank = bank_of(
        questionnaire_of(extension_of(UTRECHT, stem="Één buurtteam is makkelijk te bereiken.")), shared=(OWN,)
    )
    assert found(bank, words="een buurtt") == ["gm0344.BUU01"]


def test_easy_words_title_concept_and_answers_are_searched_too() -> None:
    for words in ("hulp toen ik hulp nodig had", "begon toen het nodig was", "toegang.op_tijd", "TOE02"):
        assert "TOE02" in found(bank_of(), words=words), words
    assert "HUL01" in found(bank_of(), words="scootmobiel")


def test_a_question_that_asks_the_words_itself_comes_first() -> None:
    # The words "mijn woning" stand in the answers to HUL01, and in other questions themselves.
    hits = found(bank_of(), words="huishouden")
    asked = [name for name in hits if "huishouden" in bank_of().by_id[name].newest.item.text.stem.casefold()]
    assert hits[: len(asked)] == asked


def test_a_search_can_be_narrowed_by_theme_concept_kind_and_origin() -> None:
    bank = bank_of(questionnaire_of(extension_of(UTRECHT)), shared=(OWN,))
    assert {bank.by_id[name].domain for name in found(bank, domain="toegang")} == {"toegang"}
    assert {bank.by_id[name].concept for name in found(bank, concept="toegang.op_tijd")} == {"toegang.op_tijd"}
    assert {bank.by_id[name].kind for name in found(bank, kind="narrative")} == {"narrative"}
    assert found(bank, origin="local") == ["gm0344.BUU01"]
    assert "gm0344.BUU01" not in found(bank, origin="national")


def test_what_is_found_comes_in_pages_and_a_page_too_far_is_the_last() -> None:
    bank = bank_of()
    first = bank.search(Wanted())
    assert (len(first.questions), first.pages) == (20, -(-first.total // 20))
    last = bank.search(Wanted(page=999))
    assert (last.page, len(last.questions)) == (first.pages, first.total - 20 * (first.pages - 1))
    assert bank.search(Wanted(words="bestaatniet")).pages == 1


def test_each_version_has_its_verdict_against_the_version_before() -> None:
    bank = bank_of()
    letters = {
        name: [one.verdict if one is not None else None for one in bank.verdicts(bank.by_id[name])]
        for name in ("TOE02", "KWA02", "KWA04", "HUL01", "GES01")
    }
    assert letters == {
        "TOE02": ["E", None],
        "KWA02": ["B", None],
        "KWA04": ["A", None],
        "HUL01": ["D", None],
        "GES01": [None],
    }


def test_every_question_of_the_library_can_be_compared_with_its_version_before() -> None:
    bank = bank_of()
    for question in bank.questions:
        assert len(bank.verdicts(question)) == len(question.wordings)


def test_languages_are_those_in_which_the_words_and_the_answers_are_translated() -> None:
    question = bank_of().by_id["TOE02"]
    assert question.newest.languages == ("nl", "ar", "en", "pl", "tr", "uk")
    assert bank_of().by_id["JTO02"].newest.languages == ("nl",)


def test_use_says_who_published_a_questionnaire_with_which_version() -> None:
    bank = bank_of(
        questionnaire_of(extension_of(UTRECHT)),
        questionnaire_of(extension_of(ZWOLLE, core="nl.ceo.wmo@1")),
        load_shipped("wmo@2"),
    )
    newest, older = bank.by_id["TOE02"].wordings
    assert (newest.municipalities, older.municipalities) == ((UTRECHT,), (ZWOLLE,))
    assert [use.questionnaire for use in newest.used_in] == ["gm0344.voorbeeld@1", "nl.ceo.wmo@2"]
    assert bank.by_id["TOE02"].municipalities == (ZWOLLE, UTRECHT)


def test_a_local_question_is_in_the_bank_only_when_it_is_shared() -> None:
    questionnaire = questionnaire_of(extension_of(UTRECHT))
    assert "gm0344.BUU01" not in bank_of(questionnaire).by_id
    shared = bank_of(questionnaire, shared=(OWN,)).by_id["gm0344.BUU01"]
    assert (shared.owner, shared.domain, shared.kind) == (UTRECHT, "local", "ordinal")
    assert shared.newest.content_hash == publish(questionnaire).content_hash


def test_a_shared_question_of_a_withdrawn_version_is_not_shown() -> None:
    bank = bank_of(questionnaire_of(extension_of(UTRECHT)), shared=(OWN,), withdrawn=("gm0344.voorbeeld@1",))
    assert "gm0344.BUU01" not in bank.by_id
    assert bank.own_questions(UTRECHT) == ()


def test_a_copy_names_where_it_came_from_and_the_question_names_its_copies() -> None:
    first = questionnaire_of(extension_of(UTRECHT))
    origin = f'adopted_from: {{item: "{OWN}", content_hash: "{publish(first).content_hash}"}}'
    copied = extension_of(ZWOLLE).replace('title: "Buurtteam', f'{origin}\n    title: "Buurtteam')
    bank = bank_of(first, questionnaire_of(copied), shared=(OWN, "gm0193.BUU01@1"))
    assert bank.by_id["gm0193.BUU01"].newest.adopted_from == OWN
    assert bank.by_id["gm0344.BUU01"].copies == ("gm0193.BUU01@1",)


def test_two_shared_versions_of_a_local_question_are_compared() -> None:
    bank = bank_of(
        questionnaire_of(extension_of(UTRECHT)),
        questionnaire_of(extension_of(UTRECHT, version=2, changed=True, stem="Het buurtteam is goed te bereiken.")),
        shared=(OWN, "gm0344.BUU01@2"),
    )
    assert [one and one.verdict for one in bank.verdicts(bank.by_id["gm0344.BUU01"])] == ["E", None]


def test_the_pages_of_a_municipality_know_which_items_decide_them() -> None:
    text = extension_of(UTRECHT).replace(
        "    - id: stadsdeel\n",
        "    - id: stadsdeel\n      show_if: {all: [{eq: [{answer: GES01}, {code: ja}]}, {answered: {answer: TOE01}}]}\n"
        '      paper: "Na een gesprek."\n'
        "      when_unknown: hide\n",
    )
    [version] = bank_of(questionnaire_of(text)).versions.values()
    assert dict(version.depends) == {"gm0344.stadsdeel": frozenset({"GES01", "TOE01"})}


async def test_what_is_published_later_is_found_without_reading_the_rest_again(database: Database) -> None:
    bank = QuestionBank(database)
    assert (await bank.look()).by_id["TOE02"].municipalities == ()
    await publish_extension(database, extension_of(UTRECHT))
    assert (await bank.look()).by_id["TOE02"].municipalities == (UTRECHT,)
    before = await bank.look()
    await publish_extension(database, extension_of(ZWOLLE))
    with counted(database) as statements:
        after = await bank.look()
    assert after.by_id["TOE02"].municipalities == (ZWOLLE, UTRECHT)
    known = next(iter(before.versions))
    assert after.versions[known] is before.versions[known]
    assert sum("content" in statement and " IN " in statement for statement in statements) == 1


async def test_a_search_asks_the_database_as_much_when_there_are_many_versions(database: Database) -> None:
    bank = QuestionBank(database)
    await bank.look()
    with counted(database) as few:
        assert await bank.look() is await bank.look()
    await publish_extension(database, extension_of(UTRECHT))
    for number in range(3, 9):
        await publish_extension(database, extension_of(f"GM000{number}"))
    await bank.look()
    with counted(database) as many:
        assert await bank.look() is await bank.look()
    assert len(many) == len(few) == 8


async def test_a_question_is_shared_from_the_newest_version_that_asks_it_and_no_longer(database: Database) -> None:
    actor = await add_editor(database)
    await publish_extension(database, extension_of(UTRECHT))
    newest = await publish_extension(database, extension_of(UTRECHT, version=2))
    bank = QuestionBank(database)
    seen = await bank.look()
    assert [question.reference for question, _ in seen.own_questions(UTRECHT)] == [OWN, "gm0344.WIJ01@1"]
    shared = await share_question(seen, database, UTRECHT, OWN, actor=actor, now=NOW, today=TODAY)
    assert shared == Shared(OWN, newest.content_hash)
    assert await shared_questions(database, UTRECHT) == {OWN}
    assert await shared_questions(database, ZWOLLE) == frozenset()
    assert "gm0344.BUU01" in (await bank.look()).by_id
    assert await stop_sharing(database, UTRECHT, OWN, actor=actor, now=NOW)
    assert not await stop_sharing(database, UTRECHT, OWN, actor=actor, now=NOW)
    assert "gm0344.BUU01" not in (await bank.look()).by_id
    rows = select(AuditRecord.action, AuditRecord.object_id).order_by(col(AuditRecord.number))
    async with place_reading(database, UTRECHT) as session:
        assert (await session.exec(rows)).all() == [("question.shared", OWN), ("question.not_shared", OWN)]


async def test_a_question_of_another_or_of_the_nation_or_of_a_withdrawn_version_cannot_be_shared(
    database: Database,
) -> None:
    actor = await add_editor(database)
    gone = await publish_extension(database, extension_of(UTRECHT))
    bank = QuestionBank(database)
    for municipality, item in ((ZWOLLE, OWN), (UTRECHT, "TOE02@2"), (UTRECHT, "gm0344.BUU01@9")):
        found = await share_question(await bank.look(), database, municipality, item, actor=actor, now=NOW, today=TODAY)
        assert isinstance(found, NotShareable)
    await withdraw_questionnaire(database, gone.content_hash, "Een fout in een vraag.", TODAY)
    again = await share_question(await bank.look(), database, UTRECHT, OWN, actor=actor, now=NOW, today=TODAY)
    assert isinstance(again, NotShareable)


async def test_nobody_stops_the_sharing_of_another_municipality(database: Database) -> None:
    actor = await add_editor(database)
    await publish_extension(database, extension_of(UTRECHT))
    seen = await QuestionBank(database).look()
    await share_question(seen, database, UTRECHT, OWN, actor=actor, now=NOW, today=TODAY)
    assert not await stop_sharing(database, ZWOLLE, OWN, actor=actor, now=NOW)
    assert await shared_questions(database, UTRECHT) == {OWN}
