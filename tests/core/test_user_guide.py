"""The chapters of the user guide."""

from __future__ import annotations

from pathlib import Path

from desktop.core.user_guide import found_in, read_guide
from desktop.domain.paths import resource_path


def test_chapters_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "02-b.md").write_text("# Second\n\nÜber KL divergence.\n", "utf-8")
    (tmp_path / "01-a.md").write_text("Before\n# First\n\nWords.\n", "utf-8")
    (tmp_path / "notes.txt").write_text("no chapter")
    assert [chapter.title for chapter in read_guide(tmp_path)] == ["First", "Second"]


def test_a_chapter_is_found_by_all_its_words(tmp_path: Path) -> None:
    (tmp_path / "01.md").write_text("# First\n\nÜber KL divergence.\n", "utf-8")
    (tmp_path / "02.md").write_text("# Second\n\nWords.\n", "utf-8")
    guide = read_guide(tmp_path)
    assert found_in(guide, "") == guide
    assert [one.title for one in found_in(guide, "über DIVERGENCE")] == ["First"]
    assert [one.title for one in found_in(guide, "second")] == ["Second"]
    assert found_in(guide, "divergence words") == ()


def test_an_installation_without_it_has_none(tmp_path: Path) -> None:
    assert read_guide(tmp_path / "missing") == ()
    assert len(read_guide(resource_path("docs"))) >= 9
