"""`python -m sandbox --port 8900`: the stand-in of the platforms, on this machine only. Port 0 takes a free one."""

import argparse
import logging
import signal
import sys
import threading

from sandbox.server import Sandbox


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="sandbox: %(message)s")
    try:
        sandbox = Sandbox(arguments.port)
    except OSError as error:
        sys.stderr.write(f"sandbox: port {arguments.port} cannot be used ({error}); try another with --port\n")
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with sandbox:
        sys.stdout.write(f"sandbox: {sandbox.base}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
