"""Run lengths, pixels and polygons, without a server."""

import numpy as np
import pytest
from segmentation import Mask
from segmentation._rle import counts_of, decode_counts, encode_counts, pixels_of


def random_mask(seed):
    """Noise, blobs, stripes or nothing, of any size."""
    random = np.random.default_rng(seed)
    height, width = random.integers(1, 24, 2)
    mask = random.random((height, width)) < random.choice([0.0, 0.1, 0.5, 0.9, 1.0])
    if seed % 3 == 0:
        mask = np.kron(mask, np.ones((random.integers(1, 4), random.integers(1, 4)), np.bool_))
    return mask


def filled(polygons, shape):
    """Fills all rings by the even-odd rule at the centres of pixels."""
    inside = np.zeros(shape, np.bool_)
    for ring in (ring for polygon in polygons for ring in polygon):
        for (x, y), (other_x, other_y) in zip(ring, np.roll(ring, -1, axis=0)):
            assert (x == other_x) != (y == other_y), "edges are horizontal or vertical"
            if x == other_x:
                inside[min(y, other_y):max(y, other_y), x:] ^= True
    return inside


def area(ring):
    x, y = ring.T.astype(np.int64)
    return int((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) // 2


@pytest.mark.parametrize("seed", range(200))
def test_counts_of_any_mask_return_the_mask(seed):
    mask = random_mask(seed)

    text = encode_counts(counts_of(mask))

    assert np.array_equal(pixels_of(mask.shape, decode_counts(text)), mask)


# What rleToString of pycocotools makes of these run lengths; the service's tests have the same.
@pytest.mark.parametrize("counts, text", [
    ([1], "1"),
    ([0, 1], "01"),
    ([15], "?"),
    ([16], "`0"),
    ([6, 1, 40, 4, 5, 4, 5, 4, 21], "61X13mN000`0"),
    ([0, 100_000_000], "0PXh[o2"),
    ([99_999_999, 1], "oWh[o21"),
    ([15, 16, 31, 32, 1023, 1024, 5, 70_000, 5], "?`0o0`0Po0Po0VPO`[S20"),
    ([2147483647], "oooooo1"),
])
def test_counts_are_those_of_coco(counts, text):
    assert encode_counts(np.array(counts)) == text
    assert decode_counts(text).tolist() == counts


@pytest.mark.parametrize("text", ["P", "1 2", "\x7f", "o" * 20 + "1"])
def test_decode_counts_damaged_text_is_refused(text):
    with pytest.raises(ValueError, match="counts"):
        decode_counts(text)


def test_pixels_of_runs_of_another_size_are_refused():
    with pytest.raises(ValueError, match="5 pixels for a mask of 2 x 3"):
        pixels_of((2, 3), np.array([2, 3]))


@pytest.mark.parametrize("seed", range(200))
def test_to_polygons_filled_are_the_mask(seed):
    mask = random_mask(seed)

    polygons = Mask.from_array(mask).to_polygons()

    assert np.array_equal(filled(polygons, mask.shape), mask)
    for outer, *holes in polygons:
        assert area(outer) > 0 and all(area(hole) < 0 for hole in holes)
        for ring in (outer, *holes):
            assert len({tuple(corner) for corner in ring.tolist()}) == len(ring), "no ring touches itself"


def test_to_polygons_pixels_that_touch_at_a_corner_are_two():
    assert len(Mask.from_array(np.eye(2)).to_polygons()) == 2
    assert Mask.from_array(np.zeros((2, 2))).to_polygons() == []


def test_from_array_describes_the_mask():
    pixels = np.zeros((5, 7), np.uint8)
    pixels[1:3, 2:6] = 255

    mask = Mask.from_array(pixels)

    assert (mask.size, mask.area, mask.bbox) == ((5, 7), 8, (2, 1, 4, 2))
    assert mask.array.dtype == np.bool_ and np.array_equal(np.asarray(mask), pixels > 0)
    assert np.asarray(mask, np.float32).dtype == np.float32
    assert mask.logits is None
    assert Mask.from_array(np.zeros((5, 7))).bbox == (0, 0, 0, 0)


def test_from_coco_reads_all_three_forms():
    mask = Mask.from_array(random_mask(5))
    coco = mask.to_coco()

    for counts in (coco["counts"], coco["counts"].encode(), decode_counts(coco["counts"]).tolist()):
        assert np.array_equal(Mask.from_coco({"size": coco["size"], "counts": counts}).array, mask.array)


def test_from_array_with_three_dimensions_is_refused():
    with pytest.raises(ValueError, match=r"\[2, 2, 2\]"):
        Mask.from_array(np.zeros((2, 2, 2)))
