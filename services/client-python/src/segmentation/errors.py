"""Errors of the server, in one class."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Tuple, Type, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.message import DecodeError, Message

from segmentation.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from segmentation.rpc.status_pb2 import Status

__all__ = ["FieldViolation", "SegmentationError"]

M = TypeVar("M", bound=Message)

_DETAILS = "grpc-status-details-bin"
_CODES = {code.value[0]: code.name for code in grpc.StatusCode}


class FieldViolation(NamedTuple):
    """A wrong field of a request."""

    field: str
    """Path of the field, for example ``prompts[0].points[0].x``."""

    description: str
    """Sentence that says what is wrong and what is allowed."""


class SegmentationError(Exception):
    """A request that the server refused or could not answer.

    ``docs/errors.md`` of the server lists all reasons. Mistakes that the client finds itself are ``ValueError`` and
    ``TypeError``.
    """

    def __init__(self, code: str, message: str, details: Tuple[PackedMessage, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        """gRPC's status, for example ``"INVALID_ARGUMENT"``."""
        self.message = message
        """Sentences that say what was wrong and what to do."""
        self.details = details
        """The status's details as the server packed them; ``detail`` unpacks them."""
        info = self._detail(ErrorInfo, "google.rpc.ErrorInfo")
        self.reason = info.reason if info else ""
        """The server's reason for programs, for example ``"IMAGE_NOT_FOUND"``; empty if the connection failed."""
        bad = self._detail(BadRequest, "google.rpc.BadRequest")
        self.violations: List[FieldViolation] = [
            FieldViolation(wrong.field, wrong.description) for wrong in (bad.field_violations if bad else ())
        ]
        """All wrong fields."""
        retry = self._detail(RetryInfo, "google.rpc.RetryInfo")
        self.retry_after: Optional[float] = (
            retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9 if retry else None
        )
        """Seconds after which the same request may succeed; None if the server did not say."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def detail(self, kind: Type[M]) -> Optional[M]:
        """Unpacks a detail, for example the current project of a conflict. None if there is none of the kind."""
        return self._detail(kind, kind.DESCRIPTOR.full_name)

    def _detail(self, kind: Type[M], name: str) -> Optional[M]:
        for packed in self.details:
            if packed.type_url.rpartition("/")[2] == name:
                message = kind()
                message.ParseFromString(packed.value)
                return message
        return None


def error_of_status(status: Status) -> SegmentationError:
    """Makes the exception of a status within an answer."""
    return SegmentationError(_CODES.get(status.code, "UNKNOWN"), status.message, tuple(status.details))


def error_of_call(failed: grpc.RpcError) -> SegmentationError:
    """Makes the exception of a call that failed."""
    for key, value in failed.trailing_metadata() or ():
        if key == _DETAILS:
            status = Status()
            try:
                status.ParseFromString(value)
            except DecodeError:
                break  # a proxy's
            return error_of_status(status)
    return SegmentationError(failed.code().name, failed.details() or "")
