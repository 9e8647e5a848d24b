"""Which hub is asked, through which proxy, and by whom."""

from __future__ import annotations

import threading
from dataclasses import replace

from desktop.core.settings import SettingsStore
from desktop.domain.errors import TokenUnavailable
from desktop.hub.connection import HubConnection
from desktop.hub.token import TokenStore, checked_token


class HubAccess:
    """Blocking calls, from any thread: the keyring may ask the person for its password.

    Args:
        endpoint: the hub to use instead of the one in the settings, or "".
    """

    def __init__(self, settings: SettingsStore, tokens: TokenStore, endpoint: str = "") -> None:
        self._settings = settings
        self._tokens = tokens
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}  # token by endpoint, so that a keyring asks once

    def connection(self) -> HubConnection:
        """How the hub is reached now."""
        settings = self._settings.current
        endpoint = (self._endpoint or settings.hub_endpoint).rstrip("/")
        return HubConnection(endpoint, self._token(endpoint), settings.hub_proxy)

    def set_token(self, token: str) -> None:
        """Use an access token from now on.

        Raises: InvalidInput, AccessDenied when it is none, or not accepted. TokenUnavailable when
        it cannot be kept: it is then used until Quern is closed.
        """
        connection = replace(self.connection(), token=token.strip())
        accepted = checked_token(connection)
        with self._lock:
            self._known[connection.endpoint] = accepted
        self._tokens.set(connection.endpoint, accepted)

    def forget_token(self) -> None:
        """Use none from now on. Raises: TokenUnavailable when it may still be in the keyring."""
        endpoint = self.connection().endpoint
        with self._lock:
            self._known[endpoint] = ""
        self._tokens.delete(endpoint)

    def _token(self, endpoint: str) -> str:
        with self._lock:
            if endpoint not in self._known:
                try:
                    self._known[endpoint] = self._tokens.get(endpoint)
                except TokenUnavailable:  # most of what hubs have can be had without one
                    self._known[endpoint] = ""
            return self._known[endpoint]
