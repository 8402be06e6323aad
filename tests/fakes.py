"""Stand-ins for what lies outside: documented, and doing nothing that the real thing would not."""

from collections.abc import Callable
from dataclasses import dataclass, field

from qa_workflow.errors import DeliveryFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message as a channel got it."""

    key: str
    to: str
    subject: str
    body: str


@dataclass(slots=True)
class RecordingChannel:
    """A way out that keeps what it is given, in order, instead of sending it.

    `broken` holds whom it cannot reach; a message to one of them raises DeliveryFailed, as a mail
    server that is down would. `crashes` does the same with an error that no channel should raise.
    `on_send` is called with each message before it counts as sent: what happens meanwhile.
    Like a mail server it does not mind the same key twice: it keeps both, so that a test sees it.
    """

    sent: list[Sent] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    crashes: set[str] = field(default_factory=set)
    on_send: Callable[[Sent], None] = lambda _message: None

    def send(self, *, key: str, to: str, subject: str, body: str) -> None:
        """Keep the message, or fail as told."""
        if to in self.broken:
            raise DeliveryFailed("recording", f"{to} cannot be reached")
        if to in self.crashes:
            raise ZeroDivisionError("a fault in the channel itself")
        message = Sent(key=key, to=to, subject=subject, body=body)
        self.on_send(message)
        self.sent.append(message)

    def to(self, person: str) -> list[Sent]:
        """Return what went to *person*."""
        return [one for one in self.sent if one.to == person]
