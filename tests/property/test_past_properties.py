"""Whatever has happened to an instance, it can be seen as it stood at any moment of it."""

from datetime import timedelta

from hypothesis import given
from property.test_engine_properties import Event, Story, bounded, few_events, stories

from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.engine.past import as_it_stood, watched_then
from qa_workflow.engine.record import FOLDED, plain_block


def _told(one: ProcessInstance) -> dict[str, object]:
    """Return all of an instance that its history can give again."""
    kept = {name: getattr(one, name) for name in (*FOLDED, "version", "seq")}
    return kept | {"data": dict(one.data), "blocks": [plain_block(each) for each in one.blocks]}


@bounded
@given(stories, few_events)
def test_the_history_up_to_any_moment_gives_the_instance_as_it_was_saved_then(
    story: Story, happening: list[Event]
) -> None:
    saved = {story.now: story.instance}
    for event in happening:
        story.happens(event)
        saved[story.now] = story.instance
    for at, one in saved.items():
        found = as_it_stood(story.history, at, of=story.instance)
        assert found is not None
        assert _told(found) == _told(one)


@bounded
@given(stories, few_events)
def test_from_when_it_was_late_is_counted_as_it_was_then(
    story: Story, happening: list[Event]
) -> None:
    for event in happening:
        story.happens(event)
    last = as_it_stood(story.history, story.now + timedelta(days=1), of=story.instance)
    assert last is not None
    counted = watched_then(story.definition, last, story.calendar)
    assert counted.stuck_at == story.instance.stuck_at
