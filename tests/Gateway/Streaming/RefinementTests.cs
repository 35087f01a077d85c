using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Streaming;

public sealed class RefinementTests
{
    [Fact]
    public async Task Refine_WaitsForThePromptBeforeAndTakesItsBestMask()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(2, refine: true);
        await session.Client.ClickAsync(3);
        var first = await gate.NextAsync();
        var third = await gate.NextAsync();

        Assert.Equal((1, 3), (first.X, third.X));
        third.Release();
        first.Release();
        var second = await gate.NextAsync();
        second.Release();

        var best = (await session.Client.ReceiveAnswerAsync()).Result.Masks[0].Id;
        Assert.Equal(best, second.Request.Prompts[0].MaskId);
        Assert.Equal(2, (await session.Client.ReceiveAnswerAsync()).Sequence);
        Assert.Equal(3, (await session.Client.ReceiveAnswerAsync()).Sequence);
    }

    [Fact]
    public async Task Refine_AfterAnError_TakesTheLatestAnswer()
    {
        await using var session = await new SessionHarness().OpenAsync();
        await session.Client.ClickAsync(1);
        await session.Client.ClickAsync(601);
        await session.Client.SendAsync(new SegmentStreamRequest { Prompt = new StreamPrompt { Sequence = 602, Refine = true } });

        var best = (await session.Client.ReceiveAnswerAsync()).Result.Masks[0].Id;
        await session.Client.ReceiveErrorAsync(StatusCode.InvalidArgument);
        await session.Client.ReceiveAnswerAsync();

        Assert.Equal(best, session.Grain.Requests.Last().Request.Prompts[0].MaskId);
    }

    [Fact]
    public async Task Refine_AfterReset_AddsNothing()
    {
        await using var session = await new SessionHarness().OpenAsync();
        await session.Client.ClickAsync(1);
        await session.Client.ResetAsync();
        await session.Client.ClickAsync(2, refine: true);

        await session.Client.ReceiveAnswerAsync();
        await session.Client.ReceiveAnswerAsync();

        Assert.Null(session.Grain.Requests.Last().Request.Prompts[0].MaskId);
    }

    [Theory]
    [InlineData(StreamMode.All)]
    [InlineData(StreamMode.Latest)]
    public async Task Refine_SiloLostItsState_AnswersAsIfNothingHappened(StreamMode mode)
    {
        var undisturbed = await RefineAsync(mode, lose: false);

        var disturbed = await RefineAsync(mode, lose: true);

        Assert.Equal(undisturbed, disturbed);
    }

    [Fact]
    public async Task Replay_AsksOnlyForWhatItNeeds()
    {
        await using var session = await new SessionHarness().OpenAsync();
        for (var i = 1; i <= 3; i++)
        {
            await session.Client.SendAsync(new SegmentStreamRequest
            {
                Prompt = new StreamPrompt
                {
                    Sequence = i,
                    Prompt = Requests.Click(i, 1),
                    Refine = true,
                    Output = new OutputOptions { Formats = { MaskFormat.Png } },
                },
            });
            await session.Client.ReceiveAnswerAsync();
        }

        session.Grain.LoseLogits();
        session.Grain.Requests.Clear();
        await session.Client.ClickAsync(4, refine: true);
        await session.Client.ReceiveAnswerAsync();

        // Down the chain until a prompt stands for itself, and up again.
        var requests = session.Grain.Requests.Select(request => request.Request).ToArray();
        Assert.Equal([4f, 3, 2, 1, 2, 3, 4], requests.Select(request => request.Prompts[0].Points[0].X));
        Assert.All(requests[1..6], request => Assert.Equal((MaskForms.None, true), (request.Forms, request.Refinable)));
    }

    [Fact]
    public async Task MaskId_OfThisSession_IsMadeAgain()
    {
        await using var session = await new SessionHarness().OpenAsync();
        await session.Client.ClickAsync(1);
        var third = (await session.Client.ReceiveAnswerAsync()).Result.Masks[2].Id;
        session.Grain.LoseLogits();

        await session.Client.ClickAsync(2, maskId: third);

        await session.Client.ReceiveAnswerAsync();
        Assert.Equal(third, session.Grain.Requests.Last().Request.Prompts[0].MaskId);
    }

    [Fact]
    public async Task MaskId_Unknown_IsNotFound()
    {
        await using var session = await new SessionHarness().OpenAsync();
        await session.Client.ClickAsync(1, maskId: "0123");

        var error = await session.Client.ReceiveErrorAsync(StatusCode.NotFound);

        Assert.Equal("MASK_NOT_FOUND", error.Status.Reason());
        Assert.Contains("Send the points", error.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaskId_ForgottenOverTheBound_IsNotFoundWhenTheSiloLostIt()
    {
        await using var session = await new SessionHarness(new SessionOptions { MaxRemembered = 2 }).OpenAsync();
        string? first = null;
        for (var i = 1; i <= 3; i++)
        {
            await session.Client.ClickAsync(i);
            first ??= (await session.Client.ReceiveAnswerAsync()).Result.Masks[0].Id;
        }

        session.Grain.LoseLogits();
        await session.Client.ClickAsync(4, maskId: first);
        await session.Client.ReceiveAnswerAsync();
        await session.Client.ReceiveAnswerAsync();

        await session.Client.ReceiveErrorAsync(StatusCode.NotFound);
    }

    [Fact]
    public async Task Refine_TooOften_NamesResetSession()
    {
        await using var session = await new SessionHarness(new SessionOptions { MaxRemembered = 3 }).OpenAsync();
        for (var i = 1; i <= 4; i++)
        {
            await session.Client.ClickAsync(i, refine: true);
        }

        for (var i = 1; i <= 3; i++)
        {
            await session.Client.ReceiveAnswerAsync();
        }

        var error = await session.Client.ReceiveErrorAsync(StatusCode.FailedPrecondition);
        await session.Client.ResetAsync();
        await session.Client.ClickAsync(5, refine: true);

        Assert.Contains("ResetSession", error.Status.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await session.Client.ReceiveAnswerAsync()).Sequence);
    }

    [Fact]
    public async Task Replay_SiloForgetsAsFastAsItIsTold_IsUnavailable()
    {
        await using var session = await new SessionHarness().OpenAsync();
        await session.Client.ClickAsync(1);
        await session.Client.ReceiveAnswerAsync();
        session.Grain.Before = (_, _, _) =>
        {
            session.Grain.LoseLogits();
            return Task.FromResult<DecodeReply?>(null);
        };
        await session.Client.ClickAsync(2, refine: true);

        var error = await session.Client.ReceiveErrorAsync(StatusCode.Unavailable);

        Assert.Equal("REFINEMENT_STATE_LOST", error.Status.Reason());
        Assert.InRange(session.Grain.Requests.Count, 3, 10);
    }

    private static async Task<List<string>> RefineAsync(StreamMode mode, bool lose)
    {
        await using var session = await new SessionHarness().OpenAsync(mode);
        List<string> ids = [];
        for (var i = 1; i <= 5; i++)
        {
            await session.Client.ClickAsync(i, refine: true);
            ids.AddRange((await session.Client.ReceiveAnswerAsync()).Result.Masks.Select(mask => mask.Id));
            if (lose)
            {
                session.Grain.LoseLogits();
            }
        }

        return ids;
    }
}
