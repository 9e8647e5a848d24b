from __future__ import annotations

import hashlib
import json

import pytest

from desktop.cli import download as command
from desktop.core import backoff, disk_space, download_run
from desktop.domain.paths import Home
from tests.helpers.fake_hub import FakeHub, FakeRepository


def content_of(path: str) -> bytes:
    return hashlib.shake_256(path.encode()).digest(200_000)


NAME = "mill/wheat-GGUF"
PATHS = (
    "wheat-Q4_K_M.gguf",
    "wheat-Q8_0.gguf",
    "BF16/wheat-BF16-00001-of-00002.gguf",
    "BF16/wheat-BF16-00002-of-00002.gguf",
)
ONE = "wheat-Q4_K_M.gguf"


@pytest.fixture
def hub():
    with FakeHub(FakeRepository(NAME, {path: content_of(path) for path in PATHS})) as hub:
        yield hub


@pytest.fixture(autouse=True)
def _no_delays(monkeypatch) -> None:
    monkeypatch.setattr(backoff, "FIRST_SECONDS", 0.001)
    monkeypatch.setattr(download_run, "REPORT_SECONDS", 0.0)


@pytest.fixture
def download(quern, hub):
    def download(*words: str):
        return quern("download", *words, "--endpoint", hub.endpoint)

    return download


def test_a_level_is_fetched_into_the_home_and_its_path_printed(download, home):
    outcome = download(NAME, "q4_k_m")
    place = home / "models" / "mill" / "wheat-GGUF" / ONE
    assert (outcome.status, outcome.out, outcome.err) == (0, f"{place}\n", "")
    assert place.read_bytes() == content_of(ONE)


def test_what_the_hub_said_about_a_file_is_there_to_verify_it_later(download, quern, home):
    place = home / "models" / "mill" / "wheat-GGUF" / ONE
    download(NAME, "q4_k_m")
    place.write_bytes(bytes(200_000))
    outcome = quern("models", "verify", "wheat-Q4_K_M")
    assert outcome.status == 1
    assert "is not what the hub announced" in outcome.out


def test_a_database_that_cannot_be_used_costs_nobody_the_download(download, home):
    Home(home).database.mkdir(parents=True)
    outcome = download(NAME, "q4_k_m")
    place = home / "models" / "mill" / "wheat-GGUF" / ONE
    assert (outcome.status, outcome.out) == (0, f"{place}\n")
    assert outcome.err.startswith("Note: what the hub said about it could not be kept. ")
    assert place.read_bytes() == content_of(ONE)


def test_called_again_it_fetches_nothing(download, hub):
    first = download(NAME, ONE)
    hub.sent.clear()
    assert download(NAME, ONE) == first
    assert hub.sent == {}


@pytest.mark.parametrize(
    "word",
    ["BF16", "wheat-BF16", "wheat-BF16-00002-of-00002.gguf", "BF16/wheat-BF16-00001-of-00002.gguf"],
)
def test_a_model_in_parts_is_meant_by_any_of_them(download, word, tmp_path):
    outcome = download(NAME, word, "--to", str(tmp_path / "here"), "--json")
    assert outcome.status == 0, outcome.err
    answer = json.loads(outcome.out)
    parts = [str(tmp_path / "here" / path) for path in PATHS[2:]]
    assert (answer["path"], answer["files"]) == (parts[0], parts)
    assert (answer["name"], answer["size"]) == ("wheat-BF16", 400_000)
    for path in PATHS[2:]:
        assert (tmp_path / "here" / path).read_bytes() == content_of(path)


def test_the_only_model_needs_no_name(download, hub):
    hub.repositories[NAME].files = {ONE: content_of(ONE)}
    assert download(NAME).out.endswith(f"{ONE}\n")


def test_a_checkpoint_is_fetched_without_one(download, hub, tmp_path):
    config = json.dumps({"architectures": ["LlamaForCausalLM"], "model_type": "llama"}).encode()
    files = {"config.json": config, "model.safetensors": content_of("x"), "tokenizer.json": b"{}"}
    hub.repositories["mill/rye"] = FakeRepository(
        "mill/rye", files, facts={"tags": ["safetensors", "llama"], "config": json.loads(config)}
    )
    outcome = download("mill/rye", "--to", str(tmp_path / "rye"))
    assert outcome.status == 0, outcome.err
    assert {path.name for path in (tmp_path / "rye").iterdir()} == set(files)
    assert outcome.out == f"{tmp_path / 'rye'}\n"  # what `quern convert` takes


def test_what_it_has_is_said_when_the_choice_is_none(download, hub):
    outcome = download(NAME, "Q5_K_M")
    assert outcome.status == 1
    assert outcome.err == (
        f"quern: “{NAME}” has no model “Q5_K_M”. It has wheat-Q4_K_M, wheat-Q8_0, wheat-BF16.\n"
    )
    assert "several models like that. Name one: wheat-Q4_K_M, " in download(NAME).err
    hub.repositories[NAME].files = {f"wheat-{n:02}-Q4_0.gguf": b"%d" % n for n in range(1, 24)}
    assert download(NAME, "Q4_0").err.endswith("wheat-20-Q4_0, 3 more.\n")
    hub.repositories[NAME].files = {"README.md": b""}
    assert "holds no model in the GGUF format" in download(NAME, "Q4_0").err
    assert "nothing that Quern can convert" in download(NAME).err


def test_a_revision_is_that_of_then(download, hub):
    revision = hub.repositories[NAME].revision
    outcome = download(NAME, ONE, "--revision", revision, "--json")
    assert json.loads(outcome.out)["revision"] == revision
    assert "no such version" in download(NAME, ONE, "--revision", "0" * 40).err


def test_trouble_is_told_once_and_gone_through(download, hub):
    hub.misbehave(ONE, drop_at=100_000, times=1)
    outcome = download(NAME, ONE)
    assert outcome.status == 0
    assert outcome.err == (
        "The connection to the hub broke off. Quern tries again in 1 second.\n"
    )  # fmt: skip
    assert hub.sent[ONE] == 200_000


def test_it_gives_up_in_the_end_and_the_next_call_goes_on(download, hub, home):
    hub.misbehave(ONE, drop_at=100_000)
    outcome = download(NAME, ONE)
    assert outcome.status == 1
    assert outcome.err.splitlines()[-1] == (
        "quern: The connection to the hub broke off. Try again; what has arrived is kept."
    )
    assert len(hub.of("GET", ONE, "cdn")) == command.ATTEMPTS
    hub.behave()
    assert download(NAME, ONE).status == 0
    assert hub.sent[ONE] == 200_000


def test_ctrl_c_keeps_what_arrived_and_says_how_to_go_on(download, hub, monkeypatch):
    def interrupt(self, row):
        if row.received == 100_000:
            raise KeyboardInterrupt

    hub.misbehave(ONE, stall_at=100_000)
    with monkeypatch.context() as patched:
        patched.setattr(command._Display, "show", interrupt)
        outcome = download(NAME, ONE)
    assert (outcome.status, outcome.out) == (130, "")
    assert outcome.err == "What has arrived is kept; the same command goes on with it.\n"
    hub.behave()
    assert download(NAME, ONE).status == 0
    assert hub.sent[ONE] == 200_000


def test_a_full_disk_is_told_before_anything_is_fetched(download, hub, monkeypatch):
    usage = disk_space.shutil._ntuple_diskusage(0, 0, disk_space.RESERVE)
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda folder: usage)
    assert "needs 0 MB more; the disk has 0 MB" in download(NAME, ONE).err
    assert hub.sent == {}
