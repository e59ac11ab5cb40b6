"""Durable runs on DBOS: a finished step is never performed again, whatever ended the process before.

`DBOS.launch()` resumes every run that matches its executor and version, so both are the run's own name: this process
performs that run and no other. Only a process that holds its run's lock may use this module.
"""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from robot.runs.lease import PATIENCE
from robot.runs.store import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REVISION = 4
"""The shape of the flow. A run begun with another one is not resumed: its recorded steps would not fit."""

_GOES_ON = {"PENDING", "ENQUEUED"}
"""The database's states of a run that this process performs: `ENQUEUED` for a moment after `launch` has resumed it."""


def database_url() -> str:
    """Return the URL of the database: `FAILOVER_ROBOT_DATABASE_URL` if it is set, else one SQLite file of this machine."""
    chosen = os.environ.get("FAILOVER_ROBOT_DATABASE_URL")
    return chosen or f"sqlite:///{state_folder() / 'runs.sqlite'}"


def run_workflow(name: str, flow: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Begin the run `name`, or resume it. What `flow` raises passes through; a `Stop` leaves the run to be resumed.

    Args:
        name: the run's name, with the number of its attempt.
        flow: the whole procedure; must make the same steps in the same order for the same step results.

    Returns:
        What `flow` returned, as plain JSON; the recorded result if the run has ended before.
    """
    from dbos import DBOS, DBOSPortableJSONSerializer, SetWorkflowID  # noqa: PLC0415 - two thirds of a second

    url = database_url()
    identity = name.lower()
    DBOS(
        config={
            "name": "failover-robot",
            "system_database_url": url,
            "application_version": identity,
            "executor_id": identity,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "db_engine_kwargs": {"connect_args": _connect_args(url)},
        }
    )

    ended: Future[None] = Future()

    @DBOS.workflow(name="upgrade", max_recovery_attempts=None)  # a run may be resumed any number of times
    def upgrade() -> dict[str, Any]:
        try:
            result = flow()
        except BaseException as stop:
            ended.set_exception(stop)
            raise
        ended.set_result(None)
        return result

    DBOS.launch()
    try:
        with SetWorkflowID(identity):
            handle = DBOS.start_workflow(upgrade)
        # `launch` resumes a run in a thread: nobody sees what stops it there, and it stays pending. Without `ended` this hangs.
        if handle.get_status().status in _GOES_ON:
            ended.result()
        return handle.get_result(polling_interval_sec=0.2)
    finally:
        DBOS.destroy()


def durable_step(name: str, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Perform one step of the current run, unless it has ended before.

    Args:
        name: the step's stable name.
        body: performs it.

    Returns:
        What `body` returned, as plain JSON; the recorded result if the step has ended before.
    """
    from dbos import DBOS  # noqa: PLC0415 - loaded already

    return DBOS.run_step({"name": name}, body)


def stored_texts(run: str) -> Iterator[tuple[str, str]]:
    """Yield every text that the database holds of a run.

    Args:
        run: its name.

    Yields:
        The table and the column in which a text stands; and the text.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database cannot be read.
    """
    from sqlalchemy import MetaData, create_engine, or_, select  # noqa: PLC0415 - half a second

    url = database_url()
    is_file = url.startswith("sqlite:")
    if is_file and not Path(url.removeprefix("sqlite:///")).exists():
        return
    engine = create_engine(_dialect(url), connect_args={} if is_file else dict(PATIENCE))
    try:
        tables = MetaData()
        tables.reflect(engine, schema=None if is_file else "dbos")
        with engine.connect() as connection:
            for table in tables.sorted_tables:
                own = [column for column in table.columns if column.name.endswith(("workflow_uuid", "workflow_id"))]
                if not own:
                    continue
                rows = select(table).where(or_(*(column.like(f"{run.lower()}%") for column in own)))
                for row in connection.execute(rows).mappings():
                    for column, value in row.items():
                        if isinstance(value, str | bytes):
                            text = value if isinstance(value, str) else value.decode("latin-1")
                            yield f"database, {table.name}.{column}", text
    finally:
        engine.dispose()


def _dialect(url: str) -> str:
    """Return a database's URL with the driver that is here."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in {"postgresql", "postgres"} else url


def _connect_args(url: str) -> dict[str, Any]:
    """Return how a database is connected to, so that one that is gone is noticed; a file of this machine is prepared."""
    if url.startswith("sqlite:"):
        _prepare(url.removeprefix("sqlite:///"))
        return {}
    return {**PATIENCE} if "options=" in url else {**PATIENCE, "options": "-c statement_timeout=60s"}


def _prepare(path: str) -> None:
    """Make the database readable by its owner only, and also while it is written."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    Path(path).chmod(0o600)
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode=wal")
    connection.close()
