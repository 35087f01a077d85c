"""Attempts of a call."""

from __future__ import annotations

import time
from typing import Optional

from segmentation.errors import SegmentationError

SESSION_REFUSALS = 3
"""Credentials that the server refuses in a row before a session ends: what gives tokens may be a little late."""


class Patience:
    """Failures in a row, and the time that is left."""

    def __init__(self, retries: int, timeout: Optional[float], can_renew: bool, max_refusals: int = 1) -> None:
        self._retries = retries
        self._end = None if timeout is None else time.monotonic() + timeout
        self._max_refusals = max_refusals if can_renew else 0
        self._failures = 0
        self._refusals = 0

    def reset(self) -> None:
        """Notes that the server has answered."""
        self._failures = self._refusals = 0

    def left(self) -> Optional[float]:
        """Seconds that are left; None without a limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def pause_after(self, error: SegmentationError, repeatable: bool = True) -> Optional[float]:
        """Seconds to wait before another attempt; None: another attempt would not help, or come too late."""
        if error.code == "UNAUTHENTICATED":
            self._refusals += 1
            if self._refusals > self._max_refusals:
                return None
        elif not repeatable or not is_transient(error) or self._failures >= self._retries:
            return None
        pause = min(0.1 * 2 ** min(self._failures, 5), 3.0)
        self._failures += 1
        pause = max(pause, error.retry_after or 0.0)
        left = self.left()
        return pause if left is None or pause < left else None


def is_transient(error: SegmentationError) -> bool:
    """True if the same request may succeed later."""
    if error.code == "INTERNAL":
        # Without a reason the transport failed; with one the server did, and would again.
        return not error.reason
    if error.code == "CANCELLED":
        return not error.reason
    return error.code in ("UNAVAILABLE", "RESOURCE_EXHAUSTED")
