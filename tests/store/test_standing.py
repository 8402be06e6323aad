"""Which business keys stand already."""

from council import Council

from qa_workflow.store import standing


def test_every_reference_of_a_process_is_known_also_of_what_has_ended(council: Council) -> None:
    council.start("immediate_concern", "C01", by="aud1", what="Bruises")
    council.start("recommendation", "C02", by="sandy", what="A plan")
    council.start("recommendation", "C03", by="sandy", what="A plan")
    council.fire(
        "recommendation:R-0001", "supersede", by="sandy", successor="recommendation:R-0002"
    )
    with council.ctx.database.reading() as connection:
        found = standing.references(connection, ["recommendation"])
        ended = standing.references(connection, ["recommendation"], state="superseded")
        none = standing.references(connection, [])
    assert [sorted(found), sorted(ended), sorted(none)] == [
        ["recommendation:R-0001", "recommendation:R-0002"], ["recommendation:R-0001"], [],
    ]  # fmt: skip
