"""CVAT's AI agent over a Segmentation server: masks by points and boxes in CVAT, also in a hosted one.

The agent asks CVAT for work, so CVAT need not reach your server. Needs cvat-cli, cvat-sdk and Pillow:

    options="--function-file cvat_function.py -p address=str:localhost:7080"
    cvat-cli --server-host https://app.cvat.ai --auth NAME function create-native Segmentation $options
    cvat-cli --server-host https://app.cvat.ai --auth NAME function run-agent ID $options
"""

import os

import cvat_sdk.auto_annotation as cvataa
from cvat_sdk.masks import encode_mask

import segmentation


class Interactor:
    """Answers each click of a person with a mask."""

    spec = cvataa.InteractionFunctionSpec(min_pos_points=0, min_neg_points=0, min_bounding_boxes=0)

    def __init__(self, address="localhost:7080", model=None):
        key = os.environ.get("SEGMENTATION_API_KEY")
        self._client = segmentation.Client(address, api_key=key, model=model)

    def preprocess_image(self, context, image):
        return self._client.upload(image)  # keeps the picture: it is sent again when the server has forgotten it

    def detect(self, context, pp_image, prompts):
        points = [*prompts.pos_points, *prompts.neg_points]
        labels = [1] * len(prompts.pos_points) + [0] * len(prompts.neg_points)
        box = [*prompts.bounding_box[0], *prompts.bounding_box[1]] if prompts.bounding_box else None
        if not points and box is None:
            return []
        mask = self._client.segment(pp_image, points or None, labels or None, box)[0]
        left, top, width, height = mask.bbox
        if mask.area == 0:
            return []
        runs = encode_mask(mask.array, [left, top, left + width, top + height])
        return [cvataa.InteractionResultShape(type="mask", points=runs)]


create = Interactor
