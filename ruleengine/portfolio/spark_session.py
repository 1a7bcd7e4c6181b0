"""A session of Spark to work in: the one that is there, or a new one.

In: a master such as `local[4]`, `spark://host:7077`, `yarn` or `sc://host`, or nothing. Out: a session whose SQL settings
are those that the emitted SQL counts on, without a change to the settings of a session that somebody else made.
Guaranteed: without a master this machine is used, unless something says where the cluster is (a session that is there,
spark-submit, `SPARK_REMOTE`, `MASTER`, `spark-defaults.conf`); nothing of Spark's log reaches the terminal; what hinders
is one `EngineUnavailable`; what was started here is ended here, and its folder is removed.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruleengine.portfolio.engine_faults import EngineUnavailable
from ruleengine.portfolio.spark_java import find_java, java_home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: What the emitted SQL counts on, whatever the cluster has chosen for itself.
SETTINGS: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.caseSensitive": "true",
    # `${…}` in a text of a ruleset is a text.
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.parser.quotedRegexColumnNames": "false",
    # What is wrong with an input is to be told, not skipped.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
}
#: What a session that is made here has besides.
_OWN: Mapping[str, str] = {
    "spark.app.name": "ruleengine",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_PACKAGES = ("pyspark", "pyarrow", "pandas", "sqlglot")
_INSTALL = "pip install 'ruleengine[spark]'"
_CONNECT = "sc://"
_CONNECT_PORT = 15002
_REACHING_SECONDS = 5
_LOCAL_MEMORY = "2g"


@contextmanager
def open_session(
    master: str | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """A session for the time of the context; `settings` are Spark's own, for a session that is made here.

    Raises `EngineUnavailable`.
    """
    check_packages()
    from pyspark.sql import SparkSession

    there = SparkSession.getActiveSession()
    if there is not None:
        _check_same_master(there, master)
        yield _beside(there)
        return
    _quieten()
    with ExitStack() as stack:
        session = _made(master, settings or {}, stack)
        try:
            yield session
        finally:
            with suppress(Exception):  # the connection may be what broke
                session.stop()


def _quieten() -> None:
    """Keep PySpark from writing the stacks of its exceptions beside raising them."""
    from pyspark.logger import PySparkLogger

    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True


def check_packages() -> None:
    """Raise `EngineUnavailable` where a package is missing."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise EngineUnavailable("spark", f"the engine spark needs {' and '.join(missing)}", _INSTALL)


def _check_same_master(session: SparkSession, master: str | None) -> None:
    running = session.conf.get("spark.master", "") or ""
    if master is not None and running and running != master:
        raise EngineUnavailable(
            "spark",
            f"this process already runs on the master `{running}`, so it cannot run on `{master}`",
            "leave --master out where spark-submit or a notebook has chosen it",
        )


def _beside(session: SparkSession) -> SparkSession:
    """A session of the same cluster with settings and names of its own."""
    own = session.newSession()
    for name, value in SETTINGS.items():
        own.conf.set(name, value)
    return own


def _made(master: str | None, settings: Mapping[str, str], stack: ExitStack) -> SparkSession:
    remote = master if master is not None and master.startswith(_CONNECT) else None
    remote = remote or (os.environ.get("SPARK_REMOTE") if master is None else None)
    try:
        if remote is not None:
            return _connected(remote)
        if "PYSPARK_GATEWAY_PORT" in os.environ:
            return _submitted(master)
        return _launched(master or default_master(os.environ), settings, stack)
    except (EngineUnavailable, KeyboardInterrupt):
        raise
    except Exception as error:  # whatever Spark raises while it starts, it says that there is no session
        target = remote or master or "this machine"
        raise EngineUnavailable("spark", f"Spark does not start on `{target}`: {cause_of(error)}") from error


def _connected(remote: str) -> SparkSession:
    """A session of a Spark Connect server."""
    from pyspark.sql import SparkSession

    _check_reachable(remote, remote.removeprefix(_CONNECT).partition("/")[0], _CONNECT_PORT)
    session = SparkSession.builder.remote(remote).getOrCreate()
    for name, value in SETTINGS.items():
        session.conf.set(name, value)
    return session


def _submitted(master: str | None) -> SparkSession:
    """The session of a process that spark-submit has started: master, memory and packages are its choice."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.appName("ruleengine").getOrCreate()
    _check_same_master(session, master)
    return _beside(session)


def _launched(master: str | None, settings: Mapping[str, str], stack: ExitStack) -> SparkSession:
    """A session of a driver that is started here; what Java writes goes to a file of the session's folder."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    if master is not None and master.startswith("spark://"):
        for place in master.removeprefix("spark://").split(","):
            _check_reachable(master, place, 7077)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ruleengine-spark-")))
    environment = {"JAVA_HOME": str(java_home(find_java(), folder))}
    configuration = SparkConf(loadDefaults=False)
    configuration.setAll(list({**_OWN, **SETTINGS, **settings}.items()))
    if master is not None:
        configuration.setMaster(master)
        if master.startswith("local"):
            environment |= _of_this_python()
            configuration.setIfMissing("spark.driver.memory", _LOCAL_MEMORY)
            configuration.setIfMissing("spark.driver.bindAddress", "127.0.0.1")
            configuration.setIfMissing("spark.driver.host", "127.0.0.1")
    stack.enter_context(_surroundings(environment))
    log = stack.enter_context((folder / "spark.log").open("wb"))
    shown: dict[str, Any] = {} if os.environ.get("RULEENGINE_DEBUG") else {"stdout": log, "stderr": log}
    try:
        gateway = launch_gateway(configuration, shown)
    except Exception as error:
        told = _told_in(folder / "spark.log", error)
        where = master or "its cluster"
        raise EngineUnavailable("spark", f"Spark does not start on `{where}`: {told}") from error
    stack.callback(_ended, SparkContext, gateway)
    context = SparkContext(conf=configuration, gateway=gateway)
    return SparkSession(context)


def _ended(contexts: Any, gateway: Any) -> None:
    """Let Java end, and a later session of this process start another one."""
    with suppress(Exception):
        gateway.shutdown()
    process = gateway.proc
    process.stdin.close()
    with suppress(Exception):
        process.wait(timeout=20)
    if process.poll() is None:
        process.kill()
    if contexts._gateway is gateway:  # Spark keeps it for the life of the process, and it is over
        contexts._gateway = None
        contexts._jvm = None


def _of_this_python() -> dict[str, str]:
    """On this machine the Python of the workers is this one, where nothing else was chosen."""
    if "PYSPARK_PYTHON" in os.environ:
        return {}
    return {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}


@contextmanager
def _surroundings(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def default_master(environment: Mapping[str, str]) -> str | None:
    """All cores of this machine, or None where Spark itself knows of a cluster."""
    if environment.get("MASTER") or re.search(
        r"--(master|remote)\b|spark\.(master|remote)=", environment.get("PYSPARK_SUBMIT_ARGS", "")
    ):
        return None
    home = environment.get("SPARK_HOME")
    folder = environment.get("SPARK_CONF_DIR") or (home and str(Path(home) / "conf"))
    with suppress(OSError):
        defaults = (Path(folder or "") / "spark-defaults.conf").read_text(encoding="utf-8")
        if folder and re.search(r"^\s*spark\.(master|remote)[\s=:]", defaults, re.MULTILINE):
            return None
    return "local[*]"


def _check_reachable(master: str, place: str, usual_port: int) -> None:
    """Raise `EngineUnavailable` when nobody answers: Spark itself would try for minutes."""
    host, _, port = place.rpartition(":") if re.search(r":\d+$", place) else (place, "", str(usual_port))
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _REACHING_SECONDS):
            return
    except (OSError, OverflowError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise EngineUnavailable(
            "spark",
            f"the cluster `{master}` cannot be reached: {reason}",
            "is its address right, and does it run? `--master 'local[*]'` is this machine",
        ) from None


def cause_of(error: BaseException) -> str:
    """What went wrong in Spark, in one line: the deepest cause without the name of its class and its stack."""
    java = getattr(error, "java_exception", None)
    if java is not None:
        with suppress(Exception):
            while java.getCause() is not None:
                java = java.getCause()
            return _first_line(str(java.getMessage() or java.toString()))
    try:
        return _first_line(str(error) or type(error).__name__)
    except Exception:  # its words were in Java, which has ended
        return type(error).__name__


def _first_line(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "it does not say why").strip()
    line = re.sub(r'^(Exception in thread "\S+" )?([\w.$]+(Exception|Error): )*', "", line)
    return line if len(line) <= 300 else line[:299] + "…"


def _told_in(log: Path, error: Exception) -> str:
    """What Java wrote before it ended."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    telling = [line for line in lines if re.search(r"rror|xception", line)] or lines[-1:]
    return _first_line(telling[0]) if telling else cause_of(error)
