from __future__ import annotations

from desktop.core.components import components


def test_every_component_has_a_version_and_a_licence() -> None:
    parts = dict(components())
    engine = next(name for name in parts if name.lower().startswith("llama_cpp_python"))
    assert any(character.isdigit() for character in engine)
    for name, licence in parts.items():
        assert licence, name
        assert len(licence) < 100, "a whole licence text is no name"
