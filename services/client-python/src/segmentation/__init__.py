"""Client of Segmentation, which serves promptable segmentation: pictures and prompts in, masks out."""

from segmentation.client import Client
from segmentation.errors import FieldViolation, SegmentationError
from segmentation.everything import FoundMask, Progress
from segmentation.masks import Mask
from segmentation.pictures import Image
from segmentation.prompts import Prompt

__all__ = [
    "Client", "FieldViolation", "FoundMask", "Image", "Mask", "Progress", "Prompt", "SegmentationError",
]
