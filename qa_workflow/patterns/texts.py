"""A list of texts as people send it."""

from typing import Annotated

from pydantic import BeforeValidator


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]  # one text alone is a list of one
