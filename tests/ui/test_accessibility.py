"""What a screen reader and the Tab key find, on every widget of ours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QWidget

from desktop.core.checkpoints import CheckpointFolder
from desktop.core.task_report import report_of
from desktop.domain.conversation import AnswerFacts, Conversation, StopReason
from desktop.domain.model import MemoryEstimate, ModelInfo, ThreadSpeed
from desktop.domain.prompt_template import fields_of
from desktop.domain.sampling import BUILT_IN_PRESETS, SamplerSettings
from desktop.ui.actions import Actions
from desktop.ui.dialogs.about import AboutDialog
from desktop.ui.dialogs.answer_details import AnswerDetails
from desktop.ui.dialogs.command_palette import CommandPalette, action_entries
from desktop.ui.dialogs.crash import CrashDialog
from desktop.ui.dialogs.licences import LicencesDialog
from desktop.ui.dialogs.model_card import ModelCard
from desktop.ui.dialogs.recently_deleted import RecentlyDeletedDialog
from desktop.ui.dialogs.shortcuts import ShortcutsDialog
from desktop.ui.downloads.downloads_panel import DownloadsPanel
from desktop.ui.hub.hub_pane import HubPane
from desktop.ui.hub.repository_panel import RepositoryPanel
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.library.library_pane import LibraryPane
from desktop.ui.library.model_panel import ModelPanel
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.compare_binding import CompareBinding
from desktop.ui.pages.compare_page import ComparePage
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.prompts_page import PromptsPage
from desktop.ui.pages.quantize_binding import QuantizeBinding
from desktop.ui.pages.quantize_page import QuantizePage
from desktop.ui.pages.settings_page import SettingsPage
from desktop.ui.pages.tasks_body_binding import TasksBodyBinding
from desktop.ui.prompt_runs.case_dialog import CaseDialog
from desktop.ui.prompts.fill_dialog import FillDialog
from desktop.ui.prompts.fill_form import Surroundings
from desktop.ui.prompts.import_dialog import ImportDialog
from desktop.ui.prompts.prompt_picker import PromptPicker
from desktop.ui.prompts.versions_view import VersionsView
from desktop.ui.quantize.imatrix_section import ImatrixChoice
from desktop.ui.tasks.setup_view import NEEDLE
from desktop.ui.tasks.tasks_body import TasksBody
from desktop.ui.widgets.attachment_chip import AttachmentPreview
from desktop.ui.widgets.attachments import Attachment
from desktop.ui.widgets.banner import Banner, Notice
from desktop.ui.widgets.composer import Composer
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.find_bar import FindBar
from desktop.ui.widgets.sampler_panel import SamplerPanel
from desktop.ui.widgets.sidebar import Sidebar
from desktop.ui.widgets.top_bar import TopBar
from desktop.ui.widgets.undo_bar import UndoBar
from tests.helpers import blind_test_data as to_vote
from tests.helpers import comparison_data as to_compare
from tests.helpers import prompts_page_data as prompts_data
from tests.helpers import quantize_page_data as to_quantize
from tests.helpers import side_by_side_data as to_see
from tests.helpers import task_data as to_ask
from tests.helpers.deletion_data import FakeRecentlyDeleted, deletions
from tests.helpers.fake_controllers import (
    FakeComparisons,
    FakeConversations,
    FakeLibrary,
    FakeQuantization,
)
from tests.helpers.models_page_data import (
    GIB,
    downloads,
    fits,
    library,
    recommendations,
    repository,
    results,
    tensors,
)
from tests.helpers.prompt_runs_data import CASES, CONTENT, filled_view

INFO = ModelInfo(
    Path("/m.gguf"), 1, "llama", "M", "F16", 1, 16.0, 4096, 1, 1, 1, 1, 1, "gpt2", "MIT", "", None
)
FACTS = AnswerFacts("M", "/m", "F16", SamplerSettings(), 1, StopReason.END_OF_TURN)


def sidebar(icons: Icons, actions: Actions) -> QWidget:
    made = Sidebar(icons)
    made.set_pages([("chat", "Chat", "message-square")])
    made.set_conversations(
        [Conversation(1, "One", 0, 0), Conversation(2, "Two", 0, 0, pinned=True)]
    )
    return made


def composer(icons: Icons, actions: Actions) -> QWidget:
    made = Composer(icons)
    made._attachments.add_text("notes.txt", "text", fenced=True)
    return made


def top_bar(icons: Icons, actions: Actions) -> QWidget:
    made = TopBar(icons, actions.action("toggle_sidebar"), actions.action("toggle_sampler"))
    made.picker.set_loaded(ModelChoice("M", "F16", Path("/m"), 1))
    made.picker.set_loading(0.5, "M")
    made.status.set_context(1, 2)
    made.progress.set_progress(1, 2)
    return made


def model_popup(icons: Icons, actions: Actions) -> QWidget:
    made = TopBar(icons, actions.action("toggle_sidebar"), actions.action("toggle_sampler"))
    made.picker.set_models([ModelChoice(f"M{n}", "F16", Path(f"/{n}"), 1) for n in range(12)])
    popup = made.picker.popup
    popup.setParent(None)
    popup._owner = made  # keeps what it belongs to alive
    return popup


def sampler_panel(icons: Icons, actions: Actions) -> QWidget:
    made = SamplerPanel(icons)
    made.set_presets(BUILT_IN_PRESETS)
    made.set_template_arguments(["enable_thinking"], {})
    made.set_last_seed(3)
    made.fields.disclosure.set_open(True)
    made.set_settings(SamplerSettings(json_schema="{}", seed=1))
    return made


def settings_page(icons: Icons, actions: Actions) -> QWidget:
    made = SettingsPage(icons)
    made.set_calibration([ThreadSpeed(1, 2.0, 3.0)])
    return made


def banner(icons: Icons, actions: Actions) -> QWidget:
    made = Banner(icons)
    made.show_notice(Notice("Stopped", "error", (("Restart", print), ("Details", print))))
    return made


def undo_bar(icons: Icons, actions: Actions) -> QWidget:
    made = UndoBar()
    made.show_message("Deleted")
    return made


def empty_state(icons: Icons, actions: Actions) -> QWidget:
    made = EmptyState(icons)
    made.set_content("Ask", "Text", "Open")
    made.set_suggestions(["One"])
    return made


def model_card(icons: Icons, actions: Actions) -> QWidget:
    made = ModelCard(INFO.path)
    made.set_info(INFO)
    made.set_estimate(MemoryEstimate(1, 1, 1, 1, 4096, 10))
    return made


def models_here(icons: Icons, actions: Actions) -> QWidget:
    made = LibraryPane(icons, ModelPanel(icons))
    made.set_entries(library())
    made.set_folders([Path("/models")])
    made._folders_fold.set_open(True)
    made.choose(library()[1].path)
    made.panel.set_info(replace(library()[1].info, tensors=tensors()))
    made.panel.defaults_fold.set_open(True)
    made.panel.tensors_fold.set_open(True)
    made.panel.verifying.set_progress(0.5)
    return made


def no_models(icons: Icons, actions: Actions) -> QWidget:
    return LibraryPane(icons, ModelPanel(icons))


def recommended_models(icons: Icons, actions: Actions) -> QWidget:
    made = HubPane(icons, RepositoryPanel(icons))
    made.recommendations.set_recommendations(recommendations(), date(2026, 6, 1), 8 * GIB)
    return made


def found_models(icons: Icons, actions: Actions) -> QWidget:
    made = HubPane(icons, RepositoryPanel(icons))
    made.search.search()
    made.set_results(made.search.query(), results())
    made.open(results()[2].id)
    made.panel.set_repository(repository(summary=results()[2]))
    made.panel.set_fits(repository().models[0].name, fits(1))
    made.search.set_filters_visible(True)
    return made


def download_list(icons: Icons, actions: Actions) -> QWidget:
    made = DownloadsPanel(icons)
    made.set_downloads(downloads())
    return made


def palette(icons: Icons, actions: Actions) -> QWidget:
    made = CommandPalette()
    made.open_with(action_entries(actions))
    return made


def quantize_page(icons: Icons, actions: Actions) -> QWidget:
    quantization, page = FakeQuantization(), QuantizePage(icons)
    QuantizeBinding(page, quantization, FakeLibrary(), Path("/models"))
    wizard = page.body.wizard
    page.set_source(to_quantize.SOURCE)
    quantization.source_known.emit(to_quantize.SOURCE, to_quantize.model())
    quantization.sizes_known.emit(*quantization.last("dry_run"), to_quantize.estimates())
    quantization.listed.emit(to_quantize.jobs())
    quantization.results_known.emit(to_quantize.sizes())
    wizard.levels.more.set_open(True)
    wizard.advanced_fold.set_open(True)
    wizard.advanced.exceptions.add_button.click()
    wizard.imatrix.choose(ImatrixChoice.TEXTS)
    return page


def conversion_page(icons: Icons, actions: Actions) -> QWidget:
    quantization, page = FakeQuantization(), QuantizePage(icons)
    QuantizeBinding(page, quantization, FakeLibrary(), Path("/models"))
    found = CheckpointFolder(Path("/m"), "M", "LlamaForCausalLM", "bf16", 1)
    body = page.body
    body.set_source(found.path)
    quantization.source_known.emit(found.path, found)
    return page


def compare_page(icons: Icons, actions: Actions) -> QWidget:
    comparison, page = FakeComparisons(), ComparePage(icons, lambda: to_compare.MEMORY)
    library, folder = FakeLibrary(), Path("/models")
    CompareBinding(page, comparison, library, FakeConversations(), folder, folder)
    setup = page.body.setup
    library.listed.emit(to_compare.library())
    page.set_base(to_quantize.SOURCE)
    comparison.base_known.emit(to_quantize.SOURCE, to_compare.library()[0].info)
    comparison.levels_known.emit(*comparison.last("dry_run"), to_quantize.estimates())
    comparison.listed.emit(to_compare.history())
    setup.candidates.more.set_open(True)
    setup.keeping.choices.choose("keep")
    setup.text.choices.choose("conversations")
    return page


def compared_levels(icons: Icons, actions: Actions) -> QWidget:
    page = ComparePage(icons, lambda: to_compare.MEMORY)
    page.body.show_result()
    page.body.result.show_report(to_compare.report(to_compare.troubled()))
    page.body.result.facts_fold.set_open(True)
    return page


def tasks_view(icons: Icons) -> TasksBody:
    made, runs, sets = to_ask.tasks_body(icons), to_ask.FakeTaskRuns(), to_ask.FakeTaskSets()
    library = FakeLibrary()
    TasksBodyBinding(made, runs, sets, library, ComparedModel())
    library.listed.emit(to_compare.library())
    sets.listed.emit(to_ask.kept_sets())
    runs.listed.emit([to_ask.needle_run(), to_ask.troubled_run()])
    made.setup.levels.base_chosen.emit(to_quantize.SOURCE)
    runs.model_known.emit(to_quantize.SOURCE, to_compare.library()[0].info)
    return made


def tasks_to_choose(icons: Icons, actions: Actions) -> QWidget:
    return tasks_view(icons)


def needle_to_choose(icons: Icons, actions: Actions) -> QWidget:
    made = tasks_view(icons)
    made.setup.kinds.choose(NEEDLE)
    return made


def tasks_to_edit(icons: Icons, actions: Actions) -> QWidget:
    made = tasks_view(icons)
    made.setup.sets.edit_button.click()
    made.editor.table.selectRow(3)
    return made


def tasks_answered(icons: Icons, actions: Actions) -> QWidget:
    made = tasks_view(icons)
    made.result.show_report(report_of(to_ask.troubled_run()))
    made.result.answers.table.selectRow(0)
    made.result.facts_fold.set_open(True)
    made.show_result()
    return made


def needles_found(icons: Icons, actions: Actions) -> QWidget:
    made = tasks_view(icons)
    made.result.show_report(report_of(to_ask.needle_run()))
    made.result.needle.behind.set_open(True)
    made.show_result()
    return made


def tried_prompt(icons: Icons, actions: Actions) -> QWidget:
    return filled_view(icons)


def case_of_a_prompt(icons: Icons, actions: Actions) -> QWidget:
    return CaseDialog(fields_of(CONTENT), CASES[0])


def side_by_side(icons: Icons, actions: Actions) -> QWidget:
    return to_see.bound_view(icons)[0]


def answers_side_by_side(icons: Icons, actions: Actions) -> QWidget:
    return to_see.answered_view(icons)


def blind_test(icons: Icons, actions: Actions) -> QWidget:
    return to_vote.bound_view(icons)[0]


def blind_round(icons: Icons, actions: Actions) -> QWidget:
    return to_vote.round_view(icons)


def blind_ranking(icons: Icons, actions: Actions) -> QWidget:
    return to_vote.ranked_view(icons)


def prompts_page(icons: Icons, actions: Actions) -> QWidget:
    page = PromptsPage(icons)
    body = page.body
    body.pane.set_hits(body.pane.query(), prompts_data.hits())
    body.panel.show_prompt(prompts_data.prompts()[1], prompts_data.changed())
    body.pane.show_panel()
    return page


def no_prompts(icons: Icons, actions: Actions) -> QWidget:
    page = PromptsPage(icons)
    page.body.pane.set_hits(page.body.pane.query(), [])
    return page


def prompt_versions(icons: Icons, actions: Actions) -> QWidget:
    made = VersionsView()
    made.set_versions(prompts_data.versions())
    return made


def prompt_picker(icons: Icons, actions: Actions) -> QWidget:
    made = PromptPicker(icons)
    made.set_hits("", prompts_data.hits())
    return made


def fill_prompt(icons: Icons, actions: Actions) -> QWidget:
    return FillDialog(
        prompts_data.prompt(1, "Fill", prompts_data.EVERY_KIND),
        Surroundings("clip", "said"),
        begun=True,
        count_tokens=lambda _text, _then: False,
    )


def import_prompts(icons: Icons, actions: Actions) -> QWidget:
    return ImportDialog(prompts_data.plan())


def deleted(icons: Icons, actions: Actions) -> QWidget:
    controller = FakeRecentlyDeleted()
    made = RecentlyDeletedDialog(controller, None)
    controller.setParent(made)
    controller.listed.emit(deletions())
    return made


def crash(icons: Icons, actions: Actions) -> QWidget:
    made = CrashDialog("details", icons)
    made.disclosure.set_open(True)
    return made


WIDGETS: dict[str, Callable[[Icons, Actions], QWidget]] = {
    make.__name__: make
    for make in (
        sidebar, composer, top_bar, model_popup, sampler_panel, settings_page, banner, undo_bar,
        empty_state, model_card, palette, crash, models_here, no_models, recommended_models,
        found_models, download_list, quantize_page, conversion_page, compare_page,
        compared_levels, tasks_to_choose, needle_to_choose, tasks_to_edit, tasks_answered,
        needles_found, tried_prompt, case_of_a_prompt, deleted,
        side_by_side, answers_side_by_side, blind_test, blind_round, blind_ranking,
    )
} | {
    "find_bar": lambda icons, actions: FindBar(icons),
    "shortcuts": lambda icons, actions: ShortcutsDialog(actions),
    "about": lambda icons, actions: AboutDialog("1", [("Qt", "LGPL")], icons, Path("licences.txt")),
    "licences": lambda icons, actions: LicencesDialog("MIT"),
    "answer_details": lambda icons, actions: AnswerDetails(FACTS),
    "preview": lambda icons, actions: AttachmentPreview(Attachment("a.txt", "b"), None),
}  # fmt: skip


@pytest.fixture(params=WIDGETS, ids=str)
def widget(request, icons, actions, theme, qtbot) -> Iterator[QWidget]:
    made = WIDGETS[request.param](icons, actions)
    qtbot.addWidget(made)
    made.show()
    QApplication.processEvents()
    yield made
    made.hide()


def focusable(widget: QWidget) -> list[QWidget]:
    return [
        part
        for part in [widget, *widget.findChildren(QWidget)]
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not part.objectName().startswith("qt_")
        and part.isVisibleTo(widget)
        and part.focusProxy() is None
    ]


def name_of(part: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(part)
    return interface.text(QAccessible.Text.Name) if interface else ""


def test_everything_the_tab_key_reaches_has_a_name(widget: QWidget):
    parts = focusable(widget)
    nameless = [part for part in parts if not name_of(part)]
    assert parts
    assert not nameless


def nodes(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None:
            yield from nodes(child)


def test_every_button_slider_and_field_of_the_tree_has_a_name(widget: QWidget):
    role = QAccessible.Role
    wanted = {
        role.Button, role.PushButton, role.CheckBox, role.RadioButton, role.ComboBox, role.Slider,
        role.SpinBox, role.EditableText, role.ProgressBar, role.List, role.Table,
    }  # fmt: skip
    nameless = []
    for node in nodes(QAccessible.queryAccessibleInterface(widget)):
        part = node.object()
        inner = isinstance(part, QWidget) and part.objectName().startswith("qt_")
        hidden = isinstance(part, QWidget) and not part.isVisibleTo(widget)
        in_box = isinstance(part, QWidget) and part.parent() and part.parent().focusProxy() is part
        if node.role() in wanted and not inner and not hidden and not in_box:
            nameless += [part] if not node.text(QAccessible.Text.Name) else []
    assert not nameless


def test_targets_are_large_enough(widget: QWidget, qtbot):
    def look() -> None:
        for part in focusable(widget):
            if not isinstance(part, QAbstractScrollArea):
                assert part.height() >= 22, part  # a check box is a row of text
                assert part.width() >= 20, part

    # What another thread made ready is shown at once, and given its room some events later.
    qtbot.waitUntil(look)


def test_buddies_exist(widget: QWidget):
    for label in widget.findChildren(QLabel):
        if label.property("tone") == "heading" and label.buddy() is not None:
            assert label.buddy().isVisibleTo(widget) or not label.isVisibleTo(widget)


def test_the_window_itself(actions, icons, theme, qtbot):
    window = MainWindow(actions, theme, icons)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    window.add_page("settings", SettingsPage(icons), "Settings", "settings")
    qtbot.addWidget(window)
    window.show()
    assert not [part for part in focusable(window) if not name_of(part)]


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_every_widget_draws_itself_at_any_text_size_and_direction(
    icons, actions, theme, qtbot, scale, direction
):
    theme.apply("dark", scale)
    for make in WIDGETS.values():
        widget = make(icons, actions)
        widget.setLayoutDirection(direction)
        qtbot.addWidget(widget)
        widget.show()
        QApplication.processEvents()
        assert not widget.grab().isNull()
        widget.hide()
