"""Sealing a value to its place, keyed digests for exact search, and the one mask shown everywhere."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhibu.foundation.sealing.keys import keyring


def seal(text: str, *, place: str) -> bytes:
    """Encrypt ``text`` for one place (``members_person.id:<public id>``); opens nowhere else.

    Layout: version byte, key number byte, 12 bytes nonce, AES-256-GCM ciphertext with tag.
    """
    return seal_bytes(text.encode(), place=place)


def unseal(sealed: bytes | memoryview, *, place: str) -> str:
    """Decrypt what ``seal`` made for the same place; raises ``InvalidTag`` for any other."""
    return unseal_bytes(sealed, place=place).decode()


def seal_bytes(content: bytes, *, place: str) -> bytes:
    """The same for a whole file."""
    ring = keyring()
    nonce = os.urandom(12)
    box = _cipher(ring.sealing[ring.current]).encrypt(nonce, content, place.encode())
    return bytes([1, ring.current]) + nonce + box


def unseal_bytes(sealed: bytes | memoryview, *, place: str) -> bytes:
    """Decrypt what ``seal_bytes`` made for the same place; raises ``InvalidTag`` for any other."""
    raw = bytes(sealed)
    key = keyring().sealing[raw[1]]
    return _cipher(key).decrypt(raw[2:14], raw[14:], place.encode())


def blind_index(kind: str, text: str) -> str:
    """A keyed digest for exact search: the same for values equal after normalisation, tells nothing else."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    message = f"{kind}\x00{plain.replace(' ', '').upper()}".encode()
    begun, outer = _digests(keyring().index)
    inner, whole = begun.copy(), outer.copy()
    inner.update(message)
    whole.update(inner.digest())
    return whole.hexdigest()


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    """The cipher of a key: making it costs as much as sealing a value."""
    return AESGCM(key)


@lru_cache(maxsize=2)
def _digests(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """HMAC-SHA-256 (RFC 2104) with the key already taken in: inner and outer digest, to be copied.

    The same as ``hmac.digest``, which takes the key in anew for each of a roster's 300,000 values.
    """
    block = key.ljust(64, b"\0") if len(key) <= 64 else hashlib.sha256(key).digest().ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    return inner, outer


def mask_id_number(number: str) -> str:
    """First and last character only (security 4.3): region and birthday must not be guessable."""
    if len(number) < 3:
        return "*" * len(number)
    return number[0] + "*" * (len(number) - 2) + number[-1]


def mask_phone(number: str) -> str:
    """``138****1234`` for a mobile number, all but the last two digits hidden for any other."""
    if len(number) == 11:
        return f"{number[:3]}****{number[-4:]}"
    return "*" * max(len(number) - 2, 0) + number[-2:]
