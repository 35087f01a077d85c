"""Live sessions: prompts as fast as the pointer moves."""

from segmentation.live.asynchronous import AsyncLiveSession
from segmentation.live.session import LiveSession

__all__ = ["AsyncLiveSession", "LiveSession"]
