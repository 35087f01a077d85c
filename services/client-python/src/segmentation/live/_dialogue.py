"""What is said over one connection of a live session."""

from __future__ import annotations

from concurrent.futures import Future, InvalidStateError
from typing import List

from segmentation.errors import SegmentationError, error_of_status
from segmentation.live._state import LiveState, Write
from segmentation.pictures import Image, Known, image_of
from segmentation.v1 import segmentation_service_pb2 as protos


class Dialogue:
    """Opens the image, repeats what refinements build on, then lets prompts through."""

    def __init__(
        self, state: LiveState, known: Known, opening: protos.OpenImage, opened: "Future[Image]", write: Write
    ) -> None:
        self._state = state
        self._known = known
        self._opening = opening
        self._opened = opened
        self._write = write
        self._is_replaced = False
        self._repeat: List[protos.SegmentStreamRequest] = state.disconnect()
        write(protos.SegmentStreamRequest(open=opening))

    def receive(self, response: protos.SegmentStreamResponse) -> bool:
        """Takes a message of the server.

        Returns:
            True if the credential expires soon: the session needs another one.

        Raises:
            SegmentationError: The image was refused, or the connection has to be opened anew.
        """
        kind = response.WhichOneof("response")
        if kind == "opened":
            try:
                self._opened.set_result(image_of(response.opened.image, self._known.data))
            except InvalidStateError:
                pass  # opened before
            self._go_on()
        elif kind == "answer":
            self._state.answered(response.answer)
            self._ended(response.answer.sequence)
        elif kind == "error" and response.error.sequence > 0:
            error = error_of_status(response.error.status)
            missing = error.reason == "IMAGE_NOT_FOUND" and self._known.data is not None
            if missing and self._state.try_restore(response.error.sequence):
                # The next connection opens the image, sending the file again, and repeats this prompt.
                raise SegmentationError("UNAVAILABLE", error.message)
            self._state.failed(response.error)
            self._ended(response.error.sequence)
        elif kind == "error":
            error = error_of_status(response.error.status)
            if error.reason != "IMAGE_NOT_FOUND" or self._known.data is None or self._is_replaced:
                raise error
            self._is_replaced = True
            opening = protos.OpenImage()
            opening.CopyFrom(self._opening)
            opening.image_data = self._known.data
            self._write(protos.SegmentStreamRequest(open=opening))
        return kind == "credential_expires"

    def _ended(self, sequence: int) -> None:
        if self._repeat and self._repeat[0].prompt.sequence == sequence:
            del self._repeat[0]
            self._go_on()

    def _go_on(self) -> None:
        if self._repeat:
            # One at a time: in mode LATEST the prompts would supersede each other.
            self._write(self._repeat[0])
        else:
            self._state.connect(self._write)
