"""Client of Segmentation, which serves promptable segmentation: pictures and prompts in, masks out."""

from segmentation.aio import AsyncClient
from segmentation.client import Client
from segmentation.errors import FieldViolation, SegmentationError
from segmentation.everything import FoundMask, Progress
from segmentation.live import AsyncLiveSession, LiveSession
from segmentation.masks import Mask
from segmentation.pictures import Image
from segmentation.prompts import Prompt

__all__ = [
    "AsyncClient", "AsyncLiveSession", "Client", "FieldViolation", "FoundMask", "Image", "LiveSession", "Mask",
    "Progress", "Prompt", "SegmentationError",
]
