"""Pictures in the forms that Python programs have, and their files' bytes."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Optional, Protocol, Union

import numpy as np

from segmentation.v1 import image_service_pb2 as protos

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Image", "ImageLike", "Picture"]


class _Pillow(Protocol):
    """An image of Pillow."""

    def convert(self, mode: str) -> Any: ...


Picture = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO, "NDArray[np.uint8]", _Pillow]
"""A path, the bytes of a file, a file open for reading, pixels uint8[H, W], [H, W, 3] or [H, W, 4] in the order red,
green, blue(, alpha), or an image of Pillow. Files are JPEG, PNG, WebP, TIFF or GIF."""


@dataclass(frozen=True)
class Image:
    """An image that the server has encoded. Its masks have its upright size: EXIF's orientation is applied."""

    id: str
    """``sha256:`` and the hexadecimal SHA-256 of the file."""
    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    media_type: str
    """Media type of the file, for example ``image/jpeg``."""
    model: str
    """Id of the model that encoded it: prompts on it are answered by this model."""
    model_digest: str
    """SHA-256 of the model's files."""
    data: Optional[bytes] = field(default=None, repr=False, compare=False)
    """The file, which is sent again when the server no longer holds the image; None where only the id was given."""


ImageLike = Union[Image, Picture]
"""An image, its id (``sha256:...``), or a picture, which is uploaded if the server does not hold it."""


@dataclass(frozen=True)
class Known:
    """What a client knows of an image before it asks the server."""

    id: str
    data: Optional[bytes]
    model: str

    @staticmethod
    def of(image: ImageLike) -> "Known":
        """Reads a picture, if it is one; may take a while."""
        if isinstance(image, Image):
            return Known(image.id, image.data, image.model)
        if isinstance(image, str) and image.startswith("sha256:"):
            return Known(image, None, "")
        data = bytes_of(image)
        return Known(id_of(data), data, "")


def image_of(message: protos.Image, data: Optional[bytes]) -> Image:
    """Makes an image of the server's description."""
    return Image(
        message.id, message.width, message.height, message.media_type, message.model, message.model_digest, data)


def id_of(data: bytes) -> str:
    """Id of a file's image."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def bytes_of(picture: Any) -> bytes:
    """Gives the bytes of a picture's file.

    Raises:
        TypeError: The object is no picture.
        ValueError: The array has another shape, or the file is open as text.
        OSError: The file cannot be read.
    """
    if isinstance(picture, (bytes, bytearray, memoryview)):
        return bytes(picture)
    if isinstance(picture, (str, os.PathLike)):
        with open(picture, "rb") as file:
            return file.read()
    if isinstance(picture, np.ndarray):
        return png_of(picture)
    if hasattr(picture, "convert"):
        # Without the EXIF data: the masks fit the pixels that the caller has.
        return png_of(np.asarray(picture.convert("RGB")))
    if hasattr(picture, "read"):
        data = picture.read()
        if not isinstance(data, bytes):
            raise ValueError("picture: the file is open as text; open it with mode 'rb'.")
        return data
    raise TypeError(
        f"picture: {type(picture).__name__} is no picture. Give a path, bytes, an open file, a uint8 array "
        "[H, W, 3] in the order red, green, blue, or an image of Pillow.")


def png_of(pixels: "NDArray[np.uint8]") -> bytes:
    """Writes pixels as a PNG file.

    Args:
        pixels: uint8[H, W], [H, W, 3] or [H, W, 4].

    Raises:
        ValueError: The array has another type or shape.
    """
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    kinds = {1: 0, 3: 2, 4: 6}
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in kinds or pixels.size == 0:
        raise ValueError(
            f"picture: an array {pixels.dtype}{list(pixels.shape)} is no picture; uint8 [H, W, 3] is, red first.")
    height, width, channels = pixels.shape
    # Each row after its left neighbour (filter 1), which deflate packs well.
    rows = np.zeros((height, 1 + width * channels), np.uint8)
    rows[:, 0] = 1
    flat = pixels.reshape(height, width * channels)
    rows[:, 1:] = flat
    rows[:, 1 + channels:] -= flat[:, :-channels]
    header = struct.pack(">IIBBBBB", width, height, 8, kinds[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b"")))
