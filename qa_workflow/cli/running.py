"""Setting up and running: init, up, daemon, serve, status."""

import socket
import threading
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_workflow.cli import migrating, session
from qa_workflow.cli.root import add
from qa_workflow.errors import WrongInput

if TYPE_CHECKING:
    from qa_workflow.service.context import Context

Port = Annotated[
    int | None, typer.Option(envvar="PORT", min=0, max=65535, help="Port of the health page")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add(app, {command.__name__: command for command in (init, up, daemon, serve, status)})


def init(
    ctx: typer.Context,
    planning_from: Annotated[
        str | None, typer.Option(help="The day planning begins, YYYY-MM-DD; today if not given")
    ] = None,
) -> None:
    """Create the database, or upgrade it; run again, it changes nothing.

    Example: qa-workflow init --database sqlite:////srv/qa/qa.db
    """
    from qa_workflow.service.installation import initialise

    opened = session.opened(ctx, check=False)
    done = initialise(
        opened,
        now=session.now(),
        planning_from=session.optional_day(planning_from, "--planning-from"),
    )
    if session.options(ctx).json:
        session.print_json("init", {"database": str(opened.database), "changed": done})
    else:
        session.say(
            f"{opened.database} is ready."
            if done
            else f"{opened.database} was ready; nothing changed."
        )
    migrating.tell_drifts(ctx, opened)


def daemon(
    ctx: typer.Context,
    once: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--once", help="One complete pass over everything due by now, then exit")
    ] = False,
) -> None:
    """Run: wake when something is due, fire it, escalate what is late, deliver. Ctrl-C stops it cleanly.

    Example: qa-workflow daemon --once --json
    """
    from qa_workflow import daemon as runner
    from qa_workflow import log
    from qa_workflow.service.passes import one_pass

    given = session.options(ctx)
    opened = session.opened(ctx)
    log.configure(verbose=given.verbose, quiet=given.quiet or (once and given.verbose == 0))
    migrating.tell_drifts(ctx, opened)
    if not once:
        runner.run(opened)
        return
    with session.working(ctx, "Doing what is due"):
        done = one_pass(opened, session.now())
    body: dict[str, Any] = {
        "planned": done.sweep.planned,
        "opened": done.sweep.opened,
        "fired": done.sweep.fired,
        "escalated": done.sweep.escalated,
        "messages": done.sweep.messages,
        "delivered": done.sweep.delivered,
        "incidents": done.sweep.incidents,
        "next_due_at": done.next_due_at and session.instant(done.next_due_at),
        "seconds": done.seconds,
    }
    if given.json:
        session.print_json("daemon-once", body)
    else:
        body["next_due_at"] = session.local(body["next_due_at"]) or "nothing"
        session.say(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in body.items()))


def up(
    ctx: typer.Context,
    demo: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--demo", help="Fill an empty database with a synthetic council")
    ] = False,
    port: Port = None,
) -> None:
    """Run the daemon and the health page in one process. What `make run` starts.

    Example: qa-workflow up --demo --database sqlite:///demo.db
    """
    from qa_workflow import log
    from qa_workflow.daemon import Daemon
    from qa_workflow.service.installation import initialise

    given = session.options(ctx)
    opened = session.opened(ctx, check=False, port=port)
    if demo:
        from qa_workflow.demo import play

        log.configure(quiet=True)  # a year of events in ten seconds tells nobody anything
        play(opened, now=session.now(), tell=lambda text: session.hint(ctx, text))
    else:
        initialise(opened, now=session.now())
    migrating.tell_drifts(ctx, opened)
    log.configure(verbose=given.verbose, quiet=given.quiet)
    runner = Daemon(opened)
    runner.start()
    try:
        _serve(ctx, opened, port)
    finally:
        runner.stop()
    session.hint(ctx, "Stopped; nothing is lost.")


def serve(ctx: typer.Context, port: Port = None) -> None:
    """Serve the health page alone.

    Example: qa-workflow serve --port 8080
    """
    from qa_workflow import log

    given = session.options(ctx)
    log.configure(verbose=given.verbose, quiet=given.quiet)
    _serve(ctx, session.opened(ctx, port=port), port)


def _serve(ctx: typer.Context, opened: "Context", port: int | None) -> None:
    """Serve until SIGINT or SIGTERM; uvicorn handles both and comes back."""
    import uvicorn

    from qa_workflow.daemon import StopAsked, on_signals
    from qa_workflow.web import make_app

    chosen = session.settings(ctx, port=port)
    bound = _bound(chosen.host, chosen.port)
    asked = StopAsked()
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(opened), host=chosen.host, port=chosen.port, log_config=None, lifespan="off"
        )
    )
    # The server runs beside, so that this thread has the one signal handler for all of it.
    beside = threading.Thread(target=server.run, args=([bound],), name="web", daemon=True)
    on_signals(asked.set)
    beside.start()
    session.hint(ctx, f"Healthy? http://{chosen.host}:{bound.getsockname()[1]}/healthz")
    session.hint(
        ctx, f"What is stuck? qa-workflow stuck --database {opened.database.url}   (Ctrl-C stops)"
    )
    while beside.is_alive() and not asked.wait(0.2):
        pass
    server.should_exit = True
    beside.join(timeout=10)


def _bound(host: str, port: int) -> socket.socket:
    """Return a listening socket; WrongInput when another program has the port."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as exc:
        found.close()
        raise WrongInput(
            f"The health page cannot be served on {host}:{port}: {exc.strerror}. Choose another with --port or PORT."
        ) from exc
    return found


def status(ctx: typer.Context) -> None:
    """Say how the whole stands: counts, daemons, what is due next, the bank holidays' end, the outbox.

    Example: qa-workflow status
    """
    from qa_workflow.service.enquiries import status as find

    body = find(session.opened(ctx), now=session.now())
    if session.options(ctx).json:
        session.print_json("status", body)
        return
    if body["synthetic"]:
        session.say("This council is SYNTHETIC: nobody and nothing in it exists.")
    session.table(
        ["process", "state", "count"],
        [(one["process"], one["state"], one["count"]) for one in body["counts"]],
    )
    for one in body["daemons"]:
        session.say(
            f"{one['daemon']}: last pass {session.local(one['last_pass_at'])}, {'healthy' if one['healthy'] else 'OVERDUE'}"
        )
    for one in body["drifted"]:
        session.say(one["sentence"])
    if not body["daemons"]:
        session.say("No daemon has ever passed: start one with `qa-workflow daemon`.")
    session.say(
        f"Next due {session.local(body['next_due_at']) or 'nothing'}; {body['open_incidents']} open incidents; "
        f"{body['outbox']['pending']} messages wait, {body['outbox']['failed']} of them failed; "
        f"bank holidays known until {body['bank_holidays_until']}."
    )
    looked = body["invariants"]
    if looked is not None:
        session.say(
            f"Records checked {session.local(looked['last_at'])}: {looked['sampled']} of {looked['of']}, "
            f"{looked['covered_percent']}% since {session.local(looked['covered_since'])}; "
            f"{looked['failures']} things did not add up."
        )
