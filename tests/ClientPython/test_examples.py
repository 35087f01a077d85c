"""The examples, run against a server with stand-ins for the libraries that they are for."""

import dataclasses
import importlib.util
import math
import sys
import types

import numpy as np
import PIL.Image
import pytest
from servers import COFFEE, ROOT


@pytest.fixture
def example(monkeypatch):
    """Loads an example after its libraries were replaced by stand-ins."""
    def load(name, **modules):
        for module, contents in modules.items():
            made = types.ModuleType(module.replace("__", "."))
            vars(made).update(contents)
            monkeypatch.setitem(sys.modules, made.__name__, made)
        spec = importlib.util.spec_from_file_location(name, ROOT / "services/client-python/examples" / f"{name}.py")
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return loaded

    return load


@dataclasses.dataclass(frozen=True)
class InteractionFunctionSpec:
    min_pos_points: int
    min_neg_points: int
    min_bounding_boxes: int


@dataclasses.dataclass(frozen=True)
class InteractionResultShape:
    type: str
    points: list


@dataclasses.dataclass(frozen=True)
class Prompts:
    pos_points: tuple = ()
    neg_points: tuple = ()
    bounding_box: tuple = None


def encode_mask(bitmap, bbox):
    """Runs of the box row by row, zeros first, then the box with its last column and row, as CVAT has masks."""
    assert bitmap.ndim == 2 and bitmap.dtype == np.bool_
    left, top, right, bottom = (*map(math.floor, bbox[:2]), *map(math.ceil, bbox[2:]))
    assert 0 <= left < right <= bitmap.shape[1] and 0 <= top < bottom <= bitmap.shape[0]
    flat = bitmap[top:bottom, left:right].ravel()
    ends = np.append(np.flatnonzero(flat[1:] != flat[:-1]) + 1, flat.size)
    runs = np.diff(ends, prepend=0).tolist()
    return ([0] if flat[0] else []) + runs + [left, top, right - 1, bottom - 1]


def decoded(points, size):
    *runs, left, top, right, bottom = points
    crop = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(bottom - top + 1, right - left + 1)
    mask = np.zeros(size, np.bool_)
    mask[top:bottom + 1, left:right + 1] = crop
    return mask


def test_cvat_function_answers_clicks_and_boxes(example, server, client, monkeypatch):
    classes = {"InteractionFunctionSpec": InteractionFunctionSpec, "InteractionResultShape": InteractionResultShape}
    auto_annotation = types.SimpleNamespace(**classes)
    module = example(
        "cvat_function", cvat_sdk={"auto_annotation": auto_annotation}, cvat_sdk__auto_annotation=classes,
        cvat_sdk__masks={"encode_mask": encode_mask})
    function = module.create(address=server.grpc)
    image = function.preprocess_image(None, PIL.Image.open(COFFEE))
    pixels = np.asarray(PIL.Image.open(COFFEE))

    def mask_of(**prompts):
        (shape,) = function.detect(None, image, Prompts(**prompts))
        assert shape.type == "mask"
        return decoded(shape.points, (400, 600))

    click = mask_of(pos_points=((300, 200),))
    corrected = mask_of(pos_points=((300, 200),), neg_points=((250, 150),))
    box = mask_of(bounding_box=((180, 60), (500, 350)))

    assert np.array_equal(click, client.segment(pixels, [300, 200])[0].array)
    assert np.array_equal(corrected, client.segment(pixels, [[300, 200], [250, 150]], [1, 0])[0].array)
    assert np.array_equal(box, client.segment(pixels, box=[180, 60, 500, 350])[0].array)
    assert function.detect(None, image, Prompts()) == []


class Sample(dict):
    """A sample of FiftyOne: a file and fields."""

    filepath = str(COFFEE)


class Dataset(list):
    """A dataset of FiftyOne."""

    def iter_samples(self, autosave, progress):
        assert autosave and progress
        return iter(self)


def test_fiftyone_masks_are_within_their_boxes(example, client):
    kinds = {"Detection": types.SimpleNamespace, "Detections": types.SimpleNamespace, "load_dataset": None}
    module = example("fiftyone_masks", fiftyone=kinds)
    boxes = types.SimpleNamespace(
        detections=[types.SimpleNamespace(label="cup", bounding_box=[180 / 600, 60 / 400, 320 / 600, 290 / 400])] * 300)
    dataset = Dataset([Sample(ground_truth=boxes)])

    module.add_everything(client, dataset, points_per_side=4)
    module.add_masks_of_boxes(client, dataset, "ground_truth")

    (sample,) = dataset
    found = list(client.everything(COFFEE, points_per_side=4))
    assert len(sample["everything"].detections) == len(found)
    for detection, mask in zip(sample["everything"].detections, found):
        assert detection.mask.sum() == mask.area and 0 <= detection.confidence <= 1
        left, top, width, height = np.multiply(detection.bounding_box, [600, 400, 600, 400]).round().astype(int)
        assert detection.mask.shape == (height, width) and (left, top) == mask.bbox[:2]
    assert len(sample["masks"].detections) == 300 and sample["masks"].detections[299].label == "cup"
    expected = client.segment(COFFEE, box=[180, 60, 500, 350], multimask=False)[0]
    assert sample["masks"].detections[0].mask.sum() == expected.area


class Layer:
    """A layer of napari."""

    def __init__(self, data, **options):
        self.data = data

    def world_to_data(self, position):
        return position

    def refresh(self):
        pass


class Viewer:
    """A viewer of napari: layers, and what a widget hangs on mouse and keys."""

    def __init__(self):
        self.mouse_move_callbacks, self.mouse_drag_callbacks, self.keys = [], [], {}

    def add_labels(self, data, **options):
        return Layer(data, **options)

    def bind_key(self, key, use):
        self.keys[key] = use

    def event(self, callbacks, y, x, *modifiers):
        for callback in callbacks:
            callback(self, types.SimpleNamespace(position=(y, x), modifiers=modifiers))


def test_napari_widget_shows_the_mask_and_keeps_it(example, client):
    import threading
    shown = threading.Semaphore(0)

    def ensure_main_thread(function):
        def show(*arguments):
            function(*arguments)
            shown.release()
        return show

    module = example(
        "napari_widget", napari={}, superqt={}, superqt__utils={"ensure_main_thread": ensure_main_thread})
    viewer = Viewer()
    picture = Layer(np.asarray(PIL.Image.open(COFFEE)))
    widget = module.Clicks(viewer, picture, client)
    expected = {
        "hover": client.segment(picture.data, [300, 200])[0].array,
        "click": client.segment(picture.data, [[300, 200], [250, 150]], [1, 0])[0].array,
    }

    viewer.event(viewer.mouse_move_callbacks, -5, 200)
    viewer.event(viewer.mouse_move_callbacks, 200, 300)
    assert shown.acquire(timeout=30)
    hovered = widget.preview.data > 0
    for point in ((200, 300), (150, 250, "Shift")):
        viewer.event(viewer.mouse_drag_callbacks, *point)
        assert shown.acquire(timeout=30)
    clicked = widget.preview.data > 0
    viewer.keys["Enter"](viewer)

    assert np.array_equal(hovered, expected["hover"]) and np.array_equal(clicked, expected["click"])
    assert np.array_equal(widget.masks.data > 0, expected["click"]) and not widget.preview.data.any()
    widget._session.close()
