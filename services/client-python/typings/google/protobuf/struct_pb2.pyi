from typing import Any, Mapping

from google.protobuf.message import Message

class Struct(Message):
    def update(self, values: Mapping[str, Any]) -> None: ...
