"""The API accounts of one appliance, and the tokens that it has given for them (ui.md 3.6, 4.1)."""

import hmac
import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN_LASTS = 3600.0  # seconds
MOST_TOKENS = 30  # of an account; one more, and the oldest is not valid any longer


@dataclass(frozen=True)
class ApiClient:
    """What /login showed when the account was created: the OAuth client ID, and once the client secret."""

    client_id: str
    client_secret: str = field(repr=False)

    @classmethod
    def new(cls) -> "ApiClient":
        """Make one up."""
        return cls(secrets.token_hex(16), secrets.token_urlsafe(32))


class ApiAccounts:
    """The API accounts of one appliance."""

    def __init__(self, *clients: ApiClient) -> None:
        self._clients = {client.client_id: client for client in clients}
        self._tokens: dict[str, deque[tuple[str, float]]] = {}

    def __iter__(self) -> Iterator[ApiClient]:
        return iter(self._clients.values())

    def take_over(self, other: "ApiAccounts") -> None:
        """Take over the accounts of another appliance, as a data sync does; the tokens are not among them."""
        self._clients = {client.client_id: client for client in other}
        self._tokens = {}

    def give_token(self, client_id: str, client_secret: str, now: float) -> str | None:
        """Return a token for an account, or nothing where the secret is not its own."""
        client = self._clients.get(client_id)
        if client is None or not hmac.compare_digest(client.client_secret.encode(), client_secret.encode()):
            return None
        token = secrets.token_urlsafe(32)
        self._tokens.setdefault(client_id, deque(maxlen=MOST_TOKENS)).append((token, now + TOKEN_LASTS))
        return token

    def opens(self, token: str, now: float) -> bool:
        """Say whether a token was given here and is still valid."""
        given = (each for of_one in self._tokens.values() for each in of_one)
        return any(now < until and hmac.compare_digest(known.encode(), token.encode()) for known, until in given)
