"""Methods of the server that the clients call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Type, TypeVar

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.message import Message

from segmentation.v1 import image_service_pb2 as images
from segmentation.v1 import model_service_pb2 as models
from segmentation.v1 import segmentation_service_pb2 as segmentation
from segmentation.v1 import everything_pb2 as everything
from segmentation.v1 import usage_service_pb2 as usage

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)


@dataclass(frozen=True)
class Method(Generic[Q, R]):
    """An RPC."""

    path: str
    request: Type[Q]
    response: Type[R]

    def serialize(self, request: Q) -> bytes:
        return request.SerializeToString()

    def deserialize(self, data: bytes) -> R:
        response = self.response()
        response.ParseFromString(data)
        return response


def method(file: FileDescriptor, name: str, request: Type[Q], response: Type[R]) -> Method[Q, R]:
    """Finds an RPC in a file with one service.

    Raises:
        ValueError: The messages are not those of the RPC.
    """
    (service,) = file.services_by_name.values()
    found = service.methods_by_name[name]
    messages = (found.input_type.full_name, found.output_type.full_name)
    if messages != (request.DESCRIPTOR.full_name, response.DESCRIPTOR.full_name):
        raise ValueError(f"{found.full_name} has other messages.")
    return Method(f"/{service.full_name}/{name}", request, response)


UPLOAD_IMAGE = method(images.DESCRIPTOR, "UploadImage", images.UploadImageRequest, images.Image)
GET_IMAGE = method(images.DESCRIPTOR, "GetImage", images.GetImageRequest, images.Image)
GET_EMBEDDING = method(images.DESCRIPTOR, "GetEmbedding", images.GetEmbeddingRequest, images.Embedding)
LIST_MODELS = method(models.DESCRIPTOR, "ListModels", models.ListModelsRequest, models.ListModelsResponse)
GET_USAGE = method(usage.DESCRIPTOR, "GetUsage", usage.GetUsageRequest, usage.Usage)
SEGMENT = method(
    segmentation.DESCRIPTOR, "Segment", segmentation.SegmentRequest, segmentation.SegmentResponse)
SEGMENT_STREAM = method(
    segmentation.DESCRIPTOR, "SegmentStream", segmentation.SegmentStreamRequest, segmentation.SegmentStreamResponse)
SEGMENT_EVERYTHING = method(
    segmentation.DESCRIPTOR, "SegmentEverything", everything.SegmentEverythingRequest,
    everything.SegmentEverythingResponse)
