"""Methods of pictures and annotations that ``Projects`` and ``AsyncProjects`` share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterable, Iterator, List, Mapping, Optional

from google.protobuf.struct_pb2 import Struct

from segmentation._steps import Listing, Reading, Steps, call, gather, send_file, work
from segmentation.pictures import Picture, bytes_of, id_of
from segmentation.projects import _methods
from segmentation.projects._names import PictureLike, ProjectLike, choice, number_of, project_id
from segmentation.projects.v1 import annotation_service_pb2 as annotation_pb
from segmentation.projects.v1 import picture_service_pb2 as picture_pb

_PAGE_SIZE = 1000
# The server takes 1000 and 16 MiB; less is sooner sent again after a lost connection.
_MAX_OPERATIONS = 250
_MAX_OPERATION_BYTES = 2 << 20
_SPLITS = {"": picture_pb.SPLIT_UNSPECIFIED, "train": picture_pb.SPLIT_TRAIN,
           "validation": picture_pb.SPLIT_VALIDATION, "test": picture_pb.SPLIT_TEST}


class PictureOperations:
    """Steps of the methods of pictures."""

    def add_picture(
        self,
        project: ProjectLike,
        picture: Picture,
        name: Optional[str] = None,
        *,
        split: str = "",
        attributes: Optional[Mapping[str, Any]] = None,
        number_taken_name: bool = False,
    ) -> Steps[picture_pb.Picture]:
        """Adds a picture, or only its id where the tenant has the file. A file that the project has is not added again.

        Args:
            picture: As in ``Client.upload``.
            name: Name with its folders, unique in the project; None: the file's name, for a path.
            split: ``train``, ``validation``, ``test`` or empty.
            attributes: Any JSON values by name.
            number_taken_name: True to put a number into a name that another picture has; False: ALREADY_EXISTS.

        Returns:
            The picture: the new one, or the one that has the same file.
        """
        if name is None:
            if not isinstance(picture, (str, os.PathLike)):
                raise ValueError("name: only a path has a name of its own; give name=.")
            name = Path(picture).name
        metadata = picture_pb.AddPictureMetadata(
            project=project_id(project), name=name, split=choice("split", split, _SPLITS),
            number_taken_name=number_taken_name)
        if attributes:
            values = Struct()
            values.update(attributes)
            metadata.attributes.CopyFrom(values)
        data = yield from work(lambda: bytes_of(picture))
        metadata.size_bytes, metadata.image_id = len(data), id_of(data)
        return (yield from send_file(_methods.ADD_PICTURE, metadata, data))

    def picture(self, project: ProjectLike, picture: PictureLike) -> Steps[picture_pb.Picture]:
        """Describes a picture."""
        request = picture_pb.GetPictureRequest(project=project_id(project), picture=number_of(picture))
        return call(_methods.GET_PICTURE, request)

    def pictures(
        self, project: ProjectLike, filter: Optional[picture_pb.PictureFilter] = None, *, order_by: str = ""
    ) -> Listing[picture_pb.Picture]:
        """Lists pictures.

        Args:
            filter: Conditions that must all hold; None: all pictures.
            order_by: Empty (by id), ``id desc``, ``name``, ``update_time desc``, ``mean_predicted_iou``, ``agreement``
                or ``unsatisfactory_count desc``.
        """
        request = picture_pb.ListPicturesRequest(
            project=project_id(project), filter=filter, order_by=order_by, page_size=_PAGE_SIZE)
        return Listing(_methods.LIST_PICTURES, request, "pictures")

    def read_picture(self, project: ProjectLike, picture: PictureLike, *, thumbnail: bool = False) -> Steps[bytes]:
        """Reads a picture's file, without personal metadata unless the project hands it out.

        Args:
            thumbnail: True for a JPEG of at most 256 pixels a side.
        """
        request = picture_pb.ReadPictureRequest(
            project=project_id(project), picture=number_of(picture), thumbnail=thumbnail)
        return b"".join((yield from gather(_Chunks(request))))

    def annotations(
        self, project: ProjectLike, picture: PictureLike, *, show_deleted: bool = False, job: int = 0
    ) -> Listing[annotation_pb.Annotation]:
        """Lists annotations and proposals of a picture by z, then by id. ``Mask.from_rle`` reads their masks.

        Args:
            show_deleted: True to list deleted annotations and rejected proposals, too.
            job: Replica or ground-truth job whose annotations are listed; 0: those of the picture.
        """
        request = annotation_pb.ListAnnotationsRequest(
            project=project_id(project), picture=number_of(picture), show_deleted=show_deleted, job=job)
        return Listing(_methods.LIST_ANNOTATIONS, request, "annotations")

    def save(
        self,
        project: ProjectLike,
        picture: PictureLike,
        operations: Iterable[annotation_pb.Operation],
        *,
        holder: str = "",
        job: int = 0,
    ) -> Steps[List[annotation_pb.OperationOutcome]]:
        """Applies operations to a picture, in their order; ``segmentation.projects.create`` and others make them.

        The server applies an operation once, however often it is sent. A program that must not lose operations when it
        dies writes them down before it calls, and calls again with the same ones.

        Args:
            operations: Any number.
            holder: Id of the caller's lease; empty: none is held.
            job: Job in which the work is done; 0: none.

        Returns:
            An outcome for each operation. A conflict or a refusal is an outcome, no exception.
        """
        outcomes: List[annotation_pb.OperationOutcome] = []
        for batch in _batches(operations):
            request = annotation_pb.ApplyOperationsRequest(
                project=project_id(project), picture=number_of(picture), operations=batch, holder=holder, job=job)
            answer = yield from call(_methods.APPLY_OPERATIONS, request)
            outcomes += answer.outcomes
        return outcomes


class _Chunks(Reading[bytes]):
    """The bytes of a picture's file, each once."""

    method = _methods.READ_PICTURE

    def __init__(self, request: picture_pb.ReadPictureRequest) -> None:
        self._request = request
        self._count = self._skip = 0

    def begin(self) -> Steps[picture_pb.ReadPictureRequest]:
        self._skip = self._count  # another attempt sends the file from its beginning
        return self._request
        yield  # makes this a generator

    def take(self, response: picture_pb.ReadPictureResponse) -> Iterable[bytes]:
        new = response.chunk[self._skip:]
        self._skip = max(0, self._skip - len(response.chunk))
        self._count += len(new)
        return (new,)


def _batches(operations: Iterable[annotation_pb.Operation]) -> Iterator[List[annotation_pb.Operation]]:
    batch: List[annotation_pb.Operation] = []
    size = 0
    for operation in operations:
        added = len(operation.SerializeToString())
        if batch and (len(batch) == _MAX_OPERATIONS or size + added > _MAX_OPERATION_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(operation)
        size += added
    if batch:
        yield batch
