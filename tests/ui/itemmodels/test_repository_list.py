from datetime import date

from PySide6.QtCore import Qt

from desktop.ui.itemmodels.repository_list import SUMMARY_ROLE, RepositoryListModel
from tests.helpers.models_page_data import results


def test_what_a_result_says(qapp, qtmodeltester):
    model = RepositoryListModel(today=lambda: date(2026, 6, 1))
    model.set_results(results())
    qtmodeltester.check(model)
    assert model.index(0).data() == "Qwen3-4B-GGUF"
    assert model.index(0).data(SUMMARY_ROLE) == results()[0]
    assert model.details(results()[0]) == (
        "Qwen · qwen3 · apache-2.0 · 1.3 M downloads · 230 likes · 3 days ago"
    )
    assert "gated" in model.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "full checkpoint" in model.details(results()[4])
    assert model.details(results()[5]) == "someone · 128.4 k downloads · 1 like"
