"""The search for everything in an image, without a prompt."""

from __future__ import annotations

from typing import Callable, Iterable, List, NamedTuple, Optional, Tuple

from segmentation import _methods
from segmentation._steps import Reading, Steps, work
from segmentation.errors import SegmentationError
from segmentation.masks import Mask
from segmentation.pictures import ImageLike, Known
from segmentation.v1 import everything_pb2 as protos

__all__ = ["FoundMask", "Progress"]


class Progress(NamedTuple):
    """Progress of a search."""

    points_done: int
    """Grid points decoded, or skipped by the profile."""
    points: int
    """Grid points of all crops."""
    crops_done: int
    """Crops searched."""
    crops: int
    """Number of crops, the whole image included."""
    seconds_left: Optional[float]
    """Seconds left at the speed so far; None before the first point is done."""


class FoundMask(Mask):
    """A mask with the point and the crop that found it. Its ``id`` is empty: to refine it, prompt with ``point``."""

    def __init__(self, message: protos.FoundMask, provisional: bool) -> None:
        super().__init__(message.mask)
        self.point: Tuple[float, float] = (message.point.x, message.point.y)
        """The grid point that found it, x and y in pixels of the image."""
        box = message.crop_box
        self.crop_box: Tuple[int, int, int, int] = (box.x, box.y, box.width, box.height)
        """The crop in which it was found: left, top, width, height."""
        self.index = message.index
        """Number among the final masks, or among the provisional ones, from 0."""
        self.provisional = provisional
        """True for a mask that was found before duplicates were removed: it need not be among the final ones."""


class Search(Reading[FoundMask]):
    """A search that goes on after lost connections, and gives every final mask once."""

    method = _methods.SEGMENT_EVERYTHING

    def __init__(
        self,
        image: ImageLike,
        request: protos.SegmentEverythingRequest,
        default_model: str,
        progress: Optional[Callable[[Progress], object]],
    ) -> None:
        self._image = image
        self._request = request
        self._default_model = default_model
        self._progress = progress
        self._known: Optional[Known] = None
        self._masks = self._provisional = 0

    def begin(self) -> Steps[protos.SegmentEverythingRequest]:
        if self._known is None:
            image = self._image
            self._known = known = yield from work(lambda: Known.of(image))
            self._request.image_id = known.id
            self._request.model = self._request.model or known.model or self._default_model
        return self._request

    def take(self, response: protos.SegmentEverythingResponse) -> Iterable[FoundMask]:
        kind = response.WhichOneof("response")
        found: List[FoundMask] = []
        if kind == "progress" and self._progress is not None:
            self._progress(_progress_of(response.progress))
        elif kind == "mask" and response.mask.index >= self._masks:
            # A search begins again after a lost connection; masks and their order are the same.
            self._masks = response.mask.index + 1
            found.append(FoundMask(response.mask, provisional=False))
        elif kind == "provisional" and response.provisional.index >= self._provisional:
            self._provisional = response.provisional.index + 1
            found.append(FoundMask(response.provisional, provisional=True))
        return found

    def recover(self, error: SegmentationError) -> bool:
        needed = error.reason in ("IMAGE_NOT_FOUND", "CROPS_NEED_IMAGE_DATA")
        if not needed or self._known is None or self._known.data is None or self._request.image_data:
            return False
        self._request.image_data = self._known.data  # takes the id's place
        return True


def _progress_of(message: protos.EverythingProgress) -> Progress:
    left = message.remaining.seconds + message.remaining.nanos / 1e9 if message.HasField("remaining") else None
    return Progress(message.points_done, message.points, message.crops_done, message.crops, left)
