"""Ids and names of objects of projects."""

from __future__ import annotations

import uuid
from typing import Any, Mapping, Union

from segmentation.projects.v1 import picture_service_pb2 as picture_pb
from segmentation.projects.v1 import project_service_pb2 as project_pb

ProjectLike = Union[str, project_pb.Project]
"""A project, or its id."""

PictureLike = Union[int, picture_pb.Picture]
"""A picture, or its id."""


def new_id() -> str:
    """Makes a UUID."""
    return str(uuid.uuid4())


def project_id(project: ProjectLike) -> str:
    """Id of a project."""
    return project if isinstance(project, str) else project.id


def number_of(item: Any) -> int:
    """Number of a picture, a run or a transfer."""
    number: int = item if isinstance(item, int) else item.id
    return number


def choice(field: str, name: str, choices: Mapping[str, Any]) -> Any:
    """Finds the number of a name; ValueError names those that there are."""
    if name not in choices:
        raise ValueError(f"{field}: {name!r} is none of {', '.join(repr(choice) for choice in choices)}.")
    return choices[name]
