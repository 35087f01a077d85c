"""Prompts: points, a box and a mask, in the forms that notebooks have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Union

import numpy as np

from segmentation.masks import LOGITS_SIDE, Mask
from segmentation.v1 import mask_pb2, prompt_pb2

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Prompt"]


@dataclass(frozen=True, eq=False)
class Prompt:
    """A prompt for one object: any mixture of points, a box and a mask, at least one of them.

    Coordinates are pixels of the upright image: x to the right, y down.
    """

    points: "Optional[ArrayLike]" = None
    """[N, 2] of x and y; or one point, [2]."""
    labels: "Optional[ArrayLike]" = None
    """[N] of 1 (inside of the object) and 0 (outside); None: all inside."""
    box: "Optional[ArrayLike]" = None
    """[4]: left, top, right, bottom."""
    mask: "Union[Mask, NDArray[np.float32], None]" = None
    """An earlier answer on the same image, or its low-resolution logits, float32[256, 256] or [1, 256, 256]."""


def message_of(prompt: Prompt) -> prompt_pb2.Prompt:
    """Makes the service's prompt.

    Raises:
        ValueError: A shape or a label is wrong, or there is nothing in the prompt.
    """
    message = prompt_pb2.Prompt(points=_points(prompt.points, prompt.labels))
    if prompt.box is not None:
        box = np.asarray(prompt.box, np.float64)
        if box.shape != (4,):
            raise ValueError(f"box: 4 numbers (left, top, right, bottom) are a box, not {list(box.shape)}.")
        x_min, y_min, x_max, y_max = box.tolist()
        message.box.CopyFrom(prompt_pb2.Box(x_min=x_min, y_min=y_min, x_max=x_max, y_max=y_max))
    if prompt.mask is not None:
        message.mask.CopyFrom(_mask_input(prompt.mask))
    if not message.points and prompt.box is None and prompt.mask is None:
        raise ValueError("prompt: give points, a box or a mask.")
    return message


def output_of(
    multimask: Optional[bool], logits: bool = False, refinable: Optional[bool] = None
) -> mask_pb2.OutputOptions:
    """Makes the options of an answer."""
    formats = [mask_pb2.MASK_FORMAT_RLE] + ([mask_pb2.MASK_FORMAT_LOGITS] if logits else [])
    output = mask_pb2.OutputOptions(formats=formats)
    if multimask is not None:
        output.mask_count = mask_pb2.MASK_COUNT_THREE if multimask else mask_pb2.MASK_COUNT_ONE
    if refinable is not None:
        output.refinable = refinable
    return output


def _points(points: "Optional[ArrayLike]", labels: "Optional[ArrayLike]") -> List[prompt_pb2.Point]:
    if points is None:
        if labels is not None:
            raise ValueError("labels: there are no points.")
        return []
    places = np.asarray(points, np.float64)
    places = places[np.newaxis] if places.shape == (2,) else places
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(f"points: [N, 2] of x and y are points, not {list(places.shape)}.")
    kinds = np.ones(len(places), np.int64) if labels is None else np.asarray(labels).reshape(-1)
    if len(kinds) != len(places):
        raise ValueError(f"labels: {len(kinds)} labels for {len(places)} points.")
    return [prompt_pb2.Point(x=x, y=y, label=_label(kind)) for (x, y), kind in zip(places.tolist(), kinds.tolist())]


def _label(kind: Any) -> prompt_pb2.PointLabel:
    if kind == 1:
        return prompt_pb2.POINT_LABEL_FOREGROUND
    if kind == 0:
        return prompt_pb2.POINT_LABEL_BACKGROUND
    raise ValueError(f"labels: {kind!r} is no label; 1 is inside of the object, 0 outside.")


def _mask_input(mask: "Union[Mask, NDArray[np.float32]]") -> prompt_pb2.MaskInput:
    if isinstance(mask, Mask):
        if mask.message.logits:
            return prompt_pb2.MaskInput(logits=mask.message.logits)  # outlives the server's cache
        if mask.id:
            return prompt_pb2.MaskInput(mask_id=mask.id)
        raise ValueError("mask: this mask has neither an id nor logits; segment with logits=True, or give logits.")
    logits = np.asarray(mask, "<f4")
    if logits.size != LOGITS_SIDE * LOGITS_SIDE or logits.shape[-2:] != (LOGITS_SIDE, LOGITS_SIDE):
        raise ValueError(f"mask: [256, 256] are a mask's logits, not {list(logits.shape)}.")
    return prompt_pb2.MaskInput(logits=logits.tobytes())


def prompts_of(prompts: Sequence[Prompt]) -> List[prompt_pb2.Prompt]:
    """Makes the service's prompts; an error names the prompt."""
    messages = []
    for index, prompt in enumerate(prompts):
        try:
            messages.append(message_of(prompt))
        except ValueError as error:
            raise ValueError(f"prompts[{index}].{error}") from None
    return messages
