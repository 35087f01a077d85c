"""segment_anything's automatic mask generator over a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Union

import numpy as np

from segmentation import _rle
from segmentation.client import Client
from segmentation.compat.registry import RemoteSam
from segmentation.everything import FoundMask

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["SamAutomaticMaskGenerator"]

_OUTPUT_MODES = ("binary_mask", "uncompressed_rle", "coco_rle")


class SamAutomaticMaskGenerator:
    """Finds the masks of everything in an image, with the names and defaults of segment_anything's class."""

    def __init__(
        self,
        model: Union[RemoteSam, Client],
        points_per_side: Optional[int] = 32,
        points_per_batch: int = 64,
        pred_iou_thresh: float = 0.88,
        stability_score_thresh: float = 0.95,
        stability_score_offset: float = 1.0,
        box_nms_thresh: float = 0.7,
        crop_n_layers: int = 0,
        crop_nms_thresh: float = 0.7,
        crop_overlap_ratio: float = 512 / 1500,
        crop_n_points_downscale_factor: int = 1,
        point_grids: "Optional[Sequence[ArrayLike]]" = None,
        min_mask_region_area: int = 0,
        output_mode: str = "binary_mask",
    ) -> None:
        """Takes the options of segment_anything, with the same meanings.

        Args:
            model: A model of ``sam_model_registry``, or a client for the default model of its server.
            output_mode: Form of ``segmentation`` in the results: ``binary_mask``, ``uncompressed_rle`` or ``coco_rle``.
        """
        assert (points_per_side is None) != (point_grids is None), \
            "Exactly one of points_per_side or point_grid must be provided."
        assert output_mode in _OUTPUT_MODES, f"Unknown output_mode {output_mode}."
        self.model = RemoteSam(model) if isinstance(model, Client) else model
        self.output_mode = output_mode
        self._options: Dict[str, Any] = {
            "points_per_side": points_per_side,
            "points_per_batch": points_per_batch,
            "pred_iou_thresh": pred_iou_thresh,
            "stability_score_thresh": stability_score_thresh,
            "stability_score_offset": stability_score_offset,
            "box_nms_thresh": box_nms_thresh,
            "crop_n_layers": crop_n_layers,
            "crop_nms_thresh": crop_nms_thresh,
            "crop_overlap_ratio": crop_overlap_ratio,
            "crop_n_points_downscale_factor": crop_n_points_downscale_factor,
            "point_grids": point_grids,
            "min_mask_region_area": min_mask_region_area,
        }

    def generate(self, image: "NDArray[np.uint8]") -> List[Dict[str, Any]]:
        """Finds the masks of an image.

        Args:
            image: Pixels, uint8[H, W, 3], in the order red, green, blue.

        Returns:
            A dictionary for each mask: ``segmentation`` (bool[H, W], or run lengths), ``area`` in pixels, ``bbox``
            XYWH, ``predicted_iou``, ``point_coords`` [[x, y]], ``stability_score`` and ``crop_box`` XYWH. As in
            segment_anything, width and height of ``bbox`` go from the first to the last pixel: 1 less than in ``bbox``
            of ``Mask``.

        Raises:
            SegmentationError: The server refused the image or an option.
        """
        found = self.model.client.everything(image, model=self.model.model, **self._options)
        return [self._record(mask) for mask in found]

    def _record(self, mask: FoundMask) -> Dict[str, Any]:
        left, top, width, height = mask.bbox
        return {
            "segmentation": self._segmentation(mask),
            "area": mask.area,
            "bbox": [left, top, max(0, width - 1), max(0, height - 1)],
            "predicted_iou": mask.predicted_iou,
            "point_coords": [list(mask.point)],
            "stability_score": mask.stability_score,
            "crop_box": list(mask.crop_box),
        }

    def _segmentation(self, mask: FoundMask) -> "Union[NDArray[np.bool_], Dict[str, Any]]":
        if self.output_mode == "binary_mask":
            return mask.array
        coco = mask.to_coco()
        if self.output_mode == "coco_rle":
            return coco
        return {"size": coco["size"], "counts": _rle.decode_counts(mask.message.rle.counts).tolist()}
