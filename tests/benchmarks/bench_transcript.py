"""How fast the transcript is: prints a table of CPU times and whether they are within bounds.

Run it with `python -m tests.benchmarks.bench_transcript` or by its path.
"""

import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.ui.transcript import Entry, TranscriptView

Result = tuple[str, float, float, bool]
"""Name, value, upper bound, whether the value is within it."""

PARAGRAPH = (
    "Quantization stores each weight in **fewer bits**. The loss is measured as *perplexity* or as "
    "the `KL divergence` from the full model; see [the report](https://example.org) for details.\n\n"
)
LIST = "1. First, load the model\n2. Then measure it\n   - on your text\n   - on a standard text\n3. Compare\n\n"
CODE = (
    "```python\n"
    + "".join(
        f"def step_{i}(x: float) -> float:\n    return x * {i}  # scale\n\n" for i in range(9)
    )
    + "```\n\n"
)
TABLE = (
    "| Level | Bits | Size |\n|:--|--:|--:|\n"
    + "".join(f"| Q{i} | {i}.5 | {i}.1 GB |\n" for i in range(2, 9))
    + "\n"
)


def answer(characters: int) -> str:
    """Markdown of about that length with all kinds of blocks."""
    cycle = ["## A heading\n\n", PARAGRAPH * 2, LIST, CODE, TABLE, PARAGRAPH]
    text = ""
    while len(text) < characters:
        text += "".join(cycle)
    return text[:characters]


def tokens(text: str) -> list[str]:
    """`text` in pieces of about four characters, as a model gives it."""
    source = random.Random(7)
    pieces = []
    position = 0
    while position < len(text):
        length = source.randint(1, 7)
        pieces.append(text[position : position + length])
        position += length
    return pieces


def conversation(count: int) -> list[Entry]:
    """Questions and answers of different lengths."""
    return [
        Entry(key, "user", f"Question {key}: how do the levels differ?")
        if key % 2
        else Entry(key, "assistant", answer(200 + key * 37 % 1800), caption=lambda: "41 tok/s")
        for key in range(1, count + 1)
    ]


def settle() -> None:
    """Let events, also those that delete widgets, take effect."""
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def cpu_ms(action: Callable[[], None]) -> float:
    """CPU time of an action and of the painting it causes, in milliseconds."""
    start = time.process_time()
    action()
    settle()
    return (time.process_time() - start) * 1000


def rss_mb() -> float:
    """Memory in use, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def make_view() -> TranscriptView:
    """A view as wide and high as in a normal window."""
    view = TranscriptView(icon=lambda _name: QIcon())
    view.resize(900, 760)
    view.show()
    settle()
    return view


def warm(view: TranscriptView) -> None:
    """Let what is loaded on first use be loaded."""
    view.set_entries([Entry(1, "assistant", answer(3000))])
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        settle()
        time.sleep(0.01)


def stream(view: TranscriptView, history: int, text: str) -> list[float]:
    """CPU time per token, each shown at once."""
    view.set_entries(conversation(history))
    view.append_entry(Entry(99_999, "assistant", "", state="streaming"))
    settle()

    def show(piece: str) -> None:
        view.append_text(99_999, piece)
        view.flush()

    costs = [cpu_ms(lambda piece=piece: show(piece)) for piece in tokens(text)]
    view.finish(Entry(99_999, "assistant", text))
    settle()
    return costs


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all are below."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def run() -> list[Result]:
    """All measurements; CPU times in milliseconds, memory in MB."""
    QApplication.instance() or QApplication([])
    view = make_view()
    warm(view)
    results: list[Result] = []

    def add(name: str, value: float, bound: float) -> None:
        results.append((name, value, bound, value <= bound))

    costs = stream(view, 100, answer(8000))
    first, last = statistics.mean(costs[:100]), statistics.mean(costs[-100:])
    add("per token, last 100 / first 100", last / first, 1.5)
    add("per token, median [ms]", statistics.median(costs), 2.0)
    add("per token, p95 [ms]", percentile(costs, 0.95), 8.0)
    long = stream(view, 100, answer(60_000))
    quarter = len(long) // 4
    ratio = statistics.mean(long[-quarter:]) / statistics.mean(long[:quarter])
    add("15,000 tokens, last / first quarter", ratio, 1.5)
    code = stream(view, 2, "```python\n" + "value = compute(1, 2)  # text\n" * 1500)
    quarter = len(code) // 4
    ratio = statistics.mean(code[-quarter:]) / statistics.mean(code[:quarter])
    add("1,500 lines of code, last / first quarter", ratio, 1.5)
    view.set_entries([])
    settle()

    entries = conversation(10_000)
    add("open 10,000 messages [ms]", cpu_ms(lambda: view.set_entries(entries)), 100.0)
    bar = view.verticalScrollBar()
    steps = [cpu_ms(lambda: bar.setValue(bar.value() - 60)) for _ in range(400)]
    add("wheel step, median [ms]", statistics.median(steps), 8.0)
    add("wheel step, p99 [ms]", percentile(steps, 0.99), 16.0)
    jumps = [cpu_ms(lambda i=i: bar.setValue(bar.maximum() * i // 60)) for i in range(60)]
    add("jump anywhere, median [ms]", statistics.median(jumps), 40.0)
    before = rss_mb()
    for i in range(120):
        bar.setValue(bar.maximum() * (i * 37 % 120) // 120)
        settle()
    add("memory after scrolling everywhere [MB]", rss_mb() - before, 15.0)

    block = "x = 1  # a line of code that is neither short nor long\n" * 2500
    huge = [Entry(1, "assistant", f"```python\n{block}```\n")]
    add("open 130 KB of code [ms]", cpu_ms(lambda: view.set_entries(huge)), 100.0)
    pasted = [Entry(1, "user", "A line of pasted text, some 60 characters in all, yes.\n" * 18_000)]
    add("open 1 MB of pasted text [ms]", cpu_ms(lambda: view.set_entries(pasted)), 100.0)
    article = [Entry(1, "assistant", answer(1_000_000))]
    add("open a 1 MB answer [ms]", cpu_ms(lambda: view.set_entries(article)), 300.0)
    return results


def main() -> None:
    """Print the table; the exit status says whether all is within bounds."""
    results = run()
    for name, value, bound, fine in results:
        print(f"{name:45} {value:9.2f} {bound:9.1f}  {'ok' if fine else 'OVER'}")
    raise SystemExit(0 if all(fine for *_, fine in results) else 1)


if __name__ == "__main__":
    main()
