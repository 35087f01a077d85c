"""Models of a server in the place of checkpoints."""

from __future__ import annotations

import os
from typing import Callable, Iterator, List, Mapping, Optional, Union

from segmentation.client import Client
from segmentation.v1 import model_service_pb2 as models

__all__ = ["RemoteSam", "sam_model_registry"]


class RemoteSam:
    """A model that a server serves, where segment_anything has the model itself."""

    mask_threshold = 0.0
    """Logit from which a pixel is inside."""
    image_format = "RGB"
    """Order of the channels in which the classes of this package expect pixels."""

    def __init__(self, client: Client, model: Optional[str] = None) -> None:
        """Chooses a model.

        Args:
            client: Client of the server.
            model: Id of a model, or a roll-out's name; None for the default of the caller's tenant.

        Raises:
            SegmentationError: The server cannot be reached, or refuses the credential.
        """
        self.client = client
        """The client."""
        served = client.models()
        self.model = model or served[0].id
        """Id of the model, or the roll-out's name."""
        stretching = [entry.id for entry in served if entry.resizing == models.IMAGE_RESIZING_STRETCH]
        self.is_stretched = self.model in stretching
        """True if the model sees pictures stretched to a square, and not padded."""

    def to(self, device: object = None, *arguments: object, **options: object) -> "RemoteSam":
        """Returns the model as it is: the weights lie at the server, whatever the device."""
        return self

    def eval(self) -> "RemoteSam":
        """Returns the model as it is: a server only predicts."""
        return self


class _Registry(Mapping[str, Callable[..., RemoteSam]]):
    """Builders of models by segment_anything's names, and by the ids of the server's models.

    ``default`` is the default of the caller's tenant; ``vit_h``, ``vit_l`` and ``vit_b`` are the server's model with
    ``vit-h``, ``vit-l`` or ``vit-b`` in its id. The server is that of the environment variables
    ``SEGMENTATION_ADDRESS`` (default ``localhost:7080``) and ``SEGMENTATION_API_KEY``, or of the argument ``client``.
    """

    _NAMES = ("default", "vit_h", "vit_l", "vit_b")

    def __getitem__(self, name: str) -> Callable[..., RemoteSam]:
        def build(
            checkpoint: Union[str, "os.PathLike[str]", None] = None, *, client: Optional[Client] = None
        ) -> RemoteSam:
            """Finds the model at the server.

            Args:
                checkpoint: Ignored, so that calls written for segment_anything run: the server has the weights.
                client: The server's client.

            Raises:
                ValueError: The server has no such model; the message names those that it has.
            """
            connected = client or _client()
            return RemoteSam(connected, _find(name, [model.id for model in connected.models()]))

        return build

    def __iter__(self) -> Iterator[str]:
        return iter(self._NAMES)

    def __len__(self) -> int:
        return len(self._NAMES)


sam_model_registry = _Registry()
"""Builders of models: ``sam_model_registry["default"]()``."""


def _client() -> Client:
    address = os.environ.get("SEGMENTATION_ADDRESS", "localhost:7080")
    return Client(address, api_key=os.environ.get("SEGMENTATION_API_KEY"))


def _find(name: str, ids: List[str]) -> str:
    if name == "default":
        return ids[0]
    found = [id for id in ids if id == name] or [id for id in ids if name.replace("_", "-") in id]
    if len(found) != 1:
        raise ValueError(
            f"{name}: the server serves {', '.join(ids)}, and {'several' if found else 'none'} of these match. "
            "Write sam_model_registry[\"default\"], or the id of one.")
    return found[0]
