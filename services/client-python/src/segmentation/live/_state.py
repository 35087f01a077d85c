"""What a live session must restore after a lost connection."""

from __future__ import annotations

import threading
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Callable, List, Optional, Sequence, Tuple

from segmentation.errors import SegmentationError, error_of_status
from segmentation.masks import Mask
from segmentation.v1 import segmentation_service_pb2 as protos

Write = Callable[[protos.SegmentStreamRequest], None]
Answer = Optional[List[Mask]]


@dataclass
class Sent:
    """A message without an answer so far: a prompt, or a reset, which has no answer."""

    message: protos.SegmentStreamRequest
    answer: "Future[Answer]" = field(default_factory=Future)
    is_restored: bool = False
    """True when the image was sent again for this prompt, which is done once."""

    @property
    def sequence(self) -> int:
        return self.message.prompt.sequence

    @property
    def is_reset(self) -> bool:
        return self.message.HasField("reset")

    def resolve(self, answer: Answer) -> None:
        try:
            self.answer.set_result(answer)
        except InvalidStateError:
            pass  # the caller has cancelled it

    def fail(self, error: SegmentationError) -> None:
        try:
            self.answer.set_exception(error)
        except InvalidStateError:
            pass


class LiveState:
    """The answered prompts that refinements build on, and all unanswered messages. Safe to use from any thread."""

    def __init__(self, is_latest: bool) -> None:
        self._is_latest = is_latest
        self._gate = threading.Lock()
        self._waiting: List[Sent] = []
        # Answered prompts since the latest one without `refine`: together they are the state that `refine` starts from.
        self._chain: List[protos.SegmentStreamRequest] = []
        self._write: Optional[Write] = None
        self._failure: Optional[SegmentationError] = None
        self._sequence = 0

    def prompt(self, prompt: protos.StreamPrompt) -> "Future[Answer]":
        """Sends a prompt, now or once there is a connection."""
        sent = Sent(protos.SegmentStreamRequest(prompt=prompt))
        overtaken: List[Sent] = []
        with self._gate:
            self._sequence += 1
            sent.message.prompt.sequence = self._sequence
            failure = self._failure
            if failure is None:
                if self._is_latest and self._write is None:
                    # Without a connection the newest prompt wins here, as it would at the server.
                    overtaken = [before for before in self._waiting if not before.is_reset]
                    self._waiting = [before for before in self._waiting if before.is_reset]
                self._send(sent)
        # Outside of the gate: what waits for an answer may send the next prompt at once.
        for before in overtaken:
            before.resolve(None)
        if failure is not None:
            sent.fail(failure)
        return sent.answer

    def reset(self) -> None:
        """Sends a reset."""
        with self._gate:
            if self._failure is None:
                self._send(Sent(protos.SegmentStreamRequest(reset=protos.ResetSession())))

    def disconnect(self) -> List[protos.SegmentStreamRequest]:
        """Ends the connection; messages wait for the next. Returns the answered prompts to repeat there."""
        with self._gate:
            self._write = None
            return list(self._chain)

    def connect(self, write: Write) -> None:
        """Sends what is unanswered over a new connection, and from now on every message."""
        with self._gate:
            for sent in self._waiting:
                write(sent.message)
            self._write = write

    def answered(self, answer: protos.StreamAnswer) -> None:
        """Takes an answer. Answers to repeated prompts are dropped."""
        with self._gate:
            sent, overtaken = self._end(answer.sequence, answer.superseded)
            if sent is None:
                return
            prompt = sent.message.prompt
            if not prompt.refine and not prompt.prompt.HasField("mask"):
                self._chain.clear()
            self._chain.append(sent.message)
        for before in overtaken:
            before.resolve(None)
        sent.resolve([Mask(mask) for mask in answer.result.masks])

    def failed(self, error: protos.StreamError) -> None:
        """Fails one prompt; the session goes on."""
        with self._gate:
            sent, overtaken = self._end(error.sequence, error.superseded)
        for before in overtaken:
            before.resolve(None)
        if sent is not None:
            sent.fail(error_of_status(error.status))

    def try_restore(self, sequence: int) -> bool:
        """Notes that the image is sent again for a prompt. False when that was done before, or nobody waits for it."""
        with self._gate:
            for sent in self._waiting:
                if sent.sequence == sequence and not sent.is_reset and not sent.is_restored:
                    sent.is_restored = True
                    return True
        return False

    def fail(self, error: SegmentationError) -> None:
        """Ends the session: all waiting prompts fail, and all later ones."""
        with self._gate:
            self._failure, self._write = error, None
            waiting, self._waiting = self._waiting, []
        for sent in waiting:
            sent.fail(error)

    def _send(self, sent: Sent) -> None:
        self._waiting.append(sent)
        if self._write is not None:
            self._write(sent.message)

    def _end(self, sequence: int, superseded: Sequence[int]) -> Tuple[Optional[Sent], List[Sent]]:
        """Takes a prompt out, with the resets before it and the prompts that it superseded, which are returned too."""
        index = next((i for i, sent in enumerate(self._waiting) if sent.sequence == sequence), -1)
        if sequence == 0 or index < 0:
            return None, []
        sent = self._waiting[index]
        before = self._waiting[:index]
        if any(message.is_reset for message in before):
            self._chain.clear()  # the answer shows that the reset before its prompt was done
        self._waiting[:index + 1] = [
            message for message in before if not message.is_reset and message.sequence not in superseded]
        return sent, [message for message in before if message.sequence in superseded]
