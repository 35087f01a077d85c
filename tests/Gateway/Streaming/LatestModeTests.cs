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
        await using var scenario = await LatestModeScenario.StartAsync();
        await scenario.ClickAsync(2, 3, 7);

        var one = await scenario.AnswerFirstAsync();
        var (second, seven) = await scenario.AnswerNextAsync();

        Assert.Equal(7, second.X);
        Assert.Equal((1, 0), (one.Sequence, one.Superseded.Count));
        Assert.Equal(7, seven.Sequence);
        Assert.Equal([2L, 3], seven.Superseded);
        Assert.False(second.Request.Refinable);
        Assert.Equal(2, scenario.Session.Grain.Requests.Count);
    }

    [Fact]
    public async Task BadPrompt_SupersedesToo()
    {
        await using var scenario = await LatestModeScenario.StartAsync();
        await scenario.ClickAsync(2, 700);

        await scenario.AnswerFirstAsync();
        var error = await scenario.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);

        Assert.Equal(700, error.Sequence);
        Assert.Equal([2L], error.Superseded);
    }

    [Fact]
    public async Task BadSequence_SupersedesNothing()
    {
        await using var scenario = await LatestModeScenario.StartAsync();
        await scenario.ClickAsync(2, 2);

        await scenario.AnswerFirstAsync();
        var (_, answer) = await scenario.AnswerNextAsync();
        var error = await scenario.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);

        Assert.Equal((2, 0), (answer.Sequence, answer.Superseded.Count));
        Assert.Equal((2, 0), (error.Sequence, error.Superseded.Count));
    }

    [Fact]
    public async Task Reset_BetweenPrompts_IsNotOvertaken()
    {
        await using var scenario = await LatestModeScenario.StartAsync();
        await scenario.ClickAsync(2);
        await scenario.Client.ResetAsync();
        await scenario.Client.ClickAsync(3, refine: true);

        await scenario.AnswerFirstAsync();
        var (third, answer) = await scenario.AnswerNextAsync();

        Assert.Null(third.Request.Prompts[0].MaskId);
        Assert.Equal(3, answer.Sequence);
        Assert.Equal([2L], answer.Superseded);
    }

    [Fact]
    public async Task Open_Again_SupersedesWhatWaitsForTheFirstImage()
    {
        await using var scenario = await LatestModeScenario.StartAsync();
        await scenario.ClickAsync(2, 3);
        await scenario.Client.OpenAsync(Requests.OtherFile, StreamMode.Latest);
        await scenario.ClickAsync(4);

        Assert.Equal(1, (await scenario.AnswerFirstAsync()).Sequence);
        Assert.Equal(Requests.IdOf(Requests.OtherFile), (await scenario.Client.ReceiveAsync()).Opened.Image.Id);
        var (fourth, answer) = await scenario.AnswerNextAsync();

        Assert.Equal(Requests.KeyOf(Requests.OtherFile).ToString(), fourth.Key);
        Assert.Equal([2L, 3], answer.Superseded);
    }

    [Fact]
    public async Task Open_AgainAndNoPromptFollows_WhatWaitedIsAborted()
    {
        await using var scenario = await LatestModeScenario.StartAsync();
        await scenario.ClickAsync(2, 3);
        await scenario.Client.OpenAsync(Requests.OtherFile, StreamMode.Latest);
        scenario.Client.Finish();

        await scenario.AnswerFirstAsync();
        Assert.NotNull((await scenario.Client.ReceiveAsync()).Opened);
        var error = await scenario.Client.ReceiveErrorAsync(StatusCode.Aborted);

        Assert.Equal((3, "SUPERSEDED"), (error.Sequence, error.Status.Reason()));
        Assert.Equal([2L], error.Superseded);
        Assert.True(await scenario.Session.Completion);
    }

    [Fact]
    public async Task SupersededList_Full_PausesReading()
    {
        await using var scenario = await LatestModeScenario.StartAsync(new SessionOptions { MaxSuperseded = 2 });
        await scenario.ClickAsync(2, 3, 4);
        var paused = scenario.ClickAsync(5);
        Assert.False(paused.IsCompleted);

        await scenario.AnswerFirstAsync();
        var (_, four) = await scenario.AnswerNextAsync();
        await paused;
        var (_, five) = await scenario.AnswerNextAsync();

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
