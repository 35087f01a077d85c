"""Masks: run lengths that become pixels, polygons or COCO's form when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Union

import numpy as np

from segmentation import _outlines, _rle
from segmentation.v1 import mask_pb2

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = ["Mask", "LOGITS_SIDE"]

LOGITS_SIDE = 256
"""Side of a mask's low-resolution logits."""


class Mask:
    """A mask of an upright image, at its full size. ``numpy.asarray(mask)`` is ``mask.array``."""

    def __init__(self, message: mask_pb2.Mask) -> None:
        """Wraps the service's message, which must hold run lengths."""
        if len(message.rle.size) != 2:
            raise ValueError("mask: the message holds no run lengths (MASK_FORMAT_RLE).")
        self.message = message
        """The message of ``segmentation.v1``."""
        self._array: "Optional[NDArray[np.bool_]]" = None

    @staticmethod
    def from_array(array: "ArrayLike") -> "Mask":
        """Makes a mask of an array [H, W], true or non-zero inside."""
        pixels = np.asarray(array).astype(np.bool_)
        if pixels.ndim != 2 or pixels.size == 0:
            raise ValueError(f"array: a mask has two dimensions, this array {list(pixels.shape)}.")
        rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
        box = mask_pb2.BoundingBox() if rows.size == 0 else mask_pb2.BoundingBox(
            x=int(columns[0]), y=int(rows[0]),
            width=int(columns[-1] - columns[0] + 1), height=int(rows[-1] - rows[0] + 1))
        counts = _rle.encode_counts(_rle.counts_of(pixels))
        return Mask(mask_pb2.Mask(
            area=int(pixels.sum()), bounding_box=box,
            rle=mask_pb2.RunLengthEncoding(size=pixels.shape, counts=counts)))

    @staticmethod
    def from_coco(coco: Dict[str, Any]) -> "Mask":
        """Makes a mask of COCO's ``{"size": [h, w], "counts": ...}``, compressed (str, bytes) or not (list)."""
        counts = coco["counts"]
        height, width = coco["size"]
        if isinstance(counts, bytes):
            counts = counts.decode("ascii")
        runs = _rle.decode_counts(counts) if isinstance(counts, str) else np.asarray(counts, np.int64)
        return Mask.from_array(_rle.pixels_of((int(height), int(width)), runs))

    @staticmethod
    def from_rle(rle: mask_pb2.RunLengthEncoding) -> "Mask":
        """Makes a mask of run lengths, for example of an annotation."""
        return Mask.from_coco({"size": list(rle.size), "counts": rle.counts})

    @property
    def id(self) -> str:
        """Name of the mask in later prompts on the image; empty for masks that cannot be refined."""
        return self.message.id

    @property
    def size(self) -> Tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.message.rle.size
        return height, width

    @property
    def array(self) -> "NDArray[np.bool_]":
        """Pixels, bool[H, W], true inside. Made when first asked for, then kept."""
        if self._array is None:
            self._array = _rle.pixels_of(self.size, _rle.decode_counts(self.message.rle.counts))
        return self._array

    def __array__(self, dtype: "DTypeLike" = None, copy: Optional[bool] = None) -> "NDArray[Any]":
        array = self.array if dtype is None else self.array.astype(dtype)
        return array.copy() if copy and array is self.array else array

    @property
    def predicted_iou(self) -> float:
        """The model's own estimate of the mask's IoU with the object; usually 0 to 1, not clamped."""
        return self.message.predicted_iou

    @property
    def stability_score(self) -> float:
        """IoU of the mask at a threshold of +1 with the mask at -1 logits: 0 to 1."""
        return self.message.stability_score

    @property
    def area(self) -> int:
        """Pixels inside."""
        return self.message.area

    @property
    def bbox(self) -> Tuple[int, int, int, int]:
        """Smallest box around the mask: left, top, width, height. All zero for an empty mask."""
        box = self.message.bounding_box
        return box.x, box.y, box.width, box.height

    @property
    def logits(self) -> "Optional[NDArray[np.float32]]":
        """Low-resolution logits, float32[256, 256], positive inside; None unless asked for by ``logits=True``."""
        if not self.message.logits:
            return None
        return np.frombuffer(self.message.logits, "<f4").astype(np.float32).reshape(LOGITS_SIDE, LOGITS_SIDE)

    def to_coco(self) -> Dict[str, Union[List[int], str]]:
        """Gives COCO's compressed run lengths, ``{"size": [h, w], "counts": str}``: pycocotools reads them."""
        return {"size": list(self.size), "counts": self.message.rle.counts}

    def to_polygons(self) -> "List[List[NDArray[np.int32]]]":
        """Traces the outlines along pixel edges.

        Returns:
            Polygons, each an outer ring and then its holes; a ring is int32[N, 2] of x and y in pixels, clockwise as
            seen around the mask. Filling all rings by the even-odd rule gives the mask's pixels exactly.
        """
        counts = _rle.decode_counts(self.message.rle.counts)
        return _outlines.polygons_of(_rle.stretches(self.size[0], counts.tolist()))

    def __repr__(self) -> str:
        return (f"<{type(self).__name__} {self.size[1]} x {self.size[0]}, {self.area} pixels, "
                f"predicted IoU {self.predicted_iou:.3f}>")
