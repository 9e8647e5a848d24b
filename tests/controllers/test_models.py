from __future__ import annotations

import os
import signal
from pathlib import Path

from desktop.controllers.models import picker_order
from desktop.domain.errors import EngineDied, ModelFileInvalid, ModelTooBig
from desktop.domain.library import LibraryEntry, ModelSource

WAIT = {"timeout": 20_000}


def test_loading_reports_progress_and_the_model(models, starter, qtbot) -> None:
    seen = []
    models.loading.connect(lambda fraction, name: seen.append((fraction, name)))
    with qtbot.waitSignal(models.loaded, **WAIT) as loaded:
        models.load(starter)
    assert loaded.args[0].info.path == starter
    assert models.current == loaded.args[0]
    assert seen[0] == (0.0, "starter")
    assert seen[-1][0] is None
    assert [fraction for fraction, _ in seen[:-1]] == sorted(f for f, _ in seen[:-1])


def test_memory_is_that_of_the_child(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.memory_changed, check_params_cb=lambda size: size > 0, **WAIT):
        models.load(starter)


def test_failures_are_told_and_leave_no_model(models, qtbot) -> None:
    for name, kind in (("bad.gguf", ModelFileInvalid), ("big.gguf", ModelTooBig)):
        with qtbot.waitSignal(models.load_failed, **WAIT) as failed:
            models.load(Path("/models") / name)
        assert isinstance(failed.args[0], kind)
        assert models.current is None


def test_a_cancelled_load_is_no_failure(models, qtbot) -> None:
    failures = []
    models.load_failed.connect(failures.append)
    with qtbot.waitSignal(models.unloaded, **WAIT):
        models.load(Path("/models/slow.gguf"))
        qtbot.wait(150)
        models.cancel_load()
    assert failures == []


def test_a_death_while_loading_is_told_and_a_restart_works(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.died, **WAIT) as died:
        models.load(Path("/models/kill.gguf"))
    assert isinstance(died.args[0], EngineDied)
    with qtbot.waitSignal(models.loaded, **WAIT):
        models.load(starter)


def test_a_death_while_idle_is_noticed(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.loaded, **WAIT):
        models.load(starter)
    with qtbot.waitSignal(models.died, **WAIT):
        os.kill(models.session.process_id, signal.SIGKILL)
    assert models.current is None
    with qtbot.waitSignal(models.loaded, **WAIT):
        models.restart(context=512)
    assert models.current.config.context == 512


def test_unloading(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.loaded, **WAIT):
        models.load(starter)
    with qtbot.waitSignal(models.unloaded, **WAIT):
        models.unload()
    assert models.current is None


def test_looking_at_a_file_loads_nothing(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.inspected, **WAIT) as inspected:
        models.inspect(starter)
    assert inspected.args[0].level == "F16"
    with qtbot.waitSignal(models.inspect_failed, **WAIT) as failed:
        models.inspect(Path("/models/bad.gguf"))
    assert isinstance(failed.args[1], ModelFileInvalid)
    assert models.current is None


def test_only_the_newest_estimate_is_worked_out(models, starter, qtbot) -> None:
    estimates = []
    models.estimated.connect(lambda estimate: estimates.append(estimate.context))
    for context in range(256, 20_000, 256):
        models.estimate(starter, context)
    qtbot.waitUntil(lambda: estimates[-1:] == [19_968], timeout=20_000)
    assert len(estimates) <= 3


def test_the_list_has_the_starter_first_and_missing_files_last(models, qtbot, tmp_path) -> None:
    added = tmp_path / "added.gguf"
    added.write_bytes(b"GGUF")
    with qtbot.waitSignal(models.listed, **WAIT) as listed:
        models.add(added)
    assert [entry.name for entry in listed.args[0]] == ["starter", "added"]
    entries = [
        LibraryEntry("gone", Path("a"), missing=True, last_used_at=9.0),
        LibraryEntry("old", Path("b"), last_used_at=1.0),
        LibraryEntry("new", Path("c"), last_used_at=2.0),
        LibraryEntry("starter", Path("d"), ModelSource.STARTER),
    ]
    assert [e.name for e in picker_order(entries)] == ["starter", "new", "old", "gone"]
