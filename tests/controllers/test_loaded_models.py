from __future__ import annotations

from desktop.controllers.loaded_models import LoadedModels


def test_what_is_loaded_in_all_windows_is_told(make_models, starter, qtbot) -> None:
    one, two = make_models(), make_models()
    loaded = LoadedModels()
    for models in (one, two):
        loaded.watch(models)
    told = []
    loaded.changed.connect(told.append)
    for models in (one, two):
        with qtbot.waitSignal(models.memory_changed, check_params_cb=lambda size: size > 0):
            models.load(starter)
    assert [name for name, _ in loaded.current] == ["starter", "starter"]
    assert all(size > 1_000_000 for _, size in loaded.current)
    assert told[-1] == loaded.current
    loaded.forget(one)
    assert len(told[-1]) == 1
    with qtbot.waitSignal(loaded.changed):
        two.unload()
    assert told[-1] == []
    told.clear()
    two.report_memory()
    assert told == []  # nothing changed


def test_what_rests_takes_nothing(make_models, starter, qtbot) -> None:
    models = make_models(rest_after=0.05)
    loaded = LoadedModels()
    loaded.watch(models)
    told = []
    loaded.changed.connect(told.append)
    with qtbot.waitSignal(models.rested):
        models.load(starter)
    qtbot.waitUntil(lambda: [len(names) for names in told] == [1, 0])
