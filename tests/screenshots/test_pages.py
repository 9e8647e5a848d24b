"""Each page, light and dark, empty, filled and in trouble, against its approved picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from desktop.domain.conversation import AnswerFacts, MessageState, Role, StopReason
from desktop.domain.errors import EngineDied
from desktop.domain.paths import Home
from desktop.domain.sampling import SamplerSettings
from tests.helpers.apps import make_app

SIZE = QSize(1120, 760)
MEMORY = 77_300_000

ANSWER = """\
**Q4_K_M** keeps about 4.85 bits per weight, **Q8_0** about 8.5. On a model of 8 billion weights:

| Level | Bits | Size | Perplexity |
|---|---:|---:|---:|
| Q4_K_M | 4.85 | 4.9 GB | 6.12 |
| Q8_0 | 8.50 | 8.5 GB | 5.98 |

```python
def size_gb(parameters: float, bits: float) -> float:
    \"\"\"Weights only, without the KV cache.\"\"\"
    return parameters * bits / 8 / 1e9
```

The relative loss is $\\frac{6.12 - 5.98}{5.98} \\approx 2.3\\,\\%$.
"""
FACTS = AnswerFacts(
    model_name="Quern Starter", model_path="/models/starter.gguf", level="F16",
    sampler=SamplerSettings(), seed=42, stop_reason=StopReason.END_OF_TURN, prompt_tokens=31,
    completion_tokens=180, ttft_ms=310.0, tokens_per_second=41.2, context=2048, context_used=211,
)  # fmt: skip


@pytest.fixture
def window(qapp, font, tmp_path, qtbot):
    app = make_app(qapp, Home(tmp_path))
    window = app.open_window()
    composer = window.page.composer
    qtbot.waitUntil(lambda: composer.edit.placeholderText().startswith("Message "))
    window.main.resize(SIZE)
    window.pages.settings.set_home(Path("/home/ada/.local/share/quern"))
    yield window
    app.quit()
    app.close()


def fill(window) -> None:
    store = window.chat.store
    for title in ("Rewrite this e-mail", "Unit tests for the parser", "Three days in Lisbon"):
        store.create(title=title)
    one = store.create()
    question = store.add_message(
        one.id, role=Role.USER, parent_id=None,
        text="How do Q4_K_M and Q8_0 differ in size and quality?",
    )  # fmt: skip
    answer = store.add_message(one.id, role=Role.ASSISTANT, parent_id=question.id, text="")
    store.finish(
        answer.id, text=ANSWER, reasoning="Compare bits per weight first, then perplexity.",
        state=MessageState.DONE, facts=FACTS,
    )  # fmt: skip
    window.shared.conversations.refresh()
    window.open_conversation(one.id)


def show(window, mode: str) -> None:
    window.shared.theme.apply(mode, 1.0)
    window.page.status.set_memory(MEMORY)
    window.main.sidebar.set_loaded([("Quern Starter", MEMORY)])


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", ["empty", "filled", "error", "settings"])
def test_page(window, approve, state: str, mode: str) -> None:
    if state in ("filled", "error"):
        fill(window)
    if state == "filled":
        window.actions.action("toggle_sampler").trigger()
    if state == "error":
        window.models.died.emit(
            EngineDied(
                "The system ended the engine, most likely because memory ran out.",
                "Restart it with a smaller context, or choose a smaller model.",
            )
        )
    if state == "settings":
        window.main.show_page("settings")
    show(window, mode)
    approve(window.main, f"{'chat-' if state != 'settings' else ''}{state}-{mode}")
