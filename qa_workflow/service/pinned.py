"""The rules that an instance was started under, as they were kept: what this program's rules are held against."""

from qa_workflow.engine.content import moves_of
from qa_workflow.engine.former import Former, former
from qa_workflow.engine.instance import ProcessInstance
from qa_workflow.service.context import Pin
from qa_workflow.store import council
from qa_workflow.store.database import Connection


def former_of(connection: Connection, process: str, version: int, sha256: str) -> Former:
    """Return what a content said, as far as it was kept here."""
    body = council.body_of_definition(connection, process, version, sha256)
    return former(version, sha256, body)


def is_same_move(connection: Connection, pin: Pin, instance: ProcessInstance, trigger: str) -> bool:
    """Tell whether *trigger* does by *pin* what it did in this state by the rules the instance was started under."""
    body = council.body_of_definition(
        connection, instance.process, instance.definition_version, instance.definition_hash
    )
    state = instance.state
    return body != "" and moves_of(body, trigger, state) == moves_of(pin.body, trigger, state)
