"""Licences, bill of materials and build facts, as they are put into a bundle."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from desktop import __version__
from desktop.core.updates import release_address

LICENCES = Path(__file__).resolve().parents[2] / "packaging" / "licences"
COMMIT = "0" * 40


@pytest.fixture
def licences(monkeypatch) -> ModuleType:
    """The script, which finds its modules beside itself."""
    monkeypatch.syspath_prepend(LICENCES)
    names = ("make", "parts", "sbom")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    made = importlib.import_module("make")
    for name in names:  # so that they are forgotten afterwards
        monkeypatch.setitem(sys.modules, name, sys.modules.pop(name))
    return made


@pytest.fixture
def lists(tmp_path) -> Path:
    """What PyInstaller leaves, of a bundle of numpy's first module and the C library alone."""
    folder = tmp_path / "lists"
    folder.mkdir()
    loaded = Path("/proc/self/maps").read_text().splitlines()
    (library,) = {line.split()[-1] for line in loaded if "libc.so" in line}
    (folder / "COLLECT-00.toc").write_text(repr(([("libc.so", library, "BINARY")],)))
    modules = [("numpy", np.__file__, "PYMODULE"), ("desktop", "/here/desktop.py", "PYMODULE")]
    (folder / "PYZ-00.toc").write_text(repr(("PYZ-00.pyz", modules)))
    return folder


def named(parts: list) -> dict:
    return {part.name: part for part in parts}


def test_a_checkout_is_made_of_its_packages_and_what_they_need(licences) -> None:
    found = named(licences.parts_of(None))
    assert {"numpy", "PySide6_Essentials", "MarkupSafe", "Qt", "llama.cpp and ggml"} <= set(found)
    assert not {"pytest", "ruff", "quern"} & set(found)
    for part in found.values():
        assert part.licence, part.name
        assert all(text.strip() for text in part.texts), part.name
        assert part.texts, part.name
    (first, lesser, whole) = found["Qt"].texts
    assert "replaced" in first
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in lesser
    assert "GNU GENERAL PUBLIC LICENSE" in whole
    assert "Ronie Martinez" in found["latex2mathml"].texts[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads this process's libraries")
def test_a_bundle_is_made_of_what_went_into_it(licences, lists) -> None:
    found = named(licences.parts_of(lists))
    assert "numpy" in found
    assert not {"PySide6_Essentials", "psutil"} & set(found)
    (library,) = [part for name, part in found.items() if name.startswith("libc")]
    if library.purl:  # on a Debian system
        assert library.purl.startswith("pkg:deb/debian/libc6@")
        assert any("LESSER GENERAL PUBLIC LICENSE" in text for text in library.texts)


def test_without_a_bundle_it_says_how_to_make_one(licences, tmp_path) -> None:
    with pytest.raises(SystemExit, match="make bundle"):
        licences.parts_of(tmp_path)


def test_a_text_that_several_parts_have_stands_there_once(licences) -> None:
    part = licences.found.Part
    text = licences.text([part("a", "1", "MIT", ("Terms.\n",)), part("b", "", "MIT", ("Terms.",))])
    assert text.count("Terms.") == 1
    assert "a 1: MIT\nb: MIT\n" in text
    assert text.index("a 1\nb\n") < text.index("Terms.")


def test_the_bill_names_every_part(licences) -> None:
    parts = licences.parts_of(None)
    bill = licences.sbom.bill("1.2.3", "2026-01-02T03:04:05Z", parts)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill == licences.sbom.bill("1.2.3", "2026-01-02T03:04:05Z", parts)
    components = bill["components"]
    references = [component["bom-ref"] for component in components]
    assert len(set(references)) == len(parts)
    assert bill["dependencies"] == [{"ref": "quern", "dependsOn": references}]
    (numbers,) = [component for component in components if component["name"] == "numpy"]
    assert numbers["purl"] == f"pkg:pypi/numpy@{np.__version__}"
    stated = {component["name"]: component["licenses"] for component in components}
    assert stated["huggingface_hub"] == [{"expression": "Apache-2.0"}]
    assert all(
        len(one) == 1 and set(one[0]) in ({"expression"}, {"license"}) for one in stated.values()
    )


def test_the_three_files(licences, tmp_path) -> None:
    url = "https://releases.example/newest.json"
    facts = licences.build_facts({"SOURCE_DATE_EPOCH": "86400", "RELEASES_URL": url}, COMMIT)
    licences.write(tmp_path, licences.parts_of(None), facts)
    assert {file.name for file in tmp_path.iterdir()} == {
        "build.json",
        "licences.txt",
        "sbom.cdx.json",
    }
    assert json.loads((tmp_path / "build.json").read_text()) == {
        "version": __version__,
        "commit": COMMIT,
        "built_at": "1970-01-02T00:00:00Z",
        "releases": url,
    }
    assert release_address(tmp_path / "build.json") == url
    json.loads((tmp_path / "sbom.cdx.json").read_text())
    assert "STIX Two Math" in (tmp_path / "licences.txt").read_text(encoding="utf-8")


def test_without_an_address_nobody_is_asked_for_releases(licences, tmp_path) -> None:
    facts = licences.build_facts({}, "")
    (tmp_path / "build.json").write_text(json.dumps(facts))
    assert release_address(tmp_path / "build.json") == ""
