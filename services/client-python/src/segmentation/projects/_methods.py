"""Methods of projects that the clients call."""

from __future__ import annotations

from google.protobuf import empty_pb2

from segmentation._methods import method
from segmentation.projects.v1 import annotation_service_pb2 as annotation_pb
from segmentation.projects.v1 import picture_service_pb2 as picture_pb
from segmentation.projects.v1 import project_service_pb2 as project_pb
from segmentation.projects.v1 import run_service_pb2 as run_pb
from segmentation.projects.v1 import transfer_service_pb2 as transfer_pb

CREATE_PROJECT = method(project_pb.DESCRIPTOR, "CreateProject", project_pb.CreateProjectRequest, project_pb.Project)
GET_PROJECT = method(project_pb.DESCRIPTOR, "GetProject", project_pb.GetProjectRequest, project_pb.Project)
LIST_PROJECTS = method(
    project_pb.DESCRIPTOR, "ListProjects", project_pb.ListProjectsRequest, project_pb.ListProjectsResponse)
DELETE_PROJECT = method(project_pb.DESCRIPTOR, "DeleteProject", project_pb.DeleteProjectRequest, empty_pb2.Empty)
LIST_LABELS = method(project_pb.DESCRIPTOR, "ListLabels", project_pb.ListLabelsRequest, project_pb.ListLabelsResponse)
CREATE_LABEL = method(project_pb.DESCRIPTOR, "CreateLabel", project_pb.CreateLabelRequest, project_pb.Label)

ADD_PICTURE = method(picture_pb.DESCRIPTOR, "AddPicture", picture_pb.AddPictureRequest, picture_pb.Picture)
GET_PICTURE = method(picture_pb.DESCRIPTOR, "GetPicture", picture_pb.GetPictureRequest, picture_pb.Picture)
LIST_PICTURES = method(
    picture_pb.DESCRIPTOR, "ListPictures", picture_pb.ListPicturesRequest, picture_pb.ListPicturesResponse)
READ_PICTURE = method(
    picture_pb.DESCRIPTOR, "ReadPicture", picture_pb.ReadPictureRequest, picture_pb.ReadPictureResponse)

LIST_ANNOTATIONS = method(
    annotation_pb.DESCRIPTOR, "ListAnnotations", annotation_pb.ListAnnotationsRequest,
    annotation_pb.ListAnnotationsResponse)
APPLY_OPERATIONS = method(
    annotation_pb.DESCRIPTOR, "ApplyOperations", annotation_pb.ApplyOperationsRequest,
    annotation_pb.ApplyOperationsResponse)

START_RUN = method(run_pb.DESCRIPTOR, "StartRun", run_pb.StartRunRequest, run_pb.Run)
GET_RUN = method(run_pb.DESCRIPTOR, "GetRun", run_pb.GetRunRequest, run_pb.Run)
LIST_RUNS = method(run_pb.DESCRIPTOR, "ListRuns", run_pb.ListRunsRequest, run_pb.ListRunsResponse)
CONTROL_RUN = method(run_pb.DESCRIPTOR, "ControlRun", run_pb.ControlRunRequest, run_pb.Run)
LIST_RUN_ERRORS = method(run_pb.DESCRIPTOR, "ListRunErrors", run_pb.ListRunErrorsRequest, run_pb.ListRunErrorsResponse)
WATCH_RUN = method(run_pb.DESCRIPTOR, "WatchRun", run_pb.WatchRunRequest, run_pb.Run)

START_EXPORT = method(transfer_pb.DESCRIPTOR, "StartExport", transfer_pb.StartExportRequest, transfer_pb.Transfer)
GET_TRANSFER = method(transfer_pb.DESCRIPTOR, "GetTransfer", transfer_pb.GetTransferRequest, transfer_pb.Transfer)
WATCH_TRANSFER = method(transfer_pb.DESCRIPTOR, "WatchTransfer", transfer_pb.WatchTransferRequest, transfer_pb.Transfer)
