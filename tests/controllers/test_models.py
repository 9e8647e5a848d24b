from __future__ import annotations

import os
import signal
from pathlib import Path

from desktop.domain.errors import EngineDied, ModelFileInvalid, ModelTooBig
from desktop.domain.library import ModelDefaults
from desktop.domain.model import LoadConfig


def test_loading_reports_progress_and_the_model(models, starter, qtbot) -> None:
    seen = []
    models.loading.connect(lambda fraction, name: seen.append((fraction, name)))
    with qtbot.waitSignal(models.loaded) as loaded:
        models.load(starter)
    assert loaded.args[0].info.path == starter
    assert models.current == loaded.args[0]
    assert seen[0] == (0.0, "starter")
    assert seen[-1][0] is None
    assert [fraction for fraction, _ in seen[:-1]] == sorted(f for f, _ in seen[:-1])


def test_memory_is_that_of_the_child(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.memory_changed, check_params_cb=lambda size: size > 0):
        models.load(starter)


def test_failures_are_told_and_leave_no_model(models, qtbot) -> None:
    for name, kind in (("bad.gguf", ModelFileInvalid), ("big.gguf", ModelTooBig)):
        with qtbot.waitSignal(models.load_failed) as failed:
            models.load(Path("/models") / name)
        assert isinstance(failed.args[0], kind)
        assert models.current is None


def test_a_cancelled_load_is_no_failure(models, qtbot) -> None:
    failures = []
    models.load_failed.connect(failures.append)
    with qtbot.waitSignal(models.unloaded):
        models.load(Path("/models/slow.gguf"))
        qtbot.wait(150)
        models.cancel_load()
    assert failures == []


def test_a_death_while_loading_is_told_and_a_restart_works(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.died) as died:
        models.load(Path("/models/kill.gguf"))
    assert isinstance(died.args[0], EngineDied)
    with qtbot.waitSignal(models.loaded):
        models.load(starter)


def test_a_death_while_idle_is_noticed(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    with qtbot.waitSignal(models.died):
        os.kill(models.session.process_id, signal.SIGKILL)
    assert models.current is None
    with qtbot.waitSignal(models.loaded):
        models.restart(context=512)
    assert models.current.config.context == 512


def test_unloading(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    with qtbot.waitSignal(models.unloaded):
        models.unload()
    assert models.current is None


def test_a_model_s_own_defaults_say_how_it_is_loaded(models, known_library, starter, qtbot) -> None:
    known_library.set_defaults(starter, ModelDefaults(config=LoadConfig(context=768)))
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    assert models.current.config.context == 768
    assert models.defaults().config == LoadConfig(context=768)
    with qtbot.waitSignal(models.loaded):
        models.load(starter, config=LoadConfig(context=512))
    assert models.current.config.context == 512


def test_use_is_remembered(models, known_library, starter, qtbot) -> None:
    with qtbot.waitSignal(models.used):
        models.load(starter)
    assert known_library.list()[0].last_used_at > 0


def test_a_model_nobody_uses_rests(make_models, starter, qtbot) -> None:
    models = make_models(rest_after=0.05)
    gone = []
    models.unloaded.connect(lambda: gone.append(True))
    with qtbot.waitSignal(models.rested):
        models.load(starter)
    assert models.session.resting
    assert models.current is not None  # it answers when it is asked
    assert gone == []
    with qtbot.waitSignal(models.unloaded):
        models.unload()
    assert models.current is None


def test_a_model_that_answers_does_not_rest(make_models, starter, qtbot) -> None:
    models = make_models(rest_after=0.05)
    models.loaded.connect(lambda _model: models.set_answering(True))
    rested = []
    models.rested.connect(lambda: rested.append(True))
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    qtbot.wait(200)
    assert rested == []
    with qtbot.waitSignal(models.rested):
        models.set_answering(False)


def test_without_a_time_nothing_rests(models, starter, qtbot) -> None:
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    models.watch_rest()
    assert not models._rest_timer.isActive()


def test_a_model_is_loaded_again_only_when_it_shall_be_loaded_differently(
    models, known_library, starter, qtbot
) -> None:
    with qtbot.waitSignal(models.loaded):
        models.make_ready(starter)
    with qtbot.assertNotEmitted(models.loading):
        models.make_ready(starter)
    known_library.set_defaults(starter, ModelDefaults(config=LoadConfig(context=768)))
    with qtbot.waitSignal(models.loaded):
        models.make_ready(starter)
    assert models.current.config.context == 768
    with qtbot.waitSignal(models.loaded):
        models.restart(context=256)
    with qtbot.assertNotEmitted(models.loading):  # a person chose that it stays so small
        models.make_ready(starter)


def test_renewing_while_a_model_is_loaded_ends_the_loading_that_is_shown(models, qtbot) -> None:
    seen = []
    models.loading.connect(lambda fraction, name: seen.append(fraction))
    models.load(Path("/models/slow.gguf"))
    models.renew()
    assert seen[-1] is None
    assert models.current is None
