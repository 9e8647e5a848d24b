from __future__ import annotations

from desktop.domain.conversation import Role
from desktop.domain.errors import DiskFull


def test_changes_are_listed_at_once(conversations, store, qtbot) -> None:
    first = store.create(title="first")
    listed = []
    conversations.listed.connect(lambda found: listed.append([c.title for c in found]))
    conversations.refresh()
    conversations.rename(first.id, "renamed")
    conversations.duplicate(first.id)
    conversations.pin(first.id, True)
    assert listed[0] == ["first"]
    assert listed[1] == ["renamed"]
    assert len(listed[2]) == 2
    assert listed[3][0] == "renamed"
    assert conversations.title(first.id) == "renamed"
    assert conversations.exists(first.id)
    assert not conversations.exists(first.id + 1000)


def test_deleting_offers_undo_and_undo_brings_it_back(conversations, store, qtbot) -> None:
    kept = store.create(title="kept")
    gone = store.create(title="gone")
    conversations.refresh()
    removed = []
    conversations.removed.connect(removed.append)
    with qtbot.waitSignal(conversations.undo_offered) as offered:
        conversations.delete(gone.id)
    assert "gone" in offered.args[0]
    assert removed == [gone.id]
    assert [c.id for c in conversations.listed_now()] == [kept.id]
    offered.args[1]()
    assert {c.id for c in conversations.listed_now()} == {kept.id, gone.id}


def test_a_deleted_message_comes_back_with_what_followed(conversations, store, qtbot) -> None:
    one = store.create()
    question = store.add_message(one.id, role=Role.USER, text="q", parent_id=None)
    store.add_message(one.id, role=Role.ASSISTANT, text="a", parent_id=question.id)
    with qtbot.waitSignal(conversations.undo_offered) as offered:
        conversations.delete_message(question.id)
    assert offered.args[0] == "2 messages were deleted."
    assert store.path(one.id) == []
    with qtbot.waitSignal(conversations.messages_changed) as changed:
        offered.args[1]()
    assert changed.args == [one.id]
    assert [m.text for m in store.path(one.id)] == ["q", "a"]
    with qtbot.waitSignal(conversations.undo_offered) as offered:
        conversations.delete_message(store.path(one.id)[-1].id)
    assert offered.args[0] == "The message was deleted."


def test_the_newest_search_wins(conversations, store, qtbot) -> None:
    one = store.create(title="about millstones")
    store.create(title="about bread")
    found = []
    conversations.found.connect(lambda text, hits: found.append((text, hits)))
    conversations.search("bread")
    conversations.search("millst")
    qtbot.waitUntil(lambda: any(text == "millst" for text, _ in found))
    qtbot.wait(100)
    assert found[-1][0] == "millst"
    assert [hit.conversation.id for hit in found[-1][1]] == [one.id]
    conversations.search("  ")
    assert found[-1][1] is None


def test_export_and_import(conversations, store, tasks, tmp_path, qtbot) -> None:
    one = store.create(title="travels")
    store.add_message(one.id, role=Role.USER, text="to Lisbon", parent_id=None)
    path = tmp_path / "travels é.json"
    with qtbot.waitSignal(conversations.exported) as exported:
        conversations.export(one.id, path, "json", tasks)
    assert exported.args == [path, tasks]
    with qtbot.waitSignal(conversations.imported) as imported:
        conversations.import_file(path, tasks)
    assert imported.args[0].id != one.id
    assert [m.text for m in store.path(imported.args[0].id)] == ["to Lisbon"]
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with qtbot.waitSignal(conversations.failed) as failed:
        conversations.import_file(broken, tasks)
    assert "broken.json" in str(failed.args[0])


def test_a_full_disk_is_a_sentence(conversations, store, monkeypatch, qtbot) -> None:
    one = store.create(title="one")

    def full(*args) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(store, "rename", full)
    with qtbot.waitSignal(conversations.failed) as failed:
        conversations.rename(one.id, "two")
    assert isinstance(failed.args[0], DiskFull)
