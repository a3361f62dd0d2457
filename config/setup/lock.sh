#!/bin/sh
# Makes requirements.lock and requirements-dev.lock from pyproject.toml: exact versions, hashes, no package host's name.
# Versions stay as they are where pyproject.toml allows it; `lock.sh --upgrade` takes the newest that it allows.
set -eu
cd "$(dirname "$0")/../.."
. config/setup/common.sh

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    say "Installing uv into .venv, which makes the lock files"
    .venv/bin/python -m pip install --quiet uv
    uv=.venv/bin/uv
fi
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}
compile pyproject.toml --output-file requirements.lock "$@"
compile pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock "$@"
say "Made requirements.lock and requirements-dev.lock; look at the difference before you commit it"
