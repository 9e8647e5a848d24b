"""The Quantize page with controllers that only note what they are asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.checkpoints import CheckpointFolder
from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.quantization import TensorOverride
from desktop.ui.pages.quantize_binding import QuantizeBinding
from desktop.ui.pages.quantize_page import QuantizePage
from desktop.ui.quantize.imatrix_section import ImatrixChoice
from tests.helpers.fake_controllers import FakeLibrary, FakeQuantization
from tests.helpers.models_page_data import library
from tests.helpers.quantize_page_data import (
    CHECKPOINT,
    FOLDER,
    FREE,
    SOURCE,
    conversion,
    done,
    estimates,
    job,
    jobs,
    model,
    plan_of,
    request,
    running,
    sizes,
)

OTHER = Path("/home/ada/models/other-F16.gguf")
TWICE = Path("/home/ada/models/twice-Q4_K_M.gguf")
FOLDER_SOURCE = CheckpointFolder(
    CHECKPOINT, CHECKPOINT.name, "LlamaForCausalLM", "bf16", 16 * 10**9
)
ROOM = 10**12


class Page:
    def __init__(self, icons) -> None:
        self.quantization, self.library = FakeQuantization(), FakeLibrary()
        self.page = QuantizePage(icons)
        QuantizeBinding(self.page, self.quantization, self.library, FOLDER)

    @property
    def body(self):
        return self.page.body

    @property
    def wizard(self):
        return self.page.body.wizard

    @property
    def bar(self):
        return self.page.body.bar

    def choose_model(self, path: Path = SOURCE) -> None:
        """A model whose sizes are known."""
        self.page.set_source(path)
        self.quantization.source_known.emit(path, model(path=path))
        self.tell_sizes()

    def tell_sizes(self) -> None:
        self.quantization.sizes_known.emit(*self.quantization.last("dry_run"), estimates())

    def tell_plan(self, *, free: int = ROOM, there: tuple[str, ...] = ()) -> None:
        wanted = self.quantization.last("plan")[0]
        self.quantization.planned.emit(wanted, plan_of(wanted, free=free, there=there))

    def click(self, level: str) -> None:
        self.wizard.levels.rows[level].check.click()

    def levels_shown(self) -> bool:
        return self.wizard.levels.isVisible()


@pytest.fixture
def unmade(icons, theme, qtbot) -> Page:
    made = Page(icons)
    qtbot.addWidget(made.page)
    return made


@pytest.fixture
def made(unmade, qtbot) -> Page:
    unmade.page.resize(900, 700)
    unmade.page.show()
    qtbot.waitUntil(unmade.body.isVisible)
    return unmade


# --- before there is a source ---------------------------------------------------------------


def test_nothing_is_asked_before_it_is_shown(unmade):
    assert unmade.quantization.asked == []
    assert unmade.library.asked == []


def test_to_begin_with_there_is_only_the_source_to_choose(made):
    assert made.wizard.source.isVisible()
    assert not made.levels_shown()
    assert not made.bar.isVisible()
    assert not made.body.jobs.isVisible()
    assert made.quantization.names() == ["refresh"]
    assert made.library.names() == ["refresh"]


def test_a_source_given_before_the_page_was_shown_is_looked_at(unmade):
    unmade.page.set_source(SOURCE)
    assert unmade.body  # made now
    assert unmade.quantization.last("look_at") == (SOURCE,)
    assert unmade.quantization.names().count("look_at") == 1


def test_models_that_can_be_read_are_offered(made):
    made.library.listed.emit(library())
    offered = made.wizard.source.popup._models._choices
    assert "broken" not in [choice.name for choice in offered]
    assert (offered[0].name, offered[0].level) == ("Quern Starter", "F16")
    assert next(choice for choice in offered if choice.name == "phi-2 Q4_K_M").level == "Q4_K_M"


# --- a model --------------------------------------------------------------------------------


def test_a_model_comes_with_its_levels_and_the_usual_one_chosen(made):
    made.page.set_source(SOURCE)
    assert "Looking at it" in made.wizard.source.text()
    assert not made.levels_shown()
    made.quantization.source_known.emit(SOURCE, model())
    assert made.levels_shown()
    assert made.bar.text() == "Working out the sizes…"
    assert not made.bar.button.isEnabled()
    made.tell_sizes()
    assert made.bar.text() == "Makes 1 file, 4.9 GB."
    assert made.bar.button.isEnabled()
    assert made.bar.button.text() == "Quantize"
    made.tell_plan(free=120_000_000_000)
    assert made.wizard.target.text() == (
        f"{FOLDER}\nLlama-3.1-8B-Instruct-Q4_K_M.gguf\n120.0 GB are free there."
    )


def test_the_page_scrolls_no_further_than_its_last_part(made, qtbot):
    made.page.resize(1000, 400)
    made.choose_model()
    content, last = made.body.page.widget(), made.wizard.advanced_fold
    qtbot.waitUntil(lambda: content.height() == content.heightForWidth(content.width()))
    below = content.height() - last.mapTo(content, last.rect().bottomLeft()).y()
    assert below < 60


def test_memory_that_is_free_is_shown_whenever_it_comes(made):
    made.page.set_source(SOURCE)
    made.quantization.memory_known.emit(SOURCE, FREE)
    made.quantization.source_known.emit(SOURCE, model())
    made.tell_sizes()
    assert made.wizard.levels.chart.limit_shown
    made.quantization.memory_known.emit(OTHER, 1)
    assert made.wizard.levels.chart.limit_shown


def test_words_of_ones_own_are_counted_for_each_model(made):
    made.page.set_source(SOURCE)
    made.quantization.source_known.emit(SOURCE, model())
    assert made.quantization.names().count("count_words") == 1
    made.quantization.words_known.emit(9_000)
    made.tell_sizes()
    made.wizard.imatrix.buttons[ImatrixChoice.CONVERSATIONS].click()
    made.bar.button.click()
    (started,) = made.quantization.last("start")
    assert started.conversations and started.calibrate and started.texts == ()


def test_choosing_levels_changes_what_will_happen(made):
    made.choose_model()
    made.click("Q8_0")
    assert made.bar.text() == "Makes 2 files, 13.4 GB in all."
    wanted = made.quantization.last("plan")[0]
    assert wanted.levels == ("Q4_K_M", "Q8_0")
    made.tell_plan(there=("Q8_0",))
    assert made.bar.text().endswith("will be replaced.")
    made.click("Q4_K_M")
    made.click("Q8_0")
    assert made.bar.text() == "Choose at least one level."
    assert not made.bar.button.isEnabled()


def test_a_disk_that_is_too_small_stops_it(made):
    made.choose_model()
    made.tell_plan(free=10**9)
    assert "only 1.0 GB are free" in made.bar.text()
    assert not made.bar.button.isEnabled()


def test_a_folder_that_cannot_be_used_is_told(made):
    made.choose_model()
    wanted = made.quantization.last("plan")[0]
    made.quantization.plan_failed.emit(replace(wanted, name="other"), InvalidInput("No."))
    assert made.bar.button.isEnabled()
    made.quantization.plan_failed.emit(wanted, InvalidInput("The folder is gone.", "Choose."))
    assert made.bar.text() == "The folder is gone. Choose."
    assert not made.bar.button.isEnabled()


def test_another_folder_is_planned_anew(made):
    made.choose_model()
    made.wizard.target._set(Path("/media/disk"))
    assert made.quantization.last("plan")[0].folder == Path("/media/disk")


def test_answers_about_an_earlier_question_are_not_shown(made):
    made.choose_model()
    earlier = made.quantization.last("plan")[0]
    made.click("Q8_0")
    made.quantization.planned.emit(earlier, plan_of(earlier, free=1))
    assert made.bar.button.isEnabled()
    made.page.set_source(OTHER)
    made.quantization.source_known.emit(SOURCE, model())
    made.quantization.source_refused.emit(SOURCE, InvalidInput("No."))
    assert "Looking at it" in made.wizard.source.text()


def test_another_model_begins_anew(made):
    made.choose_model()
    made.click("Q8_0")
    made.wizard.imatrix.file = Path("/m/imatrix.gguf")
    made.wizard.imatrix.choose(ImatrixChoice.FILE)
    made.choose_model(OTHER)
    assert [one.level for one in made.wizard.levels.chosen()] == ["Q4_K_M"]
    assert made.wizard.imatrix.choice is ImatrixChoice.NONE
    assert made.quantization.last("plan")[0].name == "other"


def test_what_the_sizes_depend_on_is_asked_again(made):
    made.choose_model()
    advanced = made.wizard.advanced
    advanced.keep_output.click()
    path, options = made.quantization.last("dry_run")
    assert (path, options.keep_output) == (SOURCE, True)
    advanced.exceptions.add_button.click()
    advanced.exceptions.rows[0].pattern.setText("ffn_down")
    advanced.exceptions.rows[0].pattern.editingFinished.emit()
    options = made.quantization.last("dry_run")[1]
    assert options.overrides == (TensorOverride("ffn_down", "Q8_0"),)
    before = made.quantization.names().count("plan")
    made.quantization.sizes_known.emit(SOURCE, replace(options, keep_output=False), ())
    assert made.quantization.names().count("plan") == before
    made.tell_sizes()
    assert made.quantization.last("plan")[0].options == options


def test_an_exception_that_means_nothing_is_not_left_out_silently(made):
    made.choose_model()
    rows = made.wizard.advanced.exceptions
    rows.add_button.click()
    rows.rows[0].pattern.setText("ffn((")
    rows.rows[0].pattern.editingFinished.emit()
    made.tell_sizes()
    assert made.bar.text() == (
        "The exception “ffn((” is no regular expression. Correct it, or remove it."
    )
    assert not made.bar.button.isEnabled()
    rows.rows[0].remove_button.click()
    made.tell_sizes()
    assert made.bar.button.isEnabled()


def test_why_there_are_no_sizes_is_told_until_it_is_mended(made):
    made.choose_model()
    made.wizard.advanced.keep_output.click()
    question = made.quantization.last("dry_run")
    made.quantization.dry_run_failed.emit(*question, InvalidInput("It does not suit.", "Do not."))
    assert made.bar.text() == "It does not suit. Do not."
    assert not made.bar.button.isEnabled()
    made.wizard.advanced.keep_output.click()
    made.tell_sizes()
    assert made.bar.button.isEnabled()


# --- the importance matrix ------------------------------------------------------------------


def test_a_level_that_needs_a_matrix_gets_one(made):
    made.choose_model()
    made.wizard.levels.more.button.click()
    made.click("IQ2_M")
    assert "IQ2_M cannot be made without an importance matrix" in made.bar.text()
    made.wizard.imatrix.buttons[ImatrixChoice.OURS].click()
    made.tell_sizes()
    assert made.bar.text().endswith("The importance matrix is computed first.")
    made.bar.button.click()
    wanted = made.quantization.last("start")[0]
    assert wanted.calibrate
    assert wanted.texts == ()
    assert wanted.options.imatrix is None


def test_a_matrix_from_own_texts(made):
    made.choose_model()
    made.wizard.imatrix.buttons[ImatrixChoice.TEXTS].click()
    assert made.bar.text().startswith("Choose the text files")
    made.wizard.imatrix.texts = (Path("/a.txt"),)
    made.wizard.imatrix.changed.emit()
    made.tell_sizes()
    made.bar.button.click()
    wanted = made.quantization.last("start")[0]
    assert (wanted.calibrate, wanted.texts) == (True, (Path("/a.txt"),))


def test_a_matrix_that_is_there(made):
    made.choose_model()
    made.wizard.imatrix.buttons[ImatrixChoice.FILE].click()
    assert made.bar.text().startswith("Choose the file")
    made.wizard.imatrix.file = Path("/m/imatrix.gguf")
    made.wizard.imatrix.changed.emit()
    made.tell_sizes()
    made.bar.button.click()
    wanted = made.quantization.last("start")[0]
    assert not wanted.calibrate
    assert wanted.options.imatrix == Path("/m/imatrix.gguf")


# --- the start ------------------------------------------------------------------------------


def test_what_is_started_is_what_was_said(made):
    made.choose_model()
    made.click("Q8_0")
    made.wizard.advanced._threads.setValue(3)
    made.body.page.verticalScrollBar().setValue(500)
    made.bar.button.click()
    wanted = made.quantization.last("start")[0]
    assert wanted.source == SOURCE
    assert wanted.folder == FOLDER
    assert wanted.name == "Llama-3.1-8B-Instruct"
    assert wanted.levels == ("Q4_K_M", "Q8_0")
    assert wanted.options.threads == 3
    assert not wanted.options.allow_requantize
    assert made.body.page.verticalScrollBar().value() == 0


def test_pressing_twice_does_not_make_it_twice(made):
    made.choose_model()
    made.bar.button.click()
    assert not made.bar.button.isEnabled()
    assert made.bar.text() == "Choose at least one level."
    made.bar.button.click()
    assert made.quantization.names().count("start") == 1


def test_what_is_tried_again_is_not_made_twice(made):
    made.choose_model()
    made.quantization.listed.emit([job(1, JobState.FAILED, request("Q4_K_M"))])
    assert made.bar.button.isEnabled()
    made.quantization.changed.emit(job(1, JobState.WAITING, request("Q4_K_M")))
    assert not made.bar.button.isEnabled()
    assert made.bar.text() == "Llama-3.1-8B-Instruct-Q4_K_M.gguf is being made already."
    made.click("Q4_K_M")
    made.click("Q8_0")
    assert made.bar.button.isEnabled()


def test_the_source_itself_is_never_the_target(made):
    path = FOLDER / "Llama-3.1-8B-Instruct-F16.gguf"
    made.choose_model(path)
    made.click("F16")
    made.tell_plan()
    assert "is the source itself" in made.bar.text()
    assert not made.bar.button.isEnabled()


# --- what is quantized already --------------------------------------------------------------


def test_quantizing_twice_takes_a_word(made):
    made.page.set_source(TWICE)
    made.quantization.source_known.emit(TWICE, model("Q4_K_M", TWICE))
    assert "quality would be lost twice" in made.wizard.source.text()
    assert not made.levels_shown()
    assert not made.bar.isVisible()
    assert "dry_run" not in made.quantization.names()
    made.wizard.source.requantize.click()
    assert made.levels_shown()
    assert made.quantization.last("dry_run")[1].allow_requantize
    made.tell_sizes()
    made.click("Q8_0")
    made.bar.button.click()
    assert made.quantization.last("start")[0].options.allow_requantize
    made.wizard.source.requantize.click()
    assert not made.levels_shown()
    assert not made.bar.isVisible()


def test_the_word_holds_for_one_model(made):
    made.page.set_source(TWICE)
    made.quantization.source_known.emit(TWICE, model("Q4_K_M", TWICE))
    made.wizard.source.requantize.click()
    made.choose_model()
    assert not made.quantization.last("dry_run")[1].allow_requantize


# --- a checkpoint ---------------------------------------------------------------------------


@pytest.fixture
def checkpoint(made) -> Page:
    made.page.set_source(CHECKPOINT)
    made.quantization.source_known.emit(CHECKPOINT, FOLDER_SOURCE)
    return made


def test_a_checkpoint_is_converted_first(checkpoint):
    assert not checkpoint.levels_shown()
    assert checkpoint.wizard.convert.isVisible()
    assert checkpoint.bar.button.text() == "Convert"
    assert checkpoint.bar.text() == "Makes Llama-3.1-8B-Instruct-BF16.gguf, about 16.0 GB."
    assert "Llama-3.1-8B-Instruct-BF16.gguf" in checkpoint.wizard.target.text()
    checkpoint.wizard.convert.types.setCurrentText("F16")
    assert "Llama-3.1-8B-Instruct-F16.gguf" in checkpoint.bar.text()
    checkpoint.wizard.convert.types.setCurrentText("BF16")
    checkpoint.bar.button.click()
    assert checkpoint.quantization.last("start") == (conversion(),)
    checkpoint.quantization.listed.emit([job(1, JobState.WAITING, conversion())])
    assert not checkpoint.bar.button.isEnabled()
    assert checkpoint.bar.text().startswith("It is being converted.")


def test_a_disk_too_small_for_what_is_converted_is_told_before(checkpoint, tmp_path):
    assert checkpoint.quantization.last("ask_space") == (FOLDER,)
    checkpoint.quantization.space_known.emit(tmp_path, 1)  # of another window
    assert checkpoint.bar.button.isEnabled()
    checkpoint.quantization.space_known.emit(FOLDER, FREE)
    assert not checkpoint.bar.button.isEnabled()
    assert "only 9.8 GB are free there" in checkpoint.bar.text()
    assert "9.8 GB are free there." in checkpoint.wizard.target.text()
    checkpoint.wizard.convert.types.setCurrentText("Q8_0")
    assert checkpoint.bar.text() == "Makes Llama-3.1-8B-Instruct-Q8_0.gguf, about 8.5 GB."
    checkpoint.wizard.target._set(tmp_path)
    assert checkpoint.quantization.last("ask_space") == (tmp_path,)
    assert "free there" not in checkpoint.wizard.target.text()


def test_what_was_converted_here_is_the_next_source(checkpoint):
    checkpoint.bar.button.click()
    wanted = conversion()
    checkpoint.quantization.finished.emit(done())
    assert checkpoint.quantization.last("look_at") == (CHECKPOINT,)
    made = job(1, JobState.DONE, wanted, results=(wanted.destination,))
    checkpoint.quantization.finished.emit(made)
    assert checkpoint.quantization.last("look_at") == (wanted.destination,)
    checkpoint.quantization.source_known.emit(wanted.destination, model("BF16", wanted.destination))
    assert checkpoint.levels_shown()
    assert not checkpoint.wizard.convert.isVisible()


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_a_conversion_that_did_not_work_can_be_begun_again(checkpoint, state):
    checkpoint.quantization.listed.emit([job(1, JobState.RUNNING, conversion())])
    assert not checkpoint.bar.button.isEnabled()
    checkpoint.quantization.changed.emit(job(1, state, conversion()))
    assert checkpoint.bar.button.isEnabled()
    checkpoint.quantization.changed.emit(job(1, JobState.WAITING, conversion()))  # tried again
    assert not checkpoint.bar.button.isEnabled()


def test_what_another_window_converts_leaves_this_one_alone(made):
    made.choose_model()
    wanted = conversion()
    made.quantization.finished.emit(job(1, JobState.DONE, wanted, results=(wanted.destination,)))
    assert made.quantization.last("look_at") == (SOURCE,)


def test_a_folder_that_is_no_checkpoint_says_why(made):
    made.page.set_source(CHECKPOINT)
    made.quantization.source_refused.emit(CHECKPOINT, InvalidInput("It is none.", "Choose one."))
    assert "It is none. Choose one." in made.wizard.source.text()
    assert not made.bar.isVisible()


# --- jobs -----------------------------------------------------------------------------------


def test_jobs_are_listed_and_followed(made):
    made.quantization.listed.emit(jobs())
    rows = made.body.jobs
    assert rows.isVisible()
    assert rows.count == len(jobs())
    made.quantization.changed.emit(job(9, JobState.CANCELLED))
    assert "Cancelled" in rows.row(9).text()
    made.quantization.listed.emit([])
    assert not rows.isVisible()


def test_sizes_of_results_are_shown_as_soon_as_they_are_known(made):
    made.quantization.listed.emit([running(9), done(8)])
    before = made.body.jobs.row(9)
    made.quantization.results_known.emit(sizes())
    assert "Done, 13.4 GB" in made.body.jobs.row(8).text()
    assert made.body.jobs.row(9) is before
    made.quantization.changed.emit(done(8))
    assert "Done, 13.4 GB" in made.body.jobs.row(8).text()


def test_what_is_asked_of_a_job_reaches_the_controller(made):
    made.quantization.listed.emit(jobs())
    rows = made.body.jobs
    rows.row(9).pause_button.click()
    made.quantization.changed.emit(replace(running(9), paused=True))
    rows.row(9).pause_button.click()
    assert made.quantization.asked[-2:] == [("pause", (9,)), ("resume", (9,))]
    rows.row(9).cancel_button.click()
    rows.row(7).retry_button.click()
    rows.row(7).forget_button.click()
    asked = made.quantization.asked[-3:]
    assert asked == [("cancel", (9,)), ("again", (7,)), ("forget", (7,))]


def test_what_a_person_chose_comes_into_view_below_the_jobs(made, qtbot):
    made.page.resize(900, 500)
    made.page.show()
    qtbot.addWidget(made.page)
    bar = made.body.page.verticalScrollBar()
    made.page.set_source(SOURCE)
    made.quantization.source_known.emit(SOURCE, model())
    qtbot.wait(20)
    assert bar.value() == 0  # it is the first thing there is
    made.quantization.listed.emit(jobs())
    made.page.set_source(OTHER)
    made.quantization.source_known.emit(OTHER, model(path=OTHER))
    qtbot.waitUntil(lambda: bar.value() == made.wizard.y() > 0)


def test_a_result_can_be_chatted_with_shown_and_quantized(made, qtbot):
    for signal, wanted in (
        (made.body.jobs.chat_requested, made.page.chat_requested),
        (made.body.jobs.folder_requested, made.page.folder_requested),
        (made.body.jobs.compare_requested, made.page.compare_requested),
    ):
        with qtbot.waitSignal(wanted) as told:
            signal.emit(SOURCE)
        assert told.args == [SOURCE]
    made.body.jobs.quantize_requested.emit(SOURCE)
    assert made.quantization.last("look_at") == (SOURCE,)


def test_looking_for_a_checkpoint_is_told(made, qtbot):
    with qtbot.waitSignal(made.page.find_requested):
        made.wizard.source.find_button.click()


# --- the keyboard ---------------------------------------------------------------------------


@pytest.fixture
def active(made, qtbot) -> Page:
    """In the window that has the focus."""
    made.page.activateWindow()
    qtbot.waitUntil(made.page.isActiveWindow)
    return made


def begin(page: Page, *, focused: bool) -> None:
    page.choose_model()
    if focused:
        page.bar.button.setFocus()
    page.quantization.start = lambda _: page.quantization.listed.emit([running(9), done(8)])
    page.bar.button.click()


def test_what_was_begun_with_the_keyboard_takes_the_focus(active):
    begin(active, focused=True)
    assert active.body.jobs.row(9).cancel_button.hasFocus()


def test_what_was_begun_with_the_mouse_leaves_the_focus_alone(active):
    begin(active, focused=False)
    assert not active.body.jobs.has_focus()


def test_a_source_chosen_on_another_page_has_the_focus_in_its_steps(active, qtbot):
    active.quantization.listed.emit([running(9), done(8)])
    active.body.jobs.focus_newest()
    active.page.set_source(SOURCE)
    qtbot.waitUntil(active.wizard.source.model_button.hasFocus)


def test_the_tab_key_goes_down_the_page(made):
    made.choose_model()
    made.quantization.listed.emit([running(9), done(8)])
    made.quantization.results_known.emit(sizes())
    made.wizard.levels.more.button.click()
    made.wizard.advanced_fold.set_open(True)
    made.wizard.advanced.exceptions.add_button.click()
    levels, rows, advanced = made.wizard.levels, made.body.jobs, made.wizard.advanced
    wanted = [
        rows.row(9).cancel_button, rows.row(8).forget_button, made.wizard.source.model_button,
        levels.rows["Q2_K"].check, levels.rows["BF16"].check, levels.more.button,
        levels.rows["Q4_0"].check, levels.rows["MXFP4_MOE"].check, levels.chart,
        made.wizard.imatrix.buttons[ImatrixChoice.NONE], made.wizard.target.choose_button,
        made.wizard.advanced_fold.button, advanced.keep_output,
        advanced.exceptions.rows[0].pattern, advanced.exceptions.add_button, advanced._threads,
        made.bar.button,
    ]  # fmt: skip
    places, part = {}, made.page.nextInFocusChain()
    while part is not made.page:
        places[part] = len(places)
        part = part.nextInFocusChain()
    assert [places[one] for one in wanted] == sorted(places[one] for one in wanted)
