"""`python -m qa_workflow` is `qa-workflow`."""

from qa_workflow.cli import app

if __name__ == "__main__":
    app(prog_name="qa-workflow")
