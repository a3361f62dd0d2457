"""Reads a password that an Instagram client encrypted with the public key we served it.

The envelope (version 1): `#PWD_INSTAGRAM:4:TIME:` and base64 of 0x01, key number (1 byte), IV (12), length of the
wrapped key (2, little-endian), the AES-256 key wrapped with RSA PKCS#1 v1.5, GCM tag (16), ciphertext. TIME is the
authenticated extra data. The key pair is made anew with every process and is never written anywhere.
"""

import base64
import functools
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PREFIX = "#PWD_INSTAGRAM"
KEY_ID = 87
HEAD = 1 + 1 + 12 + 2
TAG = 16


@dataclass(frozen=True)
class Keys:
    """`public` is base64 of the PEM, as the header `ig-set-password-encryption-pub-key` carries it."""

    private: rsa.RSAPrivateKey
    public: str


@functools.cache
def keys() -> Keys:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Keys(private, base64.b64encode(pem).decode())


def read(envelope: str) -> str | None:
    """The password, or None where the envelope isn't ours (an old key, an unknown version)."""
    try:
        prefix, _version, time, packed = envelope.split(":", 3)
        if prefix != PREFIX:
            return None
        raw = base64.b64decode(packed)
        size = int.from_bytes(raw[HEAD - 2 : HEAD], "little")
        key = keys().private.decrypt(raw[HEAD : HEAD + size], padding.PKCS1v15())
        rest = raw[HEAD + size :]
        return AESGCM(key).decrypt(raw[2:14], rest[TAG:] + rest[:TAG], time.encode()).decode()
    except (ValueError, InvalidTag):
        return None
