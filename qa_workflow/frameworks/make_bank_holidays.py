"""Writes `bank_holidays.csv` again from the government's published list; a development tool."""

import csv
import io
import json
from importlib.resources import files
from pathlib import Path

SHIPPED = Path(__file__).with_name("bank_holidays.csv")


def main(target: Path = SHIPPED) -> None:
    """Write *target* from the copy of gov.uk/bank-holidays that `govuk-bank-holidays` ships, offline."""
    # The file and not the package's class: that one asks the network first.
    import govuk_bank_holidays  # noqa: PLC0415 - a development tool, absent where this room runs

    published = files(govuk_bank_holidays).joinpath("bank-holidays.json").read_text("utf-8")
    events = json.loads(published)["england-and-wales"]["events"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("on", "name"))
    writer.writerows(sorted((event["date"], event["title"]) for event in events))
    target.write_bytes(text.getvalue().encode("utf-8"))


if __name__ == "__main__":
    main()
