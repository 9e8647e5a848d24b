"""Real files of which pages are overwritten, with something of everything in them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.answer import Answer
from desktop.domain.blind_test import BlindLevel, BlindRequest
from desktop.domain.comparison import ComparedModel, ComparisonRequest, Part, SpeedRun
from desktop.domain.conversation import Role, StopReason
from desktop.domain.download import DownloadRequest
from desktop.domain.evaluation import ChunkScores
from desktop.domain.hub import RemoteFile
from desktop.domain.job import QuantizationRequest
from desktop.domain.matching import Expectation
from desktop.domain.prompt import PromptContent, PromptDraft, PromptQuery
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import (
    ChainRequest,
    ChainStepResult,
    Place,
    PromptResult,
    PromptRunRequest,
    RunVersion,
)
from desktop.domain.sampling import SamplerSettings
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.downloads import StoredDownloads
from desktop.storage.jobs import StoredJobs
from desktop.storage.models import KnownModels
from desktop.storage.presets import SamplerPresets
from desktop.storage.prompt_chains import StoredPromptChains
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts
from desktop.storage.task_runs import StoredTaskRuns
from desktop.storage.tasks import StoredTaskSets
from desktop.storage.votes import StoredVotes

PAGE = 4096
EACH = 6  # of every sort of thing
A, B = Path("/m/a.gguf"), Path("/m/b.gguf")
LONG = "flour " * 60
ANSWER = Answer(LONG, "", StopReason.END_OF_TURN, 3, 10, 2, 1.5, 9.25, 0.5)
SET = TaskSet("Mine", tuple(Task(f"{n} {LONG}", Expectation("2")) for n in range(5)))
SCORES = ChunkScores((1.0,) * 255, (0.5,) * 255, (0.25,) * 255, 200)
SORTS = (
    *("conversation", "prompt", "comparison", "task set", "task run", "prompt run", "chain run"),
    *("blind test", "preset", "job", "download", "known model"),
)


def add_conversation(database: Database, number: int) -> None:
    store = Conversations(database)
    parent, conversation = None, store.create(title=f"{number}")
    for _ in range(10):
        parent = store.add_message(conversation.id, role=Role.USER, text=LONG, parent_id=parent).id


def add_prompt(database: Database, number: int) -> None:
    library, runs, chains = (
        make(database) for make in (StoredPrompts, StoredPromptRuns, StoredPromptChains)
    )
    prompt = library.add(PromptDraft(f"{number}", PromptContent(LONG)))
    case = runs.save_case(prompt.id, PromptCase("case", {"grain": LONG}))
    versions = (RunVersion(prompt.version_id, 1),)
    run = runs.add(PromptRunRequest(prompt.id, versions, (case,), (A, B)))
    for model in range(2):
        place = Place(prompt.version_id, model, 0)
        runs.put_result(run.id, PromptResult(place, 0, ANSWER, True))
    chain = chains.add(ChainRequest(prompt.id, A, {"topic": LONG}), ["First"])
    chains.put_step(chain.id, 0, ChainStepResult("First", prompt.version_id, LONG, "", ANSWER))


def add_comparison(database: Database, _number: int) -> None:
    store = StoredComparisons(database)
    rows = [
        ComparedModel(0, Part.BASE, "F16", A),
        ComparedModel(1, Part.LEVEL, "Q8_0", B),
        ComparedModel(2, Part.NOISE, "F16 again", A),
    ]
    comparison = store.add(ComparisonRequest(A, (B,)), rows)
    for row in rows:
        for chunk in range(4):
            store.put_chunk(comparison.id, row.position, chunk, SCORES)
        store.add_run(comparison.id, row.position, SpeedRun(256, 32, 0.5, 2.0, 10**9))


def add_tasks(database: Database, number: int) -> None:
    StoredTaskSets(database).add(TaskSet(f"{number}", SET.tasks))
    runs = StoredTaskRuns(database)
    models = (AskedModel(0, "F16", A, 10), AskedModel(1, "Q4_0", B, 5))
    run = runs.add(TaskRequest(SET, (A, B)), models)
    for model in models:
        for task in range(5):
            runs.put_answer(run.id, model.position, TaskAnswer(task, LONG, passed=True))


def add_rest(database: Database, number: int) -> None:
    votes = StoredVotes(database)
    test = votes.add(BlindRequest((BlindLevel(A, "Q8_0"), BlindLevel(B, "Q4_0")), ("Why?",)))
    for _ in range(3):
        votes.put_answers(votes.add_round(test.id, "Why?", 1, 0, 1).id, (LONG, LONG))
    SamplerPresets(database).save(f"Mine {number}", SamplerSettings())
    StoredJobs(database).add(QuantizationRequest(A, Path("/new"), "A", ("Q4_K_M",)))
    files = (RemoteFile(f"{number}.gguf", 10, sha256="ab" * 32),)
    StoredDownloads(database).add(DownloadRequest("a/m", "5a7e", "m", files, Path("/models")))
    KnownModels(database).add(Path(f"/m/{number}.gguf"), f"{number}")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database file with something of everything, its sorts mixed over all pages."""
    database = Database(tmp_path_factory.mktemp("sound") / "quern.db")
    database.open()
    for number in range(EACH):
        for add in (add_conversation, add_prompt, add_comparison, add_tasks, add_rest):
            add(database, number)
    database.close()
    return database.path.read_bytes()


def everything(database: Database) -> Mapping[str, int]:
    """How much there is of each sort, all of it read as the application reads it."""
    conversations, comparisons, tasks = (
        make(database) for make in (Conversations, StoredComparisons, StoredTaskRuns)
    )
    library, runs, chains = (
        make(database) for make in (StoredPrompts, StoredPromptRuns, StoredPromptChains)
    )
    prompts = [hit.prompt for hit in library.list(PromptQuery())]
    all_runs = [runs.get(run.id) for prompt in prompts for run in runs.list(prompt.id)]
    for conversation in conversations.list():
        assert all(message.text == LONG for message in conversations.path(conversation.id))
    for prompt in prompts:
        assert library.versions(prompt.id) and runs.cases(prompt.id) is not None
    for one in (comparisons.get(each.id) for each in comparisons.list()):
        assert [model.position for model in one.models] == list(range(len(one.models)))
        assert all(scores == SCORES for model in one.models for scores in model.chunks.values())
    for run in (tasks.get(each.id) for each in tasks.list()):
        assert [model.position for model in run.models] == list(range(len(run.models)))
    votes = StoredVotes(database)
    counts = (
        *(len(conversations.list()), len(prompts), len(comparisons.list())),
        *(len(StoredTaskSets(database).list()), len(tasks.list()), len(all_runs)),
        sum(len(chains.list(prompt.id)) for prompt in prompts),
        len([votes.get(test.id) for test in votes.list()]),
        sum(preset.name.startswith("Mine") for preset in SamplerPresets(database).list()),
        *(len(StoredJobs(database).list()), len(StoredDownloads(database).list())),
        len(KnownModels(database).list()),
    )
    return {sort: count for sort, count in zip(SORTS, counts, strict=True) if count}


def opened(path: Path, content: bytes, pages: list[int]) -> tuple[Database, str]:
    """The database that comes of a file of which pages are garbage, and what a person is told."""
    damaged = bytearray(content)
    for page in pages:
        damaged[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(damaged)
    database = Database(path)
    report = database.open()
    assert report.kept_aside is None or report.kept_aside.read_bytes() == bytes(damaged)
    return database, report.notice


def words(counts: Mapping[str, int]) -> list[str]:
    return [f"{count} {sort}{'' if count == 1 else 's'}" for sort, count in counts.items()]


def test_a_file_that_lost_its_end_gives_something_of_every_sort(
    tmp_path: Path, sound: bytes
) -> None:
    database, notice = opened(tmp_path / "home" / "quern.db", sound[:-PAGE], [])
    counts = everything(database)
    database.close()
    assert set(counts) == set(SORTS)
    assert all(word in notice for word in words(counts))


def test_any_page_may_be_lost(tmp_path: Path, sound: bytes) -> None:
    """Whichever it is: what comes of it can be used, nothing refers to what is not there, and what
    a person is told is true. Few pages cost more than the rows that were on them."""
    whole = dict.fromkeys(SORTS, EACH)
    pages = len(sound) // PAGE
    hurt = 0
    for page in range(1, pages, 7):
        database, notice = opened(tmp_path / f"{page}" / "quern.db", sound, [page])
        counts = everything(database)
        with database.reading() as db:
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            assert db.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        database.close()
        if notice:
            assert all(word in notice for word in words(counts)), page
            hurt += sum(counts.get(sort, 0) < EACH for sort in SORTS) > 2
        else:
            assert counts == whole
    assert hurt <= pages // 7 // 10, hurt


def test_many_pages_may_be_lost(tmp_path: Path, sound: bytes) -> None:
    pages = len(sound) // PAGE
    for seed in range(6):
        lost = random.Random(seed).sample(range(pages // 4, pages), pages // 10)
        database, notice = opened(tmp_path / f"{seed}" / "quern.db", sound, lost)
        counts = everything(database)
        with database.reading() as db:
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        database.close()
        assert counts and all(word in notice for word in words(counts))


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the tables, however it is laid out in the file.

    Downloads are all paused, as those are that come from a copy.
    """
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE downloads SET state = 'paused'")
        tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        own = [name for (name,) in tables if "search" not in name and "migrations" not in name]
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in own}


def test_with_a_copy_nothing_is_lost_whichever_page_is(tmp_path: Path, sound: bytes) -> None:
    whole = tmp_path / "whole.db"
    whole.write_bytes(sound)
    expected = rows_of(whole)
    for page in [*range(3), *range(3, len(sound) // PAGE, 11)]:
        home = tmp_path / f"{page}"
        home.mkdir()
        (home / "quern.db.copy").write_bytes(sound)
        database, notice = opened(home / "quern.db", sound, [page])
        database.close()
        if notice:
            assert rows_of(home / "quern.db") == expected, page
            assert "from the copy of" in notice or "left out" not in notice


def test_with_a_copy_many_pages_may_be_lost(tmp_path: Path, sound: bytes) -> None:
    whole = tmp_path / "whole.db"
    whole.write_bytes(sound)
    pages = len(sound) // PAGE
    for seed in range(4):
        home = tmp_path / f"{seed}"
        home.mkdir()
        (home / "quern.db.copy").write_bytes(sound)
        lost = random.Random(seed).sample(range(pages), pages // 10)
        database, notice = opened(home / "quern.db", sound, lost)
        database.close()
        assert rows_of(home / "quern.db") == rows_of(whole)
        assert "left out" not in notice
