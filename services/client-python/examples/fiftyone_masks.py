"""Masks for a FiftyOne dataset: of everything in its pictures, or of the boxes that it has.

    python3 fiftyone_masks.py NAME_OF_A_DATASET
"""

import sys

import fiftyone as fo

import segmentation


def detection_of(mask, label):
    """FiftyOne's form: a box in shares of the picture, and the mask within the box."""
    left, top, width, height = mask.bbox
    rows, columns = mask.size
    return fo.Detection(
        label=label,
        bounding_box=[left / columns, top / rows, width / columns, height / rows],
        mask=mask.array[top:top + height, left:left + width],
        confidence=min(mask.predicted_iou, 1.0))


def add_everything(client, dataset, field="everything", **options):
    """Adds a field with the masks of everything; ``options`` are those of ``Client.everything``."""
    for sample in dataset.iter_samples(autosave=True, progress=True):
        found = client.everything(sample.filepath, **options)
        sample[field] = fo.Detections(detections=[detection_of(mask, "object") for mask in found])


def add_masks_of_boxes(client, dataset, boxes, field="masks"):
    """Adds a field with a mask for each box of the field ``boxes``."""
    for sample in dataset.iter_samples(autosave=True, progress=True):
        known = sample[boxes].detections
        image = client.upload(sample.filepath)
        found = []
        for first in range(0, len(known), 256):
            some = known[first:first + 256]
            prompts = [segmentation.Prompt(box=pixels_of(one.bounding_box, image)) for one in some]
            results = client.segment_batch(image, prompts, multimask=False)
            found += [detection_of(masks[0], one.label) for masks, one in zip(results, some)]
        sample[field] = fo.Detections(detections=found)


def pixels_of(box, image):
    """Left, top, right and bottom in pixels."""
    left, top, width, height = box
    return [left * image.width, top * image.height, (left + width) * image.width, (top + height) * image.height]


if __name__ == "__main__":
    with segmentation.Client("localhost:7080") as connected:
        add_everything(connected, fo.load_dataset(sys.argv[1]))
