using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Streaming;

public sealed class AllModeTests
{
    [Fact]
    public async Task Prompts_DecodedOutOfOrder_AreAnsweredInOrder()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(2);
        var (first, second) = (await gate.NextAsync(), await gate.NextAsync());

        second.Release();
        first.Release();

        Assert.Equal(1, (await session.Client.ReceiveAnswerAsync()).Sequence);
        Assert.Equal(2, (await session.Client.ReceiveAnswerAsync()).Sequence);
        Assert.All(session.Grain.Requests, request => Assert.True(request.Request.Refinable));
    }

    [Fact]
    public async Task Prompts_TooMany_AreNeitherBegunNorRead()
    {
        var options = new SessionOptions { MaxInFlight = 2, MaxQueued = 3 };
        await using var session = await new SessionHarness(options).OpenAsync();
        var gate = new DecodeGate(session.Grain);
        var sent = Enumerable.Range(1, 50).Select(i => session.Client.ClickAsync(i)).ToArray();
        await sent[3];
        var held = await gate.NextAsync();
        var read = session.Client.Read - 1;
        for (var i = 1; i <= 50; i++)
        {
            held.Release();
            Assert.Equal(i, (await session.Client.ReceiveAnswerAsync()).Sequence);
            held = i < 50 ? await gate.NextAsync() : held;
        }

        // Two begun, one in the dispatcher's hand, three queued, one in the reader's hand.
        Assert.InRange(read, 4, 7);
        Assert.InRange(gate.MostHeld, 1, 2);
    }

    [Fact]
    public async Task Open_Again_AnswersPromptsOfTheFirstImageFirst()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(2);
        await session.Client.OpenAsync(Requests.OtherFile, StreamMode.All);
        await session.Client.ClickAsync(3, refine: true);
        for (var i = 0; i < 3; i++)
        {
            (await gate.NextAsync()).Release();
        }

        Assert.Equal(1, (await session.Client.ReceiveAnswerAsync()).Sequence);
        Assert.Equal(2, (await session.Client.ReceiveAnswerAsync()).Sequence);
        Assert.Equal(Requests.IdOf(Requests.OtherFile), (await session.Client.ReceiveAsync()).Opened.Image.Id);
        Assert.Equal(3, (await session.Client.ReceiveAnswerAsync()).Sequence);
        var requests = session.Grain.Requests.ToArray();
        Assert.Equal(
            [Requests.File, Requests.File, Requests.OtherFile],
            requests.Select(r => r.Key == Requests.KeyOf(Requests.File).ToString() ? Requests.File : Requests.OtherFile));
        Assert.Null(requests[2].Request.Prompts[0].MaskId);
    }

    [Fact]
    public async Task Open_Fails_LeavesNoImageOpen()
    {
        await using var session = await new SessionHarness().OpenAsync();
        await session.Client.SendAsync(new SegmentStreamRequest
        {
            Open = new OpenImage { ImageId = Requests.IdOf(Requests.OtherFile) },
        });
        await session.Client.ClickAsync(1);

        var open = await session.Client.ReceiveErrorAsync(StatusCode.NotFound);
        var prompt = await session.Client.ReceiveErrorAsync(StatusCode.FailedPrecondition);

        Assert.Equal((0, "IMAGE_NOT_FOUND"), (open.Sequence, open.Status.Reason()));
        Assert.Contains("image_data", open.Status.Message, StringComparison.Ordinal);
        Assert.Equal((1, "NO_IMAGE_OPEN"), (prompt.Sequence, prompt.Status.Reason()));
        Assert.Empty(session.Grain.Requests);
    }

    [Fact]
    public async Task Open_BadFields_AreAllNamed()
    {
        await using var session = new SessionHarness();
        await session.Client.SendAsync(new SegmentStreamRequest
        {
            Open = new OpenImage
            {
                ImageId = "x", Mode = (StreamMode)5, Output = new OutputOptions { MaskCount = (Protocol.V1.MaskCount)5 },
            },
        });

        var error = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);

        Assert.Equal(["open.image_id", "open.mode", "open.output.mask_count"], error.Status.Fields().Keys.Order());
    }

    [Fact]
    public async Task BadMessages_AreAnsweredAndTheSessionGoesOn()
    {
        await using var session = await new SessionHarness().OpenAsync();
        await session.Client.ClickAsync(0);
        await session.Client.ClickAsync(5);
        await session.Client.ClickAsync(5);
        await session.Client.ClickAsync(4);
        await session.Client.SendAsync(new SegmentStreamRequest());
        await session.Client.ClickAsync(601);
        await session.Client.ClickAsync(602, refine: true, maskId: "m");
        await session.Client.ClickAsync(603, refine: true);
        session.Client.Finish();

        var zero = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);
        var five = await session.Client.ReceiveAnswerAsync();
        var again = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);
        var back = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);
        var empty = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);
        var outside = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);
        var both = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);

        Assert.Equal([0L, 5, 5, 4, 0, 601, 602], [
            zero.Sequence, five.Sequence, again.Sequence, back.Sequence, empty.Sequence, outside.Sequence, both.Sequence]);
        Assert.Equal("0 must be positive.", zero.Status.Fields()["prompt.sequence"]);
        Assert.Contains("greater than 5", again.Status.Fields()["prompt.sequence"], StringComparison.Ordinal);
        Assert.Contains("request", empty.Status.Fields());
        Assert.Contains("prompt.prompt.points[0].x", outside.Status.Fields());
        Assert.Contains("prompt.refine", both.Status.Fields());
        Assert.Equal(603, (await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument)).Sequence);
        Assert.True(await session.Completion);
    }

    [Fact]
    public async Task Prompt_Bug_IsAnInternalErrorOfThatPromptOnly()
    {
        await using var session = await new SessionHarness().OpenAsync();
        session.Grain.Before = (_, request, _) => request.Prompts[0].Points[0].X == 1
            ? throw new InvalidDataException("secret")
            : Task.FromResult<DecodeReply?>(null);
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(2);

        var error = await session.Client.ReceiveErrorAsync(StatusCode.Internal);

        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, (await session.Client.ReceiveAnswerAsync()).Sequence);
    }

    [Fact]
    public async Task Prompt_EmbeddingVanished_SaysToOpenWithTheBytes()
    {
        await using var session = await new SessionHarness().OpenAsync();
        session.Grain.Before = (_, _, _) =>
            Task.FromResult<DecodeReply?>(new DecodeReply { Status = DecodeStatus.ImageNotFound });
        await session.Client.ClickAsync(1);

        var error = await session.Client.ReceiveErrorAsync(StatusCode.NotFound);

        Assert.Contains("Open it again with image_data", error.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_Finishes_EverythingOutstandingIsAnswered()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(2);
        session.Client.Finish();
        (await gate.NextAsync()).Release();
        (await gate.NextAsync()).Release();

        Assert.True(await session.Completion);
        Assert.Equal(1, (await session.Client.ReceiveAnswerAsync()).Sequence);
        Assert.Equal(2, (await session.Client.ReceiveAnswerAsync()).Sequence);
    }

    [Fact]
    public async Task Server_Drains_WhatWasReadIsAnsweredAndNothingMoreIsRead()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var held = await gate.NextAsync();

        session.Drain();
        held.Release();

        Assert.False(await session.Completion);
        Assert.Equal(1, (await session.Client.ReceiveAnswerAsync()).Sequence);
    }

    [Fact]
    public async Task Server_DrainsWhileReadingIsHeldUp_WhatWasReadIsAnswered()
    {
        await using var session = await new SessionHarness(new() { MaxInFlight = 1, MaxQueued = 1 }).OpenAsync();
        var gate = new DecodeGate(session.Grain);
        for (var i = 1; i <= 20; i++)
        {
            _ = session.Client.ClickAsync(i);
        }

        var held = await gate.NextAsync();
        session.Grain.Before = null;
        session.Drain();
        held.Release();

        Assert.False(await session.Completion);
        Assert.InRange(session.Client.Read, 2, 10);
        for (var i = 1; i < session.Client.Read; i++)
        {
            Assert.Equal(i, (await session.Client.ReceiveAnswerAsync()).Sequence);
        }
    }

    [Fact]
    public async Task Call_IsCancelled_DecodesAreGivenUp()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(2);
        var (first, second) = (await gate.NextAsync(), await gate.NextAsync());

        session.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Completion);
        await Task.WhenAll(first.Cancelled.Task, second.Cancelled.Task).WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Client_CannotBeWritten_DecodesAreGivenUp()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(2);
        var (first, second) = (await gate.NextAsync(), await gate.NextAsync());

        session.Client.WriteFails = new IOException("gone");
        first.Release();

        await Assert.ThrowsAsync<IOException>(() => session.Completion);
        await second.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}
