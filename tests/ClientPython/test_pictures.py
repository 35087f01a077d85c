"""Pictures in all their forms, without a server."""

import io

import numpy as np
import PIL.Image
import pytest
from segmentation.pictures import bytes_of, id_of, png_of
from servers import COFFEE


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 7, 3), (4, 9, 4), (3, 2), (3, 2, 1)])
def test_png_of_is_read_back_by_pillow(shape):
    pixels = np.random.default_rng(1).integers(0, 256, shape, np.uint8)

    read = np.asarray(PIL.Image.open(io.BytesIO(png_of(pixels))))

    assert np.array_equal(read, pixels.squeeze(-1) if shape[-1] == 1 and len(shape) == 3 else pixels)


@pytest.mark.parametrize("pixels", [
    np.zeros((2, 2, 3)), np.zeros((2, 2, 2), np.uint8), np.zeros((0, 2, 3), np.uint8), np.zeros(3, np.uint8)])
def test_png_of_another_array_is_refused(pixels):
    with pytest.raises(ValueError, match="uint8"):
        png_of(pixels)


def test_bytes_of_a_file_are_the_same_in_all_forms():
    data = COFFEE.read_bytes()
    with open(COFFEE, "rb") as file:
        forms = [COFFEE, str(COFFEE), data, bytearray(data), memoryview(data), file]
        assert {id_of(bytes_of(form)) for form in forms} == {id_of(data)}


def test_bytes_of_an_image_of_pillow_are_its_pixels():
    image = PIL.Image.open(COFFEE)
    image.info["exif"] = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # turned

    read = PIL.Image.open(io.BytesIO(bytes_of(image)))

    assert np.array_equal(np.asarray(read), np.asarray(image.convert("RGB")))
    assert not read.getexif()


def test_bytes_of_something_else_are_refused():
    with pytest.raises(TypeError, match="int is no picture"):
        bytes_of(5)
    with pytest.raises(ValueError, match="rb"):
        bytes_of(io.StringIO("text"))
    with pytest.raises(FileNotFoundError):
        bytes_of("nowhere.png")
