#!/bin/sh
# Finds or installs a Chromium and fonts with colour emoji: evidence is a picture, and people write with emoji.
#
# A system browser if there is one, else Debian's `chromium`, else Playwright's own download. moderation/capture/
# looks in the same order. It is steered through Playwright's driver, which wants a library that a small system lacks.
set -eu
cd "$(dirname "$0")/../.."
. config/setup/common.sh

have_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    [ -f .venv/.chromium ] && [ -x "$(cat .venv/.chromium)" ]
}

have_driver() {
    .venv/lib/python3*/site-packages/playwright/driver/node --version >/dev/null 2>&1
}

have_fonts() {
    [ -f /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] || [ -f .venv/.fonts-asked ] ||
        { command -v fc-list >/dev/null 2>&1 && fc-list | grep -qi 'color *emoji'; }
}

install_playwrights() {
    say "Downloading Playwright's own Chromium into your home folder (about 180 MB, once)"
    .venv/bin/python -m playwright install chromium </dev/null || return 1
    .venv/bin/python - <<'PY' >.venv/.chromium
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
PY
    "$(cat .venv/.chromium)" --version >/dev/null 2>&1 || {
        rm -f .venv/.chromium
        return 1
    }
}

if ! have_driver && can_apt; then
    say "Installing libatomic1, a library of Playwright's driver, which steers the browser"
    apt_install libatomic1 || say "libatomic1 could not be installed."
fi
have_driver || fail \
    "Playwright's driver does not start here, and without it there are no screenshots. It says:" \
    "$(.venv/lib/python3*/site-packages/playwright/driver/node --version 2>&1 | tail -1)" \
    "Most often a library is missing:  sudo apt-get install libatomic1" "Then run the same make command again."

if ! have_browser; then
    if can_apt; then
        say "Installing Debian's Chromium, which takes the screenshots (about 100 MB, once)"
        apt_install chromium chromium-sandbox fonts-noto-color-emoji fonts-dejavu-core fonts-liberation ||
            say "Debian's Chromium could not be installed; trying Playwright's own"
    fi
    have_browser || install_playwrights || fail \
        "Tanggap needs a Chromium for its screenshots, and could not get one." \
        "Type:  sudo apt-get install chromium chromium-sandbox fonts-noto-color-emoji fonts-dejavu-core fonts-liberation" \
        "Then run the same make command again."
fi

if ! have_fonts; then
    if can_apt; then
        say "Installing fonts with colour emoji (10 MB, once)"
        apt_install fonts-noto-color-emoji fonts-dejavu-core fonts-liberation || say "The fonts could not be installed."
    fi
    have_fonts || {
        say "No colour emoji font here: emoji will be empty boxes in screenshots. It goes on without;"
        say "to have them, type:  sudo apt-get install fonts-noto-color-emoji"
        : >.venv/.fonts-asked
    }
fi
