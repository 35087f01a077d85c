"""Does steps in an event loop."""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import TYPE_CHECKING, Any, AsyncGenerator, AsyncIterator, Awaitable, Callable, Optional, TypeVar

import grpc
import grpc.aio

from segmentation._channels import Metadata, Server
from segmentation._retry import Patience
from segmentation._steps import Call, Gather, Listing, Reading, Step, Steps, Work
from segmentation.errors import error_of_call

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")


class AsyncConnection:
    """A channel, and the patience of its calls. Belongs to the event loop of its first call."""

    def __init__(self, server: Server, timeout: Optional[float], retries: int) -> None:
        self.server = server
        self._channel: Any = None
        self.is_closed = False
        self._timeout = timeout
        self._retries = retries

    @property
    def channel(self) -> Any:
        """The channel, which is made in the event loop that uses it."""
        if self._channel is None:
            self._channel = self.server.open(grpc.aio)
        return self._channel

    async def close(self) -> None:
        """Closes the channel."""
        self.is_closed = True
        if self._channel is not None:
            await self._channel.close()

    async def credential(self) -> Optional[str]:
        """A credential that is valid now."""
        given = self.server.credential
        value: Any = given() if callable(given) else given
        credential: Optional[str] = await value if inspect.isawaitable(value) else value
        return credential

    async def metadata(self) -> Metadata:
        """Headers of a call."""
        return self.server.metadata(await self.credential())

    async def run(self, steps: Steps[T]) -> T:
        """Does the steps of a method."""
        outcome: Any = None
        failure: Optional[Exception] = None
        while True:
            try:
                step = steps.send(outcome) if failure is None else steps.throw(failure)
            except StopIteration as done:
                result: T = done.value
                return result
            outcome = failure = None
            try:
                outcome = await self._do(step)
            except Exception as error:
                failure = error

    async def _do(self, step: Step) -> Any:
        if isinstance(step, Call):
            return await self._call(step)
        if isinstance(step, Gather):
            return [item async for item in self.read(step.reading)]
        return await (asyncio.to_thread(step.do) if isinstance(step, Work) else self.metadata())

    async def list(self, listing: Listing[T]) -> AsyncIterator[T]:
        """Reads items page by page."""
        pages = listing.pages()
        page: Any = None
        while True:
            try:
                steps = pages.send(page)
            except StopIteration:
                return
            page = await self.run(steps)
            for item in listing.items(page):
                yield item

    async def read(self, reading: Reading[T]) -> AsyncGenerator[T, None]:
        """Reads a stream, and begins again after lost connections."""
        patience = Patience(self._retries, None, self.server.can_renew)
        while True:
            request = await self.run(reading.begin())
            method = reading.method
            calls = self.channel.unary_stream(method.path, method.serialize, method.deserialize)
            call = calls(request, metadata=await self.metadata())
            try:
                async for response in call:
                    patience.reset()
                    for item in reading.take(response):
                        yield item
                return
            except grpc.RpcError as failed:
                error = error_of_call(failed)
                pause = 0.0 if reading.recover(error) else patience.pause_after(error)
                if pause is None:
                    raise error from failed
            finally:
                call.cancel()
            await asyncio.sleep(pause)

    async def _call(self, step: Call[Any, Any]) -> Any:
        patience = Patience(self._retries, self._timeout, self.server.can_renew)
        method = step.method
        while True:
            try:
                metadata = await self.metadata()
                if callable(step.request):
                    calls = self.channel.stream_unary(method.path, method.serialize, method.deserialize)
                    return await calls(step.request(), timeout=patience.left(), metadata=metadata)
                calls = self.channel.unary_unary(method.path, method.serialize, method.deserialize)
                return await calls(step.request, timeout=patience.left(), metadata=metadata)
            except grpc.RpcError as failed:
                error = error_of_call(failed)
                pause = patience.pause_after(error, step.repeatable)
                if pause is None:
                    raise error from failed
            await asyncio.sleep(pause)


def awaiting(steps: "Callable[Concatenate[Any, P], Steps[T]]") -> "Callable[Concatenate[Any, P], Awaitable[T]]":
    """Makes a method whose result is awaited."""
    @functools.wraps(steps)
    async def method(__client: Any, *args: "P.args", **kwargs: "P.kwargs") -> T:
        connection: AsyncConnection = __client._connection
        return await connection.run(steps(__client._operations, *args, **kwargs))

    return method


def listing(pages: "Callable[Concatenate[Any, P], Listing[T]]") -> "Callable[Concatenate[Any, P], AsyncIterator[T]]":
    """Makes a method that gives items, page by page as they are read."""
    @functools.wraps(pages)
    def method(__client: Any, *args: "P.args", **kwargs: "P.kwargs") -> AsyncIterator[T]:
        connection: AsyncConnection = __client._connection
        return connection.list(pages(__client._operations, *args, **kwargs))

    return method


def reading(
    stream: "Callable[Concatenate[Any, P], Reading[T]]"
) -> "Callable[Concatenate[Any, P], AsyncGenerator[T, None]]":
    """Makes a method that gives items as they arrive."""
    @functools.wraps(stream)
    def method(__client: Any, *args: "P.args", **kwargs: "P.kwargs") -> AsyncGenerator[T, None]:
        connection: AsyncConnection = __client._connection
        return connection.read(stream(__client._operations, *args, **kwargs))

    return method
