"""A gRPC server that answers as a test says: refusals, pauses, expiries that a healthy server does not show."""

from concurrent import futures

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from segmentation.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from segmentation.rpc.status_pb2 import Status


def refusal(code, reason="", retry_after=None):
    """A status, with google.rpc's details where there is a reason or a pause."""
    status = Status(code=code.value[0], message=f"Refused: {reason}.")
    if reason:
        info = ErrorInfo(reason=reason, domain="segmentation").SerializeToString()
        status.details.append(Any(type_url="type.googleapis.com/google.rpc.ErrorInfo", value=info))
    if retry_after is not None:
        pause = Duration(seconds=int(retry_after), nanos=int(retry_after % 1 * 1e9))
        info = RetryInfo(retry_delay=pause).SerializeToString()
        status.details.append(Any(type_url="type.googleapis.com/google.rpc.RetryInfo", value=info))
    return status


class UnwillingServer(grpc.GenericRpcHandler):
    """Answers the calls of any unary method from a list: a message, or a refusal."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []
        """Method and headers of every call."""
        self._server = grpc.server(futures.ThreadPoolExecutor(4))
        self._server.add_generic_rpc_handlers((self,))
        self.address = "127.0.0.1:%d" % self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def service(self, details):
        self.calls.append((details.method.rpartition("/")[2], dict(details.invocation_metadata)))
        return grpc.stream_unary_rpc_method_handler(self._answer)

    def stop(self):
        self._server.stop(None)

    def _answer(self, requests, context):
        answer = self.answers.pop(0)
        if not isinstance(answer, Status):
            return answer.SerializeToString()
        if answer.details:
            context.set_trailing_metadata((("grpc-status-details-bin", answer.SerializeToString()),))
        code = next(code for code in grpc.StatusCode if code.value[0] == answer.code)
        context.abort(code, answer.message)
