from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QProxyStyle,
    QPushButton,
    QStyle,
    QVBoxLayout,
)

from desktop.ui.widgets.close_box import close_box


class IconsEverywhere(QProxyStyle):
    """As some desktops want it."""

    def styleHint(self, hint, option=None, widget=None, returned=None):
        if hint is QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 1
        return super().styleHint(hint, option, widget, returned)


def test_a_dialog_is_closed_by_a_button_without_an_icon(qapp, qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    before = qapp.style().objectName()
    qapp.setStyle(IconsEverywhere("fusion"))
    try:
        QVBoxLayout(dialog).addWidget(close_box(dialog))
        own = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        qtbot.addWidget(own)
    finally:
        qapp.setStyle(before)
    assert not own.buttons()[0].icon().isNull()
    button = dialog.findChild(QPushButton)
    assert button.icon().isNull() and button.text() == "Close"
    dialog.open()
    button.click()
    assert not dialog.isVisible()
