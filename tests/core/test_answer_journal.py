from __future__ import annotations

import threading
import time

from desktop.core import answer_journal
from desktop.core.answer_journal import AnswerJournal
from desktop.domain.conversation import Message, MessageState, Role
from desktop.domain.errors import DiskFull


class Store:
    """Remembers what was written; refuses while `full`."""

    def __init__(self) -> None:
        self.full = False
        self.drafts: dict[int, list[tuple[str, str]]] = {}
        self.finished: dict[int, str] = {}
        self.wrote = threading.Condition()

    def update_text(self, message_id, *, text, reasoning, state) -> None:
        assert state is MessageState.STREAMING
        with self.wrote:
            if self.full:
                raise DiskFull("The disk is full.")
            self.drafts.setdefault(message_id, []).append((text, reasoning))
            self.wrote.notify_all()

    def finish(self, message_id, *, text, reasoning, state, facts, problem="") -> None:
        with self.wrote:
            if self.full:
                raise DiskFull("The disk is full.")
            self.finished[message_id] = text
            self.wrote.notify_all()

    def wait(self, condition) -> None:
        with self.wrote:
            assert self.wrote.wait_for(condition, 30)


def message(number: int, text: str) -> Message:
    return Message(number, 1, None, Role.ASSISTANT, text, 0.0)


def journal_of(store: Store):
    faults: list = []
    return AnswerJournal(store, faults.append), faults


def test_text_is_on_disk_within_a_second_and_not_at_every_token() -> None:
    store = Store()
    journal, faults = journal_of(store)
    journal.begin(7)
    started = time.monotonic()
    words = 0
    while time.monotonic() - started < 2.3:
        journal.append(7, "word ", reasoning=False)
        words += 1
        time.sleep(0.01)
    assert 1 <= len(store.drafts[7]) <= time.monotonic() - started + 1
    journal.append(7, "last", reasoning=False)
    store.wait(lambda: store.drafts[7][-1][0].endswith("last"))
    assert store.drafts[7][-1][0] == "word " * words + "last"
    assert journal.close()
    assert faults == []


def test_a_pause_after_the_first_word_does_not_delay_its_saving() -> None:
    store = Store()
    journal, _ = journal_of(store)
    journal.begin(1, "begun, ")
    journal.append(1, "one", reasoning=False)
    journal.append(1, "why", reasoning=True)
    store.wait(lambda: store.drafts.get(1) == [("begun, one", "why")])
    assert journal.close()
    assert len(store.drafts[1]) == 1  # what is saved is not saved again


def test_closing_saves_what_is_open() -> None:
    store = Store()
    journal, _ = journal_of(store)
    journal.begin(1)
    journal.append(1, "half an answ", reasoning=False)
    assert journal.close()
    assert store.drafts[1] == [("half an answ", "")]


def test_a_full_disk_is_told_once_and_the_answer_saved_when_there_is_room() -> None:
    store = Store()
    journal, faults = journal_of(store)
    tried: list[int] = []
    store.full = True
    journal.begin(1)
    journal.end(message(1, "precious"), lambda: tried.append(1))
    journal.begin(2)
    journal.end(message(2, "too"), lambda: tried.append(2))
    while len(tried) < 2:
        time.sleep(0.01)
    assert [fault.advice for fault in faults] == ["Free some space."]
    store.full = False
    store.wait(lambda: store.finished == {1: "precious", 2: "too"})
    assert journal.close()
    assert faults[-1] is None
    assert tried == [1, 2]  # once each


def test_a_disk_that_fills_during_an_answer_is_told_once_and_its_text_saved_later() -> None:
    store = Store()
    journal, faults = journal_of(store)
    store.full = True
    journal.begin(1)
    journal.append(1, "precious", reasoning=False)
    while not faults:
        time.sleep(0.01)
    store.full = False
    store.wait(lambda: store.drafts.get(1) == [("precious", "")])  # nothing new was written
    assert journal.close()
    assert [type(fault) for fault in faults] == [DiskFull, type(None)]


def test_what_could_not_be_saved_is_admitted_at_the_end() -> None:
    store = Store()
    store.full = True
    journal, _ = journal_of(store)
    journal.begin(1)
    journal.end(message(1, "lost"), lambda: None)
    assert not journal.close()


def test_what_is_not_saved_in_time_is_admitted_too(monkeypatch) -> None:
    monkeypatch.setattr(answer_journal, "CLOSE_SECONDS", 0.1)
    goes_on = threading.Event()

    class SlowStore(Store):
        def finish(self, message_id, **values) -> None:
            goes_on.wait(30)

    journal, _ = journal_of(SlowStore())
    journal.begin(1)
    journal.end(message(1, "perhaps lost"), lambda: None)
    assert not journal.close()
    goes_on.set()


def test_an_idle_journal_sleeps() -> None:
    store = Store()
    journal, _ = journal_of(store)
    time.sleep(0.05)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.1
    journal.close()
