"""Where `qa-workflow`, and `python -m qa_workflow`, begin."""

import gc
import sys

from qa_workflow import __version__

# A command makes half a million objects while it loads, and most of them stay as long as it runs:
# the collector, left at 700, would look at them some hundred times.
NEW_OBJECTS = 50_000


def main() -> None:
    """Run the command line; the version is said without loading it."""
    if sys.argv[1:] == ["--version"]:
        print(f"qa-workflow {__version__}")
        return
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
    from qa_workflow.cli import app

    app(prog_name="qa-workflow")


if __name__ == "__main__":
    main()
