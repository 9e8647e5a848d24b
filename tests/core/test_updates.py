"""Looking for a newer Quern."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.core.updates import PAUSE_SECONDS, Updates, release_address
from desktop.domain.errors import NoNetwork
from desktop.domain.release import Release

ADDRESS = "https://example.org/latest"


class Asked:
    def __init__(self, version: str = "0.2.0") -> None:
        self.release = Release(version, "https://example.org/0.2.0")
        self.addresses: list[str] = []
        self.now = 1e9

    def __call__(self, address: str) -> Release:
        self.addresses.append(address)
        return self.release

    def updates(self, folder: Path, address: str = ADDRESS) -> Updates:
        return Updates(address, "0.1.0", self, folder / "cache" / "updates.json", lambda: self.now)


def test_a_newer_release_is_told_once_a_day(tmp_path: Path) -> None:
    asked = Asked()
    updates = asked.updates(tmp_path)
    assert updates.daily() == asked.release
    assert updates.daily() is None
    asked.now += PAUSE_SECONDS + 1
    assert asked.updates(tmp_path).daily() == asked.release
    assert asked.addresses == [ADDRESS] * 2


def test_asking_now_asks_now(tmp_path: Path) -> None:
    asked = Asked("0.1.0")
    updates = asked.updates(tmp_path)
    assert updates.now() is None and updates.now() is None
    assert len(asked.addresses) == 2


def test_nobody_is_asked_where_nobody_was_named(tmp_path: Path) -> None:
    asked = Asked()
    updates = asked.updates(tmp_path, address="")
    assert not updates.possible
    assert updates.daily() is None and asked.addresses == []


def test_a_clock_that_was_set_back_does_not_end_it(tmp_path: Path) -> None:
    asked = Asked()
    asked.updates(tmp_path).daily()
    asked.now -= 10 * PAUSE_SECONDS
    assert asked.updates(tmp_path).daily() == asked.release


def test_without_network_it_is_tried_again_the_next_time(tmp_path: Path) -> None:
    def fail(_address: str) -> Release:
        raise NoNetwork("The hub cannot be reached.")

    memo = tmp_path / "updates.json"
    with pytest.raises(NoNetwork):
        Updates(ADDRESS, "0.1.0", fail, memo).daily()
    assert not memo.exists()


def test_a_memo_that_cannot_be_written_or_read_does_no_harm(tmp_path: Path) -> None:
    asked = Asked()
    (tmp_path / "cache").write_text("a file")
    assert asked.updates(tmp_path).daily() == asked.release
    (tmp_path / "cache").unlink()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "updates.json").write_text("[]")
    assert asked.updates(tmp_path).daily() == asked.release


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (json.dumps({"releases": ADDRESS}), ADDRESS),
        (json.dumps({"releases": "http://example.org"}), ""),
        (json.dumps({"releases": 7}), ""), ("[]", ""), ("{", ""), ("{}", ""),
    ],
)  # fmt: skip
def test_the_packager_says_where(tmp_path: Path, text: str, address: str) -> None:
    facts = tmp_path / "build.json"
    assert release_address(facts) == ""
    facts.write_text(text)
    assert release_address(facts) == address
