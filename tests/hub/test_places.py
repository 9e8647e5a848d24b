from __future__ import annotations

import pytest

from desktop.domain.errors import HubFault, StorageFault
from desktop.hub.places import place_of


@pytest.mark.parametrize(
    "path",
    ["model.gguf", "Q4_K_M/model-00001-of-00002.gguf", "ünï/模型.gguf", "..a/..b", "console"],
)
def test_a_file_keeps_its_path_below_the_folder(tmp_path, path):
    assert place_of(tmp_path, path) == tmp_path / path


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "../model.gguf",
        "a/../../model.gguf",
        "a/./b",
        "a//b",
        "/etc/passwd",
        "a/",
        "C:model.gguf",
        "C:/model.gguf",
        "\\\\server\\model.gguf",
        "..\\model.gguf",
        "model.gguf:stream",
        "model\0.gguf",
        "model\n.gguf",
        "what?.gguf",
        "CON",
        "con.gguf",
        "nul .txt",
        "COM1.gguf",
        "lpt¹",
        "model.gguf.",
        "model.gguf ",
        "model.gguf.part",
        "model.gguf.part.json",
        "model.gguf.part.lock",
        "\ud800.gguf",
        "m" * 250,
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused(tmp_path, path):
    with pytest.raises(HubFault, match="no safe name") as caught:
        place_of(tmp_path, path)
    assert caught.value.message.isprintable()


def test_a_link_in_the_folder_does_not_lead_out_of_it(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "circle").symlink_to(folder / "circle")
    for path in ("out/model.gguf", "circle/model.gguf"):
        with pytest.raises(StorageFault, match="leads elsewhere"):
            place_of(folder, path)


def test_the_folder_itself_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "models").symlink_to(tmp_path / "disk")
    assert place_of(tmp_path / "models", "a/model.gguf") == tmp_path / "models/a/model.gguf"
