from PySide6.QtCore import Qt

from desktop.ui.itemmodels.palette_list import MOST_SHOWN, PaletteEntry, PaletteListModel

ENTRIES = [
    PaletteEntry("action:new", "New conversation", "Ctrl+N"),
    PaletteEntry("action:find", "Find in the conversation", "Ctrl+F"),
    PaletteEntry("conversation:1", "Trip plan, Lisbon", "Conversation"),
]


def texts(model: PaletteListModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_without_a_query_the_recent_stand_on_top(qapp, qtmodeltester):
    model = PaletteListModel()
    model.set_entries(ENTRIES, ["conversation:1", "action:find"])
    qtmodeltester.check(model)
    assert texts(model) == ["Trip plan, Lisbon", "Find in the conversation", "New conversation"]


def test_a_query_ranks_and_drops(qapp):
    model = PaletteListModel()
    model.set_entries(ENTRIES, [])
    model.search("conv")
    assert texts(model) == ["New conversation", "Find in the conversation"]
    model.search("lisb")
    assert texts(model) == ["Trip plan, Lisbon"]
    model.search("xyz")
    assert texts(model) == []


def test_recent_decides_between_equals(qapp):
    model = PaletteListModel()
    same = [PaletteEntry("a", "Same"), PaletteEntry("b", "Same")]
    model.set_entries(same, ["b"])
    model.search("same")
    assert model.index(0).data(Qt.ItemDataRole.UserRole).id == "b"


def test_thousands_are_cut_and_quick(qapp):
    model = PaletteListModel()
    model.set_entries([PaletteEntry(str(n), f"Conversation {n}") for n in range(5000)], [])
    model.search("con 49")
    assert model.rowCount() == MOST_SHOWN


def test_the_hint_is_read_out(qapp):
    model = PaletteListModel()
    model.set_entries(ENTRIES, [])
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "New conversation, Ctrl+N"
