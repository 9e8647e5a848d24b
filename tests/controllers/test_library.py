from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QFile

from desktop.controllers.library import picker_order
from desktop.core import model_library
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.errors import Cancelled, InvalidInput, ModelFileInvalid
from desktop.domain.hub import RemoteFile
from desktop.domain.library import (
    DigestOrigin,
    LibraryEntry,
    ModelDefaults,
    ModelSource,
    VerifyOutcome,
)
from desktop.domain.model import LoadConfig


def write(path: Path, content: bytes = b"") -> Path:
    """A file that is not the same as any other, unless that is wanted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or path.name.encode())
    return path


def names(entries) -> list[str]:
    return [entry.name for entry in entries]


@pytest.fixture
def lists(library) -> list[list[LibraryEntry]]:
    seen: list[list[LibraryEntry]] = []
    library.listed.connect(seen.append)
    return seen


def until(qtbot, lists, *wanted: str) -> list[LibraryEntry]:
    """Waits for a list with these names whose headers are all read."""

    def there() -> bool:
        return (
            bool(lists)
            and names(lists[-1]) == list(wanted)
            and all(entry.info or entry.problem for entry in lists[-1])
        )

    qtbot.waitUntil(there)
    return lists[-1]


def test_files_are_added_and_taken_off(library, lists, tmp_path, qtbot) -> None:
    added = write(tmp_path / "elsewhere" / "added.gguf")
    with qtbot.waitSignal(library.added) as told:
        library.add_file(added)
    assert (told.args[0], told.args[1].path) == (added, added)
    until(qtbot, lists, "starter", "added")
    library.take_off(added)
    until(qtbot, lists, "starter")
    assert added.exists()


def test_what_cannot_be_added_is_said(library, tmp_path, qtbot) -> None:
    with qtbot.waitSignal(library.failed) as failed:
        library.add_file(write(tmp_path / "bad.gguf"))
    bad = failed.args[0]
    assert isinstance(bad, ModelFileInvalid)
    with qtbot.waitSignal(library.failed) as failed:
        library.add_folder(tmp_path / "nowhere")
    assert isinstance(failed.args[0], InvalidInput)
    with qtbot.waitSignal(library.mended) as mended:
        library.add_file(write(tmp_path / "elsewhere" / "good.gguf"))
    assert mended.args == [bad]  # and the folder is still none


def test_folders_are_added_watched_and_removed(library, lists, tmp_path, qtbot) -> None:
    folder = write(tmp_path / "grain" / "oats.gguf").parent
    with qtbot.waitSignal(library.folders_changed) as changed:
        library.add_folder(folder)
    assert changed.args[0] == [folder]
    until(qtbot, lists, "starter", "oats")
    qtbot.waitUntil(lambda: library._watcher is not None)
    library._settle.setInterval(0)
    write(folder / "rye.gguf")
    until(qtbot, lists, "starter", "oats", "rye")
    with qtbot.waitSignal(library.folders_changed) as changed:
        library.remove_folder(folder)
    assert changed.args[0] == []
    until(qtbot, lists, "starter")
    qtbot.waitUntil(lambda: library._watcher.directories() == [])


def test_a_file_that_grows_is_looked_at_again(library, lists, tmp_path, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(model_library, "FRESH_SECONDS", 600)
    library._settle.setInterval(0)
    path = write(tmp_path / "models" / "oats.gguf")
    library.refresh()
    until(qtbot, lists, "starter", "oats")
    with path.open("ab") as file:  # of which a watched folder tells nothing
        file.write(b"more")
    whole = path.stat().st_size
    qtbot.waitUntil(lambda: lists[-1][-1].size == whole)


def test_the_same_content_becomes_one_entry_by_itself(library, lists, tmp_path, qtbot) -> None:
    own = write(tmp_path / "models" / "oats.gguf", b"the same" * 1000)
    copy = write(tmp_path / "grain" / "copy.gguf", b"the same" * 1000)
    library.add_folder(copy.parent)
    qtbot.waitUntil(lambda: bool(lists) and len(lists[-1]) == 2)
    assert (lists[-1][1].path, lists[-1][1].copies) == (own, (copy,))


def test_looking_twice_at_once_ends_with_what_is_there(library, lists, tmp_path, qtbot) -> None:
    library.refresh()
    write(tmp_path / "models" / "oats.gguf")
    library.refresh()
    library.refresh()
    until(qtbot, lists, "starter", "oats")


def test_a_download_is_listed_with_the_checksum_the_hub_said(
    library, known_library, lists, tmp_path, qtbot
) -> None:
    path = write(tmp_path / "models" / "grain" / "oats.gguf")
    files = (
        RemoteFile("grain/oats.gguf", path.stat().st_size, "a" * 64),
        RemoteFile("README.md", 5),
    )
    request = DownloadRequest("org/grain", "c" * 40, "oats", files, tmp_path / "models")
    library.take_in(Download(1, request, DownloadState.DONE))
    assert until(qtbot, lists, "starter", "oats")[1].sha256 == "a" * 64
    result = known_library.checksums.verify(path, lambda _fraction: None, lambda: False)
    assert result.origin is DigestOrigin.HUB


def test_quern_s_own_files_go_to_the_bin(library, lists, tmp_path, qtbot, monkeypatch) -> None:
    binned = []
    monkeypatch.setattr(QFile, "moveToTrash", lambda name: binned.append(name) or True)
    parts = [write(tmp_path / "models" / f"big-0000{n}-of-00002.gguf") for n in (1, 2)]
    with qtbot.waitSignal(library.listed):
        library.bin(parts[0])
    assert binned == [str(part) for part in parts]
    elsewhere = write(tmp_path / "elsewhere" / "oats.gguf")
    library.add_file(elsewhere)
    qtbot.waitUntil(lambda: names(lists[-1])[-1] == "oats")
    with qtbot.waitSignal(library.failed) as failed:
        library.bin(elsewhere)
    assert "own folder" in failed.args[0].message
    monkeypatch.setattr(QFile, "moveToTrash", lambda name: False)
    with qtbot.waitSignal(library.failed) as failed:
        library.bin(parts[0])
    assert "could not be moved to the bin" in failed.args[0].message


@pytest.mark.skipif(sys.platform != "linux", reason="the bin is a folder of the home there")
def test_the_system_s_bin_gets_the_file(library, tmp_path, qtbot) -> None:
    path = write(tmp_path / "models" / "oats.gguf")
    Path(os.environ["XDG_DATA_HOME"]).mkdir()
    with qtbot.waitSignal(library.listed):
        library.bin(path)
    assert not path.exists()
    assert list(tmp_path.rglob("*/files/oats.gguf")) != []


def test_a_checksum_is_measured_with_progress(library, starter, qtbot) -> None:
    progress = []
    library.verifying.connect(lambda path, fraction: progress.append((path, fraction)))
    with qtbot.waitSignal(library.verified) as verified:
        library.verify(starter)
    path, result = verified.args
    assert (path, result.outcome) == (starter, VerifyOutcome.FIRST_MEASURED)
    assert (progress[0], progress[-1]) == ((starter, 0.0), (starter, 1.0))


def test_measuring_a_checksum_can_be_cancelled(library, tmp_path, qtbot) -> None:
    big = tmp_path / "big.gguf"
    with big.open("wb") as file:
        file.truncate(1 << 32)
    with qtbot.waitSignal(library.verify_failed) as failed:
        library.verify(big)
        library.cancel_verify()
    assert failed.args[0] == big
    assert isinstance(failed.args[1], Cancelled)


def test_a_file_is_described(library, starter, qtbot) -> None:
    with qtbot.waitSignal(library.described) as described:
        library.describe(starter)
    assert (described.args[0].path, described.args[0].level) == (starter, "F16")
    with qtbot.waitSignal(library.describe_failed) as failed:
        library.describe(Path("/models/bad.gguf"))
    assert isinstance(failed.args[1], ModelFileInvalid)


def test_only_the_newest_estimate_of_a_file_is_worked_out(library, starter, qtbot) -> None:
    seen = []
    library.estimated.connect(lambda path, estimate: seen.append((path, estimate.context)))
    other = starter.with_name("other.gguf")
    library.estimate(other, LoadConfig(context=256))
    for context in range(256, 20_000, 256):
        library.estimate(starter, LoadConfig(context=context))
    qtbot.waitUntil(lambda: (starter, 19_968) in seen and (other, 256) in seen)
    assert len(seen) <= 4


def test_defaults_are_kept_and_told(library, starter, qtbot) -> None:
    defaults = ModelDefaults(system_prompt="Be kind.")
    with qtbot.waitSignal(library.defaults_known) as known:
        library.set_defaults(starter, defaults)
    assert known.args == [starter, defaults]
    with qtbot.waitSignal(library.defaults_known) as known:
        library.defaults(starter)
    assert known.args == [starter, defaults]


def test_the_picker_has_the_starter_first_and_missing_files_last() -> None:
    entries = [
        LibraryEntry("gone", Path("a"), missing=True, last_used_at=9.0),
        LibraryEntry("old", Path("b"), last_used_at=1.0),
        LibraryEntry("new", Path("c"), last_used_at=2.0),
        LibraryEntry("starter", Path("d"), ModelSource.STARTER),
    ]
    assert [e.name for e in picker_order(entries)] == ["starter", "new", "old", "gone"]
