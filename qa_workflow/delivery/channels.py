"""The ways out. A channel takes one message and either hands it over or raises DeliveryFailed."""

from typing import Protocol


class Channel(Protocol):
    """A way out. Calling it twice with one key must do no harm: delivery is at least once."""

    def send(self, *, key: str, to: str, subject: str, body: str) -> None:
        """Hand the message over.

        Raises:
            DeliveryFailed: it could not be handed over; the outbox tries again.
        """
        ...


class LogChannel:
    """Delivers to the log: what an installation without mail has. Bodies hold references, never names of children."""

    def send(self, *, key: str, to: str, subject: str, body: str) -> None:
        import structlog  # noqa: PLC0415 - it takes long to load, and most commands deliver nothing

        structlog.get_logger().info("message_delivered", key=key, to=to, subject=subject, body=body)
