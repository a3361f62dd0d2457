"""Keys made at the first start and kept beside the data, readable by their owner alone."""

import base64
import os
import secrets
from pathlib import Path


def kept_key(path: Path) -> str:
    """The key in `path`, made there first where there is none (32 random bytes, URL-safe base64, mode 0600).

    Two processes that start at once agree: the file is made whole under another name, then linked, and who
    comes second reads what the first one wrote.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def secret(name: str, default: str = "") -> str:
    """The secret `name` from the environment, or from the file that `name_FILE` names (how containers hand it over)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, default)
