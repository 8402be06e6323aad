"""Shows. Until the console exists, one route: is the daemon alive?"""

from typing import Any

from fastapi import FastAPI, Response

from qa_workflow import clock
from qa_workflow.errors import DatabaseUnfit, DatabaseUnhealthy
from qa_workflow.service import enquiries, views
from qa_workflow.service.context import Context


def make_app(ctx: Context) -> FastAPI:
    """Return the web application: `/healthz`, and nothing that loads anything from elsewhere."""
    app = FastAPI(title="qa-workflow", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz(response: Response) -> dict[str, Any]:
        """Answer 200 with the time of the last good pass; 503 when a pass is overdue or the database is ill."""
        response.headers["Cache-Control"] = "no-store"
        try:
            healthy, last = enquiries.health(ctx, now=clock.now())
        except (DatabaseUnhealthy, DatabaseUnfit) as exc:
            response.status_code = 503
            return {"healthy": False, "last_pass_at": None, "why": str(exc)}
        response.status_code = 200 if healthy else 503
        return {"healthy": healthy, "last_pass_at": views.instant(last)}

    return app
