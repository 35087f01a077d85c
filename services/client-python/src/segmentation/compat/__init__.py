"""segment_anything's classes over a server: a notebook changes one import.

    from segmentation.compat import SamAutomaticMaskGenerator, SamPredictor, sam_model_registry
"""

from segmentation.compat.automatic import SamAutomaticMaskGenerator
from segmentation.compat.predictor import SamPredictor
from segmentation.compat.registry import RemoteSam, sam_model_registry

__all__ = ["RemoteSam", "SamAutomaticMaskGenerator", "SamPredictor", "sam_model_registry"]
