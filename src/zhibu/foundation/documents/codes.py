"""QR codes as rows of modules; segno draws nothing itself here, so PDF and DOCX show the same squares."""

from __future__ import annotations

import segno


def code_modules(link: str) -> tuple[str, ...]:
    """The rows of a QR code for a link as texts of 0 and 1, error correction M, without the quiet zone.

    Raises ValueError where the link is longer than a QR code holds (about 2,300 letters).
    """
    try:
        code = segno.make_qr(link, error="m", boost_error=False)
    except segno.DataOverflowError as error:
        raise ValueError(link[:40]) from error
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.matrix)
