"""Where a value of a TOML file stands: so that an officer finds the fault that is named."""

import tomllib

import pytest

from qa_workflow.frameworks.places import line_of, places

TEXT = """\
# a comment
[framework]
council = "A"

[roles]
sm_sqa = { title = "Lead [of] quality" }

[[ladder]]
name = "standard"
[[ladder.level]]
name = "L0"
[[ladder.level]]
name = "L1"

[[ladder]]
name = "statutory"
[[ladder.level]]
name = "L0"

[[activity]]
months = [
  1,
  2,  # = not a key
]
words = \"\"\"
code = "not a key"
[nor.a.table]
\"\"\"
owner = 'sm_sqa'
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("framework",), 2),
        (("framework", "council"), 3),
        (("roles", "sm_sqa"), 6),
        (("ladder", 0, "name"), 9),
        (("ladder", 0, "level", 0, "name"), 11),
        (("ladder", 0, "level", 1), 12),
        (("ladder", 1, "level", 0, "name"), 18),
        (("activity", 0, "months"), 21),
        (("activity", 0, "owner"), 29),
    ],
)
def test_a_key_stands_on_its_line(place: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)
    assert places(TEXT)[place] == line


def test_what_a_string_holds_is_no_key() -> None:
    assert ("activity", 0, "code") not in places(TEXT)


def test_what_is_missing_stands_where_its_table_begins() -> None:
    assert line_of(places(TEXT), ("activity", 0, "process")) == 20


def test_what_is_inside_a_value_stands_on_its_line() -> None:
    assert line_of(places(TEXT), ("activity", 0, "months", 1)) == 21


def test_what_nothing_is_known_of_stands_on_the_first_line() -> None:
    assert line_of(places(TEXT), ("bodies", "members")) == 1
