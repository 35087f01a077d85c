"""Methods of runs and exports that ``Projects`` and ``AsyncProjects`` share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Optional, Sequence, Union
from urllib.parse import quote

from segmentation._channels import Server
from segmentation._steps import Listing, Steps, Watching, authorize, call, gather, work
from segmentation.errors import SegmentationError
from segmentation.projects import _methods
from segmentation.projects._download import download
from segmentation.projects._names import PictureLike, ProjectLike, choice, new_id, number_of, project_id
from segmentation.projects.v1 import item_error_pb2
from segmentation.projects.v1 import picture_service_pb2 as picture_pb
from segmentation.projects.v1 import run_service_pb2 as run_pb
from segmentation.projects.v1 import transfer_service_pb2 as transfer_pb
from segmentation.v1 import everything_pb2

RunLike = Union[int, run_pb.Run]
TransferLike = Union[int, transfer_pb.Transfer]

_PAGE_SIZE = 1000
_STAGES = {"automatic": run_pb.RUN_STAGE_AUTOMATIC, "semi-automatic": run_pb.RUN_STAGE_SEMI_AUTOMATIC}
_CONTROLS = {"pause": run_pb.RUN_CONTROL_PAUSE, "resume": run_pb.RUN_CONTROL_RESUME,
             "cancel": run_pb.RUN_CONTROL_CANCEL, "retry": run_pb.RUN_CONTROL_RETRY}


class BackgroundOperations:
    """Steps of the methods of work that goes on in the background."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def start_run(
        self,
        project: ProjectLike,
        stage: str = "automatic",
        *,
        preset: str = "",
        options: Optional[everything_pb2.EverythingOptions] = None,
        pictures: Sequence[PictureLike] = (),
        filter: Optional[picture_pb.PictureFilter] = None,
        label: int = 0,
        model: str = "",
        request_id: Optional[str] = None,
    ) -> Steps[run_pb.Run]:
        """Starts a search for everything in many pictures, which goes on in the background.

        Args:
            stage: ``automatic`` makes annotations, ``semi-automatic`` proposals, which people accept or reject.
            preset: Name of options; empty: ``sa1b`` for automatic, ``confident`` for semi-automatic.
            options: Options that differ from the preset.
            pictures: Pictures; empty: all of ``filter``.
            filter: Conditions of pictures; None: all that are not excluded.
            label: Label of the masks; 0: none.
            model: Id of a model; empty: the project's.
            request_id: UUID: the same again starts nothing. None: a new one.
        """
        return call(_methods.START_RUN, run_pb.StartRunRequest(
            project=project_id(project), request_id=request_id or new_id(), stage=choice("stage", stage, _STAGES),
            preset=preset, options=options, model=model, label=label, filter=filter,
            pictures=[number_of(picture) for picture in pictures]))

    def run(self, project: ProjectLike, run: RunLike) -> Steps[run_pb.Run]:
        """Describes a run."""
        return call(_methods.GET_RUN, run_pb.GetRunRequest(project=project_id(project), run=number_of(run)))

    def runs(self, project: ProjectLike) -> Listing[run_pb.Run]:
        """Lists runs, newest first."""
        return Listing(_methods.LIST_RUNS, run_pb.ListRunsRequest(project=project_id(project)), "runs")

    def watch_run(self, project: ProjectLike, run: RunLike) -> Watching[run_pb.Run]:
        """Gives a run whenever its progress changes, until it ends."""
        return Watching(_methods.WATCH_RUN, run_pb.WatchRunRequest(project=project_id(project), run=number_of(run)))

    def control_run(self, project: ProjectLike, run: RunLike, control: str) -> Steps[run_pb.Run]:
        """Controls a run: ``pause``, ``resume``, ``cancel`` (its masks stay) or ``retry`` (pictures that failed)."""
        request = run_pb.ControlRunRequest(
            project=project_id(project), run=number_of(run), control=choice("control", control, _CONTROLS))
        return call(_methods.CONTROL_RUN, request, repeatable=False)

    def run_errors(self, project: ProjectLike, run: RunLike) -> Listing[item_error_pb2.ItemError]:
        """Lists the pictures of a run that failed, with their reasons."""
        request = run_pb.ListRunErrorsRequest(project=project_id(project), run=number_of(run), page_size=_PAGE_SIZE)
        return Listing(_methods.LIST_RUN_ERRORS, request, "errors")

    def start_export(
        self,
        project: ProjectLike,
        format: str = "coco",
        *,
        filter: Optional[picture_pb.PictureFilter] = None,
        include_pictures: bool = False,
        include_proposals: bool = False,
        labels: Sequence[int] = (),
        request_id: Optional[str] = None,
    ) -> Steps[transfer_pb.Transfer]:
        """Starts an export, which goes on in the background; ``export`` waits for it and downloads the file.

        Args:
            format: ``coco``, ``coco-panoptic``, ``sa1b``, ``cvat``, ``label-studio``, ``yolo``, ``voc``,
                ``semantic-png``, ``instance-png``, ``datumaro``, ``labelme`` or ``geojson``.
            filter: Conditions of pictures; None: all that are not excluded.
            include_pictures: True to put the pictures into the archive.
            include_proposals: True to export proposals, too.
            labels: Only annotations with these labels; empty: all.
            request_id: UUID: the same again starts nothing. None: a new one.
        """
        return call(_methods.START_EXPORT, transfer_pb.StartExportRequest(
            project=project_id(project), request_id=request_id or new_id(), format=format, filter=filter,
            include_pictures=include_pictures, include_proposals=include_proposals, labels=labels))

    def transfer(self, project: ProjectLike, transfer: TransferLike) -> Steps[transfer_pb.Transfer]:
        """Describes an export or another transfer."""
        request = transfer_pb.GetTransferRequest(project=project_id(project), transfer=number_of(transfer))
        return call(_methods.GET_TRANSFER, request)

    def watch_transfer(
        self, project: ProjectLike, transfer: TransferLike
    ) -> Watching[transfer_pb.Transfer]:
        """Gives a transfer whenever its progress changes, until it ends."""
        request = transfer_pb.WatchTransferRequest(project=project_id(project), transfer=number_of(transfer))
        return Watching(_methods.WATCH_TRANSFER, request)

    def download(
        self, project: ProjectLike, transfer: TransferLike, path: "Union[str, os.PathLike[str]]"
    ) -> Steps[Path]:
        """Downloads the result of a transfer that is done, by the server's HTTP port.

        Args:
            path: File to write. The bytes go into a file with ``.part`` behind its name until all are there.

        Raises:
            ValueError: The client does not know the server's HTTP port (``http_address``).
        """
        target = Path(path)
        address = f"/v1/projects/{quote(project_id(project), safe='')}/transfers/{number_of(transfer)}/file"
        headers = yield from authorize()
        yield from work(lambda: download(self._server, headers, address, target))
        return target

    def export(
        self,
        project: ProjectLike,
        path: "Union[str, os.PathLike[str]]",
        format: str = "coco",
        *,
        filter: Optional[picture_pb.PictureFilter] = None,
        include_pictures: bool = False,
        include_proposals: bool = False,
        labels: Sequence[int] = (),
        progress: Optional[Callable[[transfer_pb.Transfer], object]] = None,
    ) -> Steps[Path]:
        """Exports a project into a file: starts an export, waits for its end, and downloads the result.

        Args:
            path: File to write.
            progress: Told the transfer whenever its progress changes.

        Raises:
            SegmentationError: The export was refused; or ended without a result, with the reason as message.
        """
        started = yield from self.start_export(
            project, format, filter=filter, include_pictures=include_pictures, include_proposals=include_proposals,
            labels=labels)
        request = transfer_pb.WatchTransferRequest(project=project_id(project), transfer=started.id)
        told = yield from gather(Watching(_methods.WATCH_TRANSFER, request, progress))
        ended = told[-1] if told else (yield from self.transfer(project, started))
        if ended.state != transfer_pb.TRANSFER_STATE_DONE:
            raise SegmentationError("ABORTED", ended.reason or "The export was cancelled.")
        return (yield from self.download(project, ended, path))
