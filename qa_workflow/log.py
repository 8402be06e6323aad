"""structlog, set up once: lines for people on a terminal, JSON for machines; never on standard output."""

import logging
import sys

import structlog


def configure(*, verbose: int = 0, quiet: bool = False) -> None:
    """Send events to standard error: coloured lines on a terminal, one JSON object a line elsewhere.

    Tracebacks are plain: never the values of local variables, which hold case references and words.
    The standard library's loggers (web server, alarm) go the same way. `transitions` logs every
    callback at INFO and is kept at WARNING.
    """
    level = logging.ERROR if quiet else logging.DEBUG if verbose > 0 else logging.INFO
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    if sys.stderr.isatty():
        shared.remove(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if verbose == 0 else level)
    logging.getLogger("transitions").setLevel(logging.WARNING)
