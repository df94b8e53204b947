"""Encrypts and signs what others must neither read nor make: settings, links to downloads.

Each purpose has a key of its own, so that what was sealed for one opens for no other. The key is
derived from `secret_key` of the settings, else from a key file of mode 0600 that is made at the
first use.
"""

from __future__ import annotations

import base64
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ampiq_gql.errors import Conflict, OperatorError
from ampiq_gql.settings import Settings

__all__ = ["SecretBox"]

KEY_FILE = "secret.key"
MIN_KEY_LENGTH = 32
DESTINATION_SETTINGS = b"ampiq destination settings 1"


class SecretBox:
    """Seals and opens texts with one key. Safe to use from many threads."""

    def __init__(self, secret: bytes, *, purpose: bytes = DESTINATION_SETTINGS) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    @classmethod
    def of(cls, settings: Settings, *, purpose: bytes = DESTINATION_SETTINGS) -> SecretBox:
        """Take the key of the installation. Raises `OperatorError` (SECRET_KEY_INVALID)."""
        if settings.secret_key is None:
            return cls(_key_file(settings.home / KEY_FILE), purpose=purpose)
        secret = settings.secret_key.get_secret_value()
        if len(secret) < MIN_KEY_LENGTH:
            raise OperatorError(
                "SECRET_KEY_INVALID",
                f"The secret key has {len(secret)} characters; it needs {MIN_KEY_LENGTH}.",
                hint="Make one with `openssl rand -base64 48`.",
                place="secret_key",
            )
        return cls(secret.encode(), purpose=purpose)

    def seal(self, text: str) -> str:
        """Encrypt and sign."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Decrypt. Raises `Conflict` (SECRET_KEY_WRONG) when another key has sealed it."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise Conflict(
                "SECRET_KEY_WRONG",
                "The stored settings were encrypted with another secret key.",
                hint="Bring back the former AMPIQ_SECRET_KEY or key file, or enter them again.",
            ) from error


def _key_file(path: Path) -> bytes:
    """Read the key file, making it when it is missing; two processes agree on one key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename, fails when another was first
        Path(fresh).unlink()
    _refuse_readable(path)
    return path.read_bytes()


def _refuse_readable(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise OperatorError(
            "SECRET_KEY_INVALID",
            f"Others can read the key file {path}.",
            hint=f"Run `chmod 600 {path}`.",
            place=str(path),
        )
