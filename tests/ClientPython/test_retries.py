"""Attempts of calls, against a server that refuses some."""

import asyncio
import time

import grpc
import pytest
import segmentation
from segmentation import SegmentationError
from segmentation.projects.v1 import project_service_pb2
from segmentation.v1 import image_service_pb2, model_service_pb2
from unwilling import UnwillingServer, refusal

MODELS = model_service_pb2.ListModelsResponse(models=[model_service_pb2.Model(id="minisam")])
UNAVAILABLE, BUSY = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED
UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


@pytest.fixture
def unwilling():
    started = []

    def start(*answers):
        started.append(UnwillingServer(*answers))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.mark.parametrize("refused", [
    refusal(UNAVAILABLE), refusal(UNAVAILABLE, "SHUTTING_DOWN"), refusal(BUSY, "DECODER_OVERLOADED", 0.05),
    refusal(grpc.StatusCode.INTERNAL)], ids=["connection", "shutdown", "busy", "transport"])
def test_call_refused_for_a_while_is_repeated(unwilling, refused):
    server = unwilling(refused, refused, MODELS)

    with segmentation.Client(server.address) as client:
        assert client.models()[0].id == "minisam"

    assert len(server.calls) == 3


def test_call_waits_as_long_as_the_server_says(unwilling):
    server = unwilling(refusal(BUSY, "QUOTA_EXCEEDED", 0.7), MODELS)
    began = time.monotonic()

    with segmentation.Client(server.address) as client:
        client.models()

    assert time.monotonic() - began >= 0.7


def test_call_does_not_wait_beyond_its_timeout(unwilling):
    server = unwilling(refusal(BUSY, "QUOTA_EXCEEDED", 120))

    with segmentation.Client(server.address, timeout=5) as client:
        with pytest.raises(SegmentationError) as refused:
            client.models()

    assert (refused.value.code, refused.value.retry_after) == ("RESOURCE_EXHAUSTED", 120)


@pytest.mark.parametrize("refused", [
    refusal(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD"), refusal(grpc.StatusCode.INTERNAL, "INTERNAL"),
    refusal(grpc.StatusCode.NOT_FOUND, "IMAGE_NOT_FOUND"), refusal(UNAUTHENTICATED, "API_KEY_UNKNOWN")])
def test_call_refused_for_good_is_not_repeated(unwilling, refused):
    server = unwilling(refused)

    with segmentation.Client(server.address, api_key="key") as client:
        with pytest.raises(SegmentationError):
            client.models()

    assert len(server.calls) == 1


def test_call_that_may_not_arrive_twice_is_not_repeated(unwilling):
    server = unwilling(refusal(UNAVAILABLE), project_service_pb2.Label(id=1))

    with segmentation.Client(server.address) as client:
        with pytest.raises(SegmentationError):
            client.projects.add_label("project", "cup")

    assert [name for name, _ in server.calls] == ["CreateLabel"]


def test_upload_refused_for_a_while_is_sent_again_whole(unwilling, coffee):
    server = unwilling(refusal(UNAVAILABLE, "ENCODER_STARTING", 0.05), image_service_pb2.Image(id="sha256:1"))

    with segmentation.Client(server.address) as client:
        assert client.upload(coffee).data == coffee

    assert [name for name, _ in server.calls] == ["UploadImage"] * 2


def test_token_refused_is_asked_for_once_more(unwilling):
    server = unwilling(refusal(UNAUTHENTICATED, "TOKEN_EXPIRED"), MODELS)
    tokens = iter(["old", "new"])

    with segmentation.Client(server.address, token=lambda: next(tokens), tenant="anna") as client:
        client.models()

    assert [headers["authorization"] for _, headers in server.calls] == ["Bearer old", "Bearer new"]
    assert server.calls[0][1]["x-segmentation-tenant"] == "anna"


def test_token_refused_twice_is_an_error(unwilling):
    server = unwilling(*[refusal(UNAUTHENTICATED, "TOKEN_INVALID")] * 2)

    with segmentation.Client(server.address, token=lambda: "wrong") as client:
        with pytest.raises(SegmentationError) as refused:
            client.models()

    assert refused.value.reason == "TOKEN_INVALID" and len(server.calls) == 2


def test_async_client_repeats_and_awaits_tokens(unwilling):
    server = unwilling(refusal(UNAVAILABLE), refusal(UNAUTHENTICATED, "TOKEN_EXPIRED"), MODELS)
    tokens = iter(["first", "old", "new"])

    async def token():
        return next(tokens)

    async def main():
        async with segmentation.AsyncClient(server.address, token=token) as client:
            return await client.models()

    assert asyncio.run(main())[0].id == "minisam"
    assert [headers["authorization"] for _, headers in server.calls] == ["Bearer first", "Bearer old", "Bearer new"]


def test_client_refuses_an_asynchronous_token():
    async def token():
        return "token"

    with segmentation.Client("127.0.0.1:1", token=token) as client:
        with pytest.raises(TypeError, match="AsyncClient"):
            client.models()
