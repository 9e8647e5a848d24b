"""Where a text to measure with comes from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from desktop.core import evaluation_text
from desktop.core.evaluation_text import EvaluationTexts
from desktop.domain.comparison import EvaluationText, TextKind
from desktop.domain.conversation import Role
from desktop.domain.errors import EnvironmentFault, InvalidInput
from desktop.domain.paths import resource_path
from desktop.storage.conversations import Conversations


def files(*paths: Path) -> EvaluationText:
    return EvaluationText(TextKind.FILES, paths)


def read(wanted: EvaluationText) -> str:
    return EvaluationTexts().read(wanted).text


def test_a_file_is_read_to_the_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "any name"
    path.write_bytes("Zeile\r\nnoch eine – Zeile\n".encode())
    found = EvaluationTexts().read(files(path))
    assert found.text == "Zeile\r\nnoch eine – Zeile\n"
    assert found.name == "any name"
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfText")
    assert read(files(path)) == "Text"


def test_of_a_folder_all_that_looks_like_text(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.MD").write_text("two", encoding="utf-8")
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert read(files(tmp_path)) == "one\ntwo"


def test_the_files_of_a_folder_are_read_by_name_whatever_the_disk_says(tmp_path: Path) -> None:
    for name in "hcfbgdae":
        (tmp_path / f"{name}.txt").write_text(name, encoding="utf-8")
    found = EvaluationTexts().read(files(tmp_path))
    assert found.text == "a\nb\nc\nd\ne\nf\ng\nh"


def test_four_files_are_called_by_the_names_of_three(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a", "b", "c", "d")]
    for path in paths:
        path.touch()
    assert EvaluationTexts().read(files(*paths[:3])).name == "a, b, c"
    assert EvaluationTexts().read(files(*paths)).name == "a, b, c, …"


def test_a_folder_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no text file"):
        read(files(tmp_path))


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"gone\.txt"):
        read(files(tmp_path / "gone.txt"))


def test_what_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Zürich".encode("latin-1"))
    with pytest.raises(InvalidInput, match="not text in UTF-8"):
        read(files(path))


def test_a_text_without_end_is_cut_between_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_text, "MAX_TEXT", 10)
    path = tmp_path / "a.txt"
    path.write_text("€" * 100, encoding="utf-8")
    assert read(files(path)) == "€€€"
    assert read(files(path, path)) == "€€€\n"


def test_conversations(conversations: Conversations) -> None:
    numbers = []
    for word in ("first", "second"):
        conversation = conversations.create(title=word)
        conversations.add_message(
            conversation.id, role=Role.USER, text=f"A {word} question", parent_id=None
        )
        numbers.append(conversation.id)
    wanted = EvaluationText(TextKind.CONVERSATIONS, conversations=tuple(numbers))
    found = EvaluationTexts(conversations).read(wanted)
    assert "A first question" in found.text
    assert "A second question" in found.text
    assert found.name == "2 conversations"


def test_no_conversation_is_refused(conversations: Conversations) -> None:
    with pytest.raises(InvalidInput):
        EvaluationTexts(conversations).read(EvaluationText(TextKind.CONVERSATIONS))
    with pytest.raises(InvalidInput):
        EvaluationTexts().read(EvaluationText(TextKind.CONVERSATIONS, conversations=(1,)))


@pytest.mark.parametrize("kind", [TextKind.OURS, TextKind.STARTER])
def test_the_texts_quern_ships_with_are_there(kind: TextKind) -> None:
    found = EvaluationTexts().read(EvaluationText(kind))
    assert found.name
    assert len(found.text) > 50_000


def test_the_evaluation_text_is_not_what_levels_are_calibrated_with() -> None:
    """Else a level made with an importance matrix would seem better than it is."""
    lines = EvaluationTexts().read(EvaluationText()).text.splitlines()
    calibration = resource_path("texts", "calibration.txt").read_text(encoding="utf-8")
    shared = set(lines) & set(calibration.splitlines())
    assert not [line for line in shared if len(line) >= 60]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "text.txt")
    with pytest.raises(EnvironmentFault, match="no ordinary file"):
        EvaluationTexts().read(EvaluationText(TextKind.FILES, (tmp_path / "text.txt",)))
