"""What is stuck, page by page: the pages join to the whole, whatever the filter, and no more is read than asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from council import Council
from fakes import RecordingChannel
from hands import raised, sql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_workflow.errors import WrongInput
from qa_workflow.service import overlays, starting, stuck
from qa_workflow.service.stuck import Filter, finding
from qa_workflow.store import instances


@pytest.fixture
def troubled(council: Council) -> Council:
    """Give a council with something of most classes, some of it in several ways at once and several at one instant."""
    council.at("2025-10-01 09:00")
    references = [raised(council, f"C{number:02}") for number in range(1, 13)]
    council.at("2025-10-02 09:00").passes()
    for reference in references[2:5]:
        overlays.block(
            council.ctx, reference, actor="sandy", reason="funding", note="No.", now=council.now
        )
    sql(
        council,
        "UPDATE process_instance SET stuck_at = stuck_at + id * 3600000000 WHERE id % 4 = 0",
    )
    sql(council, "UPDATE process_instance SET data = '{' WHERE reference = ?", references[6])
    council.ctx = replace(council.ctx, channels={"log": RecordingChannel(broken={"sandy"})})
    council.at("2025-10-06 09:00").passes()
    starting.start_process(
        council.ctx, "immediate_concern", "X99", now=council.now, actor="cli:test"
    )
    sql(council, "UPDATE process_instance SET team = 'South' WHERE id % 3 = 0")
    sql(
        council,
        "UPDATE process_instance SET definition_hash = 'x' WHERE reference = ?",
        references[5],
    )
    overlays.block(council.ctx, "X99:1", actor="sandy", reason="other", note="No.", now=council.now)
    return council


def _pages(council: Council, limit: int, **wanted: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any filter
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = stuck.page(council.ctx, Filter(limit=limit, after=after, **wanted), now=council.now)
        found += page.items
        after = page.next
        if after is None:
            return found
        assert len(page.items) == limit


FILTERS: list[dict[str, Any]] = [
    {}, {"process": "recommendation"}, {"team": "South"}, {"owner": "sm_sqa"}, {"min_days": 3},
    *({"class_": one} for one in stuck.CLASSES),
    {"class_": "S4", "team": "North", "process": "recommendation"},
]  # fmt: skip


def test_there_is_something_of_many_classes(troubled: Council) -> None:
    found = stuck.stuck(troubled.ctx, Filter(), now=troubled.now)
    assert {"S4", "S5", "S6", "S8"} <= {one["class"] for one in found}
    assert len(found) == len({one["reference"] for one in found}) > 12


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_the_pages_join_to_the_whole(
    troubled: Council, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FEWEST", 1)
    whole = stuck.stuck(troubled.ctx, Filter(**wanted), now=troubled.now)
    for limit in (1, 5, 100):
        assert _pages(troubled, limit, **wanted) == whole


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_a_filter_leaves_the_items_of_the_whole_that_fit_in_their_order(
    troubled: Council, wanted: dict[str, Any]
) -> None:
    everything = stuck.stuck(troubled.ctx, Filter(), now=troubled.now)
    fitting = [
        one
        for one in everything
        if wanted.get("class_") in (None, one["class"])
        and wanted.get("process") in (None, one["process"])
        and wanted.get("team") in (None, one["team"])
        and wanted.get("owner") in (None, one["owner"])
        and one["working_days"] >= wanted.get("min_days", 0)
    ]
    assert stuck.stuck(troubled.ctx, Filter(**wanted), now=troubled.now) == fitting


def test_the_longest_stuck_comes_first_then_by_reference(troubled: Council) -> None:
    found = stuck.stuck(troubled.ctx, Filter(), now=troubled.now)
    places = [(one["since"], one["reference"]) for one in found]
    assert places == sorted(places)
    assert len({one["since"] for one in found}) < len(found)  # several at one instant


def test_a_page_is_not_moved_by_what_is_mended_before_it(troubled: Council) -> None:
    whole = stuck.stuck(troubled.ctx, Filter(), now=troubled.now)
    first = stuck.page(troubled.ctx, Filter(limit=4), now=troubled.now)
    sql(
        troubled, "UPDATE process_instance SET closed_at = 1 WHERE reference = ?",
        first.items[-1]["reference"],
    )  # fmt: skip
    rest = stuck.stuck(troubled.ctx, Filter(after=first.next), now=troubled.now)
    assert rest == whole[4:]


@pytest.mark.parametrize(
    "cursor", ["", "x", "2025-10-01", ",", "2025-10-01T00:00:00Z,", "soon,a:b"]
)
def test_what_is_no_place_in_the_list_is_bad_input(troubled: Council, cursor: str) -> None:
    with pytest.raises(WrongInput, match="is no place in this list"):
        stuck.page(troubled.ctx, Filter(after=cursor), now=troubled.now)


@pytest.mark.parametrize("key", stuck.GROUPS)
def test_groups_count_what_the_list_holds(troubled: Council, key: str) -> None:
    found = stuck.stuck(troubled.ctx, Filter(), now=troubled.now)
    counts: dict[Any, int] = {}
    for one in found:
        counts[one[key]] = counts.get(one[key], 0) + 1
    groups = stuck.grouped(troubled.ctx, Filter(), key, now=troubled.now)
    assert {one[key]: one["count"] for one in groups} == counts
    assert [one["count"] for one in groups] == sorted(counts.values(), reverse=True)


def test_counting_stops_where_it_is_told_to(troubled: Council) -> None:
    whole = len(stuck.stuck(troubled.ctx, Filter(), now=troubled.now))
    assert stuck.count(troubled.ctx, Filter(limit=1), up_to=3, now=troubled.now) == 3
    assert stuck.count(troubled.ctx, Filter(), up_to=1000, now=troubled.now) == whole


@contextmanager
def _loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Collect which instances are loaded."""
    seen: list[int] = []
    load = instances.load_many

    def seeing(connection: Any, ids: Any) -> Any:  # noqa: ANN401 - as the store has it
        seen.extend(ids)
        return load(connection, ids)

    with monkeypatch.context() as patch:
        patch.setattr(instances, "load_many", seeing)
        yield seen


def test_a_page_loads_little_more_than_it_shows(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    council.at("2025-10-01 09:00")
    for number in range(60):
        raised(council, f"C{number:02}")
    council.at("2025-10-06 09:00").passes()
    with _loaded(monkeypatch) as seen:
        page = stuck.page(council.ctx, Filter(limit=5), now=council.now)
    assert len(page.items) == 5
    assert len(seen) <= finding.FEWEST + 5
    with _loaded(monkeypatch) as seen:
        page = stuck.page(council.ctx, Filter(limit=20, after=page.next), now=council.now)
    assert len(page.items) == 20
    assert len(seen) <= 21 + 20


@given(data=st.data())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_wrong_the_pages_join_to_the_whole(
    troubled: Council, data: st.DataObject
) -> None:
    hours = st.integers(-2000, 2000)
    for column in ("stuck_at", "entered_at", "looping_at"):
        when = (
            data.draw(st.one_of(st.none(), hours)) if column != "entered_at" else data.draw(hours)
        )
        at = None if when is None else int(troubled.now.timestamp() + when * 3600) * 1_000_000
        number = data.draw(st.integers(1, 12))
        sql(troubled, f"UPDATE process_instance SET {column} = ? WHERE id = ?", at, number)  # noqa: S608
    since = int(troubled.now.timestamp() + data.draw(hours) * 3600) * 1_000_000
    sql(troubled, "UPDATE block SET since = ? WHERE id = 2", since)
    whole = stuck.stuck(troubled.ctx, Filter(), now=troubled.now)
    places = [(one["since"], one["reference"]) for one in whole]
    assert places == sorted(places)
    assert _pages(troubled, data.draw(st.integers(1, 7))) == whole
