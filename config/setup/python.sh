#!/bin/sh
# python.sh runtime|dev: makes .venv and installs what the lock file names, once.
#
# Two stamps in .venv say what it was made for: `.made-for` the folder and the Python (a virtual environment can
# neither be moved nor outlive its Python), `.runtime` and `.dev` the lock files. Where they still hold, nothing is done.
set -eu
cd "$(dirname "$0")/../.."
. config/setup/common.sh

kind=$1
case $kind in
runtime) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;;
*) fail "usage: python.sh runtime|dev" ;;
esac

digest() { sha256sum <"$1"; }
place() { printf '%s %s' "$1" "$(pwd -P)"; }
version() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }
holds() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

find_python() {
    for name in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

make_environment() {
    python=$(find_python) || fail "Tanggap needs Python 3.11 or newer, and found none." \
        "Debian 12:  sudo apt-get install python3 python3-venv" "Then run the same make command again."
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
        if can_apt; then
            say "Installing Debian's $package, which $python lacks"
            apt_install "$package"
        else
            fail "$python cannot make virtual environments: Debian's package $package is missing." \
                "Type:  sudo apt-get install $package" "Then run the same make command again."
        fi
    fi
    say "Making a virtual environment in .venv with $python ($(version "$python"))"
    "$python" -m venv --clear .venv
    place "$(version .venv/bin/python)" >.venv/.made-for
}

# A link leads to another checkout's environment: making it anew would empty that one under its owner's feet.
if [ -L .venv ]; then
    holds ".venv/.$kind" "$(digest "$lock")" && exit 0
    fail ".venv is a link to $(readlink .venv), which was not made from this checkout's $lock." \
        "Remove the link (rm .venv) and run the same make command again: this checkout then gets its own."
fi

if [ -e .venv ] && [ ! -w .venv ]; then
    holds ".venv/.$kind" "$(digest "$lock")" && exit 0
    fail "The folder .venv belongs to someone else ($(stat -c %U .venv)), and what it holds is out of date." \
        "Run make as that user, or remove the folder:  sudo rm -r .venv"
fi

made_with=$(version .venv/bin/python || true)
if [ -z "$made_with" ] || ! holds .venv/.made-for "$(place "$made_with")"; then make_environment; fi
if holds ".venv/.$kind" "$(digest "$lock")"; then exit 0; fi

say "Installing $(grep -c '^[A-Za-z0-9].*==' "$lock") Python packages from $lock into .venv (about a minute, once)"
.venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --require-hashes --requirement "$lock" </dev/null ||
    fail "The Python packages could not be installed; pip's last lines above say why." \
        "Most often the machine has no network, or a proxy stands before it (pip reads HTTPS_PROXY)." \
        "Nothing is broken: run the same make command again, and it goes on from here."
digest requirements.lock >.venv/.runtime
if [ "$kind" = dev ]; then digest "$lock" >.venv/.dev; fi
