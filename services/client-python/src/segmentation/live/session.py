"""The synchronous live session."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Any, List, Optional, Type, Union

import grpc

from segmentation import _methods
from segmentation._blocking import Connection
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


class LiveSession:
    """A live session on one image, for prompts as fast as you like, from any thread; ``Client.session`` opens it.

    It connects again after a lost connection, opens the image again, with the file where the server no longer holds the
    image, and repeats the prompts that the refinement builds on and those without an answer: the answers are those of
    an undisturbed session. Before its credential expires it sends another one, where the client has ``token``.
    """

    def __init__(self, connection: Connection, retries: int, known: Known, opening: protos.OpenImage) -> None:
        self._connection = connection
        self._known = known
        self._opening = opening
        self._state = LiveState(opening.mode == protos.STREAM_MODE_LATEST)
        self._opened: "Future[Image]" = Future()
        self._patience = Patience(max(retries, MAX_RECONNECTS), None, connection.server.can_renew, SESSION_REFUSALS)
        self._closed = threading.Event()
        self._gate = threading.Lock()
        self._call: Any = None
        self._reconnects = 0
        self._thread = threading.Thread(target=self._run, name="segmentation-session", daemon=True)
        self._thread.start()
        try:
            self.image = self._opened.result()
            """The image."""
        except BaseException:
            self.close()
            raise

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
    ) -> "Future[Optional[List[Mask]]]":
        """Sends a prompt and does not wait.

        Args:
            points, labels, box, mask: As in ``Client.segment``.
            refine: True to refine the best mask of the latest answered prompt, as SAM does click by click: give all
                points so far.
            multimask: Replaces the session's for this prompt.

        Returns:
            The masks, best first; None when, in mode "latest", a newer prompt overtook this one. Its exception is a
            ``SegmentationError``.
        """
        return self._state.prompt(stream_prompt_of(self._opening, points, labels, box, mask, refine, multimask))

    def prompt(
        self,
        points: "Optional[ArrayLike]" = None,
        labels: "Optional[ArrayLike]" = None,
        box: "Optional[ArrayLike]" = None,
        mask: "Union[Mask, NDArray[np.float32], None]" = None,
        *,
        refine: bool = False,
        multimask: Optional[bool] = None,
        timeout: Optional[float] = None,
    ) -> Optional[List[Mask]]:
        """Sends a prompt and waits for its masks; see ``submit``.

        Raises:
            SegmentationError: The prompt is invalid or failed, or the session is over.
            concurrent.futures.TimeoutError: ``timeout`` seconds were over; the prompt itself is not withdrawn.
        """
        sent = self.submit(points, labels, box, mask, refine=refine, multimask=multimask)
        return sent.result(timeout)

    def reset(self) -> None:
        """Forgets the mask that ``refine`` starts from; prompts already sent are not affected."""
        self._state.reset()

    def close(self) -> None:
        """Ends the session; unanswered prompts fail with CANCELLED."""
        self._closed.set()
        with self._gate:
            if self._call is not None:
                self._call.cancel()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> "LiveSession":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def _run(self) -> None:
        while True:
            error = self._connect()
            if self._closed.is_set() or self._connection.is_closed:
                error = SegmentationError("CANCELLED", "The session was closed.")
                pause = None
            else:
                pause = self._patience.pause_after(error)
            if pause is None:
                self._state.fail(error)
                if not self._opened.done():
                    self._opened.set_exception(error)
                return
            self._reconnects += 1
            self._closed.wait(pause)

    def _connect(self) -> SegmentationError:
        """Serves one connection until it is lost."""
        outbox: "queue.SimpleQueue[Optional[protos.SegmentStreamRequest]]" = queue.SimpleQueue()
        dialogue = Dialogue(self._state, self._known, self._opening, self._opened, outbox.put)
        method = _methods.SEGMENT_STREAM
        calls = self._connection.channel.stream_stream(method.path, method.serialize, method.deserialize)
        try:
            metadata = self._connection.metadata()
        except Exception as failed:  # of the caller's function
            return SegmentationError("UNAUTHENTICATED", f"token: {failed}")
        with self._gate:
            if self._closed.is_set():
                return SegmentationError("CANCELLED", "The session was closed.")
            try:
                call = self._call = calls(iter(outbox.get, None), metadata=metadata)
            except ValueError:
                return SegmentationError("CANCELLED", "The client was closed.")
        try:
            for response in call:
                self._patience.reset()
                if dialogue.receive(response) and self._connection.server.can_renew:
                    self._renew(outbox)
            return SegmentationError("UNAVAILABLE", "The server ended the session.")
        except grpc.RpcError as failed:
            return error_of_call(failed)
        except SegmentationError as error:
            return error
        finally:
            self._state.disconnect()
            call.cancel()
            outbox.put(None)  # ends the thread that writes

    def _renew(self, outbox: "queue.SimpleQueue[Optional[protos.SegmentStreamRequest]]") -> None:
        try:
            credential = self._connection.credential()
        except Exception:
            return  # the session goes on until the credential's end, and then connects again
        message = protos.Reauthenticate(credential=credential or "")
        outbox.put(protos.SegmentStreamRequest(reauthenticate=message))
