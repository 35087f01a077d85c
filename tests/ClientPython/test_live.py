"""Live sessions against a server, over connections that are cut."""

import asyncio
import threading

import numpy as np
import pytest
import segmentation
from segmentation import SegmentationError
from servers import COFFEE
from test_client import forget

CLICKS = [[300, 200], [250, 150], [350, 250]]
LABELS = [1, 0, 1]


def same(masks, others):
    return len(masks) == len(others) and all(np.array_equal(a.array, b.array) for a, b in zip(masks, others))


def refine(session):
    """Three clicks, each of which refines the mask of the ones before."""
    return [session.prompt(CLICKS[:count], LABELS[:count], refine=count > 1) for count in (1, 2, 3)]


def test_prompt_gives_the_masks_of_segment(client):
    with client.session(COFFEE, mode="all") as session:
        assert (session.image.width, session.image.height) == (600, 400)
        assert same(session.prompt(CLICKS[0]), client.segment(COFFEE, CLICKS[0]))
        assert len(session.prompt(CLICKS[0], multimask=False)) == 1
        assert len(session.prompt(box=[180, 60, 500, 350], multimask=True)) == 3


def test_refine_starts_from_the_mask_before_until_reset(client):
    with client.session(COFFEE, mode="all", logits=True) as session:
        first = session.prompt(CLICKS[0])
        refined = session.prompt(CLICKS[:2], LABELS[:2], refine=True)
        session.reset()
        plain = session.prompt(CLICKS[:2], LABELS[:2], refine=True)

    assert same(refined, client.segment(COFFEE, CLICKS[:2], LABELS[:2], mask=first[0]))
    assert same(plain, client.segment(COFFEE, CLICKS[:2], LABELS[:2]))


def test_submit_many_prompts_answers_the_newest(client):
    with client.session(COFFEE) as session:
        answers = [session.submit([100 + step, 200]) for step in range(100)]
        results = [answer.result(30) for answer in answers]

    assert same(results[-1], client.segment(COFFEE, [199, 200]))
    assert None in results, "prompts that newer ones overtook have no masks"


def test_submit_from_several_threads_answers_each(client):
    results = {}

    def ask(session, x):
        results[x] = session.prompt([x, 200], timeout=30)

    with client.session(COFFEE, mode="all") as session:
        threads = [threading.Thread(target=ask, args=(session, x)) for x in range(100, 500, 50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert all(same(masks, client.segment(COFFEE, [x, 200])) for x, masks in results.items()) and len(results) == 8


def test_submit_within_a_callback_is_answered(client):
    second = threading.Event()
    with client.session(COFFEE) as session:
        def again(answer):
            session.submit([250, 150]).add_done_callback(lambda answer: second.set())

        session.submit(CLICKS[0]).add_done_callback(again)
        assert second.wait(30)


def test_prompt_that_is_wrong_fails_alone(client):
    with client.session(COFFEE, mode="all") as session:
        with pytest.raises(SegmentationError) as refused:
            session.prompt([9000, 1])
        assert refused.value.violations[0].field == "prompt.prompt.points[0].x"
        assert session.prompt(CLICKS[0])


@pytest.mark.parametrize("mode", ["all", "latest"])
def test_session_whose_connection_is_cut_answers_as_undisturbed(server, relay, client, mode):
    with client.session(COFFEE, mode=mode) as session:
        expected = refine(session)

    with segmentation.Client(relay.address) as cut, cut.session(COFFEE, mode=mode) as session:
        answers = []
        for count in (1, 2, 3):
            relay.cut()
            answers.append(session.prompt(CLICKS[:count], LABELS[:count], refine=count > 1, timeout=30))
        assert session.reconnects >= 3 and relay.accepted >= 4

    assert all(same(answer, other) for answer, other in zip(answers, expected))


def test_session_whose_image_was_evicted_sends_it_again(client, picture):
    with client.session(picture, mode="all") as session:
        before = session.prompt(CLICKS[0])
        forget(client, session.image.id)
        after = session.prompt([250, 150])
        again = session.prompt(CLICKS[0])

    assert same(before, again) and same(after, client.segment(picture, [250, 150]))
    assert client.image(session.image.id)


def test_session_without_a_connection_keeps_the_newest_prompt(relay):
    with segmentation.Client(relay.address) as cut, cut.session(COFFEE) as session:
        session.prompt(CLICKS[0])
        session._state.disconnect()  # from here on nothing is sent until the next connection
        old, new = session.submit([100, 100]), session.submit(CLICKS[0])
        assert old.result(0) is None
        relay.cut()
        assert len(new.result(30)) == 3


def test_session_of_an_unknown_image_is_refused(client):
    with pytest.raises(SegmentationError) as refused:
        client.session("sha256:" + "0" * 64)
    assert refused.value.reason == "IMAGE_NOT_FOUND"
    with pytest.raises(ValueError, match="'newest'"):
        client.session(COFFEE, mode="newest")


def test_session_that_is_closed_fails_what_is_unanswered(client):
    session = client.session(COFFEE)
    session._state.disconnect()
    waiting = session.submit(CLICKS[0])
    session.close()

    for answer in (waiting, session.submit(CLICKS[0])):
        with pytest.raises(SegmentationError) as over:
            answer.result(0)
        assert over.value.code == "CANCELLED"
    assert not session._thread.is_alive()


def test_session_of_a_closed_client_is_over(server):
    client = segmentation.Client(server.grpc)
    session = client.session(COFFEE)
    client.close()

    session._thread.join(30)
    with pytest.raises(SegmentationError) as over:
        session.prompt(CLICKS[0])
    assert over.value.code == "CANCELLED" and not session._thread.is_alive()


def test_session_whose_token_fails_says_so(relay):
    left = [""]  # no credential: this server takes none
    with segmentation.Client(relay.address, token=lambda: left[0]) as client:
        with client.session(COFFEE) as session:
            left.clear()
            relay.cut()
            with pytest.raises(SegmentationError, match="token: list index") as over:
                session.prompt(CLICKS[0], timeout=30)
    assert over.value.code == "UNAUTHENTICATED"


def test_session_of_asyncio_answers_as_the_other(server, relay, client):
    async def main():
        async with segmentation.AsyncClient(relay.address) as connected:
            image = await connected.upload(COFFEE)
            async with await connected.session(image, mode="all") as session:
                first = await session.prompt(CLICKS[0])
                relay.cut()
                second = await session.prompt(CLICKS[:2], LABELS[:2], refine=True)
            async with await connected.session(image) as session:
                many = await asyncio.gather(*[session.submit([100 + step, 200]) for step in range(50)])
                waiting = session.submit(CLICKS[0])
            with pytest.raises(SegmentationError):
                await waiting
            with pytest.raises(SegmentationError):
                await connected.session("sha256:" + "0" * 64)
            return first, second, many

    first, second, many = asyncio.run(main())
    with client.session(COFFEE, mode="all") as session:
        assert same(first, session.prompt(CLICKS[0]))
        assert same(second, session.prompt(CLICKS[:2], LABELS[:2], refine=True))
    assert same(many[-1], client.segment(COFFEE, [149, 200]))
