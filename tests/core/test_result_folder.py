from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.result_folder import free_bytes, make_folder
from desktop.domain.errors import EnvironmentFault


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "new"
    assert free_bytes(folder) > 0  # on the disk it would be on
    make_folder(folder)
    make_folder(folder)
    assert folder.is_dir() and free_bytes(folder) > 0


def test_where_a_file_is_no_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault, match="cannot be made"):
        make_folder(tmp_path / "file" / "folder")
