using Segmentation.Embeddings;
using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Streaming;

public sealed class LatestModeTests
{
    [Fact]
    public async Task NewerPrompts_SupersedeTheOneThatWaits()
    {
        await using var session = await new SessionHarness().OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var first = await gate.NextAsync();
        await session.Client.ClickAsync(2);
        await session.Client.ClickAsync(3);
        await session.Client.ClickAsync(7);

        first.Release();
        var one = await session.Client.ReceiveAnswerAsync();
        var second = await gate.NextAsync();
        second.Release();
        var seven = await session.Client.ReceiveAnswerAsync();

        Assert.Equal(7, second.X);
        Assert.Equal((1, 0), (one.Sequence, one.Superseded.Count));
        Assert.Equal(7, seven.Sequence);
        Assert.Equal([2L, 3], seven.Superseded);
        Assert.False(second.Request.Refinable);
        Assert.Equal(2, session.Grain.Requests.Count);
    }

    [Fact]
    public async Task BadPrompt_SupersedesToo()
    {
        await using var session = await new SessionHarness().OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var first = await gate.NextAsync();
        await session.Client.ClickAsync(2);
        await session.Client.ClickAsync(700);

        first.Release();
        await session.Client.ReceiveAnswerAsync();
        var error = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);

        Assert.Equal(700, error.Sequence);
        Assert.Equal([2L], error.Superseded);
    }

    [Fact]
    public async Task BadSequence_SupersedesNothing()
    {
        await using var session = await new SessionHarness().OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var first = await gate.NextAsync();
        await session.Client.ClickAsync(2);
        await session.Client.ClickAsync(2);

        first.Release();
        await session.Client.ReceiveAnswerAsync();
        (await gate.NextAsync()).Release();
        var answer = await session.Client.ReceiveAnswerAsync();
        var error = await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);

        Assert.Equal((2, 0), (answer.Sequence, answer.Superseded.Count));
        Assert.Equal((2, 0), (error.Sequence, error.Superseded.Count));
    }

    [Fact]
    public async Task Reset_BetweenPrompts_IsNotOvertaken()
    {
        await using var session = await new SessionHarness().OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var first = await gate.NextAsync();
        await session.Client.ClickAsync(2);
        await session.Client.ResetAsync();
        await session.Client.ClickAsync(3, refine: true);

        first.Release();
        await session.Client.ReceiveAnswerAsync();
        var third = await gate.NextAsync();
        third.Release();
        var answer = await session.Client.ReceiveAnswerAsync();

        Assert.Null(third.Request.Prompts[0].MaskId);
        Assert.Equal(3, answer.Sequence);
        Assert.Equal([2L], answer.Superseded);
    }

    [Fact]
    public async Task Open_Again_SupersedesWhatWaitsForTheFirstImage()
    {
        await using var session = await new SessionHarness().OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var first = await gate.NextAsync();
        await session.Client.ClickAsync(2);
        await session.Client.ClickAsync(3);
        await session.Client.OpenAsync(Requests.OtherFile, StreamMode.Latest);
        await session.Client.ClickAsync(4);

        first.Release();
        Assert.Equal(1, (await session.Client.ReceiveAnswerAsync()).Sequence);
        Assert.Equal(Requests.IdOf(Requests.OtherFile), (await session.Client.ReceiveAsync()).Opened.Image.Id);
        var fourth = await gate.NextAsync();
        fourth.Release();
        var answer = await session.Client.ReceiveAnswerAsync();

        Assert.Equal(Requests.KeyOf(Requests.OtherFile).ToString(), fourth.Key);
        Assert.Equal([2L, 3], answer.Superseded);
    }

    [Fact]
    public async Task Open_AgainAndNoPromptFollows_WhatWaitedIsAborted()
    {
        await using var session = await new SessionHarness().OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var first = await gate.NextAsync();
        await session.Client.ClickAsync(2);
        await session.Client.ClickAsync(3);
        await session.Client.OpenAsync(Requests.OtherFile, StreamMode.Latest);
        session.Client.Finish();

        first.Release();
        await session.Client.ReceiveAnswerAsync();
        Assert.NotNull((await session.Client.ReceiveAsync()).Opened);
        var error = await session.Client.ReceiveErrorAsync(StatusCode.Aborted);

        Assert.Equal((3, "SUPERSEDED"), (error.Sequence, error.Status.Reason()));
        Assert.Equal([2L], error.Superseded);
        Assert.True(await session.Completion);
    }

    [Fact]
    public async Task SupersededList_Full_PausesReading()
    {
        var options = new SessionOptions { MaxSuperseded = 2 };
        await using var session = await new SessionHarness(options).OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        var held = await gate.NextAsync();
        await session.Client.ClickAsync(2);
        await session.Client.ClickAsync(3);
        await session.Client.ClickAsync(4);
        var paused = session.Client.ClickAsync(5);
        Assert.False(paused.IsCompleted);

        held.Release();
        await session.Client.ReceiveAnswerAsync();
        (await gate.NextAsync()).Release();
        var four = await session.Client.ReceiveAnswerAsync();
        await paused;
        (await gate.NextAsync()).Release();
        var five = await session.Client.ReceiveAnswerAsync();

        Assert.Equal([2L, 3], four.Superseded);
        Assert.Equal((4, 5), (four.Sequence, five.Sequence));
        Assert.Empty(five.Superseded);
    }

    [Fact]
    public async Task WhileTheImageIsEncoded_OnlyTheNewestPromptWaits()
    {
        await using var session = new SessionHarness();
        var encoded = new TaskCompletionSource<EncodeReply>();
        session.Encoder.Handler = (_, _) => encoded.Task;
        await session.Client.OpenAsync(Requests.File, StreamMode.Latest);
        for (var i = 1; i <= 100; i++)
        {
            await session.Client.ClickAsync(i);
        }

        encoded.SetResult(
            new() { Status = EncodeStatus.Encoded, Info = FakeEncoder.Size });
        Assert.NotNull((await session.Client.ReceiveAsync()).Opened);
        var answer = await session.Client.ReceiveAnswerAsync();

        Assert.Equal(100, answer.Sequence);
        Assert.Equal(Enumerable.Range(1, 99).Select(i => (long)i), answer.Superseded);
    }
}
