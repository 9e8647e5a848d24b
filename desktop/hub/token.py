"""The access token, in the keyring of the system and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from desktop.domain.errors import AccessDenied, HubFault, InvalidInput, TokenUnavailable
from desktop.hub.connection import HubConnection, host_of

SERVICE = "Quern"
_LONGEST = 1000  # characters


class TokenStore:
    """Access tokens of hubs, one for each host. Blocking calls: a keyring may ask the person for
    its password. Every method raises TokenUnavailable when the keyring cannot be used."""

    def get(self, endpoint: str) -> str:
        """The token for a hub, "" when there is none."""
        import keyring

        with _translated():
            return keyring.get_password(SERVICE, host_of(endpoint)) or ""

    def set(self, endpoint: str, token: str) -> None:
        """Keep a token."""
        import keyring

        with _translated():
            keyring.set_password(SERVICE, host_of(endpoint), token)

    def delete(self, endpoint: str) -> None:
        """Forget the token for a hub, if there is one."""
        import keyring
        from keyring.errors import PasswordDeleteError

        with _translated(), suppress(PasswordDeleteError):
            keyring.delete_password(SERVICE, host_of(endpoint))


def checked_token(connection: HubConnection) -> str:
    """The connection's token, when the hub knows it or cannot be asked just now.

    Raises: InvalidInput when it cannot be one; AccessDenied when the hub does not accept it.
    """
    from desktop.hub.session import asking

    token = connection.token
    if (
        not token
        or len(token) > _LONGEST
        or not token.isascii()
        or not token.isprintable()
        or " " in token
    ):
        raise InvalidInput(
            "This is not an access token.",
            f"Copy one from {connection.page('settings/tokens')}; it is one long word.",
        )
    try:
        with asking(connection) as api:
            api.whoami()
    except AccessDenied:
        raise
    except HubFault:
        pass  # no network just now, or a mirror without accounts of its own
    return token


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # a backend is a program of others, which raises what it likes
        raise TokenUnavailable(
            "The keyring of this system cannot be used; the access token is not kept.",
            "It works until Quern is closed; to keep it, set up a keyring such as GNOME Keyring or"
            " KWallet.",
        ) from error
