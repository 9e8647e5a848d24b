from __future__ import annotations

import socket
import time
from email.utils import formatdate

import pytest

from desktop.domain.errors import AccessDenied, HubBusy, HubFault, NotOnHub
from desktop.hub.connection import HubConnection
from desktop.hub.faults import nonsense, reason_of, refusal, retry_after, unreachable

STRANGER = HubConnection("http://hub.test")
MEMBER = HubConnection("http://hub.test", token="hf_secret")


@pytest.mark.parametrize(
    ("connection", "status", "code", "kind", "words"),
    [
        (STRANGER, 401, "GatedRepo", AccessDenied, "accepted its terms"),
        (STRANGER, 403, "GatedRepo", AccessDenied, "accepted its terms"),
        (MEMBER, 403, "GatedRepo", AccessDenied, "may not download"),
        (STRANGER, 401, "RepoNotFound", AccessDenied, "not on the hub, or it is private"),
        (MEMBER, 401, "", AccessDenied, "does not accept the access token"),
        (MEMBER, 403, "", AccessDenied, "may not read"),
        (MEMBER, 404, "RepoNotFound", NotOnHub, "no repository “a/b”"),
        (STRANGER, 404, "RevisionNotFound", NotOnHub, "no such version of “a/b”"),
        (STRANGER, 404, "EntryNotFound", NotOnHub, "no such file in “a/b”"),
        (STRANGER, 410, "", NotOnHub, "a/b"),
        (STRANGER, 429, "", HubBusy, "too many requests"),
        (STRANGER, 500, "", HubBusy, "status 500"),
        (STRANGER, 408, "", HubBusy, "status 408"),
        (STRANGER, 418, "", HubFault, "refused the request for “a/b” (status 418)"),
        (STRANGER, 407, "", HubFault, "proxy lets nobody through without a name and a password"),
    ],
)
def test_a_refusal_is_a_sentence_and_what_to_do(connection, status, code, kind, words) -> None:
    fault = refusal(connection, status, {"X-Error-Code": code} if code else {}, "a/b")
    assert type(fault) is kind
    assert words in fault.message
    assert fault.advice.endswith(".")
    assert "hf_secret" not in str(fault)


def test_a_token_refused_in_general_is_told_so() -> None:
    assert "access token" in refusal(MEMBER, 401, {}, "").message


@pytest.mark.parametrize(
    ("status", "words"), [(404, "has no answer."), (451, "refused the request (status 451).")]
)
def test_a_refusal_of_no_repository_is_a_sentence_too(status, words) -> None:
    assert refusal(STRANGER, status, {}, "").message == f"The hub {words}"


def test_a_busy_hub_says_how_long() -> None:
    assert refusal(STRANGER, 429, {"Retry-After": "17"}, "").retry_after == 17


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0), ("5", 5), ("-5", 0), ("soon", 0), ("9" * 400, 86400), ("1e9", 0), ("²", 0)],
)
def test_waits_are_read_with_care(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value}) == seconds


def test_a_wait_may_be_a_date() -> None:
    assert 3000 < retry_after({"retry-after": formatdate(time.time() + 3600, usegmt=True)}) <= 3600
    assert retry_after({"retry-after": formatdate(time.time() - 3600, usegmt=True)}) == 0


def test_who_cannot_be_reached_and_through_what_is_said() -> None:
    connection = HubConnection("http://hub.test", proxy="http://u:pw@proxy:8080")
    fault = unreachable(connection, "http://hub.test/api", "refused")
    assert "hub.test" in fault.message and "proxy:8080" in fault.message
    assert "pw" not in fault.message
    assert nonsense().advice


def test_the_environments_proxy_is_named_without_its_password(monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", "http://me:secret@proxy.example:3128")
    connection = HubConnection("http://hub.test")
    message = unreachable(connection, "http://hub.test/api", "refused").message
    assert "through the proxy proxy.example:3128" in message
    assert "secret" not in message
    monkeypatch.setenv("no_proxy", "hub.test")
    assert "proxy" not in unreachable(connection, "http://hub.test/api", "refused").message
    broken = "http://[::1"
    assert "cannot be reached" in unreachable(HubConnection(broken), broken, "refused").message


def test_a_place_that_the_hub_leads_to_is_named_itself() -> None:
    fault = unreachable(HubConnection("http://hub.test"), "https://cdn.test:81/file", "refused")
    assert fault.message == ("cdn.test:81, where the hub sends Quern, cannot be reached: refused.")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "it refuses connections"),
        (socket.gaierror(-2, "Name or service not known"), "its address cannot be found"),
        (TimeoutError("timed out"), "it does not answer"),
        (ConnectionResetError(104, "Connection reset"), "the connection breaks off"),
        (OSError(101, "Network is unreachable"), "Network is unreachable"),
    ],
)
def test_why_there_is_no_connection_is_said_without_numbers(error, words) -> None:
    assert reason_of(error) == words
