"""Prompts and options of a live session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from segmentation.masks import Mask
from segmentation.pictures import Known
from segmentation.prompts import Prompt, message_of, output_of
from segmentation.v1 import segmentation_service_pb2 as protos

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

_MODES = {"latest": protos.STREAM_MODE_LATEST, "all": protos.STREAM_MODE_ALL}
MAX_RECONNECTS = 10
"""Connections that a session tries in a row before it fails, at least."""


def opening_of(
    known: Known, mode: str, multimask: Optional[bool], logits: bool, refinable: Optional[bool], model: str
) -> protos.OpenImage:
    """Makes the message that opens the image."""
    if mode not in _MODES:
        raise ValueError(f"mode: {mode!r} is neither 'latest' nor 'all'.")
    output = output_of(multimask, logits, refinable)
    return protos.OpenImage(image_id=known.id, mode=_MODES[mode], output=output, model=model)


def stream_prompt_of(
    opening: protos.OpenImage,
    points: "Optional[ArrayLike]",
    labels: "Optional[ArrayLike]",
    box: "Optional[ArrayLike]",
    mask: "Union[Mask, NDArray[np.float32], None]",
    refine: bool,
    multimask: Optional[bool],
) -> protos.StreamPrompt:
    """Makes a prompt without its number."""
    prompt = protos.StreamPrompt(prompt=message_of(Prompt(points, labels, box, mask)), refine=refine)
    if multimask is not None:
        prompt.output.CopyFrom(opening.output)
        prompt.output.mask_count = output_of(multimask).mask_count
    return prompt
