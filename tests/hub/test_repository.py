from __future__ import annotations

import pytest

from desktop.domain.errors import AccessDenied, HubFault, InvalidInput, NotOnHub
from desktop.domain.hub import Gate, Repository, RepositoryKind
from desktop.hub import repository
from desktop.hub.connection import HubConnection
from desktop.hub.repository import fetch_repository, file_url, without_front_matter
from tests.helpers.fake_hub import REVISION, FakeHub, FakeRepository, git_sha1

CARD = "---\nlicense: mit\ntags:\n- gguf\n---\n\n# Wheat\r\n\nA model.\n"
WHEAT = FakeRepository(
    "mill/wheat-GGUF",
    {
        "wheat-Q8_0.gguf": b"x" * 20,
        "wheat-Q4_0.gguf": b"x" * 10,
        "mmproj-F16.gguf": b"x",
        "README.md": CARD.encode(),
    },
    facts={"gguf": {"total": 7, "architecture": "llama"}, "cardData": {"license": "mit"}},
)
OATS = FakeRepository(
    "field/oats",
    {
        "config.json": b"{}",
        "tokenizer.json": b"{}",
        "model.safetensors": b"xyz",
        "pytorch_model.bin": b"xyz",
    },
    facts={"config": {"architectures": ["LlamaForCausalLM"]}},
)


def fetch(hub: FakeHub, name: str, token: str = "") -> Repository:
    return fetch_repository(HubConnection(hub.endpoint, token), name)


def test_a_repository_of_models() -> None:
    with FakeHub(WHEAT) as hub:
        found = fetch(hub, WHEAT.id)
    assert (found.summary.id, found.summary.kind) == (WHEAT.id, RepositoryKind.GGUF)
    assert (found.summary.license, found.summary.parameters) == ("mit", 7)
    assert (found.revision, found.card) == (REVISION, "# Wheat\n\nA model.")
    assert [model.level for model in found.models] == ["Q4_0", "Q8_0"]
    (file,) = found.models[0].files
    assert (file.path, file.size, len(file.sha256)) == ("wheat-Q4_0.gguf", 10, 64)
    assert found.checkpoint == ()


def test_a_checkpoint_that_can_be_converted() -> None:
    with FakeHub(OATS) as hub:
        found = fetch(hub, OATS.id)
        assert len(hub.requests) == 1  # without a card, none is asked for
    assert (found.summary.kind, found.models, found.card) == (RepositoryKind.CONVERTIBLE, (), "")
    files = {file.path: file for file in found.checkpoint}
    assert set(files) == {"config.json", "tokenizer.json", "model.safetensors"}
    assert files["config.json"].git_sha1 == git_sha1(b"{}") and not files["config.json"].sha256
    assert files["model.safetensors"].sha256 and not files["model.safetensors"].git_sha1


def test_a_repository_quern_can_do_nothing_with() -> None:
    with FakeHub(FakeRepository("a/b", {"config.json": b"{}"})) as hub:
        assert fetch(hub, "a/b").summary.kind is RepositoryKind.OTHER


def test_what_is_behind_a_gate_is_shown_all_the_same() -> None:
    gated = FakeRepository("mill/rye", WHEAT.files, gate="manual", facts=WHEAT.facts)
    with FakeHub(gated) as hub:
        found = fetch(hub, gated.id)
        assert (found.summary.gate, len(found.models), found.card) == (Gate.GATED, 2, "")
        hub.tokens["hf_member"] = {gated.id}
        assert fetch(hub, gated.id, "hf_member").card


def test_private_and_missing_repositories_are_explained() -> None:
    private = FakeRepository("mill/secret", WHEAT.files, private=True)
    with FakeHub(private) as hub:
        hub.tokens = {"hf_member": {private.id}, "hf_other": set()}
        assert len(fetch(hub, private.id, "hf_member").models) == 2
        with pytest.raises(AccessDenied, match="private"):
            fetch(hub, private.id)
        with pytest.raises(NotOnHub):
            fetch(hub, private.id, "hf_other")
        with pytest.raises(AccessDenied, match="does not accept the access token"):
            fetch(hub, private.id, "hf_wrong")


@pytest.mark.parametrize(
    "name",
    ["wheat", "", "a/b/c", "../x", "a/../b", "a/b?x", "a/b#", "-a/b", "a/..", "á/b", "a/b\n"],
)
def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    with FakeHub() as hub:
        with pytest.raises(InvalidInput):
            fetch(hub, name)
        assert hub.requests == []


@pytest.mark.parametrize(
    "siblings",
    [
        "x", 3, {"a": 1}, [3], [{}], [{"rfilename": 3}], [{"rfilename": "a.gguf", "lfs": {}}],
        [{"rfilename": "a.gguf", "lfs": {"size": 1}}],
        [{"rfilename": "a.gguf"}],
        [{"rfilename": "a.gguf", "size": "9"}],
        [{"rfilename": "a.gguf", "size": -9}],
        [{"rfilename": "a.gguf", "size": 10**300}],
        [{"rfilename": "../a.gguf", "size": 9}],
        [{"rfilename": "/a.gguf", "size": 9}],
        [{"rfilename": "x/../a.gguf", "size": 9}],
        [{"rfilename": "x//a.gguf", "size": 9}],
        [{"rfilename": "C:\\a.gguf", "size": 9}],
        [{"rfilename": "a\n.gguf", "size": 9}],
        [{"rfilename": "x" * 600 + ".gguf", "size": 9}],
    ],
)  # fmt: skip
def test_files_that_cannot_be_are_not_offered(siblings: object) -> None:
    strange = FakeRepository("a/b", {}, facts={"siblings": siblings})
    with FakeHub(strange) as hub:
        try:
            assert fetch(hub, "a/b").models == ()
        except HubFault as fault:
            assert fault.advice


def test_wrong_checksums_are_no_checksums() -> None:
    lfs = {"size": 9, "sha256": "Z" * 64, "pointerSize": 134}
    siblings = [{"rfilename": "a.gguf", "size": 9, "lfs": lfs, "blobId": "0" * 40}]
    with FakeHub(FakeRepository("a/b", {}, facts={"siblings": siblings})) as hub:
        (file,) = fetch(hub, "a/b").models[0].files
    assert (file.sha256, file.git_sha1) == ("", "")


def test_a_repository_without_a_commit_is_nonsense() -> None:
    nameless = FakeRepository("a/b", {"a.gguf": b"x"}, revision="main")
    with FakeHub(nameless) as hub, pytest.raises(HubFault, match="does not understand"):
        fetch(hub, "a/b")


def test_an_endless_card_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MAX_CARD", 1000)
    with FakeHub(FakeRepository("a/b", {"README.md": b"x" * 5000})) as hub:
        assert len(fetch(hub, "a/b").card) == 1000
        hub.misbehave("README.md", ignores_range=True)
        assert len(fetch(hub, "a/b").card) == 1000


@pytest.mark.parametrize(
    ("card", "rest"),
    [
        ("# Title\n\n---\nrule\n---\n", "# Title\n\n---\nrule\n---"),
        ("---\na: b\n---\nText", "Text"),
        ("\ufeff---\na: b\n---", ""),
        ("---\na: b\nnever closed", "---\na: b\nnever closed"),
        ("", ""),
    ],
)
def test_front_matter_is_not_shown(card: str, rest: str) -> None:
    assert without_front_matter(card) == rest


def test_addresses_are_quoted() -> None:
    url = file_url(HubConnection("http://hub.test"), "a/b", "main", "x y/#1.gguf")
    assert url == "http://hub.test/a/b/resolve/main/x%20y/%231.gguf"
