"""A throw-away PostgreSQL cluster for the tests: made in a second, fast because it may lose everything."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

START_PATIENCE_S = 30.0
SPEED = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]


def programs() -> Path | None:
    """The newest PostgreSQL's folder of programs; None when this machine has none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).parent if found else None


class Cluster:
    """A server on a free port of 127.0.0.1, in a temporary folder; `stop` leaves nothing behind."""

    def __init__(self, bin_folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        data = str(self.folder / "data")
        initdb = [str(bin_folder / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(
            # A locale that knows the case of Russian letters: «Иванова» is found by «иван».
            [*initdb, "--locale=C.UTF-8"],
            cwd=self.folder,
            user=self._user,
            check=True,
            capture_output=True,
        )
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        settings = [
            *SPEED,
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={data}",
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        with open(self.folder / "log", "wb") as log:
            self._server = subprocess.Popen(
                [str(bin_folder / "postgres"), "-D", data, *options],
                cwd=self.folder,
                user=self._user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl+C is pytest's, which then stops the server
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_PATIENCE_S
        while True:
            try:
                return self.execute("SELECT 1")
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.05)

    def execute(self, statement: str) -> None:
        """One statement of administration, outside any transaction."""
        address = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """A new database, a copy of `template`; returns its address."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(database)

    def drop(self, database: str) -> None:
        self.execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def stop(self) -> None:
        self._server.terminate()
        try:
            self._server.wait(5)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
