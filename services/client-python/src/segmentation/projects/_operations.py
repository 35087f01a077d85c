"""Methods of projects that ``Projects`` and ``AsyncProjects`` share."""

from __future__ import annotations

from typing import List, Optional, Sequence

from segmentation._steps import Listing, Steps, call
from segmentation.projects import _methods
from segmentation.projects._background import BackgroundOperations
from segmentation.projects._names import ProjectLike, new_id, project_id
from segmentation.projects._pictures import PictureOperations
from segmentation.projects.v1 import project_service_pb2 as project_pb


class ProjectOperations(PictureOperations, BackgroundOperations):
    """Steps of the methods of projects. Projects, pictures, runs and transfers are given by message or by id."""

    def create(self, name: str, labels: Sequence[str] = (), *, id: Optional[str] = None) -> Steps[project_pb.Project]:
        """Creates a project. The caller becomes its manager.

        Args:
            name: Name, unique among the projects of the tenant.
            labels: Names of first labels.
            id: Id of the project, a UUID: the same id again creates nothing and answers the same. None: a new one.
        """
        project = project_pb.Project(id=id or new_id(), name=name)
        return call(_methods.CREATE_PROJECT, project_pb.CreateProjectRequest(project=project, labels=labels))

    def get(self, project: ProjectLike) -> Steps[project_pb.Project]:
        """Describes a project."""
        return call(_methods.GET_PROJECT, project_pb.GetProjectRequest(project=project_id(project)))

    def list(self, *, name: str = "") -> Listing[project_pb.Project]:
        """Lists the projects that the caller may see, in order of their names; with ``name`` only that one."""
        return Listing(_methods.LIST_PROJECTS, project_pb.ListProjectsRequest(name=name), "projects")

    def delete(self, project: ProjectLike) -> Steps[None]:
        """Deletes a project. It can be restored for 30 days."""
        yield from call(_methods.DELETE_PROJECT, project_pb.DeleteProjectRequest(project=project_id(project)))

    def labels(self, project: ProjectLike) -> Steps[List[project_pb.Label]]:
        """Lists the labels of a project in their order."""
        answer = yield from call(_methods.LIST_LABELS, project_pb.ListLabelsRequest(project=project_id(project)))
        return list(answer.labels)

    def add_label(
        self, project: ProjectLike, name: str, *, color: str = "", hotkey: str = ""
    ) -> Steps[project_pb.Label]:
        """Adds a label. ALREADY_EXISTS if a label of the project has the name.

        Args:
            color: ``#rrggbb``; empty: the server takes the next of its palette.
            hotkey: Key that chooses the label: one digit or letter, or empty.
        """
        label = project_pb.Label(name=name, color=color, hotkey=hotkey)
        request = project_pb.CreateLabelRequest(project=project_id(project), label=label)
        return call(_methods.CREATE_LABEL, request, repeatable=False)
