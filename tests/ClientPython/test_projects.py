"""Projects against a server."""

import asyncio
import io
import json
import uuid
import zipfile

import numpy as np
import PIL.Image
import pytest
import segmentation
from segmentation import Mask, SegmentationError
from segmentation.projects import accept, create, delete, reject, undelete, update
from segmentation.projects.v1 import annotation_service_pb2 as annotation_pb
from segmentation.projects.v1 import picture_service_pb2 as picture_pb
from segmentation.projects.v1 import run_service_pb2 as run_pb
from segmentation.projects.v1 import transfer_service_pb2 as transfer_pb
from segmentation.v1.everything_pb2 import EverythingOptions
from servers import COFFEE

QUICK = EverythingOptions(points_per_side=4, crop_n_layers=0)
APPLIED, CONFLICT = annotation_pb.OPERATION_RESULT_APPLIED, annotation_pb.OPERATION_RESULT_CONFLICT


@pytest.fixture
def project(client):
    made = client.projects.create(f"Coffee {uuid.uuid4()}", ["cup", "spoon"])
    yield made
    client.projects.delete(made)


@pytest.fixture
def picture_of(client, project):
    return client.projects.add_picture(project, COFFEE, split="train", attributes={"light": "day", "floor": 2})


def pixels_of(file):
    """The pixels of a file, whose personal metadata the server cuts out."""
    return np.asarray(PIL.Image.open(io.BytesIO(file)))


def results(outcomes):
    return [outcome.result for outcome in outcomes]


def test_project_is_created_once_and_listed(client, project):
    again = client.projects.create(project.name, id=project.id)
    label = client.projects.add_label(project, "saucer", color="#112233")

    assert again.id == client.projects.get(project.id).id == project.id
    assert [one.id for one in client.projects.list(name=project.name)] == [project.id]
    assert [one.name for one in client.projects.labels(project)] == ["cup", "spoon", "saucer"]
    assert label.color == "#112233"
    with pytest.raises(SegmentationError) as taken:
        client.projects.create(project.name)
    assert taken.value.reason == "PROJECT_NAME_TAKEN"


def test_picture_is_added_once_and_read_back(client, project, picture_of, coffee):
    again = client.projects.add_picture(project, coffee, "other.png")

    assert (picture_of.name, picture_of.split) == ("coffee.png", picture_pb.SPLIT_TRAIN)
    assert picture_of.attributes["floor"] == 2
    assert again.id == picture_of.id == client.projects.picture(project, picture_of.id).id
    assert np.array_equal(pixels_of(client.projects.read_picture(project, picture_of)), pixels_of(coffee))
    assert client.projects.read_picture(project, picture_of, thumbnail=True).startswith(b"\xff\xd8")
    with pytest.raises(ValueError, match="name"):
        client.projects.add_picture(project, coffee)
    with pytest.raises(ValueError, match="split: 'all'"):
        client.projects.add_picture(project, COFFEE, split="all")


def test_pictures_are_listed_over_pages(client, project):
    pixels = np.zeros((2, 2, 3), np.uint8)
    for number in range(5):
        pixels[:] = number
        client.projects.add_picture(project, pixels, f"{number}.png", split="test" if number > 2 else "")

    from segmentation._steps import Listing
    from segmentation.projects import _methods
    request = picture_pb.ListPicturesRequest(project=project.id, page_size=2)
    paged = client._connection.list(Listing(_methods.LIST_PICTURES, request, "pictures"))

    names = [f"{number}.png" for number in range(5)]
    assert [one.name for one in paged] == [one.name for one in client.projects.pictures(project)] == names
    some = picture_pb.PictureFilter(splits=[picture_pb.SPLIT_TEST])
    assert [one.name for one in client.projects.pictures(project, some, order_by="id desc")] == ["4.png", "3.png"]


def test_save_operations_are_applied_once(client, project, picture_of):
    mask = client.segment(COFFEE, [300, 200])[0]
    operation = create(mask, 1, attributes_json='{"full": true}')

    outcomes = [client.projects.save(project, picture_of, [operation])[0] for _ in range(2)]

    (saved,) = client.projects.annotations(project, picture_of)
    assert results(outcomes) == [APPLIED, APPLIED] and outcomes[0].sequence == outcomes[1].sequence
    assert Mask.from_rle(saved.mask).to_coco() == mask.to_coco()
    assert (saved.id, saved.label, saved.revision) == (operation.create.id, 1, 1)
    assert saved.provenance.source == annotation_pb.ANNOTATION_SOURCE_ASSISTED
    assert saved.provenance.predicted_iou == pytest.approx(mask.predicted_iou)


def test_save_every_kind_of_operation(client, project, picture_of):
    drawn = np.zeros((400, 600), np.bool_)
    drawn[10:20, 30:50] = True
    save = client.projects.save

    first = save(project, picture_of, [create(drawn)])[0].current
    first.label = 2
    second = save(project, picture_of, [update(first, ~drawn)])[0].current
    stale = save(project, picture_of, [update(first)])
    gone = save(project, picture_of, [delete(second)])[0].current
    back = save(project, picture_of, [undelete(gone)])[0].current
    proposals = [save(project, picture_of, [create(drawn, proposal=True)])[0].current for _ in range(2)]
    judged = save(project, picture_of, [accept(proposals[0]), reject(proposals[1])])

    assert second.label == 2 and np.array_equal(Mask.from_rle(second.mask).array, ~drawn)
    assert results(stale) == [CONFLICT] and stale[0].current.revision == 2
    assert gone.HasField("delete_time") and not back.HasField("delete_time")
    assert results(judged) == [APPLIED, APPLIED]
    assert len(list(client.projects.annotations(project, picture_of))) == 2
    assert len(list(client.projects.annotations(project, picture_of, show_deleted=True))) == 3


def test_save_more_operations_than_a_request_holds(client, project, picture_of):
    spot = np.zeros((400, 600), np.bool_)
    spot[0, 0] = True
    noise = np.random.default_rng(1).random((400, 600)) < 0.5  # 120 kB of run lengths

    outcomes = client.projects.save(project, picture_of, [create(spot) for _ in range(300)])
    large = client.projects.save(project, picture_of, [create(noise) for _ in range(30)])

    assert results(outcomes + large) == [APPLIED] * 330
    assert len(list(client.projects.annotations(project, picture_of))) == 330


def test_run_proposes_masks(client, project, picture_of):
    request = str(uuid.uuid4())
    run, again = (
        client.projects.start_run(
            project, "semi-automatic", options=QUICK, pictures=[picture_of], label=1, request_id=request)
        for _ in range(2))

    told = list(client.projects.watch_run(project, run))

    assert again.id == run.id and [one.id for one in client.projects.runs(project)] == [run.id]
    assert (told[-1].state, told[-1].done_count) == (run_pb.RUN_STATE_DONE, 1)
    assert client.projects.run(project, run.id).mask_count == told[-1].mask_count > 0
    assert list(client.projects.run_errors(project, run)) == []
    proposed = list(client.projects.annotations(project, picture_of))
    assert {one.state for one in proposed} == {annotation_pb.ANNOTATION_STATE_PROPOSED}
    with pytest.raises(SegmentationError) as refused:
        client.projects.control_run(project, run, "pause")
    assert refused.value.reason == "RUN_STATE"
    with pytest.raises(ValueError, match="control: 'stop'"):
        client.projects.control_run(project, run, "stop")


def test_export_writes_the_file(client, project, picture_of, tmp_path):
    mask = client.segment(COFFEE, [300, 200])[0]
    client.projects.save(project, picture_of, [create(mask, 1)])
    told = []

    path = client.projects.export(project, tmp_path / "coffee.zip", progress=told.append)

    assert told[-1].state == transfer_pb.TRANSFER_STATE_DONE
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        (annotation,) = json.loads(archive.read(name))["annotations"]
    assert Mask.from_coco(annotation["segmentation"]).to_coco() == mask.to_coco()
    assert list(tmp_path.iterdir()) == [path]


def test_download_of_what_there_is_not_leaves_no_file(client, project, tmp_path):
    with pytest.raises(SegmentationError) as missing:
        client.projects.download(project, 999, tmp_path / "x.zip")

    assert (missing.value.code, missing.value.reason) == ("NOT_FOUND", "TRANSFER_NOT_FOUND")
    assert list(tmp_path.iterdir()) == []


def test_download_without_the_http_port_says_so(server, project, tmp_path):
    with segmentation.Client(server.grpc) as client:
        with pytest.raises(ValueError, match="http_address"):
            client.projects.download(project, 1, tmp_path / "x.zip")


def test_watch_of_a_run_goes_on_after_a_cut(server, relay, client, project, picture_of):
    with segmentation.Client(relay.address) as cut:
        run = cut.projects.start_run(project, "automatic", options=QUICK)
        watching = cut.projects.watch_run(project, run)
        told = [next(watching)]
        relay.cut()
        told += watching

    assert told[-1].state == run_pb.RUN_STATE_DONE


def test_projects_of_asyncio_do_the_same(server, project, picture_of, tmp_path):
    async def main():
        async with segmentation.AsyncClient(server.grpc, http_address=server.http) as client:
            projects = client.projects
            mask = (await client.segment(COFFEE, [300, 200]))[0]
            outcomes = await projects.save(project, picture_of, [create(mask, 2)])
            run = await projects.start_run(project, options=QUICK)
            told = [one async for one in projects.watch_run(project, run)]
            path = await projects.export(project, tmp_path / "all.zip", "coco", include_pictures=True)
            names = [one.name async for one in projects.pictures(project)]
            return outcomes, told, path, names, await projects.read_picture(project, picture_of)

    outcomes, told, path, names, file = asyncio.run(main())

    assert results(outcomes) == [APPLIED] and told[-1].state == run_pb.RUN_STATE_DONE
    assert names == ["coffee.png"] and np.array_equal(pixels_of(file), pixels_of(COFFEE.read_bytes()))
    with zipfile.ZipFile(path) as archive:
        assert any(name.endswith("coffee.png") for name in archive.namelist())
