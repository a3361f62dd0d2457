"""`make demo`: the desk over data of its own, beside a stand-in of the platforms, with sixty invented citizens.

    python -m config.demo [--port 8000] [--sandbox-port 8900] [--data var/demo] [--speak 110]

Sets the environment of a demo and hands over to the supervisor (`config/desk.py`); like it, knows no Django.
"""

import argparse
import os
import sys
from pathlib import Path

from config import desk
from config.demo.accounts import OFFICER_NUMBER

DATA = Path(__file__).resolve().parents[2] / "var" / "demo"
CITIZENS_SPEAK_S = 110


def environment(port: int, sandbox_port: int, data: Path) -> dict[str, str]:
    """What makes a desk a demo: its own folders, quick clocks, the stand-in instead of the platforms."""
    return {
        "TANGGAP_DEMO": "1",
        "TANGGAP_DATA": str(data),
        "TANGGAP_CONTENT": str(data / "content"),
        "TANGGAP_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TANGGAP_SANDBOX": f"http://127.0.0.1:{sandbox_port}",
        "TANGGAP_POLL_SECONDS": "2",
        "TANGGAP_THANKS_PAUSE": "5",
        "TANGGAP_SETTLE": "1",
    }


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.demo")
    parser.add_argument("--port", type=int, default=8000, help="the console's")
    parser.add_argument("--sandbox-port", type=int, default=8900, help="the stand-in's")
    parser.add_argument("--data", type=Path, default=DATA, help="what lies there from the last demo is removed")
    parser.add_argument("--speak", type=int, default=CITIZENS_SPEAK_S, help="seconds in which the citizens write")
    asked = parser.parse_args(given)
    os.environ.update(environment(asked.port, asked.sandbox_port, asked.data.resolve()))
    sandbox = os.environ["TANGGAP_SANDBOX"]
    return desk.main(
        [
            *("--port", str(asked.port)),
            *("--sandbox-port", str(asked.sandbox_port)),
            *("--with", f"sandbox=python -m sandbox --port {asked.sandbox_port}"),
            *("--with", f"officer=python -m sandbox.officers --base {sandbox} --number {OFFICER_NUMBER}"),
            *("--migrate", "python manage.py prepare_demo"),
            *("--once", f"citizens=python -m sandbox.citizens --base {sandbox} --seconds {asked.speak}"),
            *("--once", "guide=python manage.py guide_demo"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
