from typing import Iterable

from google.protobuf.message import Message

class FieldMask(Message):
    paths: Iterable[str]
    def __init__(self, *, paths: Iterable[str] = ...) -> None: ...
