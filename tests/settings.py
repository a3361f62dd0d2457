"""The settings of the tests: the real ones over a folder of their own, that the test run throws away.

SQLite in a file, not in memory: threads and WAL are part of what is tested. Where the TANGGAP_POSTGRES_… of
`tests/test_servers.py` are set, the real settings' own PostgreSQL branch is used instead.
"""

import os
import tempfile
from pathlib import Path

ON_POSTGRESQL = os.environ.get("TANGGAP_TEST_DATABASE") == "postgresql"
"""Set by `tests/test_servers.py` alone, together with the TANGGAP_POSTGRES_… of the instance it started."""

# A developer's own desk must not leak in. Processes that a test starts share this one's folder.
for name in [name for name in os.environ if name.startswith("TANGGAP_") and "_TEST_" not in name]:
    if not (ON_POSTGRESQL and name.startswith("TANGGAP_POSTGRES_")):
        del os.environ[name]
TEST_ROOT_IS_OURS = "TANGGAP_TEST_ROOT" not in os.environ
if TEST_ROOT_IS_OURS:
    os.environ["TANGGAP_TEST_ROOT"] = tempfile.mkdtemp(prefix="tanggap-tests-")
TEST_ROOT = Path(os.environ["TANGGAP_TEST_ROOT"])
if (share := os.environ.get("PYTEST_XDIST_WORKER", "")) and TEST_ROOT.name != share:
    TEST_ROOT /= share  # where tests are shared out, none finds another's files
    os.environ["TANGGAP_TEST_ROOT"] = str(TEST_ROOT)
os.environ["TANGGAP_DATA"] = str(TEST_ROOT / "desk")
os.environ["TANGGAP_CONTENT"] = str(TEST_ROOT / "content")

from config.settings import *  # noqa: E402, F403
from config.settings import CONTENT_ROOT, DATABASES, EVIDENCE_ROOT, MEDIA_ROOT, STATIC_ROOT  # noqa: E402

for folder in (CONTENT_ROOT, EVIDENCE_ROOT, MEDIA_ROOT, STATIC_ROOT):
    folder.mkdir(parents=True, exist_ok=True)

if not ON_POSTGRESQL:
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_ROOT / "test.sqlite3")}
    # A power cut would cost a test nothing, and FULL waits for the disk at every commit.
    options = DATABASES["default"]["OPTIONS"]
    assert isinstance(options, dict)
    options["init_command"] = str(options["init_command"]).replace("synchronous=FULL", "synchronous=OFF")

# Nothing of a test may ask the real platforms: an address that refuses at once stands in for them.
SANDBOX_URL = "http://127.0.0.1:9"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
