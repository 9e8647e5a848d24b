"""The sections of the settings page and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.icons import Icons
from desktop.ui.pages.device_list import DeviceList
from desktop.ui.pages.setting_row import SettingRow, translated
from desktop.ui.pages.setting_specs import SECTIONS, SETTINGS, Value
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.calibration import Calibration
from desktop.ui.widgets.scroll_page import ScrollPage
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.token_field import TokenField

CONTENT_WIDTH = 720


class SettingsBody(ScrollPage):
    """The content of the settings page.

    Signals:
        changed: key and new value of a setting.
        token_entered: an access token for the hub.
        token_forgotten: use none any more.
        probe_requested: try the graphics processors.
        open_logs_requested, open_home_requested, about_requested.
    """

    changed = Signal(str, object)
    token_entered = Signal(str)
    token_forgotten = Signal()
    probe_requested = Signal()
    open_logs_requested = Signal()
    open_home_requested = Signal()
    about_requested = Signal()

    def __init__(self, icons: Icons, *, updatable: bool) -> None:
        """`updatable`: whether there is somebody to ask for updates."""
        super().__init__(CONTENT_WIDTH)
        self.rows: dict[str, SettingRow] = {}
        self.calibration = Calibration()
        self.devices = DeviceList()
        self.devices.excluded.connect(lambda names: self.changed.emit("excluded_devices", names))
        self.devices.probe_requested.connect(self.probe_requested)
        self._token_text = label("", "small", wrap=True)
        self.token = TokenField()
        self.token.entered.connect(self.token_entered)
        self.forget_token = text_button(self.tr("Forget the token"))
        self.forget_token.clicked.connect(self.token_forgotten)
        self.set_has_token(False)
        self._home = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self.search = SearchField(icons, self.tr("Search settings"))
        self._none = label(self.tr("No setting fits."), "secondary")
        self._none.hide()

        self.column.addWidget(label(self.tr("Settings"), "display"))
        self.column.addWidget(self.search)
        self.column.addWidget(self._none)
        self._sections: list[tuple[QWidget, list[SettingRow]]] = []
        for section, title in SECTIONS:
            if section == "updates" and not updatable:
                continue
            self.column.addWidget(self._make_section(section, translated(title), icons))
        self.column.addStretch(1)
        self.search.textChanged.connect(self._search)
        self.calibration.use_requested.connect(self._use_threads)

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show `values` by key without saying that they changed; others stay as they are."""
        for key, value in values.items():
            if key in self.rows and isinstance(value, (bool, int, float, str)):
                self.rows[key].set_value(value)
            elif key == "excluded_devices":
                self.devices.set_excluded(str(value))

    def values(self) -> dict[str, Value]:
        return {key: row.value() for key, row in self.rows.items()}

    def set_has_token(self, has: bool) -> None:
        """Whether an access token for the hub is kept."""
        self._token_text.setText(
            self.tr("A token is kept and used.")
            if has
            else self.tr("Gated and private repositories ask for one; most models need none.")
        )
        self.forget_token.setVisible(has)

    def set_home(self, home: Path) -> None:
        """The folder Quern keeps everything in."""
        self._home.setText(str(home))

    def _make_section(self, section: str, title: str, icons: Icons) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(title, "title"))
        if section == "engine":
            when = self.tr(
                "The model in use keeps what it was loaded with until it is chosen again."
            )
            column.addWidget(label(when, "small", wrap=True))
        group = QFrame()
        group.setObjectName("group")
        inside = QVBoxLayout(group)
        inside.setContentsMargins(16, 8, 12, 8)
        inside.setSpacing(4)
        rows = []
        for spec in SETTINGS:
            if spec.section != section:
                continue
            row = SettingRow(spec, icons)
            row.changed.connect(lambda value, key=spec.key: self.changed.emit(key, value))
            self.rows[spec.key] = row
            rows.append(row)
            inside.addWidget(row)
            if spec.key == "threads":
                inside.addWidget(self.calibration)
        if section == "engine":
            inside.addWidget(label(self.tr("Devices"), "heading"))
            inside.addWidget(self.devices)
        if section == "hub":
            inside.addWidget(label(self.tr("Access token"), "heading"))
            inside.addWidget(self._token_text)
            inside.addWidget(self.token)
            inside.addWidget(self.forget_token, 0, Qt.AlignmentFlag.AlignLeading)
        if section == "storage":
            self._fill_storage(inside)
        column.addWidget(group)
        self._sections.append((box, rows))
        return box

    def _fill_storage(self, column: QVBoxLayout) -> None:
        column.addWidget(label(self.tr("Home folder"), "heading"))
        column.addWidget(self._home)
        column.addWidget(
            label(
                self.tr("Conversations, settings and logs lie here, and nowhere else."),
                "small",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        for text, signal in (
            (self.tr("Open folder"), self.open_home_requested),
            (self.tr("Open logs folder"), self.open_logs_requested),
            (self.tr("About Quern"), self.about_requested),
        ):
            button = text_button(text)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def _search(self, query: str) -> None:
        query = query.strip()
        found = False
        for box, rows in self._sections:
            fitting = [row for row in rows if row.fits(query)]
            for row in rows:
                row.setVisible(row in fitting)
            box.setVisible(bool(fitting) or not query)
            found = found or bool(fitting)
        self.calibration.setVisible(self.rows["threads"].fits(query))
        self._none.setVisible(not found)

    def _use_threads(self, threads: int) -> None:
        self.rows["threads"].set_value(threads)
        self.changed.emit("threads", threads)
