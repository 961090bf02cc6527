"""Runs a program so that it stops by itself when start.py, which started it, stops or dies.

`python -m loyalty.launcher.supervised worker.py …`, or `… -m streamlit run app.py …`.
The program holds a loopback connection to start.py; when that breaks, by a stop or by a hard kill, the
program is asked to stop as by SIGTERM (Ctrl+C on Windows, which has no SIGTERM), and ended if it does not.
A socket and not a pipe on stdin: on Windows a thread that waits on stdin can freeze the import of NumPy.
"""

import contextlib
import os
import runpy
import signal
import socket
import sys
import threading
import time

PORT_VARIABLE = "LOYALTY_LAUNCHER_PORT"
PATIENCE_S = 8.0


def watch_launcher() -> None:
    """Stop this process when start.py is gone; started without start.py, do nothing."""
    port = os.environ.get(PORT_VARIABLE)
    if port:
        threading.Thread(target=_wait_and_stop, args=(int(port),), name="launcher", daemon=True).start()


def _wait_and_stop(port: int) -> None:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as launcher:
        launcher.recv(1)  # start.py never writes: this returns when it closes or dies
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)
    else:
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_S)
    os._exit(1)


def main(arguments: list[str]) -> None:
    """Run `-m module …` or `script.py …` as Python itself would, watching the launcher."""
    watch_launcher()
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            runpy.run_path(arguments[0], run_name="__main__")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
