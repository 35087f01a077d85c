"""segment_anything's predictor over a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Tuple, Union

import numpy as np

from segmentation.client import Client
from segmentation.compat._resizing import full_size, input_size
from segmentation.compat.registry import RemoteSam
from segmentation.pictures import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SamPredictor"]

_NOT_SET = "An image must be set with .set_image(...) before mask prediction."


class SamPredictor:
    """Predicts masks of one image by prompts, with the names and shapes of segment_anything's class.

    Masks are in the order of their predicted IoU, best first; segment_anything has them in the order of the decoder's
    tokens. Arrays are numpy's throughout.
    """

    is_image_set: bool
    """True after ``set_image``."""
    original_size: Optional[Tuple[int, int]]
    """Height and width of the image."""
    input_size: Optional[Tuple[int, int]]
    """Height and width of the image within the encoder's square."""
    _image: Optional[Image]
    _features: "Optional[NDArray[np.float32]]"

    def __init__(self, sam_model: Union[RemoteSam, Client]) -> None:
        """Predicts with a model of ``sam_model_registry``, or with the default model of a client's server."""
        self.model = RemoteSam(sam_model) if isinstance(sam_model, Client) else sam_model
        self.reset_image()

    def set_image(self, image: "NDArray[np.uint8]", image_format: str = "RGB") -> None:
        """Uploads an image; the server computes its embedding.

        Args:
            image: Pixels, uint8[H, W, 3].
            image_format: Order of the channels, ``RGB`` or ``BGR``.
        """
        assert image_format in ("RGB", "BGR"), f"image_format must be in ['RGB', 'BGR'], is {image_format}."
        self.reset_image()
        pixels = image if image_format == self.model.image_format else image[..., ::-1]
        self._image = uploaded = self.model.client.upload(pixels, model=self.model.model)
        self.original_size = (uploaded.height, uploaded.width)
        self.input_size = input_size(self.original_size, self.model.is_stretched)
        self.is_image_set = True

    def predict(
        self,
        point_coords: "Optional[NDArray[np.float64]]" = None,
        point_labels: "Optional[NDArray[np.int64]]" = None,
        box: "Optional[NDArray[np.float64]]" = None,
        mask_input: "Optional[NDArray[np.float32]]" = None,
        multimask_output: bool = True,
        return_logits: bool = False,
    ) -> "Tuple[NDArray[np.generic], NDArray[np.float32], NDArray[np.float32]]":
        """Predicts masks by a prompt.

        Args:
            point_coords: [N, 2] of x and y in pixels.
            point_labels: [N] of 1 (inside) and 0 (outside).
            box: [4]: left, top, right, bottom.
            mask_input: Low-resolution logits of an earlier answer, float32[1, 256, 256].
            multimask_output: True for three masks, False for one.
            return_logits: True for logits in place of masks, scaled as segment_anything does.

        Returns:
            Masks, bool[C, H, W] (float32 with ``return_logits``); predicted IoU, float32[C]; low-resolution logits,
            float32[C, 256, 256].

        Raises:
            RuntimeError: No image is set.
            SegmentationError: The server refused the prompt.
        """
        image = self._required()
        if point_coords is not None:
            assert point_labels is not None, "point_labels must be supplied if point_coords is supplied."
        masks = self.model.client.segment(
            image, point_coords, point_labels, box, mask_input, multimask=multimask_output, logits=True)
        low_res = np.stack([mask.logits for mask in masks if mask.logits is not None])
        scores = np.array([mask.predicted_iou for mask in masks], np.float32)
        if return_logits:
            size = (image.height, image.width)
            return np.stack([full_size(logits, size, self.model.is_stretched) for logits in low_res]), scores, low_res
        return np.stack([mask.array for mask in masks]), scores, low_res

    def get_image_embedding(self) -> "NDArray[np.float32]":
        """Gives the image's embedding, float32[1, 256, 64, 64] for models with the shape of SAM 1.

        Raises:
            RuntimeError: No image is set.
        """
        image = self._required()
        if self._features is None:
            self._features = self.model.client.embedding(image)
        return self._features

    @property
    def features(self) -> "Optional[NDArray[np.float32]]":
        """The image's embedding, fetched when first asked for; None without an image."""
        return self.get_image_embedding() if self.is_image_set else None

    def reset_image(self) -> None:
        """Forgets the image."""
        self.is_image_set = False
        self.original_size = self.input_size = self._image = self._features = None

    def set_torch_image(self, *arguments: object, **options: object) -> None:
        """Raises NotImplementedError: the server takes pictures, no tensors."""
        raise NotImplementedError("set_torch_image: the server takes pictures, no tensors; use set_image.")

    def predict_torch(self, *arguments: object, **options: object) -> None:
        """Raises NotImplementedError: there are no tensors of PyTorch here."""
        raise NotImplementedError(
            "predict_torch: there are no tensors of PyTorch here; use predict, or segmentation.Client.segment_batch "
            "for many prompts at once.")

    def _required(self) -> Image:
        if self._image is None:
            raise RuntimeError(_NOT_SET)
        return self._image
