"""Clients of projects."""

from __future__ import annotations

from segmentation import _asynchronous, _blocking
from segmentation.projects._operations import ProjectOperations

__all__ = ["AsyncProjects", "Projects"]


class Projects:
    """Projects of a server: ``Client.projects``."""

    def __init__(self, connection: _blocking.Connection) -> None:
        self._connection = connection
        self._operations = ProjectOperations(connection.server)

    create = _blocking.blocking(ProjectOperations.create)
    get = _blocking.blocking(ProjectOperations.get)
    list = _blocking.listing(ProjectOperations.list)
    delete = _blocking.blocking(ProjectOperations.delete)
    labels = _blocking.blocking(ProjectOperations.labels)
    add_label = _blocking.blocking(ProjectOperations.add_label)
    add_picture = _blocking.blocking(ProjectOperations.add_picture)
    picture = _blocking.blocking(ProjectOperations.picture)
    pictures = _blocking.listing(ProjectOperations.pictures)
    read_picture = _blocking.blocking(ProjectOperations.read_picture)
    annotations = _blocking.listing(ProjectOperations.annotations)
    save = _blocking.blocking(ProjectOperations.save)
    start_run = _blocking.blocking(ProjectOperations.start_run)
    run = _blocking.blocking(ProjectOperations.run)
    runs = _blocking.listing(ProjectOperations.runs)
    watch_run = _blocking.reading(ProjectOperations.watch_run)
    control_run = _blocking.blocking(ProjectOperations.control_run)
    run_errors = _blocking.listing(ProjectOperations.run_errors)
    start_export = _blocking.blocking(ProjectOperations.start_export)
    transfer = _blocking.blocking(ProjectOperations.transfer)
    watch_transfer = _blocking.reading(ProjectOperations.watch_transfer)
    download = _blocking.blocking(ProjectOperations.download)
    export = _blocking.blocking(ProjectOperations.export)


class AsyncProjects:
    """Projects of a server for asyncio: ``AsyncClient.projects``."""

    def __init__(self, connection: _asynchronous.AsyncConnection) -> None:
        self._connection = connection
        self._operations = ProjectOperations(connection.server)

    create = _asynchronous.awaiting(ProjectOperations.create)
    get = _asynchronous.awaiting(ProjectOperations.get)
    list = _asynchronous.listing(ProjectOperations.list)
    delete = _asynchronous.awaiting(ProjectOperations.delete)
    labels = _asynchronous.awaiting(ProjectOperations.labels)
    add_label = _asynchronous.awaiting(ProjectOperations.add_label)
    add_picture = _asynchronous.awaiting(ProjectOperations.add_picture)
    picture = _asynchronous.awaiting(ProjectOperations.picture)
    pictures = _asynchronous.listing(ProjectOperations.pictures)
    read_picture = _asynchronous.awaiting(ProjectOperations.read_picture)
    annotations = _asynchronous.listing(ProjectOperations.annotations)
    save = _asynchronous.awaiting(ProjectOperations.save)
    start_run = _asynchronous.awaiting(ProjectOperations.start_run)
    run = _asynchronous.awaiting(ProjectOperations.run)
    runs = _asynchronous.listing(ProjectOperations.runs)
    watch_run = _asynchronous.reading(ProjectOperations.watch_run)
    control_run = _asynchronous.awaiting(ProjectOperations.control_run)
    run_errors = _asynchronous.listing(ProjectOperations.run_errors)
    start_export = _asynchronous.awaiting(ProjectOperations.start_export)
    transfer = _asynchronous.awaiting(ProjectOperations.transfer)
    watch_transfer = _asynchronous.reading(ProjectOperations.watch_transfer)
    download = _asynchronous.awaiting(ProjectOperations.download)
    export = _asynchronous.awaiting(ProjectOperations.export)
