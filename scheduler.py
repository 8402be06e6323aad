"""The daemon, from a checkout: `python scheduler.py` is `qa-workflow daemon`.

The timetable and its sweeps are in `qa_workflow/daemon.py`.
"""

import sys

from qa_workflow.cli import app

if __name__ == "__main__":
    app(["daemon", *sys.argv[1:]])
