from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.download import DownloadState
from desktop.domain.hub import RemoteFile, RepositoryKind
from desktop.ui.hub.repository_panel import CHECKPOINT, ROWS_AT_ONCE, RepositoryPanel
from tests.helpers.models_page_data import (
    GB,
    download,
    fits,
    remote,
    repository,
    results,
    summary,
)

NAME = "Qwen_Qwen3-4B-Q4_K_M"


@pytest.fixture
def panel(icons, qtbot) -> RepositoryPanel:
    made = RepositoryPanel(icons)
    qtbot.addWidget(made)
    made.resize(560, 700)
    made.show()
    made.open(summary().id)
    return made


@pytest.fixture
def opened(panel) -> RepositoryPanel:
    panel.set_repository(repository())
    return panel


def row(panel: RepositoryPanel, name: str = NAME):
    return panel._rows[name]


def test_it_is_busy_until_the_hub_answers(panel):
    assert panel._busy.isVisible()
    assert not panel.levels.isVisible()
    panel.set_repository(repository())
    assert not panel._busy.isVisible()
    facts = panel._facts.text().replace("\N{NO-BREAK SPACE}", " ")
    assert facts.endswith("4.0 B parameters · qwen3 · apache-2.0 · 128.4 k downloads · 78 likes")


def test_levels_with_exact_sizes(opened):
    assert [one.title for one in opened.levels.rows] == ["Q2_K", "Q4_K_M", "Q6_K", "Q8_0", "BF16"]
    assert row(opened).button.accessibleName() == "Download Q4_K_M, 2.5 GB"


def test_whether_each_fits_in_words(opened):
    assert row(opened).verdict() == "Looking whether it fits…"
    opened.set_fits(NAME, fits(2_497_281_120))
    assert row(opened).verdict() == "Fits with 8k context"
    chips = [chip.accessibleName() for chip in row(opened)._shown_chips]
    assert len(chips) == 3
    assert chips[0].startswith("With a context of 4096: fits with")
    assert chips[2].startswith("With a context of 32768: too big by")
    opened.set_fits(NAME, fits(2_497_281_120, 20 * GB))
    assert row(opened).verdict() == "Fits with 12.4 GB to spare"
    opened.set_fit_problem("Qwen_Qwen3-4B-Q2_K", "Its header cannot be read.")
    assert row(opened, "Qwen_Qwen3-4B-Q2_K").verdict() == "Its header cannot be read."
    opened.set_fits("of another repository", fits(1))


def test_downloading_from_the_button_to_being_here(opened, qtbot):
    with qtbot.waitSignal(opened.download_requested) as told:
        row(opened).button.click()
    assert told.args == [repository(), remote("Q4_K_M", 2_497_281_120)]
    opened.set_downloads({NAME: download(1, DownloadState.RUNNING, received=1_048_000_000)})
    assert not row(opened).button.isVisible()
    assert row(opened).state() == "41 %"
    opened.set_download(NAME, download(1, DownloadState.PAUSED, received=1_900_000_000))
    assert row(opened).state() == "Paused at 76 %"
    opened.set_download(NAME, download(1, DownloadState.DONE, path=Path("/m.gguf")))
    assert row(opened).state() == "On this computer"
    with qtbot.waitSignal(opened.chat_requested) as told:
        row(opened).button.click()
    assert told.args == [Path("/m.gguf")]


def test_what_is_here_and_goes_again(opened):
    opened.set_present({NAME: Path("/m.gguf")})
    assert row(opened).button.text() == "Chat"
    opened.set_present({})
    assert row(opened).button.text() == "Download"
    assert row(opened).state() == ""
    opened.set_downloads({NAME: download(1, DownloadState.FAILED)})
    assert row(opened).button.text() == "Download"


def test_a_gated_repository_explains_itself_and_takes_a_token(opened, qtbot):
    assert not opened.gate.isVisible()
    opened.open(results()[2].id)
    opened.set_repository(repository(summary=results()[2]))
    assert opened.gate.isVisible()
    assert opened.card.isVisible()
    opened.set_repository(repository(summary=results()[2], card=""))
    assert not opened.card.isVisible()  # rather than saying that there is none
    assert "token of that account opens it" in opened.gate._explanation.text()
    opened.gate.token.field.setText("hf_x")
    with qtbot.waitSignal(opened.token_entered) as told:
        opened.gate.token.button.click()
    assert told.args == ["hf_x"]
    opened.gate.set_has_token(True)
    assert "Your token is used." in opened.gate._explanation.text()
    with qtbot.waitSignal(opened.page_requested) as told:
        opened.gate.page_requested.emit()
    assert told.args == [results()[2].id]


def test_what_the_hub_refuses_is_said(panel, qtbot):
    panel.set_problem("There is no such repository.")
    assert panel._problem.text() == "There is no such repository."
    assert not panel.gate.isVisible()
    with qtbot.waitSignal(panel.retry_requested) as told:
        panel.retry_button.click()
    assert told.args == [summary().id]
    panel.open("a/b")
    assert not panel._problem.isVisible()
    panel.set_problem("It is gated.", denied=True)
    assert panel.gate.isVisible()


def test_a_checkpoint_is_one_row(panel, qtbot):
    files = (RemoteFile("model.safetensors", 2 * GB), RemoteFile("config.json", 1000))
    kind = replace(summary(), kind=RepositoryKind.CONVERTIBLE)
    full = repository(summary=kind, models=(), checkpoint=files)
    panel.set_repository(full)
    assert "Quantize page" in panel._note.text()
    with qtbot.waitSignal(panel.download_requested) as told:
        row(panel, CHECKPOINT).button.click()
    assert told.args == [full, None]
    assert row(panel, CHECKPOINT).verdict() == ""
    done = download(1, DownloadState.DONE, path=Path("/models/a/model.safetensors"))
    done = replace(done, request=replace(done.request, files=files))
    panel.set_download(CHECKPOINT, done)
    assert row(panel, CHECKPOINT).state() == "On this computer"
    assert row(panel, CHECKPOINT).button.text() == "Convert…"
    with qtbot.waitSignal(panel.convert_requested) as told:
        row(panel, CHECKPOINT).button.click()
    assert told.args == [done.request.folder]
    panel.set_download(CHECKPOINT, replace(done, path=None))  # its files were removed
    assert row(panel, CHECKPOINT).button.text() == "Download"


def test_nothing_of_use(panel):
    panel.set_repository(repository(models=()))
    assert "nothing in it that Quern could use" in panel._note.text()


def test_hundreds_of_levels_come_in_parts(panel, qtbot):
    many = tuple(replace(remote("Q4_0", GB), name=f"model-{n}") for n in range(100))
    panel.set_fits("model-99", fits(GB))
    panel.set_repository(repository(models=many))
    assert 0 < len(panel.levels.rows) < ROWS_AT_ONCE  # the others with later events
    assert not panel._more.isVisible()
    qtbot.waitUntil(panel._more.isVisible)
    assert len(panel.levels.rows) == ROWS_AT_ONCE
    assert panel._more.text() == "Show 70 more"
    for rows in (60, 90, 100):
        panel._more.click()
        qtbot.waitUntil(lambda rows=rows: len(panel.levels.rows) == rows)
    assert not panel._more.isVisible()
    assert row(panel, "model-99").verdict().startswith("Fits")
