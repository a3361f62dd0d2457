#!/bin/sh
# Installs what `pytest -m servers` wants: PostgreSQL, Redis, Caddy, and WordPress with PHP and MariaDB, from Debian.
#
# Only programs: no service is started, now or at the next boot, and no database cluster is made. The tests start
# their own instances in temporary folders (tests/servers.py). What is changed for the time of the installation
# (policy-rc.d, createcluster.d) is put back; services that ran before go on running.
set -eu
cd "$(dirname "$0")/../.."
. config/setup/common.sh

packages="postgresql redis-server caddy mariadb-server-core mariadb-client wordpress wordpress-theme-twentytwentythree
php-cli php-mysql php-gd php-curl php-xml php-mbstring"
services="postgresql redis-server caddy apache2"

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for package in $packages; do installed "$package" || missing="$missing $package"; done
if [ -z "$missing" ]; then
    say "PostgreSQL, Redis, Caddy and WordPress are installed; the tests start their own instances of them"
    exit 0
fi

command -v apt-get >/dev/null 2>&1 || fail "make servers knows Debian's packages only, and there is no apt-get here." \
    "The tests use these programs wherever they come from: initdb, postgres, redis-server, caddy, mariadbd, php," \
    "and a WordPress in /usr/share/wordpress. What is missing is named in the tests' summary."
may_be_root || fail "make servers installs Debian packages, and neither is this root nor does sudo work without a question." \
    "Type:  sudo sh config/setup/servers.sh"
if [ "$(id -u)" -ne 0 ]; then exec sudo -n sh config/setup/servers.sh; fi

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/tanggap-set-up.conf
new_services=
for service in $services; do installed "$service" || new_services="$new_services $service"; done

put_back() {
    rm -f "$policy" "$cluster"
    rmdir --ignore-fail-on-non-empty "${cluster%/*}" "${cluster%/*/*}" 2>/dev/null || true
    if [ -e "$policy.before-tanggap" ]; then mv "$policy.before-tanggap" "$policy"; fi
}

say "Installing for the tests, without starting any service:$missing (up to 300 MB and a minute, once)"
if [ -e "$policy" ] && [ ! -e "$policy.before-tanggap" ]; then mv "$policy" "$policy.before-tanggap"; fi
trap put_back EXIT
trap 'exit 130' INT TERM HUP
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"
mkdir -p "${cluster%/*}"
echo "create_main_cluster = false" >"$cluster"

# shellcheck disable=SC2086  # a list of words
apt_install $packages || fail "apt-get could not install the packages; its last lines above say why."

for service in $new_services; do
    installed "$service" || continue
    deb-systemd-helper disable "$service.service" >/dev/null 2>&1 || true
    update-rc.d "$service" disable >/dev/null 2>&1 || true
done
say "Done: programs only, no service of theirs runs or will run by itself"
