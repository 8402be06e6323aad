"""Councils in the middle of something."""

from dataclasses import replace

import pytest
from council import Council
from hands import raised


@pytest.fixture
def council(council: Council) -> Council:
    """Give the council whose framework asks for its audit rounds alone, so that what is counted stays small."""
    lines = tuple(line for line in council.ctx.lines if line.process == "case_audit_round")
    council.ctx = replace(council.ctx, lines=lines)
    return council


@pytest.fixture
def three(council: Council) -> Council:
    """Give the council with three recommendations, all raised on 1 October 2025 and due on the 3rd."""
    council.at("2025-10-01 09:00")
    for subject in ("C01", "C02", "C03"):
        raised(council, subject)
    return council


@pytest.fixture
def allocated(council: Council) -> tuple[Council, str]:
    """Give the council with one audit of a case of `pat`, allocated to `aud1`."""
    reference = f"case_audit:2025-26-A:{council.open_autumn_round()[0]}"
    council.at("2025-10-09 09:00").fire(reference, "allocate", by="quinn", auditor="aud1")
    return council, reference
