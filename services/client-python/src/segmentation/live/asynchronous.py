"""The live session for asyncio."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Any, AsyncIterator, List, Optional, Type, Union

import grpc

from segmentation import _methods
from segmentation._asynchronous import AsyncConnection
from segmentation._retry import SESSION_REFUSALS, Patience
from segmentation.errors import SegmentationError, error_of_call
from segmentation.live._dialogue import Dialogue
from segmentation.live._prompts import MAX_RECONNECTS, stream_prompt_of
from segmentation.live._state import LiveState
from segmentation.masks import Mask
from segmentation.pictures import Image, Known
from segmentation.v1 import segmentation_service_pb2 as protos

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Outbox = asyncio.Queue[Optional[protos.SegmentStreamRequest]]


class AsyncLiveSession:
    """A live session on one image, as ``LiveSession``, for the tasks of one event loop: ``AsyncClient.session``."""

    image: Image
    """The image."""

    def __init__(self, connection: AsyncConnection, retries: int, known: Known, opening: protos.OpenImage) -> None:
        self._connection = connection
        self._known = known
        self._opening = opening
        self._state = LiveState(opening.mode == protos.STREAM_MODE_LATEST)
        self._opened: "Future[Image]" = Future()
        self._patience = Patience(max(retries, MAX_RECONNECTS), None, connection.server.can_renew, SESSION_REFUSALS)
        self._reconnects = 0
        self._task = asyncio.ensure_future(self._run())

    async def _open(self) -> "AsyncLiveSession":
        try:
            self.image = await asyncio.wrap_future(self._opened)
        except BaseException:
            await self.close()
            raise
        return self

    @property
    def reconnects(self) -> int:
        """Attempts to connect after the first."""
        return self._reconnects

    def submit(
        self,
        points: "Optional[ArrayLike]" = None,
        labels: "Optional[ArrayLike]" = None,
        box: "Optional[ArrayLike]" = None,
        mask: "Union[Mask, NDArray[np.float32], None]" = None,
        *,
        refine: bool = False,
        multimask: Optional[bool] = None,
    ) -> "asyncio.Future[Optional[List[Mask]]]":
        """Sends a prompt and does not wait; see ``LiveSession.submit``."""
        prompt = stream_prompt_of(self._opening, points, labels, box, mask, refine, multimask)
        return asyncio.wrap_future(self._state.prompt(prompt))

    async def prompt(
        self,
        points: "Optional[ArrayLike]" = None,
        labels: "Optional[ArrayLike]" = None,
        box: "Optional[ArrayLike]" = None,
        mask: "Union[Mask, NDArray[np.float32], None]" = None,
        *,
        refine: bool = False,
        multimask: Optional[bool] = None,
    ) -> Optional[List[Mask]]:
        """Sends a prompt and waits for its masks; see ``LiveSession.submit``.

        Raises:
            SegmentationError: The prompt is invalid or failed, or the session is over.
        """
        return await self.submit(points, labels, box, mask, refine=refine, multimask=multimask)

    def reset(self) -> None:
        """Forgets the mask that ``refine`` starts from; prompts already sent are not affected."""
        self._state.reset()

    async def close(self) -> None:
        """Ends the session; unanswered prompts fail with CANCELLED."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def __aenter__(self) -> "AsyncLiveSession":
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.close()

    async def _run(self) -> None:
        error = SegmentationError("CANCELLED", "The session was closed.")
        try:
            while not self._connection.is_closed:
                lost = await self._connect()
                if self._connection.is_closed:
                    return
                pause = self._patience.pause_after(lost)
                if pause is None:
                    error = lost
                    return
                self._reconnects += 1
                await asyncio.sleep(pause)
        finally:
            self._state.fail(error)
            if not self._opened.done():
                self._opened.set_exception(error)

    async def _connect(self) -> SegmentationError:
        """Serves one connection until it is lost."""
        outbox: "Outbox" = asyncio.Queue()
        dialogue = Dialogue(self._state, self._known, self._opening, self._opened, outbox.put_nowait)
        method = _methods.SEGMENT_STREAM
        calls = self._connection.channel.stream_stream(method.path, method.serialize, method.deserialize)
        try:
            metadata = await self._connection.metadata()
        except Exception as failed:  # of the caller's function
            return SegmentationError("UNAUTHENTICATED", f"token: {failed}")
        call: Any = calls(_messages(outbox), metadata=metadata)
        try:
            async for response in call:
                self._patience.reset()
                if dialogue.receive(response) and self._connection.server.can_renew:
                    await self._renew(outbox)
            return SegmentationError("UNAVAILABLE", "The server ended the session.")
        except grpc.RpcError as failed:
            return error_of_call(failed)
        except SegmentationError as error:
            return error
        finally:
            self._state.disconnect()
            call.cancel()
            outbox.put_nowait(None)  # ends the task that writes

    async def _renew(self, outbox: "Outbox") -> None:
        try:
            credential = await self._connection.credential()
        except Exception:
            return  # the session goes on until the credential's end, and then connects again
        message = protos.Reauthenticate(credential=credential or "")
        outbox.put_nowait(protos.SegmentStreamRequest(reauthenticate=message))


async def _messages(outbox: "Outbox") -> AsyncIterator[protos.SegmentStreamRequest]:
    while True:
        message = await outbox.get()
        if message is None:
            return
        yield message
