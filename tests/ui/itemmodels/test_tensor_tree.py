from PySide6.QtCore import QModelIndex, Qt

from desktop.domain.model import TensorInfo
from desktop.ui.itemmodels.tensor_tree import TensorTreeModel
from tests.helpers.models_page_data import tensors


def test_types_by_size_with_their_tensors_below(qapp, qtmodeltester):
    model = TensorTreeModel()
    model.set_tensors(tensors())
    qtmodeltester.check(model, force_py=True)
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "Q6_K",
        "Q4_K",
        "F32",
    ]
    q6 = model.index(0, 0)
    assert [model.index(0, column).data() for column in range(4)] == [
        "Q6_K", "73", "1.1 GB", "59.5 %",
    ]  # fmt: skip
    assert model.rowCount(q6) == 73
    first = model.index(0, 0, q6)
    assert first.data() == "token_embd.weight"
    assert model.index(0, 1, q6).data() == "2560 × 151936"
    assert model.parent(first) == q6
    assert model.rowCount(first) == 0
    assert model.headerData(3, Qt.Orientation.Horizontal) == "Share"


def test_no_tensors_and_tensors_of_no_size(qapp):
    model = TensorTreeModel()
    assert model.rowCount() == 0
    model.set_tensors([TensorInfo("a", "F32", (), 0)])
    assert model.index(0, 3).data() == "0 %"
    assert not model.index(5, 0).isValid()
    assert not model.parent(QModelIndex()).isValid()
