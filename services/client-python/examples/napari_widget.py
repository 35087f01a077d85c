"""Segmentation in napari: the mask of the object under the pointer, click by click.

    python3 napari_widget.py PICTURE

Moving shows the mask under the pointer. A click begins an object, further clicks correct it; with Shift they mark what
is outside. Enter puts the mask into the layer "masks", Escape forgets the clicks.
"""

import sys

import napari
import numpy as np
from superqt.utils import ensure_main_thread

import segmentation


class Clicks:
    """The clicks of one object, and the layers that show its mask."""

    def __init__(self, viewer, layer, client):
        self._layer, self._session = layer, client.session(np.asarray(layer.data))
        size = (self._session.image.height, self._session.image.width)
        self.masks = viewer.add_labels(np.zeros(size, np.int32), name="masks")
        self.preview = viewer.add_labels(np.zeros(size, np.int32), name="preview", opacity=0.4)
        self._points, self._labels = [], []
        viewer.mouse_move_callbacks.append(self.move)
        viewer.mouse_drag_callbacks.append(self.click)
        viewer.bind_key("Enter", self.keep)
        viewer.bind_key("Escape", self.forget)

    def move(self, viewer, event):
        point = self._point_of(event)
        if not self._points and point is not None:
            self._ask([point], [1])

    def click(self, viewer, event):
        point = self._point_of(event)
        if point is not None:
            self._points.append(point)
            self._labels.append(0 if "Shift" in event.modifiers else 1)
            self._ask(self._points, self._labels)

    def keep(self, viewer):
        self.masks.data[self.preview.data > 0] = self.masks.data.max() + 1
        self.masks.refresh()
        self.forget(viewer)

    def forget(self, viewer):
        self._points, self._labels = [], []
        self.preview.data = np.zeros_like(self.preview.data)

    def _point_of(self, event):
        y, x = self._layer.world_to_data(event.position)[:2]
        height, width = self.preview.data.shape
        return (x, y) if 0 <= x < width and 0 <= y < height else None

    def _ask(self, points, labels):
        self._session.submit(points, labels).add_done_callback(self._answered)

    def _answered(self, answer):
        if answer.exception() is None and answer.result() is not None:  # None: a newer prompt was faster
            self._show(answer.result()[0].array)

    @ensure_main_thread
    def _show(self, mask):
        self.preview.data = mask.astype(np.int32)


if __name__ == "__main__":
    window = napari.Viewer()
    (picture,) = window.open(sys.argv[1])
    with segmentation.Client("localhost:7080") as connected:
        Clicks(window, picture, connected)
        napari.run()
