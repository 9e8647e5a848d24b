"""Opening a stored conversation of 10,000 messages in the real window, with a scripted engine."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.domain.conversation import AnswerFacts, Conversation, Message, Role, StopReason
from desktop.domain.paths import Home
from desktop.domain.sampling import SamplerSettings
from desktop.storage.conversations import Conversations
from tests.helpers.apps import make_app

MESSAGES = 10_000
FACTS = AnswerFacts(
    model_name="Quern Starter", model_path="/models/starter.gguf", level="F16",
    sampler=SamplerSettings(), seed=1, stop_reason=StopReason.END_OF_TURN,
    ttft_ms=310.0, tokens_per_second=41.2,
)  # fmt: skip


def run() -> list[tuple[str, float, str, bool]]:
    """CPU time from the click to the painted conversation, fastest of five."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(qt, Home(Path(folder)))
        window = app.open_window()
        other = app.store.create(title="other")
        long = long_conversation(app.store)
        gc.collect()
        gc.freeze()  # as the program does when it has started
        times = []
        for _ in range(5):
            window.chat.open(other.id)
            qt.processEvents()
            started = time.process_time()
            window.chat.open(long.id)
            qt.processEvents()
            times.append((time.process_time() - started) * 1000)
        app.quit()
        app.close()
    value = min(times)
    return [("open a stored conversation of 10,000 messages [ms]", value, "100", value <= 100)]


def long_conversation(store: Conversations) -> Conversation:
    conversation = store.create(title="long")
    messages = [
        Message(
            number + 1, conversation.id, number or None,
            Role.ASSISTANT if number % 2 else Role.USER, f"{number} some words " * 40, 0.0,
            facts=FACTS._replace(seed=number) if number % 2 else None,
        )
        for number in range(MESSAGES)
    ]  # fmt: skip
    return store.add_tree(replace(conversation, head_id=MESSAGES), messages)
