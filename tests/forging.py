"""Makes a database lie as a faulty program would: a history that was wrong when it was written, its chain whole."""

from council import Council
from hands import sql

from qa_workflow.store.chain import HASHED, link


def rewrite(council: Council, reference: str, what: str, *values: object) -> None:
    """Change entries of an instance (`SET ... WHERE ...` after its own condition), and forge the chain anew."""
    sql(council, "DROP TRIGGER IF EXISTS history_entry_no_update")
    ((number,),) = sql(council, "SELECT id FROM process_instance WHERE reference = ?", reference)
    sql(council, f"UPDATE history_entry {what} AND instance_id = ?", *values, number)
    names = ", ".join(f'"{name}"' for name in HASHED)
    entries = sql(
        council,
        f"SELECT {names} FROM history_entry WHERE instance_id = ? ORDER BY seq",  # noqa: S608 - our own names
        number,
    )
    head = ""
    for entry in entries:
        head = link(head, reference, tuple(entry))
        sql(
            council,
            "UPDATE history_entry SET hash = ? WHERE instance_id = ? AND seq = ?",
            head, number, entry[0],
        )  # fmt: skip
    sql(council, "UPDATE process_instance SET head_hash = ? WHERE id = ?", head, number)
