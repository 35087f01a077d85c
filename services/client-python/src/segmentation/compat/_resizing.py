"""Masks' logits at the size of the image, as segment_anything's ``postprocess_masks`` makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

INPUT_SIDE = 1024
"""Side of the square that the encoder sees."""


def input_size(size: Tuple[int, int], is_stretched: bool) -> Tuple[int, int]:
    """Height and width of an image within the square."""
    if is_stretched:
        return INPUT_SIDE, INPUT_SIDE
    scale = INPUT_SIDE / max(size)
    return int(size[0] * scale + 0.5), int(size[1] * scale + 0.5)


def full_size(logits: "NDArray[np.float32]", size: Tuple[int, int], is_stretched: bool) -> "NDArray[np.float32]":
    """Scales low-resolution logits, float32[256, 256], to the image, float32[H, W]."""
    height, width = input_size(size, is_stretched)
    square = _resize(logits, (INPUT_SIDE, INPUT_SIDE))
    return _resize(square[:height, :width], size)


def _resize(values: "NDArray[np.float32]", size: Tuple[int, int]) -> "NDArray[np.float32]":
    """Bilinear, with pixels' centres at halves, as torch's ``interpolate(align_corners=False)``."""
    (above, below, down), (left, right, across) = (_places(old, new) for old, new in zip(values.shape, size))
    rows = values[above] * (1 - down)[:, np.newaxis] + values[below] * down[:, np.newaxis]
    columns: "NDArray[np.float32]" = rows[:, left] * (1 - across) + rows[:, right] * across
    return columns.astype(np.float32)


def _places(old: int, new: int) -> "Tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]":
    places = np.maximum((np.arange(new) + 0.5) * (old / new) - 0.5, 0.0)
    first = np.minimum(places.astype(np.int64), old - 1)
    return first, np.minimum(first + 1, old - 1), (places - first).astype(np.float32)
