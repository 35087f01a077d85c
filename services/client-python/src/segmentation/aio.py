"""The client for asyncio."""

from __future__ import annotations

import asyncio
import os
from types import TracebackType
from typing import Optional, Type, Union

from segmentation._asynchronous import AsyncConnection, awaiting, reading
from segmentation._channels import Token, server_of
from segmentation._operations import Operations
from segmentation.live._prompts import opening_of
from segmentation.live.asynchronous import AsyncLiveSession
from segmentation.pictures import ImageLike, Known
from segmentation.projects.clients import AsyncProjects

__all__ = ["AsyncClient"]


class AsyncClient:
    """Client of a Segmentation server over gRPC, for the tasks of one event loop.

    The methods are those of ``Client``, with ``await``, and ``async for`` over ``everything``. Works as an asynchronous
    context manager.
    """

    def __init__(
        self,
        address: str,
        *,
        api_key: Optional[str] = None,
        token: Optional[Token] = None,
        ca: Union[str, "os.PathLike[str]", bytes, None] = None,
        timeout: Optional[float] = 60.0,
        retries: int = 5,
        model: Optional[str] = None,
        tenant: Optional[str] = None,
        http_address: Optional[str] = None,
    ) -> None:
        """Makes a client, which connects when it is first used.

        Args:
            address, api_key, ca, timeout, retries, model, tenant, http_address: As those of ``Client``.
            token: Gives a token or key that is valid now, at once or by ``await``.

        Raises:
            ValueError: The address cannot be read, or options exclude each other.
            OSError: The file of ``ca`` cannot be read.
        """
        server = server_of(
            address, api_key=api_key, token=token, ca=ca, tenant=tenant, http_address=http_address)
        self._connection = AsyncConnection(server, timeout, retries)
        self._operations = Operations(model)
        self._retries = retries
        self.projects = AsyncProjects(self._connection)
        """Pictures, labels, annotations, runs and exports."""

    upload = awaiting(Operations.upload)
    image = awaiting(Operations.image)
    segment = awaiting(Operations.segment)
    segment_batch = awaiting(Operations.segment_batch)
    embedding = awaiting(Operations.embedding)
    everything = reading(Operations.everything)
    models = awaiting(Operations.models)
    usage = awaiting(Operations.usage)

    async def session(
        self,
        image: ImageLike,
        *,
        mode: str = "latest",
        multimask: Optional[bool] = None,
        logits: bool = False,
        refinable: Optional[bool] = None,
        model: Optional[str] = None,
    ) -> AsyncLiveSession:
        """Opens a live session on an image; see ``Client.session``. Use: ``async with await client.session(image)``."""
        known = await asyncio.to_thread(Known.of, image)
        opening = opening_of(known, mode, multimask, logits, refinable, model or known.model or self._operations.model)
        return await AsyncLiveSession(self._connection, self._retries, known, opening)._open()

    async def close(self) -> None:
        """Closes the connections, which ends sessions and searches."""
        await self._connection.close()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncClient of {self._connection.server.target}>"
