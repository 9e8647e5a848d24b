from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from desktop.domain.hub import HubQuery, HubSort, RepositoryKind
from desktop.ui.hub.hub_pane import HubPane
from desktop.ui.hub.repository_panel import RepositoryPanel
from tests.helpers.models_page_data import GIB, recommendations, results


@pytest.fixture
def pane(icons, qtbot) -> HubPane:
    made = HubPane(icons, RepositoryPanel(icons))
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    made.recommendations.set_recommendations(recommendations(), date(2026, 6, 1), 15 * GIB)
    return made


@pytest.fixture
def found(pane) -> HubPane:
    pane.search.search()
    pane.set_results(pane.search.query(), results())
    return pane


def test_nothing_is_asked_before_the_person_asks(pane, qtbot):
    with qtbot.assertNotEmitted(pane.search_requested):
        pane.search.field.setText("qwen")
        pane.search.sort.setCurrentIndex(1)
        pane.search.sort.activated.emit(1)
    assert pane.recommendations.isVisible()
    assert not pane.list.isVisible()


def test_what_to_look_for_can_be_chosen_from_elsewhere(pane, qtbot):
    with qtbot.assertNotEmitted(pane.search_requested):
        pane.search.set_kind(RepositoryKind.CONVERTIBLE)
    assert pane.search.kind.currentText() == "To convert"
    pane.search.search()
    with qtbot.waitSignal(pane.search_requested) as told:
        pane.search.set_kind(RepositoryKind.GGUF)
    assert told.args[0].kind is RepositoryKind.GGUF


def test_recommendations_that_suit_stand_first(pane, qtbot):
    names = [card.findChild(QLabel).text() for card in pane.recommendations.cards()]
    assert names == ["Qwen3 4B Instruct", "Qwen3 1.7B", "Gemma 3 12B", "Qwen3 30B A3B"]
    assert "2026" in pane.recommendations._dated.text()
    pane.recommendations.set_recommendations(recommendations(), date(2026, 6, 1), round(15.3 * GIB))
    cards = pane.recommendations.cards()
    assert cards[0].findChild(QLabel).text() == "Gemma 3 12B"  # as sold, it has 16
    with qtbot.waitSignal(pane.repository_chosen) as told:
        cards[0].findChild(QPushButton).click()
    assert told.args == ["ggml-org/gemma-3-12b-it-GGUF"]
    assert pane.panel.isVisible()


def test_a_query_has_every_filter(pane, qtbot):
    search = pane.search
    search.field.setText(" qwen3  ")
    search.author.setText("unsloth")
    search.kind.setCurrentIndex(1)
    search.weights.setCurrentIndex(2)
    search.license.setCurrentIndex(1)
    search.sort.setCurrentIndex(2)
    with qtbot.waitSignal(pane.search_requested) as told:
        QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert told.args == [
        HubQuery(
            text="qwen3", author="unsloth", smallest=2 * 10**9, largest=5 * 10**9,
            license="apache-2.0", sort=HubSort.NEWEST, kind=RepositoryKind.CONVERTIBLE,
        )
    ]  # fmt: skip
    assert pane._busy.isVisible()


def test_a_filter_searches_again_after_the_first_search(found, qtbot):
    found.search.weights.setCurrentIndex(1)
    with qtbot.waitSignal(found.search_requested) as told:
        found.search.weights.activated.emit(1)
    assert told.args[0].largest == 2 * 10**9


def test_results_and_what_overtook_them(found, qtbot):
    assert found._summary.text() == "6 repositories"
    assert found.list.model().rowCount() == 6
    old = found.search.query()
    found.search.field.setText("other")
    found.search.search()
    found.set_results(old, [])
    assert found.list.model().rowCount() == 6
    found.set_results(found.search.query(), [])
    assert "Nothing found" in found._summary.text()


def test_down_goes_from_the_search_to_what_stands_below(pane):
    QTest.keyClick(pane.search.field, Qt.Key.Key_Down)
    assert pane.recommendations.cards()[0].isAncestorOf(pane.focusWidget())
    pane.search.search()
    pane.set_problem("It cannot be reached.", offline=True)
    QTest.keyClick(pane.search.field, Qt.Key.Key_Down)
    assert pane.focusWidget() is pane.offline.retry_button
    pane.set_results(pane.search.query(), results())
    QTest.keyClick(pane.search.field, Qt.Key.Key_Down)
    assert pane.focusWidget() is pane.list


def test_opening_a_result_by_key_and_closing_it(found, qtbot):
    found.list.setFocus()
    with qtbot.waitSignal(found.repository_chosen) as told:
        QTest.keyClick(found.list, Qt.Key.Key_Down)
    assert told.args == [found.panel.repository_id]
    assert not found.search._filters.isVisible()
    found.panel.closed.emit()
    assert not found.panel.isVisible()
    assert found.search._filters.isVisible()
    with qtbot.waitSignal(found.repository_chosen):
        found.list.setCurrentIndex(found.model.index(2))


def test_offline_says_so_and_tries_again(found, qtbot):
    found.search.search()
    found.set_problem("Quern cannot reach the hub. Check the network.", offline=True)
    assert found.offline.isVisible()
    assert "cannot reach the hub" in found.offline.text()
    assert found.offline._rest.isVisible()
    with qtbot.waitSignal(found.search_requested):
        found.offline.retry_button.click()
    found.set_problem("The hub is busy.", offline=False)
    assert not found.offline._rest.isVisible()


def test_back_to_where_it_began(found, qtbot):
    found.back.click()
    assert found.recommendations.isVisible()
    found.set_results(found.search.query(), results())  # came too late
    found.set_problem("too late", offline=True)
    assert found.recommendations.isVisible()
    with qtbot.assertNotEmitted(found.search_requested):
        found.search.sort.activated.emit(1)


def test_escape_closes_the_page_of_a_repository(found):
    found.open(results()[0].id)
    assert all(pane.isVisible() for pane in found.panes())
    QTest.keyClick(found.list, Qt.Key.Key_Escape)
    assert not found.panel.isVisible()
    assert found.search.filters_button.isChecked()
