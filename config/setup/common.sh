# What the set-up scripts share; read with `.` from the repository's root.

say() {
    printf '==> %s\n' "$*"
}

# fail LINE…: what is missing, then what to do about it.
fail() {
    printf '\n' >&2
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    printf '\n' >&2
    exit 1
}

may_be_root() {
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

# as_root COMMAND…: call only where may_be_root said yes. Never asks for a password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

# apt_install PACKAGE…: Debian's packages without questions, recommendations or a terminal.
apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update </dev/null &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
            install --no-install-recommends "$@" </dev/null
}

can_apt() {
    command -v apt-get >/dev/null 2>&1 && may_be_root
}
