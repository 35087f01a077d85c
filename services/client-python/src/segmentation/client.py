"""The synchronous client."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Callable, Optional, Type, Union

from segmentation._blocking import Connection, blocking, reading
from segmentation._channels import server_of
from segmentation._operations import Operations
from segmentation.live._prompts import opening_of
from segmentation.live.session import LiveSession
from segmentation.pictures import ImageLike, Known
from segmentation.projects.clients import Projects

__all__ = ["Client"]


class Client:
    """Client of a Segmentation server over gRPC. Safe to share between threads; one a process is enough.

    Calls are repeated after lost connections, and after the pause that a busy server asks for, as long as ``timeout``
    lasts and the request may arrive twice. Works as a context manager.
    """

    def __init__(
        self,
        address: str,
        *,
        api_key: Optional[str] = None,
        token: Optional[Callable[[], str]] = None,
        ca: Union[str, "os.PathLike[str]", bytes, None] = None,
        timeout: Optional[float] = 60.0,
        retries: int = 5,
        model: Optional[str] = None,
        tenant: Optional[str] = None,
        http_address: Optional[str] = None,
    ) -> None:
        """Makes a client, which connects when it is first used.

        Args:
            address: The server's gRPC port, ``localhost:7080`` or ``https://segmentation.example``. Without https a
                credential can be read by everybody between here and there.
            api_key: API key that every call carries; None for a server that needs none. Excludes ``token``.
            token: Gives a token or key that is valid now. Asked for each call, and again when a session's credential
                expires; possibly from several threads at once.
            ca: Certificates that sign the server's, as a path or as PEM; None for those of the system.
            timeout: Seconds for a call with all its attempts; None without an end. Sessions and searches have none.
            retries: Attempts after the first, in a row; sessions try at least ten times.
            model: Model of calls that name none; None for the default of the caller's tenant.
            tenant: Tenant on whose behalf calls are made, for credentials with the scope ``impersonate``.
            http_address: The server's HTTP port, ``http://localhost:7081``, by which files of projects are downloaded.
                None: port 7081 for the gRPC port 7080, or the same address for https without a port.

        Raises:
            ValueError: The address cannot be read, or options exclude each other.
            OSError: The file of ``ca`` cannot be read.
        """
        server = server_of(
            address, api_key=api_key, token=token, ca=ca, tenant=tenant, http_address=http_address)
        self._connection = Connection(server, timeout, retries)
        self._operations = Operations(model)
        self._retries = retries
        self.projects = Projects(self._connection)
        """Pictures, labels, annotations, runs and exports."""

    upload = blocking(Operations.upload)
    image = blocking(Operations.image)
    segment = blocking(Operations.segment)
    segment_batch = blocking(Operations.segment_batch)
    embedding = blocking(Operations.embedding)
    everything = reading(Operations.everything)
    models = blocking(Operations.models)
    usage = blocking(Operations.usage)

    def session(
        self,
        image: ImageLike,
        *,
        mode: str = "latest",
        multimask: Optional[bool] = None,
        logits: bool = False,
        refinable: Optional[bool] = None,
        model: Optional[str] = None,
    ) -> LiveSession:
        """Opens a live session on an image.

        Args:
            image: An image, its id, or a picture. Its bytes are kept, and sent when the server does not hold the image.
            mode: "latest" drops prompts that a newer one overtook before decoding began, for hover and gaze; "all"
                answers every prompt in order.
            multimask: As in ``segment``, unless a prompt says otherwise.
            logits: True to get low-resolution logits with every mask.
            refinable: True to let later prompts name the masks of an answer (``mask=``); None: in mode "all".
            model: Id of a model, or a roll-out's name; None for the image's, or else the client's.

        Raises:
            ValueError: There is no such mode.
            SegmentationError: The image was refused, or no server could be reached.
        """
        known = Known.of(image)
        opening = opening_of(known, mode, multimask, logits, refinable, model or known.model or self._operations.model)
        return LiveSession(self._connection, self._retries, known, opening)

    def close(self) -> None:
        """Closes the connections, which ends sessions and searches."""
        self._connection.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client of {self._connection.server.target}>"
