"""Which levels to make: what each is and would take, with the sizes against this machine."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.quantization import LevelEstimate, dominating
from desktop.domain.quantization_levels import K_EXPLANATION, LevelGroup
from desktop.ui.charts.bar_chart import Bar, BarChart, Limit
from desktop.ui.formats import data_size, fill
from desktop.ui.icons import Icons
from desktop.ui.quantize.level_row import LevelRow, level_rows
from desktop.ui.quantize.level_words import explained, size_sentence
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.two_parts import TwoParts

USUAL_CHOICE = "Q4_K_M"


class LevelsSection(QWidget):
    """Signals: changed, when a person chose or dropped a level."""

    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.rows: dict[str, LevelRow] = {}
        self._estimates: dict[str, LevelEstimate] = {}
        self._has_imatrix = False
        self._own_level = ""
        self._suggests = False  # the usual choice, until it is known what it would make
        self._available = 0
        self.more = Disclosure(self.tr("More levels"), icons, self._make_more)
        self.more.button.clicked.connect(self._show_chart)
        self.chart = BarChart(self.tr("Sizes of the files"), _axis_text)
        self.chart.activated.connect(self._toggle_bar)
        self._caption = label("", "small", wrap=True)
        beside = QWidget()
        side = QVBoxLayout(beside)
        side.setContentsMargins(0, 4, 0, 0)
        side.setSpacing(8)
        side.addWidget(self.chart)
        side.addWidget(self._caption)
        side.addStretch(1)
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(level_rows(self.rows, self._toggled, more=False))
        column.addWidget(self.more)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(label(explained(K_EXPLANATION), "small", wrap=True))
        whole.addWidget(TwoParts(rows, beside, (7, 4), second_above=True))

    # --- what is chosen ---------------------------------------------------------------------

    def chosen(self) -> tuple[LevelEstimate, ...]:
        """The chosen levels whose size is known, in the order of the list."""
        names = [name for name, row in self.rows.items() if row.chosen]
        return tuple(self._estimates[name] for name in names if name in self._estimates)

    @property
    def known(self) -> bool:
        """Whether the sizes are."""
        return bool(self._estimates)

    def choose(self, *names: str) -> None:
        """Exactly these, without saying so."""
        for name, row in self.rows.items():
            row.set_chosen(name in names)
        self._show_chart()

    # --- what is shown ----------------------------------------------------------------------

    def begin(self, own_level: str, *, has_imatrix: bool) -> None:
        """Another model, of which nothing is known yet but the level it has; `has_imatrix` is
        whether there will be an importance matrix. The usual level is chosen, unless it turns out
        that there is no reason to."""
        self._own_level, self._has_imatrix = own_level, has_imatrix
        self._suggests = True
        self.set_estimates(())
        self.choose(USUAL_CHOICE)

    def set_estimates(self, estimates: Sequence[LevelEstimate]) -> None:
        """What each level would make."""
        self._estimates = {estimate.level: estimate for estimate in estimates}
        if self._suggests and self._estimates:
            self._suggests = False
            if self.reason(USUAL_CHOICE):
                self.choose()
        self._show()

    def set_has_imatrix(self, *, has_imatrix: bool) -> None:
        if has_imatrix != self._has_imatrix:
            self._has_imatrix = has_imatrix
            self._show()

    def set_available(self, available: int) -> None:
        """Bytes of memory that are free."""
        self._available = available
        self._show_chart()

    def reason(self, name: str) -> str:
        """Why there is no reason to choose a level, or ""."""
        if name == self._own_level:
            return self.tr("The model has this level already.")
        estimate = self._estimates.get(name)
        if estimate is None:
            return ""
        # What the estimate itself says may have been said without the importance matrix.
        return dominating(estimate, self._estimates.values(), has_imatrix=self._has_imatrix) or (
            estimate.dominated_by if estimate.requantizes else ""
        )

    def _show(self) -> None:
        for name, row in self.rows.items():
            reason = self.reason(name)
            row.set_estimate(self._estimates.get(name), reason, has_imatrix=self._has_imatrix)
        self._show_chart()

    def _show_chart(self) -> None:
        available = self._available
        shown = [estimate for name in self._charted() if (estimate := self._estimates.get(name))]
        bars = [
            Bar(
                estimate.level,
                estimate.bytes,
                data_size(estimate.bytes),
                size_sentence(estimate, available),
                chosen=self.rows[estimate.level].chosen,
                faded=bool(self.reason(estimate.level)),
            )
            for estimate in shown
        ]
        free = fill(self.tr("%1 free"), data_size(available))
        self.chart.set_bars(bars, Limit(available, free) if available else None)
        self.chart.setVisible(bool(bars))
        self._caption.setText(self._caption_text() if bars and available else "")

    def _caption_text(self) -> str:
        room = self.tr("A model takes its size and some room for the context.")
        if self.chart.limit_shown:
            return self.tr("The line is the memory that is free now.") + " " + room
        free = fill(self.tr("All of them are far below the %1 of memory that are free now."),
                    data_size(self._available))  # fmt: skip
        return f"{free} {room}"

    def _charted(self) -> list[str]:
        shown = [LevelGroup.USUAL, LevelGroup.FULL]
        if self.more.is_open:
            shown.append(LevelGroup.MORE)
        return [name for name, row in self.rows.items() if row.level.group in shown]

    # --- inside -----------------------------------------------------------------------------

    def _make_more(self) -> QWidget:
        box = level_rows(self.rows, self._toggled, more=True)
        self._show()
        return box

    def _toggled(self) -> None:
        self._suggests = False
        self._show_chart()
        self.changed.emit()

    def _toggle_bar(self, number: int) -> None:
        self.rows[self.chart.rows()[number].name].check.click()


def _axis_text(size: float) -> str:
    return data_size(round(size)) if size else "0"
