"""Projects: pictures, labels, annotations, runs over many pictures, exports.

Messages are those of ``segmentation.projects.v1``, which is made of ``protos/segmentation/projects/v1``: a project is a
``project_service_pb2.Project``, an annotation an ``annotation_service_pb2.Annotation``, and so on.
"""

from segmentation.projects.changes import accept, create, delete, reject, undelete, update
from segmentation.projects.clients import AsyncProjects, Projects

__all__ = ["AsyncProjects", "Projects", "accept", "create", "delete", "reject", "undelete", "update"]
