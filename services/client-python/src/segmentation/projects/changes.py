"""Operations on annotations. Each has an id, made here: the server applies it once, however often it is sent."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Optional, Union

from segmentation.everything import FoundMask
from segmentation.masks import Mask
from segmentation.projects.v1 import annotation_service_pb2 as protos

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["accept", "create", "delete", "reject", "undelete", "update"]


def create(
    mask: "Union[Mask, ArrayLike]",
    label: int = 0,
    *,
    id: Optional[str] = None,
    proposal: bool = False,
    attributes_json: str = "",
    provenance: Optional[protos.Provenance] = None,
) -> protos.Operation:
    """Makes an operation that creates an annotation.

    Args:
        mask: A mask of the service, or an array [H, W] of the upright picture's size, true inside.
        label: Id of the label; 0: none.
        id: Id of the annotation, a UUID; None: a new one. An id that an annotation has is refused.
        proposal: True for a proposal, which waits for a person.
        attributes_json: Attributes as a JSON object.
        provenance: Origin of the mask; None: what the mask says of itself, where a model made it.
    """
    drawn = mask if isinstance(mask, Mask) else Mask.from_array(mask)
    annotation = protos.Annotation(
        id=id or str(uuid.uuid4()), label=label, mask=drawn.message.rle, attributes_json=attributes_json,
        provenance=provenance or _provenance_of(drawn))
    if proposal:
        annotation.state = protos.ANNOTATION_STATE_PROPOSED
    return protos.Operation(id=str(uuid.uuid4()), create=annotation)


def update(annotation: protos.Annotation, mask: "Union[Mask, ArrayLike, None]" = None) -> protos.Operation:
    """Makes an operation that replaces an annotation, which was read before and changed since.

    Args:
        annotation: The annotation with its new values, and the revision that it had.
        mask: Its new mask; None: that of ``annotation``.
    """
    operation = protos.Operation(id=str(uuid.uuid4()), base_revision=annotation.revision, update=annotation)
    if mask is not None:
        drawn = mask if isinstance(mask, Mask) else Mask.from_array(mask)
        operation.update.mask.CopyFrom(drawn.message.rle)
    return operation


def delete(annotation: protos.Annotation) -> protos.Operation:
    """Makes an operation that deletes an annotation, which keeps its history."""
    return protos.Operation(id=str(uuid.uuid4()), base_revision=annotation.revision, delete=annotation.id)


def undelete(annotation: protos.Annotation) -> protos.Operation:
    """Makes an operation that restores a deleted annotation."""
    return protos.Operation(id=str(uuid.uuid4()), base_revision=annotation.revision, undelete=annotation.id)


def accept(annotation: protos.Annotation) -> protos.Operation:
    """Makes an operation that makes a proposal an annotation."""
    return protos.Operation(id=str(uuid.uuid4()), base_revision=annotation.revision, accept=annotation.id)


def reject(annotation: protos.Annotation) -> protos.Operation:
    """Makes an operation that rejects a proposal."""
    return protos.Operation(id=str(uuid.uuid4()), base_revision=annotation.revision, reject=annotation.id)


def _provenance_of(mask: Mask) -> protos.Provenance:
    if mask.predicted_iou == 0:
        return protos.Provenance()
    source = protos.ANNOTATION_SOURCE_AUTOMATIC if isinstance(mask, FoundMask) else protos.ANNOTATION_SOURCE_ASSISTED
    return protos.Provenance(
        source=source, predicted_iou=mask.predicted_iou, stability_score=mask.stability_score)
