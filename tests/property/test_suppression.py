"""Whatever the counts are: no count of one to four children is shown, nor can it be worked out."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from qa_workflow.patterns.suppression import (
    NOT_SHOWN,
    UNDER,
    Figure,
    Shown,
    suppressed,
    suppressed_share,
    suppressed_table,
)

counts = st.integers(0, 10)
tables = st.lists(counts, min_size=1, max_size=4).map(
    lambda some: {f"part {number}": count for number, count in enumerate(some)}
)
MOST = 40  # more than any of these tables comes to


def could_be(shown: Shown) -> list[tuple[int, ...]]:
    """Return every table that a reader of *shown*, who knows the rules, must hold possible."""
    seen = [one for one in shown.parts.values() if isinstance(one, int) and one]
    large = range(5, min(seen, default=MOST) + 1)  # the smallest is hidden first
    choices = [
        (one,) if isinstance(one, int) else range(1, 5) if one == UNDER else large
        for one in shown.parts.values()
    ]
    return [one for one in product(*choices) if _fits(sum(one), shown.total)]


def _fits(total: int, figure: Figure) -> bool:
    return figure in {total, NOT_SHOWN} or (figure == UNDER and 0 < total < 5)


@given(st.integers(0, 10_000))
def test_a_count_is_shown_unless_it_is_one_to_four(number: int) -> None:
    assert suppressed(number) == (UNDER if number in {1, 2, 3, 4} else number)


@given(tables)
def test_no_hidden_count_of_a_table_can_be_worked_out(parts: dict[str, int]) -> None:
    shown = suppressed_table(parts)
    possible = could_be(shown)
    assert tuple(parts.values()) in possible
    for place, figure in enumerate(shown.parts.values()):
        if figure == UNDER:
            assert len({one[place] for one in possible}) > 1


@given(tables)
def test_a_table_hides_no_more_than_a_small_count_asks_for(parts: dict[str, int]) -> None:
    shown = suppressed_table(parts)
    if not any(0 < count < 5 for count in parts.values()):
        assert shown == Shown(parts=parts, total=sum(parts.values()))
    assert all(shown.parts[name] == 0 for name, count in parts.items() if count == 0)
    assert all(shown.parts[name] in {UNDER, count} for name, count in parts.items() if count < 5)


@given(tables)
def test_of_two_hidden_for_the_sake_of_another_the_smaller_goes_first(
    parts: dict[str, int],
) -> None:
    shown = suppressed_table(parts)
    hidden = [count for name, count in parts.items() if shown.parts[name] == NOT_SHOWN]
    seen = [count for name, count in parts.items() if count and shown.parts[name] == count]
    assert not hidden or not seen or max(hidden) <= min(seen)


@given(counts, counts)
def test_a_share_tells_of_no_small_part_on_either_side(part: int, rest: int) -> None:
    share = suppressed_share(part, part + rest)
    if 0 < part < 5 or 0 < rest < 5:
        assert share == NOT_SHOWN
    else:
        assert share == (round(100 * part / (part + rest)) if part + rest else 0)
