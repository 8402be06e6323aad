"""Names as people write them: compared without regard to case or spacing, and matched to the roster."""

from qa_workflow.engine.people import Roster


def folded(name: str) -> str:
    """Return a name as it is compared: without regard to case and to how it is spaced."""
    return " ".join(name.casefold().split())


class Names:
    """Matches what a file calls a worker to the roster, by id or by name."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.unknown: set[str] = set()
        self._by_name: dict[str, str | None] = {}
        for person in roster.people.values():
            name = folded(person.name)
            # Two people of one name: neither can be meant by it.
            self._by_name[name] = None if name in self._by_name else person.person_id

    def match(self, text: str | None) -> str | None:
        """Return the person's id, or the text itself where the roster knows nobody of it."""
        if text is None or text in self.roster.people:
            return text
        found = self._by_name.get(folded(text))
        if found is None:
            self.unknown.add(text)
        return found or text
