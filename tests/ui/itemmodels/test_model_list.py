from pathlib import Path

from PySide6.QtCore import Qt

from desktop.domain.library import LibraryEntry, ModelSource
from desktop.ui.itemmodels.model_list import (
    LOADED_ROLE,
    ModelChoice,
    ModelListModel,
    usable_models,
)
from tests.helpers.scripted_models import info

ONE = ModelChoice("One", "Q4_K_M", Path("/one.gguf"), 2_100_000_000)
GONE = ModelChoice("Gone", "F16", Path("/gone.gguf"), 5, missing=True)


def test_rows(qapp, qtmodeltester):
    model = ModelListModel()
    model.set_choices([ONE, GONE])
    model.set_loaded(ONE.path)
    qtmodeltester.check(model)
    assert [model.index(row).data() for row in range(2)] == ["One", "Gone"]
    assert [model.index(row).data(LOADED_ROLE) for row in range(2)] == [True, False]
    assert "Q4_K_M" in model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "not there" in model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert model.row_of(GONE.path) == 1
    assert model.row_of(Path("/other")) == -1


def test_loading_repaints_the_rows(qapp, qtbot):
    model = ModelListModel()
    model.set_choices([ONE, GONE])
    with qtbot.waitSignal(model.dataChanged):
        model.set_loaded(GONE.path)
    assert model.index(1).data(LOADED_ROLE)


def test_models_that_can_be_used_are_named_as_everywhere():
    starter, other, gone = Path("/s.gguf"), Path("/o-Q4_0.gguf"), Path("/g.gguf")
    entries = [
        LibraryEntry("g", gone, info=info(gone), size=1, missing=True),
        LibraryEntry("no header", Path("/x.gguf")),
        LibraryEntry("o-Q4_0", other, info=info(other, level="Q4_0"), size=2),
        LibraryEntry(
            "s", starter, info=info(starter, name="Quern Starter", level="F16"), size=3,
            source=ModelSource.STARTER,
        ),
    ]  # fmt: skip
    assert usable_models(entries) == [
        ModelChoice("Quern Starter", "F16", starter, 3),
        ModelChoice("o-Q4_0", "Q4_0", other, 2),
        ModelChoice("g", "g", gone, 1, missing=True),
    ]
