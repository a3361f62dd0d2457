"""A real WordPress for the tests: MariaDB on a unix socket, PHP's own web server on loopback, one application password.

Its cron runs only when a test asks for it (`Wordpress.run_cron`), and it cannot call out.
"""

import contextlib
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.servers import MissingProgramError, answers, do, folder, free_port, program, running

SOURCE = Path("/usr/share/wordpress")
THEME = SOURCE / "wp-content" / "themes" / "twentytwentythree"
PHP_NEEDS = ("mysqli", "gd", "curl", "xml", "mbstring")
SECRETS = [f"{who}_{what}" for who in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE") for what in ("KEY", "SALT")]

CONFIGURATION = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords without HTTPS
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
{secrets}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

# Prints the application passwords of the editor that it makes, of a colleague (an author), and of a mere reader.
FIRST_START = """<?php
$_SERVER += ['HTTP_HOST' => $argv[1], 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/'];
define('WP_INSTALLING', true);
require 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Puskesmas Uji', 'admin', 'admin@example.invalid', true, '', wp_generate_password());
foreach (['permalink_structure' => '/%postname%/', 'timezone_string' => 'Asia/Jakarta', 'comments_notify' => 0,
          'moderation_notify' => 0, 'comment_previously_approved' => 1] as $name => $value) {
    update_option($name, $value);
}
$editor = wp_insert_user(['user_login' => 'humas', 'user_pass' => wp_generate_password(), 'role' => 'editor',
                          'user_email' => 'humas@example.invalid', 'display_name' => 'Tim Humas']);
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules();
echo WP_Application_Passwords::create_new_application_password($editor, ['name' => 'tanggap'])[0];
foreach (['bidan' => 'author', 'warga' => 'subscriber'] as $name => $role) {
    $other = wp_insert_user(['user_login' => $name, 'user_pass' => wp_generate_password(), 'role' => $role,
                             'user_email' => "$name@example.invalid", 'display_name' => ucfirst($name)]);
    echo "\n" . WP_Application_Passwords::create_new_application_password($other, ['name' => 'app'])[0];
}
"""


class WebServer:
    """PHP's own, which a test may stop and start again; the database goes on."""

    def __init__(self, run: Callable[[], contextlib.AbstractContextManager[object]]) -> None:
        self.run = run
        self.running = contextlib.ExitStack()

    def start(self) -> None:
        self.running.enter_context(self.run())

    def stop(self) -> None:
        self.running.close()


@dataclass(frozen=True)
class Wordpress:
    url: str
    user: str
    application_password: str
    server: WebServer
    others: tuple[tuple[str, str], ...] = ()
    """Logins of a colleague (an author), and of a citizen who has an account at the site (a subscriber)."""

    @property
    def login(self) -> tuple[str, str]:
        return self.user, self.application_password

    def run_cron(self) -> None:
        """Do what is due: publish scheduled posts."""
        requests.get(f"{self.url}/wp-cron.php?doing_wp_cron", timeout=30).raise_for_status()


def missing() -> list[str]:
    """What a WordPress needs and this machine has not."""
    lacking = [str(path) for path in (SOURCE / "wp-load.php", THEME / "style.css") if not path.exists()]
    for name in ("mariadbd", "mariadb-install-db", "mariadb", "php"):
        try:
            program(name)
        except MissingProgramError:
            lacking.append(name)
    if "php" not in lacking:
        listed = subprocess.run([program("php"), "-m"], capture_output=True, text=True, timeout=60, check=True).stdout
        loaded = {line.strip().lower() for line in listed.splitlines()}
        lacking += [f"php's {module}" for module in PHP_NEEDS if module not in loaded]
    return lacking


@contextlib.contextmanager
def database(where: Path) -> Iterator[Path]:
    """MariaDB on a unix socket alone, whose path is given, with one empty database."""
    data, socket = where / "database", where / "mariadb.sock"
    small = ["--innodb-log-file-size=8M", "--innodb-data-file-path=ibdata1:4M:autoextend"]
    own = ["--no-defaults", f"--datadir={data}", *small]
    do([program("mariadb-install-db"), *own, "--auth-root-authentication-method=normal", "--skip-test-db"], where)
    fast = ["--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"]
    client = [program("mariadb"), "--no-defaults", f"--socket={socket}", "--user=root"]

    def ready() -> bool:
        asked = subprocess.run([*client, "-e", "SELECT 1"], capture_output=True, timeout=60, check=False)
        return asked.returncode == 0

    with running([program("mariadbd"), *own, *fast, f"--socket={socket}"], where, ready):
        do([*client, "-e", "CREATE DATABASE wordpress CHARACTER SET utf8mb4"], where)
        yield socket


def write(path: Path, text: str) -> None:
    """Readable by the servers' user, whoever we are."""
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    shutil.move(file.name, path)


@contextlib.contextmanager
def wordpress() -> Iterator[Wordpress]:
    if lacking := missing():
        raise MissingProgramError(", ".join(lacking))
    with folder() as where, database(where) as socket:
        site, port = where / "site", free_port()
        do(["cp", "-rL", SOURCE, site], where)  # Debian's tree is full of links to shared libraries
        do(["mkdir", "-p", site / "wp-content" / "uploads"], where)
        url = f"http://127.0.0.1:{port}"
        keys = "\n".join(f"define('{name}', '{secrets.token_hex(32)}');" for name in SECRETS)
        (site / "wp-config.php").unlink(missing_ok=True)
        write(site / "wp-config.php", CONFIGURATION.format(socket=socket, url=url, secrets=keys))
        write(site / "first-start.php", FIRST_START)
        php = program("php")
        password, *others = do([php, "first-start.php", f"127.0.0.1:{port}"], site).strip().split("\n")
        limits = ["-d", "upload_max_filesize=20M", "-d", "post_max_size=24M", "-d", "memory_limit=256M"]
        serve = [php, *limits, "-S", f"127.0.0.1:{port}", "-t", str(site)]
        server = WebServer(lambda: running(serve, where, lambda: answers(port), PHP_CLI_SERVER_WORKERS="3"))
        server.start()
        try:
            yield Wordpress(url, "humas", password, server, tuple(zip(("bidan", "warga"), others, strict=True)))
        finally:
            server.stop()
