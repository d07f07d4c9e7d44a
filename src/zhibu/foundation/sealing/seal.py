"""Sealing a value to its place, keyed digests for exact search, and the one mask shown everywhere."""

from __future__ import annotations

import hmac
import os
import unicodedata

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
    box = AESGCM(ring.sealing[ring.current]).encrypt(nonce, content, place.encode())
    return bytes([1, ring.current]) + nonce + box


def unseal_bytes(sealed: bytes | memoryview, *, place: str) -> bytes:
    """Decrypt what ``seal_bytes`` made for the same place; raises ``InvalidTag`` for any other."""
    raw = bytes(sealed)
    key = keyring().sealing[raw[1]]
    return AESGCM(key).decrypt(raw[2:14], raw[14:], place.encode())


def blind_index(kind: str, text: str) -> str:
    """A keyed digest for exact search: the same for values equal after normalisation, tells nothing else."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    message = f"{kind}\x00{plain.replace(' ', '').upper()}".encode()
    return hmac.digest(keyring().index, message, "sha256").hex()


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
