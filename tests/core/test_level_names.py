from __future__ import annotations

from pathlib import Path

from desktop.core.level_names import level_name


def test_every_level_has_a_name_of_its_own() -> None:
    names: list[str] = []
    for path in ("/a/oats.gguf", "/a/rye.gguf", "/b/rye.gguf", "/c/rye.gguf"):
        names.append(level_name("Q4_0", Path(path), names))
    assert names == ["Q4_0", "Q4_0 (rye)", "Q4_0 (rye) (2)", "Q4_0 (rye) (3)"]
    assert level_name("F16", Path("/a/oats.gguf"), names) == "F16"
