"""Steps of the clients' methods.

A method is a generator that yields what to do, a call or some work, and is sent the outcome. So the synchronous client
and the one for asyncio share everything but the few lines that do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Generator, Generic, Iterable, Iterator, List, Optional, TypeVar, Union

from google.protobuf.message import Message

from segmentation._channels import Metadata
from segmentation._methods import Method, Q, R
from segmentation.errors import SegmentationError

T = TypeVar("T")

_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Call(Generic[Q, R]):
    """A call with one answer."""

    method: Method[Q, R]

    request: Union[Q, Callable[[], Iterator[Q]]]
    """The request, or for a stream of requests what makes the stream for each attempt."""

    repeatable: bool
    """True if the request may arrive twice."""


@dataclass(frozen=True)
class Work(Generic[T]):
    """Work that takes a while without the server: reading a file, encoding a picture."""

    do: Callable[[], T]


@dataclass(frozen=True)
class Gather(Generic[T]):
    """All items of a stream."""

    reading: "Reading[T]"


class Authorize:
    """The headers of a call, for a request that is not gRPC's."""


Step = Union[Call[Any, Any], Work[Any], Gather[Any], Authorize]
Steps = Generator[Step, Any, T]


def call(method: Method[Q, R], request: Q, *, repeatable: bool = True) -> Steps[R]:
    """Calls, again after lost connections unless the request may arrive only once."""
    answer: R = yield Call(method, request, repeatable)
    return answer


def send_file(method: Method[Any, R], metadata: Message, data: bytes) -> Steps[R]:
    """Calls with a stream of requests, metadata and then a file in pieces; again from its beginning where needed."""
    def requests() -> Iterator[Any]:
        yield method.request(metadata=metadata)
        for offset in range(0, len(data), _CHUNK_BYTES):
            yield method.request(chunk=data[offset:offset + _CHUNK_BYTES])

    answer: R = yield Call(method, requests, repeatable=True)
    return answer


def work(do: Callable[[], T]) -> Steps[T]:
    """Works outside of an event loop."""
    result: T = yield Work(do)
    return result


def gather(reading: "Reading[T]") -> Steps[List[T]]:
    """Reads a stream to its end."""
    items: List[T] = yield Gather(reading)
    return items


def authorize() -> Steps[Metadata]:
    """Gives the headers of a call."""
    headers: Metadata = yield Authorize()
    return headers


@dataclass(frozen=True)
class Listing(Generic[T]):
    """Items of a method that answers in pages."""

    method: Method[Any, Any]
    request: Message

    field: str
    """Field of an answer with the items."""

    def items(self, page: Any) -> Iterable[T]:
        """Items of an answer."""
        found: Iterable[T] = getattr(page, self.field)
        return found

    def pages(self) -> Generator[Steps[Any], Any, None]:
        """The calls, each of which is sent its answer."""
        request: Any = self.method.request()
        request.CopyFrom(self.request)
        while True:
            page = yield call(self.method, request)
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token


class Reading(Generic[T]):
    """A stream of answers, with what is needed to begin again after a lost connection."""

    method: Method[Any, Any]

    def begin(self) -> Steps[Message]:
        """Makes the request of the next attempt."""
        raise NotImplementedError

    def take(self, response: Any) -> Iterable[T]:
        """Items of an answer."""
        raise NotImplementedError

    def recover(self, error: SegmentationError) -> bool:
        """Changes what ``begin`` makes so that the error does not come again. False if that cannot be done."""
        return False


class Watching(Reading[R]):
    """A stream whose answers are the items."""

    def __init__(
        self, method: Method[Any, R], request: Message, progress: Optional[Callable[[R], object]] = None
    ) -> None:
        self.method = method
        self._request = request
        self._progress = progress

    def begin(self) -> Steps[Message]:
        return self._request
        yield  # makes this a generator

    def take(self, response: R) -> Iterable[R]:
        if self._progress is not None:
            self._progress(response)
        return (response,)
