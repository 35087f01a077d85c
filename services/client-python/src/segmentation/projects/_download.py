"""Files of a server, by HTTP."""

from __future__ import annotations

import json
import os
import ssl
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, BinaryIO, Optional

from segmentation._channels import Metadata, Server
from segmentation._retry import Patience
from segmentation.errors import SegmentationError, error_of_status
from segmentation.rpc.error_details_pb2 import ErrorInfo
from segmentation.rpc.status_pb2 import Status

_BUFFER_BYTES = 128 * 1024
_IDLE_SECONDS = 60.0
_RETRIES = 5


def download(server: Server, headers: Metadata, path: str, target: "os.PathLike[str]") -> None:
    """Receives a file, and goes on where a lost connection cut it off.

    The bytes go into a file with ``.part`` behind its name, which is renamed when all are there.

    Raises:
        SegmentationError: The server has no such file, or cannot be reached.
        ValueError: The client does not know the server's HTTP port.
    """
    if server.http_address is None:
        raise ValueError("http_address: files are downloaded by HTTP; give the client http_address=, the HTTP port.")
    part = os.fspath(target) + ".part"
    patience = Patience(_RETRIES, None, can_renew=False)
    received = _Received()
    with open(part, "wb") as file:
        while True:
            had = received.count
            try:
                received.more(server, headers, server.http_address.rstrip("/") + path, file)
                break
            except SegmentationError as error:
                if received.count > had:
                    patience.reset()
                pause = patience.pause_after(error)
                if pause is None:
                    file.close()
                    os.remove(part)
                    raise
            time.sleep(pause)
    os.replace(part, target)


class _Received:
    """Bytes that have arrived, and the tag of the file that they are of."""

    def __init__(self) -> None:
        self.count = 0
        self._tag: Optional[str] = None

    def more(self, server: Server, headers: Metadata, address: str, file: BinaryIO) -> None:
        """Receives what the file lacks."""
        request = urllib.request.Request(address)
        for name, value in headers:
            request.add_unredirected_header(name.title(), value)  # the object store gets no credential
        if self.count and self._tag:
            request.add_header("Range", f"bytes={self.count - 1}-")  # a range behind the end would be an error
            request.add_header("If-Range", self._tag)
        try:
            with urllib.request.build_opener(*_handlers(server)).open(request, timeout=_IDLE_SECONDS) as response:
                self.count = self.count - 1 if response.status == 206 else 0
                self._tag = response.headers.get("ETag")
                self._copy(response, file)
        except urllib.error.HTTPError as failed:
            raise _error_of(failed) from failed
        except (OSError, HTTPException) as lost:
            raise SegmentationError("UNAVAILABLE", f"{address}: {lost}") from lost

    def _copy(self, response: Any, file: BinaryIO) -> None:
        file.seek(self.count)
        file.truncate()
        length = response.headers.get("Content-Length")
        end = None if length is None else self.count + int(length)
        while True:
            data = response.read(_BUFFER_BYTES)
            if not data:
                break
            file.write(data)
            self.count += len(data)
        if end is not None and self.count != end:
            raise ConnectionError("the connection was lost in the middle of the file.")


def _handlers(server: Server) -> "list[urllib.request.BaseHandler]":
    if not server.authorities:
        return []
    context = ssl.create_default_context(cadata=server.authorities.decode("ascii"))
    return [urllib.request.HTTPSHandler(context=context)]


def _error_of(failed: urllib.error.HTTPError) -> SegmentationError:
    """Makes the exception of an answer, a google.rpc.Status as JSON; a proxy's may be anything."""
    try:
        body = json.loads(failed.read())
        status = Status(code=body["code"], message=body["message"])
        for detail in body.get("details", ()):
            if detail.get("@type", "").endswith("google.rpc.ErrorInfo"):
                info = ErrorInfo(reason=detail.get("reason", ""), domain=detail.get("domain", ""))
                status.details.add(type_url=detail["@type"], value=info.SerializeToString())
        return error_of_status(status)
    except (ValueError, KeyError, TypeError):
        code = "UNAVAILABLE" if failed.code in (429, 502, 503, 504) else "UNKNOWN"
        return SegmentationError(code, f"HTTP {failed.code}: {failed.reason}")
