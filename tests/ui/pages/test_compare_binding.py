"""The Compare page with controllers that only note what they are asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.domain.comparison import Budget, EvaluationText, TextKind
from desktop.domain.errors import InvalidInput, ModelFileInvalid
from desktop.domain.job import JobProgress, JobState
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import QuantizeOptions
from desktop.ui.pages.compare_binding import CompareBinding
from desktop.ui.pages.compare_page import ComparePage
from tests.helpers.comparison_data import CACHE, MEMORY, PACE, comparison, history, library, report
from tests.helpers.fake_controllers import FakeComparisons, FakeConversations, FakeLibrary
from tests.helpers.quantize_page_data import FOLDER, SOURCE, estimates, model

Q8, Q4, KIN = (entry.path for entry in library()[1:4])
INFOS = {entry.path: entry.info for entry in library()}
ROOM = 10**12


class Page:
    def __init__(self, icons) -> None:
        self.comparison, self.library = FakeComparisons(), FakeLibrary()
        self.conversations = FakeConversations()
        self.page = ComparePage(icons, lambda: MEMORY)
        CompareBinding(self.page, self.comparison, self.library, self.conversations, FOLDER, CACHE)

    @property
    def body(self):
        return self.page.body

    @property
    def setup(self):
        return self.page.body.setup

    @property
    def result(self):
        return self.page.body.result

    def find_models(self) -> None:
        assert self.body  # made now; it asks for the library then
        self.library.listed.emit(library())

    def choose_base(self, path: Path = SOURCE) -> None:
        """As a person does on the page itself."""
        self.setup.base.chosen.emit(path)
        self.comparison.base_known.emit(path, INFOS[path])

    def tell_sizes(self) -> None:
        self.comparison.levels_known.emit(*self.comparison.last("dry_run"), estimates())

    def tell_chunks(self, chunks: int = 140) -> None:
        self.comparison.chunks_known.emit(*self.comparison.last("count"), chunks)

    def ready(self) -> None:
        self.find_models()
        self.choose_base()
        self.tell_sizes()
        self.tell_chunks()
        self.comparison.pace_known.emit(PACE)
        self.comparison.space_known.emit(CACHE, ROOM)

    def levels(self) -> list[str]:
        return [estimate.level for estimate in self.setup.candidates.chosen_levels()]

    def files(self) -> list[Path]:
        return [info.path for info in self.setup.candidates.files.chosen()]

    def says(self) -> str:
        return self.setup.bar.text()


@pytest.fixture
def made(icons, theme, qtbot) -> Page:
    page = Page(icons)
    qtbot.addWidget(page.page)
    return page


# --- the page -----------------------------------------------------------------------------------


def test_nothing_is_made_or_asked_before_the_page_is_shown(made, qtbot):
    assert made.comparison.asked == []
    assert made.library.asked == []
    made.page.show()
    qtbot.waitUntil(lambda: {"refresh", "ask_pace"} <= set(made.comparison.names()))


def test_a_base_said_before_the_page_is_made_is_taken_then(made):
    made.page.set_base(SOURCE)
    assert made.comparison.asked == []
    assert made.body
    assert made.comparison.last("look_at") == (SOURCE,)


# --- the base -----------------------------------------------------------------------------------


def test_an_unquantized_base_needs_no_word(made):
    made.find_models()
    made.choose_base()
    text = made.setup.base.text()
    assert "Llama-3.1-8B-Instruct-F16.gguf llama · 8.0 B weights · F16 · 16.1 GB" in text
    assert "quantized itself" not in text


def test_a_quantized_base_is_said_to_be_and_the_better_one_offered(made):
    made.find_models()
    made.choose_base(Q4)
    assert "This is Q4_K_M, which is quantized itself" in made.setup.base.text()
    assert made.setup.base.better_button.text() == "Use Llama-3.1-8B-Instruct-F16 instead"
    made.setup.base.better_button.click()
    assert made.comparison.last("look_at") == (SOURCE,)


def test_the_best_there_is_is_said_to_be(made):
    made.library.listed.emit([entry for entry in library() if entry.path in (Q8, Q4)])
    made.choose_base(Q8)
    assert "No better file of this model is in the library." in made.setup.base.text()
    assert not made.setup.base.better_button.isVisibleTo(made.setup)


def test_comparing_a_level_from_elsewhere_takes_the_best_base_and_that_level(made):
    made.find_models()
    made.body.show_result()
    made.page.set_base(Q4)
    made.comparison.base_known.emit(Q4, INFOS[Q4])
    assert made.comparison.last("look_at") == (SOURCE,)
    made.comparison.base_known.emit(SOURCE, INFOS[SOURCE])
    assert "F16" in made.setup.base.text()
    assert made.files() == [Q8, Q4]
    assert not made.body.shows_result


def test_a_model_with_no_better_base_is_the_base_itself(made):
    made.page.set_base(Q4)
    assert made.body
    made.comparison.base_known.emit(Q4, INFOS[Q4])
    assert made.setup.base.text().startswith(Q4.name)


def test_what_cannot_be_a_base_is_said(made):
    made.body.set_base(SOURCE)
    assert "Looking at it…" in made.setup.base.text()
    made.comparison.base_refused.emit(SOURCE, ModelFileInvalid("It is damaged.", "Get it again."))
    assert "It is damaged. Get it again." in made.setup.base.text()
    assert not made.setup.bar.isVisibleTo(made.setup)


def test_answers_to_older_questions_are_not_taken(made):
    made.body.set_base(SOURCE)
    made.setup.base.chosen.emit(KIN)
    made.comparison.base_known.emit(SOURCE, INFOS[SOURCE])
    made.comparison.base_refused.emit(SOURCE, ModelFileInvalid("It is damaged.", ""))
    assert "Looking at it…" in made.setup.base.text()


# --- the levels ---------------------------------------------------------------------------------


def test_files_of_the_model_take_part_and_the_other_usual_levels_are_made(made):
    made.ready()
    assert made.files() == [Q8, Q4]
    assert made.levels() == ["Q3_K_M", "Q5_K_M", "Q6_K"]
    kin = next(row for row in made.setup.candidates.files.rows if row.path == KIN)
    assert not kin.chosen
    assert "is it the same model?" in kin.check.accessibleDescription()


def test_sizes_told_again_do_not_choose_again(made):
    made.ready()
    made.setup.candidates.choose(["Q2_K"])
    made.tell_sizes()
    assert made.levels() == ["Q2_K"]


def test_files_larger_than_a_quantized_base_do_not_take_part_by_themselves(made):
    made.find_models()
    made.choose_base(Q8)
    assert made.files() == [Q4]
    made.tell_sizes()
    assert "Q8_0" not in made.levels()


def test_what_a_person_chose_stays_when_the_library_changes(made):
    made.ready()
    made.setup.candidates.files.rows[0].check.click()
    made.find_models()
    assert made.files() == [Q4]


def test_a_file_from_elsewhere_is_added(made):
    made.ready()
    path = Path("/elsewhere/x-Q5_K_M.gguf")
    made.setup.candidates.files.file_added.emit(path)
    assert made.comparison.last("look_at") == (path,)
    made.comparison.base_known.emit(path, model("Q5_K_M", path))
    assert made.files() == [Q8, Q4, path]
    made.find_models()
    assert made.files() == [Q8, Q4, path]


def test_a_file_that_cannot_be_added_says_why(made):
    made.ready()
    path = Path("/elsewhere/x.gguf")
    made.setup.candidates.files.file_added.emit(path)
    made.comparison.base_refused.emit(path, ModelFileInvalid("It is damaged.", "Get it again."))
    assert made.setup.candidates.files.problem() == "It is damaged. Get it again."
    assert made.files() == [Q8, Q4]


def test_without_sizes_files_can_still_be_compared(made):
    made.find_models()
    made.choose_base()
    made.tell_chunks()
    assert made.says() == "Working out the sizes…"
    error = InvalidInput("This model cannot be quantized.", "")
    made.comparison.levels_refused.emit(*made.comparison.last("dry_run"), error)
    assert made.says().startswith("Compares 2 levels.")
    for row in made.setup.candidates.files.rows:
        if row.chosen:
            row.check.click()
    assert made.says() == "This model cannot be quantized."


# --- the text -----------------------------------------------------------------------------------


def test_what_the_text_gives_is_counted(made):
    made.find_models()
    made.choose_base()
    assert made.comparison.last("count") == (SOURCE, EvaluationText(TextKind.OURS))
    assert made.setup.text.outcome() == "Counting what the text gives…"
    made.tell_chunks(140)
    assert made.setup.text.outcome() == "It gives 140 chunks, of which the first 8 are used."
    made.setup.effort.choices.buttons[Budget.FULL].click()
    made.tell_chunks(100)
    assert "fewer than the 128" in made.setup.text.outcome()


def test_a_text_too_short_is_said_to_be(made):
    made.ready()
    made.tell_chunks(3)
    assert "too little to tell levels apart" in made.setup.text.outcome()
    assert not made.setup.bar.button.isEnabled()


def test_another_text_is_counted_anew_and_older_answers_are_not_taken(made):
    made.ready()
    old = made.comparison.last("count")
    made.setup.text.set_paths([Path("/t/a.txt")])
    made.setup.text.choices.buttons[TextKind.FILES].click()
    wanted = EvaluationText(TextKind.FILES, (Path("/t/a.txt"),))
    assert made.comparison.last("count") == (SOURCE, wanted)
    made.comparison.chunks_known.emit(*old, 3)
    assert made.setup.text.outcome() == "Counting what the text gives…"
    made.tell_chunks(50)
    assert made.setup.bar.button.isEnabled()


def test_a_text_that_cannot_be_read_says_why(made):
    made.ready()
    error = InvalidInput("“a.txt” is not text in UTF-8.", "Choose a plain text file.")
    made.comparison.chunks_unknown.emit(*made.comparison.last("count"), error)
    assert made.setup.text.outcome() == str(error)
    assert made.says() == str(error)
    assert not made.setup.bar.button.isEnabled()


def test_own_conversations_are_offered(made):
    made.ready()
    made.setup.text.choices.buttons[TextKind.CONVERSATIONS].click()
    assert made.says() == "Choose the conversations to measure with."
    made.setup.text.conversations.item(1).setCheckState(Qt.CheckState.Checked)
    wanted = EvaluationText(TextKind.CONVERSATIONS, conversations=(4,))
    assert made.comparison.last("count") == (SOURCE, wanted)


def test_the_starter_model_is_measured_with_its_own_text(made):
    path = starter_model_path()
    made.setup.base.chosen.emit(path)
    made.comparison.base_known.emit(path, model(path=path))
    assert made.comparison.last("count") == (path, EvaluationText(TextKind.STARTER))


# --- time, room and the start -------------------------------------------------------------------


def test_how_long_it_takes_is_told_for_each_effort(made):
    made.ready()
    quick, standard, full = (made.setup.effort.choices.explanation(budget) for budget in Budget)
    assert quick.startswith("8 chunks · about ")
    assert standard.startswith("32 chunks · about ")
    assert full.startswith("128 chunks · about ")
    assert "Takes about" in made.says()


def test_no_more_chunks_are_promised_than_the_text_gives(made):
    made.ready()
    full = made.setup.effort.choices
    assert "128 chunks" in full.explanation("full")
    made.tell_chunks(45)
    assert "45 chunks" in full.explanation("full") and "8 chunks" in full.explanation("quick")


def test_files_to_be_kept_need_room_where_they_are_kept(made):
    made.ready()
    made.setup.keeping.choices.buttons["keep"].click()
    assert made.comparison.last("ask_space") == (FOLDER,)
    made.comparison.space_known.emit(FOLDER, 10**9)
    assert "only 1.0 GB are free there" in made.says()
    assert not made.setup.bar.button.isEnabled()


def test_where_files_go_is_asked_only_when_some_are_made(made):
    made.ready()
    assert made.setup.keeping.isVisibleTo(made.setup)
    made.setup.candidates.choose([])
    made.setup.candidates.changed.emit()
    assert not made.setup.keeping.isVisibleTo(made.setup)


def test_the_button_starts_what_was_chosen(made):
    made.ready()
    made.setup.effort.choices.buttons[Budget.STANDARD].click()
    made.setup.bar.button.click()
    (request,) = made.comparison.last("start")
    assert request.base == SOURCE
    assert request.files == (Q8, Q4)
    assert request.levels == ("Q3_K_M", "Q5_K_M", "Q6_K")
    assert request.folder is None
    assert request.options == QuantizeOptions(allow_requantize=True)
    assert request.text == EvaluationText(TextKind.OURS)
    assert request.chunks == 32


def test_what_one_comparison_measured_tells_how_long_the_next_takes(made):
    made.ready()
    made.comparison.asked.clear()
    made.comparison.busy = True
    made.comparison.listed.emit(history())
    assert "ask_pace" not in made.comparison.names()
    made.comparison.busy = False
    made.comparison.listed.emit(history())
    assert "ask_pace" in made.comparison.names()


def test_while_one_runs_no_other_begins(made):
    made.ready()
    made.comparison.busy = True
    made.comparison.listed.emit(history())
    assert made.says().startswith("A comparison runs.")
    assert not made.setup.bar.button.isEnabled()


# --- one comparison -----------------------------------------------------------------------------


def test_what_was_started_here_is_shown_as_it_goes(made):
    made.ready()
    made.setup.bar.button.click()
    made.comparison.begun.emit(12)
    assert made.comparison.last("open") == (12,)
    assert not made.body.shows_result
    running = comparison(state=JobState.RUNNING, chunks=2, runs=0, number=12)
    made.comparison.results_known.emit(report(running))
    assert made.body.shows_result
    assert made.result.strip.cancel_button.isVisibleTo(made.result.strip)
    made.comparison.progressed.emit(12, JobProgress(0.5, "Chunk 3 of 8: Q6_K"), None)
    assert made.result.strip.text() == "50 % · Chunk 3 of 8: Q6_K"
    made.result.strip.cancel_button.click()
    assert "cancel" in made.comparison.names()


def test_what_another_window_started_does_not_come_to_the_front(made):
    made.ready()
    made.comparison.begun.emit(12)
    made.comparison.results_known.emit(report(comparison(number=12)))
    assert not made.body.shows_result
    assert "open" not in made.comparison.names()


def test_what_could_not_begin_is_not_waited_for(made):
    made.ready()
    made.setup.bar.button.click()
    made.comparison.failed.emit(InvalidInput("No.", ""))
    made.comparison.begun.emit(12)
    assert "open" not in made.comparison.names()


def test_past_comparisons_are_listed_opened_and_left(made):
    made.body.show_setup()
    made.comparison.listed.emit(history())
    rows = made.setup.history.rows
    assert len(rows) == 5
    rows[2].open_button.click()
    assert made.comparison.last("open") == (7,)
    made.comparison.results_known.emit(report())
    assert made.body.shows_result
    made.result.back_button.click()
    assert not made.body.shows_result
    made.comparison.results_known.emit(report())
    assert not made.body.shows_result


def test_who_leaves_one_comparison_is_shown_the_others(made, qtbot):
    made.page.resize(800, 300)
    made.page.show()
    made.body.show_setup()
    made.comparison.listed.emit(history())
    rows = made.setup.history.rows
    rows[2].open_button.click()
    made.comparison.results_known.emit(report())
    made.result.back_button.click()
    qtbot.waitUntil(lambda: made.page.focusWidget() is rows[0].open_button)
    assert not rows[0].open_button.visibleRegion().isEmpty()


def test_an_interrupted_one_goes_on(made):
    made.comparison.listed.emit(history())
    made.body.setup.history.resume_requested.emit(9)
    made.comparison.results_known.emit(
        report(comparison(state=JobState.INTERRUPTED, chunks=2, runs=0, number=9))
    )
    assert made.comparison.last("resume") == (9,)
    made.comparison.asked.clear()
    made.result.strip.resume_button.click()
    assert made.comparison.last("resume") == (9,)


def test_one_that_another_quern_runs_is_looked_at_again_and_again(made):
    made.body.show_setup()
    made.comparison.listed.emit(history())
    made.setup.history.rows[0].open_button.click()
    number = made.setup.history.lines[0].number
    running = comparison(state=JobState.RUNNING, chunks=2, runs=0, number=number)
    made.comparison.results_known.emit(report(running))
    strip = made.result.strip
    assert strip.text() == "Run by a command or another Quern · What is done so far is shown."
    assert not strip.cancel_button.isVisibleTo(strip) and not strip.bar.isVisibleTo(strip)
    strip.look_requested.emit()
    assert made.comparison.last("look_again") == (number,)
    made.comparison.asked.clear()
    made.comparison.results_known.emit(report(comparison(number=number)))
    assert not strip.is_elsewhere
    assert made.comparison.names() == ["refresh"]


def test_the_one_that_runs_can_neither_be_deleted_nor_another_go_on(made):
    made.body.show_setup()
    made.comparison.running = 8
    made.comparison.listed.emit(history())
    rows = made.setup.history.rows
    assert not rows[1].remove_button.isVisibleTo(rows[1])
    assert rows[0].remove_button.isVisibleTo(rows[0])
    assert not any(row.resume_button.isVisibleTo(row) for row in rows)


def test_one_is_deleted_and_exported(made):
    made.body.setup.history.remove_requested.emit(5)
    assert made.comparison.last("remove") == (5,)
    made.body.setup.history.open_requested.emit(7)
    made.comparison.results_known.emit(report())
    made.result.advice.slowest._box.setValue(9.0)
    made.result.export_requested.emit(Path("/r/a.md"))
    whole, wishes, path = made.comparison.last("export")
    assert whole.id == 7
    assert (wishes.memory, wishes.slowest, path) == (MEMORY, 9.0, Path("/r/a.md"))


def test_chatting_is_told_by_the_page(made, qtbot):
    with qtbot.waitSignal(made.page.chat_requested):
        made.result.chat_requested.emit(Q4)


def test_two_past_comparisons_stand_beside_each_other(made):
    made.body.show_setup()
    made.comparison.listed.emit([comparison(number=7), comparison(("Q4_K_M",), number=8)])
    made.setup.history.open_requested.emit(7)
    made.comparison.results_known.emit(report(comparison(number=7)))
    pair = made.result.pair
    assert [pair.choice.itemData(row) for row in range(pair.choice.count())] == [0, 8]
    pair.choice.setCurrentIndex(1)
    pair.choice.activated.emit(1)
    assert made.comparison.last("open") == (8,)
    made.comparison.results_known.emit(report(comparison(("Q4_K_M",), number=8)))
    assert made.result.report.comparison.id == 7
    cells = [row.cells for row in pair.model.rows()]
    levels = ["Base", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M"]
    assert [row[0] for row in cells] == levels
    assert cells[4][3] == "unclear"
    assert cells[1][2] == ""
    pair.chosen.emit(0)
    assert pair.table.isHidden()


def test_another_comparison_begins_with_none_beside_it(made):
    made.body.show_setup()
    made.comparison.listed.emit([comparison(number=7), comparison(number=8)])
    made.setup.history.open_requested.emit(7)
    made.comparison.results_known.emit(report(comparison(number=7)))
    made.result.pair.chosen.emit(8)
    made.comparison.results_known.emit(report(comparison(number=8)))
    made.setup.history.open_requested.emit(8)
    made.comparison.results_known.emit(report(comparison(number=8)))
    assert made.result.pair.choice.currentData() == 0
    assert made.result.pair.table.isHidden()
