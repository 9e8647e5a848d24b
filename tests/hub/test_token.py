from __future__ import annotations

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import fail

from desktop.domain.errors import AccessDenied, InvalidInput, TokenUnavailable
from desktop.hub.connection import HubConnection
from desktop.hub.token import SERVICE, TokenStore, checked_token
from tests.helpers.fake_hub import FakeHub, closed_port

HUB = "https://huggingface.co"


class MemoryKeyring(keyring.backend.KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        try:
            del self.kept[service, username]
        except KeyError:
            raise keyring.errors.PasswordDeleteError from None


class BrokenKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("the bus is gone")

    set_password = delete_password = get_password


@pytest.fixture
def use():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_a_token_is_kept_for_each_hub(use) -> None:
    use(kept := MemoryKeyring())
    tokens = TokenStore()
    assert tokens.get(HUB) == ""
    tokens.set(HUB, "hf_one")
    tokens.set("http://mirror:8080/hub", "hf_two")
    assert tokens.get("https://HuggingFace.co/") == "hf_one"
    assert kept.kept == {
        (SERVICE, "huggingface.co"): "hf_one",
        (SERVICE, "mirror:8080"): "hf_two",
    }
    tokens.delete(HUB)
    tokens.delete(HUB)
    assert (tokens.get(HUB), tokens.get("http://mirror:8080")) == ("", "hf_two")


@pytest.mark.parametrize("backend", [fail.Keyring, BrokenKeyring])
def test_without_a_keyring_it_is_a_sentence(use, backend) -> None:
    use(backend())
    tokens = TokenStore()
    for action in (
        lambda: tokens.get(HUB),
        lambda: tokens.set(HUB, "hf_one"),
        lambda: tokens.delete(HUB),
    ):
        with pytest.raises(TokenUnavailable) as refused:
            action()
        assert "hf_one" not in str(refused.value) and refused.value.advice


@pytest.mark.parametrize("token", ["", "two words", "hf_\n", "hf_ä", "x" * 2000])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    with FakeHub() as hub:
        with pytest.raises(InvalidInput):
            checked_token(HubConnection(hub.endpoint, token))
        assert hub.requests == []


def test_a_token_is_shown_to_the_hub_first() -> None:
    with FakeHub() as hub:
        hub.tokens["hf_member"] = set()
        assert checked_token(HubConnection(hub.endpoint, "hf_member")) == "hf_member"
        with pytest.raises(AccessDenied):
            checked_token(HubConnection(hub.endpoint, "hf_other"))


def test_a_hub_that_cannot_say_is_no_reason_to_refuse_a_token() -> None:
    with FakeHub() as hub, closed_port() as port:
        hub.misbehave("/whoami-v2", status=404)  # a mirror
        assert checked_token(HubConnection(hub.endpoint, "hf_x")) == "hf_x"
        assert checked_token(HubConnection(f"http://127.0.0.1:{port}", "hf_x")) == "hf_x"
