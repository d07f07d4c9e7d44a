"""The refusals that commands raise and pages show: what is wrong, by which clause, what to do next."""

from __future__ import annotations


class Refused(Exception):
    """An act is not allowed or not possible as asked.

    ``code`` is a stable dotted key (``meetings.no_quorum``); ``message`` a whole Chinese sentence for the
    user; ``clause`` the norm that asks for it (``ZB-11-2``), empty where no regulation does;
    ``next_step`` one sentence that says what to do now; ``command`` the innermost command that refused;
    ``object_ref`` what it was about, for the record; ``retry_after`` seconds to wait where it came too often.
    """

    command = ""
    object_ref = ""
    retry_after = 0

    def __init__(self, code: str, message: str, *, clause: str = "", next_step: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.clause = clause
        self.next_step = next_step


class NotVisible(Exception):
    """The object lies outside the actor's scope, or does not exist: the page answers 404 either way."""


class NotAllowed(Exception):
    """The object is visible but the actor lacks the right: the page answers 403."""

    command = ""
    object_ref = ""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right
