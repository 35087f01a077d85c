"""Methods that ``Client`` and ``AsyncClient`` share: one image, its prompts and masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Union

import numpy as np

from segmentation import _methods
from segmentation._steps import Steps, call, send_file, work
from segmentation.errors import SegmentationError
from segmentation.everything import Progress, Search
from segmentation.masks import Mask
from segmentation.pictures import Image, ImageLike, Known, Picture, bytes_of, id_of, image_of
from segmentation.prompts import Prompt, message_of, output_of, prompts_of
from segmentation.v1 import everything_pb2, image_service_pb2, mask_pb2, model_service_pb2, prompt_pb2
from segmentation.v1 import segmentation_service_pb2 as segmentation_pb2
from segmentation.v1 import usage_service_pb2

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Operations:
    """Steps of the methods of one image."""

    def __init__(self, model: Optional[str]) -> None:
        self.model = model or ""

    def upload(self, picture: Picture, *, model: Optional[str] = None) -> Steps[Image]:
        """Uploads a picture, or only its id where the server holds it already.

        Args:
            picture: A path, bytes, an open file, an array uint8[H, W, 3] (red first), or an image of Pillow. Pixels
                become a PNG file.
            model: Id of a model, or a roll-out's name; None for the client's.

        Raises:
            SegmentationError: INVALID_ARGUMENT: the file is no image, or too large; RESOURCE_EXHAUSTED: the server has
                no time for it now.
        """
        data: bytes = yield from work(lambda: bytes_of(picture))
        image: Image = yield from self._upload(data, model or self.model)
        return image

    def image(self, id: str, *, model: Optional[str] = None) -> Steps[Image]:
        """Describes an image that the server holds. Raises NOT_FOUND where it does not."""
        request = image_service_pb2.GetImageRequest(id=id, model=model or self.model)
        answer = yield from call(_methods.GET_IMAGE, request)
        return image_of(answer, None)

    def segment(
        self,
        image: ImageLike,
        points: "Optional[ArrayLike]" = None,
        labels: "Optional[ArrayLike]" = None,
        box: "Optional[ArrayLike]" = None,
        mask: "Union[Mask, NDArray[np.float32], None]" = None,
        *,
        multimask: Optional[bool] = None,
        logits: bool = False,
        model: Optional[str] = None,
    ) -> Steps[List[Mask]]:
        """Segments an object of an image by one prompt. At least one of points, box and mask is needed.

        Args:
            image: An image, its id, or a picture. A picture that the server does not hold, or no longer, is uploaded.
            points: [N, 2] of x and y in pixels of the upright image; or one point.
            labels: [N] of 1 (inside of the object) and 0 (outside); None: all inside.
            box: Left, top, right, bottom.
            mask: An earlier answer on the image, or its low-resolution logits, float32[256, 256].
            multimask: True for three masks (usually whole, part and subpart), False for one, None for three where the
                prompt is ambiguous: one point and nothing else.
            logits: True to get the masks' low-resolution logits, too.
            model: Id of a model, or a roll-out's name; None for the image's, or else the client's.

        Returns:
            One mask or three, best predicted IoU first.

        Raises:
            ValueError: A shape or a label is wrong.
            SegmentationError: INVALID_ARGUMENT: ``violations`` names what is wrong; NOT_FOUND: the server no longer
                holds the image and the client has no bytes of it (IMAGE_NOT_FOUND), or no longer the mask's logits
                (MASK_NOT_FOUND).
        """
        prompt = message_of(Prompt(points, labels, box, mask))
        results = yield from self._segment(image, [prompt], output_of(multimask, logits), model)
        return results[0]

    def segment_batch(
        self,
        image: ImageLike,
        prompts: Sequence[Prompt],
        *,
        multimask: Optional[bool] = None,
        logits: bool = False,
        model: Optional[str] = None,
    ) -> Steps[List[List[Mask]]]:
        """Segments several objects of an image, 1 to 256 prompts in one call. The prompts do not depend on each other.

        Returns:
            The masks of each prompt, in the order of the prompts; see ``segment``.
        """
        return (yield from self._segment(image, prompts_of(prompts), output_of(multimask, logits), model))

    def embedding(self, image: ImageLike, *, model: Optional[str] = None) -> "Steps[NDArray[np.float32]]":
        """Gives an image's embedding, float32[1, C, H, W]: [1, 256, 64, 64] for models with the shape of SAM 1.

        Of models with several tensors, such as SAM 2, it is the first.
        """
        def attempt(known: Known, chosen: str) -> Steps[image_service_pb2.Embedding]:
            return call(_methods.GET_EMBEDDING, image_service_pb2.GetEmbeddingRequest(id=known.id, model=chosen))

        answer = yield from self._with_image(image, model, attempt)
        size = int(np.prod(answer.shape))
        values = np.frombuffer(answer.float16, "<f2", count=size).astype(np.float32)
        return values.reshape(1, *answer.shape)

    def everything(
        self,
        image: ImageLike,
        *,
        points_per_side: Optional[int] = None,
        points_per_batch: Optional[int] = None,
        pred_iou_thresh: Optional[float] = None,
        stability_score_thresh: Optional[float] = None,
        stability_score_offset: Optional[float] = None,
        box_nms_thresh: Optional[float] = None,
        crop_n_layers: Optional[int] = None,
        crop_nms_thresh: Optional[float] = None,
        crop_overlap_ratio: Optional[float] = None,
        crop_n_points_downscale_factor: Optional[int] = None,
        point_grids: "Optional[Sequence[ArrayLike]]" = None,
        min_mask_region_area: Optional[int] = None,
        max_mask_area_ratio: Optional[float] = None,
        fast: bool = False,
        provisional: bool = False,
        progress: Optional[Callable[[Progress], object]] = None,
        model: Optional[str] = None,
    ) -> Search:
        """Finds the masks of everything in an image, without a prompt. Closing the iterator ends the search.

        The options are segment-anything's, with its defaults; ``protos/segmentation/v1/everything.proto`` has their
        ranges. These are not segment-anything's:

        Args:
            image: An image, its id, or a picture. With ``crop_n_layers`` the bytes are needed unless the server holds
                the embeddings of all crops.
            max_mask_area_ratio: Drops masks that cover at least this share of the image.
            fast: True to skip points that would very likely find the same masks as others.
            provisional: True to get masks as they are found, too, before duplicates are removed.
            progress: Told the progress, at most a few times a second.
            model: Id of a model, or a roll-out's name; None for the image's, or else the client's.

        Returns:
            An iterator of masks. It goes on after a lost connection.
        """
        options: Dict[str, Any] = {
            "points_per_side": points_per_side, "points_per_batch": points_per_batch,
            "pred_iou_thresh": pred_iou_thresh, "stability_score_thresh": stability_score_thresh,
            "stability_score_offset": stability_score_offset, "box_nms_thresh": box_nms_thresh,
            "crop_n_layers": crop_n_layers, "crop_nms_thresh": crop_nms_thresh,
            "crop_overlap_ratio": crop_overlap_ratio,
            "crop_n_points_downscale_factor": crop_n_points_downscale_factor,
            "min_mask_region_area": min_mask_region_area, "max_mask_area_ratio": max_mask_area_ratio,
        }
        request = everything_pb2.SegmentEverythingRequest(
            options=search_options(options, point_grids, fast), provisional=provisional, model=model or "")
        return Search(image, request, self.model, progress)

    def models(self) -> Steps[List[model_service_pb2.Model]]:
        """Lists the models that the server serves, the caller's default first."""
        answer = yield from call(_methods.LIST_MODELS, model_service_pb2.ListModelsRequest())
        return list(answer.models)

    def usage(self) -> Steps[usage_service_pb2.Usage]:
        """Tells what the caller's tenant has used of its quotas, and what is left."""
        return (yield from call(_methods.GET_USAGE, usage_service_pb2.GetUsageRequest()))

    def _segment(
        self,
        image: ImageLike,
        prompts: List[prompt_pb2.Prompt],
        output: mask_pb2.OutputOptions,
        model: Optional[str],
    ) -> Steps[List[List[Mask]]]:
        def attempt(known: Known, chosen: str) -> Steps[segmentation_pb2.SegmentResponse]:
            return call(_methods.SEGMENT, segmentation_pb2.SegmentRequest(
                image_id=known.id, prompts=prompts, output=output, model=chosen))

        answer = yield from self._with_image(image, model, attempt)
        return [[Mask(mask) for mask in result.masks] for result in answer.results]

    def _with_image(
        self, image: ImageLike, model: Optional[str], attempt: Callable[[Known, str], Steps[Any]]
    ) -> Steps[Any]:
        """Tries with the image's id, and again after an upload where the server does not hold the image."""
        known: Known = yield from work(lambda: Known.of(image))
        chosen = model or known.model or self.model
        try:
            return (yield from attempt(known, chosen))
        except SegmentationError as error:
            if error.reason != "IMAGE_NOT_FOUND" or known.data is None:
                raise
        yield from self._upload(known.data, chosen)
        return (yield from attempt(known, chosen))

    def _upload(self, data: bytes, model: str) -> Steps[Image]:
        metadata = image_service_pb2.UploadImageMetadata(id=id_of(data), size_bytes=len(data), model=model)
        answer = yield from send_file(_methods.UPLOAD_IMAGE, metadata, data)
        return image_of(answer, data)


def search_options(
    options: Mapping[str, Any], point_grids: "Optional[Sequence[ArrayLike]]" = None, fast: bool = False
) -> everything_pb2.EverythingOptions:
    """Makes the options of a search; those that are None have the server's defaults."""
    message = everything_pb2.EverythingOptions(**{name: value for name, value in options.items() if value is not None})
    for index, grid in enumerate(point_grids or ()):
        places = np.asarray(grid, np.float64)
        if places.ndim != 2 or places.shape[1] != 2:
            raise ValueError(f"point_grids[{index}]: [N, 2] of x and y, 0 to 1, is a grid, not {list(places.shape)}.")
        points = [prompt_pb2.Point(x=x, y=y) for x, y in places.tolist()]
        message.point_grids.append(everything_pb2.PointGrid(points=points))
    if fast:
        message.profile = everything_pb2.EVERYTHING_PROFILE_FAST
    return message
