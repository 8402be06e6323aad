"""Who is meant by a role, a relation or the words of a refusal: a name where the roster knows one person."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qa_workflow.engine.definition import Facts, ProcessDefinition
from qa_workflow.engine.people import SYSTEM, Person
from qa_workflow.service.work import Work

# What the roles of the framework are called (domain 3.0), where a council has no title of its own for them.
POSTS: Mapping[str, str] = MappingProxyType(
    {
        SYSTEM: "the system",
        "ad_people": "AD People",
        "senior_manager": "senior manager",
        "sm_csc": "Children's Social Care and Early Help Service Manager",
        "sm_sqa": "Safeguarding and Quality Assurance Service Manager",
        "iro": "independent reviewing officer",
        "vsh": "Virtual School Head",
        "commissioning": "Commissioning",
        "finance": "Finance",
        "team_manager": "team manager",
        "practitioner": "social worker",
        "ap_panel_chair": "chair of the Adoption and Permanency Panel",
        "senco": "SENCo",
        "auditor": "auditor",
        "moderator": "moderator",
        "qa_admin": "QA administrator",
        "send_caseworker": "SEND caseworker",
        "send_manager": "SEND manager",
        "send_panel_chair": "chair of the SEND panel",
        "ehe_officer": "elective home education officer",
        "ey_lead": "Early Years lead",
        "provider_contact": "the provider's contact",
        "director": "Director",
    }
)
_WORD = re.compile(r"\b(?:(?P<article>the|their|its) )?(?P<word>[a-z][a-z_]*)\b")


@dataclass(frozen=True, slots=True)
class Whom:
    """Turns roles and relations of one instance into people's names, or into what their post is called here."""

    definition: ProcessDefinition
    facts: Facts
    titles: Mapping[str, str]

    def post(self, role: str) -> str:
        """Return what a role is called in this council."""
        return self.titles.get(role) or POSTS.get(role) or role.replace("_", " ")

    def meant(self, role: str) -> tuple[Person, ...]:
        """Return the active people whom a relation of this process means here, or who hold the role."""
        roster, today = self.facts.roster, self.facts.today
        related = self._related(role)
        if related is None:
            return roster.holders(role, today)
        found = (roster.active(one, today) for one in related)
        return tuple(one for one in found if one is not None)

    def people(self, roles: Iterable[str]) -> list[str]:
        """Return who may act in *roles*: by name where one person is meant, else the post.

        A relation that means nobody is left out where somebody else may, and so is the system.
        """
        roles = tuple(role for role in roles if role != SYSTEM) or (SYSTEM,)
        found = []
        for role in roles:
            people = self.meant(role)
            is_relation = self._related(role) is not None
            if is_relation and not people and len(roles) > 1:
                continue
            if people and (is_relation or len(people) == 1):
                found += [one.name for one in people]
            else:
                found.append(self.post(role))
        return list(dict.fromkeys(found))

    def in_words(self, who: str) -> str:
        """Return what a refusal says of who could supply it, with names and posts for its roles.

        "sm_sqa (approve_no_voice)" becomes "Sandy Quality (approve_no_voice)"; what stands in
        brackets names triggers and stays, as does "another", which may be anybody else of that post.
        """
        outside, *inside = re.split(r"(?=\()", who, maxsplit=1)
        return _WORD.sub(self._word, outside) + "".join(inside)

    def _word(self, found: re.Match[str]) -> str:
        role, article = found["word"], found["article"]
        if role not in POSTS and self._related(role) is None and role not in self.titles:
            return found[0].replace("_", " ")
        people = self.meant(role)
        if len(people) == 1 and not found.string[: found.start()].endswith("another "):
            return people[0].name
        return f"{article} {self.post(role)}" if article else self.post(role)

    def _related(self, role: str) -> tuple[str, ...] | None:
        """Return the ids that a relation means here; None where it is a role."""
        relation = self.definition.relations.get(role)
        if relation is not None:
            try:
                return relation(self.facts.instance, self.facts)
            except (LookupError, TypeError, ValueError, AttributeError):
                return ()  # it counts on what a later step brings
        if role == "owner":
            return tuple(filter(None, [self.facts.instance.owner]))
        return None


def whom(work: Work, definition: ProcessDefinition, facts: Facts) -> Whom:
    """Return who is who for the instance of *facts*, in the titles of this council."""
    return Whom(definition, facts, work.ctx.framework.role_titles)
