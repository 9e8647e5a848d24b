"""Three levels of a model that answered one question, for pictures and tests of widgets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal

from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.library import LibraryEntry
from desktop.domain.model import LoadConfig
from desktop.domain.next_token import AnswerToken, Candidate, NextToken, SamplerStage
from desktop.domain.sampling import SamplerSettings
from desktop.domain.side_by_side import Column, Parting, Plan, Question, Stage, token_spans
from desktop.ui.icons import Icons
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.side_by_side_binding import SideBySideBinding
from desktop.ui.side_by_side.view import SideBySideView
from tests.helpers.fake_controllers import FakeLibrary, Noting
from tests.helpers.models_page_data import info

FOLDER = Path("/home/ada/models")
PROMPT = "Explain to a ten-year-old why the sky is blue."
QUESTION = Question(PROMPT, SamplerSettings(seed=2147483647, temperature=0.0))
AT_ONCE = Plan(True, LoadConfig(context=4096, threads=2))
IN_TURN = Plan(False, LoadConfig(context=4096, threads=7))
SIZES = {
    "BF16": (16_060_000_000, 16.0),
    "Q4_K_M": (4_920_000_000, 4.89),
    "Q2_K": (3_180_000_000, 3.16),
}
TEXTS = {
    "BF16": (
        "Sunlight looks white, but it is a mixture of all the colours of the rainbow.\n\nWhen it"
        " comes into the air, it bumps into tiny bits of gas. Blue light is bounced around the most,"
        " so wherever you look, some blue light comes to your eyes. 🌈"
    ),
    "Q4_K_M": (
        "Sunlight looks white, but it is a mixture of all the colours of the rainbow.\n\nWhen it"
        " comes into the air, it hits tiny bits of gas. Blue light is scattered more than red, and"
        " that is why the whole sky looks blue to us."
    ),
    "Q2_K": "Sunlight looks white, but the sky is blue because the sea is blue. The sea is blue.",
}


def model(level: str):
    size, bits = SIZES[level]
    path = FOLDER / f"Llama-3.1-8B-Instruct-{level}.gguf"
    made = info(path, "Llama 3.1 8B Instruct", level, 8_030_261_312, bits, architecture="llama")
    return replace(made, file_size=size)


def library() -> list[LibraryEntry]:
    return [
        LibraryEntry(
            f"Llama-3.1-8B-Instruct-{level}", model(level).path, size=SIZES[level][0],
            info=model(level),
        )
        for level in SIZES
    ]  # fmt: skip


def tokens(text: str) -> tuple[AnswerToken, ...]:
    words = text.split(" ")
    pieces = [words[0], *(f" {word}" for word in words[1:])]
    return tuple(AnswerToken(sum(map(ord, piece)), piece) for piece in pieces)


def parting(level: str) -> Parting:
    own, other = tokens(TEXTS[level]), tokens(TEXTS["BF16"])
    index = next(n for n, (a, b) in enumerate(zip(own, other, strict=False)) if a != b)
    chances = {"Q4_K_M": (0.412, 0.388, 0.296, 0.507), "Q2_K": (0.83, 0.004, 0.00006, 0.714)}
    return Parting(index, own[index], other[index], *chances[level])


def answered(level: str) -> Column:
    text = TEXTS[level]
    answer = Answer(
        text=text, reasoning="", stop_reason=StopReason.END_OF_TURN, seed=2147483647,
        prompt_tokens=24, completion_tokens=len(tokens(text)), ttft_ms=210.0,
        tokens_per_second={"BF16": 3.1, "Q4_K_M": 9.2, "Q2_K": 12.4}[level], seconds=9.0,
    )  # fmt: skip
    column = Column(
        model(level).path,
        Stage.DONE,
        model(level),
        text,
        answer=answer,
        tokens=tokens(text),
        spans=token_spans(tokens(text), text),
    )
    if level == "BF16":
        return replace(column, reference=True)
    return replace(column, parting=parting(level))


def columns() -> list[Column]:
    return [answered(level) for level in TEXTS]


def explained(index: int = 3) -> NextToken:
    words = [" a", " the", " made", " really", " actually", " not", "\n", " mixed"]
    chances = [0.62, 0.2, 0.09, 0.04, 0.02, 0.006, 0.0004, 0.00001]
    candidates = tuple(
        Candidate(number, word, chance)
        for number, (word, chance) in enumerate(zip(words, chances, strict=True))
    )
    chosen = AnswerToken(1, " the", 0.2)
    return NextToken(index, chosen, (SamplerStage("model", 128_256, candidates),))


class DescribingLibrary(FakeLibrary):
    """Looks at files that are not in the list, too, when a test lets it."""

    described = Signal(object)
    describe_failed = Signal(object, object)


class FakeSideBySide(Noting):
    """In place of the controller: notes what it is asked, and says what a test lets it say."""

    planned = Signal(int, object, object)
    changed = Signal(int, int, object)
    text_came = Signal(int, int, str, bool)
    ended = Signal(int)
    explained = Signal(int, int, object)
    unexplained = Signal(int, int, object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.runs = 0

    def start(self, *values: object, thinking: bool) -> int:
        self.asked.append(("start", (*values, thinking)))
        self.runs += 1
        return self.runs


def bound_view(icons: Icons) -> tuple[SideBySideView, FakeSideBySide]:
    """The view with three levels to choose from, and a question typed."""
    view, controller, models = SideBySideView(icons), FakeSideBySide(), DescribingLibrary()
    SideBySideBinding(view, controller, models, ComparedModel())
    models.listed.emit(library())
    view.setup.levels.file_chosen.emit(model("BF16").path)
    view.setup.levels.rows[1].check.click()
    view.setup.prompt.setPlainText(PROMPT)
    return view, controller


def answered_view(icons: Icons) -> SideBySideView:
    """The view with three answers."""
    view, controller = bound_view(icons)
    view.setup.bar.button.click()
    controller.planned.emit(1, QUESTION, AT_ONCE)
    for number, column in enumerate(columns()):
        controller.changed.emit(1, number, column)
    controller.ended.emit(1)
    return view
