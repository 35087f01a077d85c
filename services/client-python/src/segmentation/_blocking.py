"""Does steps synchronously."""

from __future__ import annotations

import functools
import inspect
import time
from typing import TYPE_CHECKING, Any, Callable, Generator, Iterator, Optional, TypeVar

import grpc

from segmentation._channels import Metadata, Server
from segmentation._retry import Patience
from segmentation._steps import Call, Gather, Listing, Reading, Step, Steps, Work
from segmentation.errors import error_of_call

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")


class Connection:
    """A channel, and the patience of its calls. Safe to use from several threads."""

    def __init__(self, server: Server, timeout: Optional[float], retries: int) -> None:
        self.server = server
        self.channel = server.open(grpc)
        self.is_closed = False
        self._timeout = timeout
        self._retries = retries

    def close(self) -> None:
        """Closes the channel."""
        self.is_closed = True
        self.channel.close()

    def credential(self) -> Optional[str]:
        """A credential that is valid now."""
        given = self.server.credential
        value = given() if callable(given) else given
        if inspect.iscoroutine(value):
            value.close()
        if value is not None and not isinstance(value, str):
            raise TypeError("token: the function of a Client returns a str; AsyncClient awaits.")
        return value

    def metadata(self) -> Metadata:
        """Headers of a call."""
        return self.server.metadata(self.credential())

    def run(self, steps: Steps[T]) -> T:
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
                outcome = self._do(step)
            except Exception as error:
                failure = error

    def _do(self, step: Step) -> Any:
        if isinstance(step, Call):
            return self._call(step)
        if isinstance(step, Gather):
            return [item for item in self.read(step.reading)]
        return step.do() if isinstance(step, Work) else self.metadata()

    def list(self, listing: Listing[T]) -> Iterator[T]:
        """Reads items page by page."""
        pages = listing.pages()
        try:
            page = self.run(next(pages))
            while True:
                yield from listing.items(page)
                page = self.run(pages.send(page))
        except StopIteration:
            return

    def read(self, reading: Reading[T]) -> Generator[T, None, None]:
        """Reads a stream, and begins again after lost connections."""
        patience = Patience(self._retries, None, self.server.can_renew)
        while True:
            request = self.run(reading.begin())
            method = reading.method
            calls = self.channel.unary_stream(method.path, method.serialize, method.deserialize)
            call = calls(request, metadata=self.metadata())
            try:
                for response in call:
                    patience.reset()
                    yield from reading.take(response)
                return
            except grpc.RpcError as failed:
                error = error_of_call(failed)
                pause = 0.0 if reading.recover(error) else patience.pause_after(error)
                if pause is None:
                    raise error from failed
            finally:
                call.cancel()
            time.sleep(pause)

    def _call(self, step: Call[Any, Any]) -> Any:
        patience = Patience(self._retries, self._timeout, self.server.can_renew)
        method = step.method
        while True:
            try:
                if callable(step.request):
                    calls = self.channel.stream_unary(method.path, method.serialize, method.deserialize)
                    return calls(step.request(), timeout=patience.left(), metadata=self.metadata())
                calls = self.channel.unary_unary(method.path, method.serialize, method.deserialize)
                return calls(step.request, timeout=patience.left(), metadata=self.metadata())
            except grpc.RpcError as failed:
                error = error_of_call(failed)
                pause = patience.pause_after(error, step.repeatable)
                if pause is None:
                    raise error from failed
            time.sleep(pause)


def blocking(steps: "Callable[Concatenate[Any, P], Steps[T]]") -> "Callable[Concatenate[Any, P], T]":
    """Makes a method that waits for its result."""
    @functools.wraps(steps)
    def method(__client: Any, *args: "P.args", **kwargs: "P.kwargs") -> T:
        connection: Connection = __client._connection
        return connection.run(steps(__client._operations, *args, **kwargs))

    return method


def listing(pages: "Callable[Concatenate[Any, P], Listing[T]]") -> "Callable[Concatenate[Any, P], Iterator[T]]":
    """Makes a method that gives items, page by page as they are read."""
    @functools.wraps(pages)
    def method(__client: Any, *args: "P.args", **kwargs: "P.kwargs") -> Iterator[T]:
        connection: Connection = __client._connection
        return connection.list(pages(__client._operations, *args, **kwargs))

    return method


def reading(
    stream: "Callable[Concatenate[Any, P], Reading[T]]"
) -> "Callable[Concatenate[Any, P], Generator[T, None, None]]":
    """Makes a method that gives items as they arrive."""
    @functools.wraps(stream)
    def method(__client: Any, *args: "P.args", **kwargs: "P.kwargs") -> Generator[T, None, None]:
        connection: Connection = __client._connection
        return connection.read(stream(__client._operations, *args, **kwargs))

    return method
