"""The ranking that votes make, and how sure it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.domain.blind_test import BlindTest
from desktop.ui.blind_test.share_chart import ShareChart, ShareRow
from desktop.ui.blind_test.words import (
    method,
    percent,
    progress_line,
    share,
    standing_sentence,
    title_of,
    verdict,
)
from desktop.ui.compare.chart_card import ChartCard
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.scroll_page import ScrollPage
from desktop.ui.widgets.step_card import step_card


class ResultsView(ScrollPage):
    """Signals:

    closed: back to all tests.
    go_on_requested: more votes.
    chat_requested: Path of the level that is preferred.
    export_requested: Path of a file to be written.
    """

    closed = Signal()
    go_on_requested = Signal()
    chat_requested = Signal(object)
    export_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.test: BlindTest | None = None
        self._preferred: Path | None = None
        self._saved = label("", "small", wrap=True)
        self.back_button = text_button(self.tr("All blind tests"), "link")
        self.back_button.setIcon(icons.icon("chevron-left", QPalette.ColorRole.Link))
        self.back_button.clicked.connect(self.closed)
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "display")
        self._count = label("", "small", wrap=True)
        self._verdict = label("", "heading", wrap=True)
        self.go_on_button = text_button(self.tr("Go on voting"), "primary")
        self.go_on_button.clicked.connect(self.go_on_requested)
        self.chat_button = text_button("")
        self.chat_button.clicked.connect(self._chat)
        self.export_button = text_button(self.tr("Save the votes…"))
        self.export_button.clicked.connect(self._ask_export)
        self.chart = ShareChart(self.tr("How often each level is preferred"), percent)
        self.card = ChartCard(
            self.tr("How often each level is preferred"),
            self.tr("In comparisons with the other levels of this test; a half is no preference."),
            self.chart,
            icons,
        )
        self._method = label("", "small", wrap=True)
        top = QHBoxLayout()
        top.addWidget(self.back_button)
        top.addStretch(1)
        buttons = QWidget()
        row = FlowLayout(buttons)
        for button in (self.go_on_button, self.chat_button, self.export_button):
            row.addWidget(button)
        self._ranking = step_card(self.tr("Ranking"), self.card)
        self.column.addLayout(top)
        for part in (
            self._title, self._count, self._verdict, buttons, self._saved, self._ranking,
            self._method,
        ):  # fmt: skip
            self.column.addWidget(part)
        self.column.addStretch(1)

    def show_test(self, test: BlindTest) -> None:
        """What the votes of a test say by now."""
        self.test = test
        ranking = test.ranking()
        self._title.setText(title_of(test))
        self._count.setText(progress_line(test))
        self._verdict.setText(verdict(test, ranking))
        self._method.setText(method(ranking))
        self._saved.hide()
        self.chart.set_rows(
            [
                ShareRow(
                    test.levels[one.number].name,
                    one.share,
                    share(one.share),
                    standing_sentence(test, one),
                    chosen=ranking.told_apart and place == 0,
                )
                for place, one in enumerate(ranking.standings)
            ]
        )
        self._ranking.setVisible(ranking.votes > 0)
        self._method.setVisible(ranking.votes > 0)
        self.export_button.setVisible(ranking.votes > 0)
        first = test.levels[ranking.standings[0].number]
        self._preferred = first.path
        self.chat_button.setText(fill(self.tr("Chat with %1"), first.name))
        self.chat_button.setVisible(ranking.told_apart and first.path.is_file())

    def show_saved(self, path: Path) -> None:
        """The votes were written."""
        self._saved.setText(fill(self.tr("Saved as “%1”."), path.name))
        self._saved.show()

    def text(self) -> str:
        """All that is said."""
        parts = (self._title, self._count, self._verdict, self._saved, self._method)
        return " ".join(part.text() for part in parts)

    def _chat(self) -> None:
        if self._preferred is not None:
            self.chat_requested.emit(self._preferred)

    def _ask_export(self) -> None:
        if self.test is None:
            return
        name, chosen = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the votes"),
            f"{title_of(self.test)}.csv",
            "CSV (*.csv);;JSON (*.json)",
        )
        if name:
            path = Path(name)
            usual = ".json" if "json" in chosen else ".csv"
            self.export_requested.emit(path if path.suffix else path.with_suffix(usual))
