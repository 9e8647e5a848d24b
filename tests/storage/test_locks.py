from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.domain.errors import StorageFault
from desktop.storage.locks import held

HOLDING = """
import sys
from pathlib import Path
from desktop.storage.locks import held

with held(Path(sys.argv[1]), 0) as ours:
    print(ours, flush=True)
    sys.stdin.read()
"""


def test_one_has_it_at_a_time_and_it_is_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "a b#%?🦀.lock"
    with held(path, 0) as first, held(path, 0) as second:
        assert (first, second) == (True, False)
    assert not path.exists()
    with held(path, 0) as again:
        assert again


def test_it_ends_with_the_process_that_has_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        (sys.executable, "-c", HOLDING, str(path)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"True\n"
            with held(path, 0) as ours:
                assert not ours
        finally:
            other.kill()
    with held(path, 0) as ours:
        assert ours


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageFault), held(tmp_path / "file" / "lock", 0):
        pass


def test_what_goes_wrong_inside_passes_and_ends_it(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), held(tmp_path / "lock", 0):
        raise OSError("mine")
    with held(tmp_path / "lock", 0) as ours:
        assert ours
