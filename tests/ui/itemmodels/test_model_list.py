from pathlib import Path

from PySide6.QtCore import Qt

from desktop.ui.itemmodels.model_list import LOADED_ROLE, ModelChoice, ModelListModel

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
