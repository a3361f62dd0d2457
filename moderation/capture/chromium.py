"""Which browser takes the pictures, and as whom it runs. Pure: knows neither Django nor Playwright.

Chromium reads pages that strangers write, so it is never root. Where we are root (a container, a simple server),
it starts through a few lines of shell that hand its profile to `nobody` and drop every privilege; `setpriv` keeps
the two pipes (file descriptors 3 and 4) over which it is steered. As `nobody`, Chromium's own sandbox works
wherever the kernel gives user namespaces to everyone or Debian's `chromium-sandbox` is installed; as root it would
refuse to start with its sandbox at all. Containers under Docker's default seccomp profile allow neither
(docker-compose.yml names another for this service): there the launch fails, and only then is it repeated without the
sandbox, which the probe and the log say.
"""

import os
import pwd
import shlex
import shutil
from pathlib import Path

ENVIRONMENT_NAME = "TANGGAP_BROWSER"

# The program itself before Debian's start script, which adds extensions, keys and flags that are none of ours.
SYSTEM_BROWSERS = (
    "/usr/lib/chromium/chromium",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
)

FLAGS = (
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--no-pings",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # no way round the gate
    "--lang=id-ID",
    "--disable-checker-imaging",  # no frame is shown, and so none taken, before its pictures are unpacked
)

_UNPRIVILEGED = """#!/bin/sh
# The profile was made by root a moment ago; it must be the browser's own before privileges are gone.
for argument in "$@"; do
  case "$argument" in --user-data-dir=*) chown {uid}:{gid} "${{argument#*=}}" ;; esac
done
exec {setpriv} --pdeathsig KILL --reuid {uid} --regid {gid} --clear-groups --inh-caps=-all -- {browser} "$@"
"""

_ALREADY_UNPRIVILEGED = """#!/bin/sh
exec {setpriv} --pdeathsig KILL -- {browser} "$@"
"""


# DejaVu, Debian's usual text font, has black faces of its own that come before the colour ones; Liberation has none.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test name="family"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Liberation Sans</string></edit>
  </match>
  <match target="pattern">
    <test name="family"><string>system-ui</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Liberation Sans</string></edit>
  </match>
</fontconfig>
"""


class NoBrowserError(Exception):
    """Says what is missing and how to get it."""


def has_no_sandbox(reported: str) -> bool:
    """Whether that is why it did not start: Chromium itself says "sandbox", Debian's chromium-sandbox "namespace"."""
    return "sandbox" in reported.lower() or "Failed to move to new namespace" in reported


def find(playwrights_own: str) -> Path:
    """The browser that the environment names, else a system one, else what Playwright downloaded itself."""
    named = os.environ.get(ENVIRONMENT_NAME, "")
    if named:
        if os.access(named, os.X_OK):
            return Path(named)
        raise NoBrowserError(f"{ENVIRONMENT_NAME} names {named}, which is no program")
    for candidate in (*SYSTEM_BROWSERS, playwrights_own):
        if os.access(candidate, os.X_OK):
            return Path(candidate)
    raise NoBrowserError("no Chromium here: install it (Debian: apt-get install chromium fonts-noto-color-emoji)")


def prepare(browser: Path, folder: Path) -> Path:
    """Make what is started instead of `browser`: it dies with whoever started it, and is not root.

    `folder` belongs to us, not to the browser, or it could put another program in this one's place.
    """
    (folder / "fonts.conf").write_text(_FONTS)
    setpriv = shutil.which("setpriv")
    root = os.geteuid() == 0
    if setpriv is None:
        if root:
            raise NoBrowserError("the browser must not be root, and `setpriv` (util-linux) is missing")
        return browser
    nobody = pwd.getpwnam("nobody")
    home = folder / "home"
    home.mkdir(mode=0o700)
    if root:
        folder.chmod(0o711)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    starter = folder / "browser"
    starter.write_text(
        (_UNPRIVILEGED if root else _ALREADY_UNPRIVILEGED).format(
            uid=nobody.pw_uid, gid=nobody.pw_gid, setpriv=shlex.quote(setpriv), browser=shlex.quote(str(browser))
        )
    )
    starter.chmod(0o755)
    return starter


def environment(folder: Path) -> dict[str, str]:
    """All that the browser learns of its surroundings: none of the desk's settings or secrets."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "home"),
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
        "LANG": "C.UTF-8",
        "LANGUAGE": "id",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    }
