using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.Protocol.V1;
using Segmentation.Standalone.Tests;

namespace Segmentation.Client.Tests;

/// <summary>Live sessions with the real program, killed under them.</summary>
public sealed class LiveSessionTests
{
    private static readonly Prompt[] _clicks =
    [
        Click((300, 200, PointLabel.Foreground)),
        Click((300, 200, PointLabel.Foreground), (250, 150, PointLabel.Background)),
        Click((300, 200, PointLabel.Foreground), (250, 150, PointLabel.Background), (330, 260, PointLabel.Foreground)),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 600_000)]
    [InlineData(StreamMode.All)]
    [InlineData(StreamMode.Latest)]
    public async Task Refinement_ServerKilledAndStartedAgain_IsTheSame(StreamMode mode)
    {
        var cancel = TestContext.Current.CancellationToken;
        var file = await File.ReadAllBytesAsync(ReadmeTests.Data("Data/coffee.png"), cancel);
        var server = await StandaloneProcess.StartReadyAsync(cancel);
        var port = server.Grpc.Port;
        try
        {
            // Starting takes seconds: more attempts than somebody at a screen would wait for.
            using var client = new SegmentationClient(
                server.Grpc,
                new SegmentationClientOptions { MaxReconnects = 1000, MaxPause = TimeSpan.FromSeconds(0.2) });
            var expected = await AnswersAsync(client, file, mode, between: () => Task.CompletedTask);

            var answers = await AnswersAsync(client, file, mode, between: async () =>
            {
                await server.DisposeAsync();
                server = await StandaloneProcess.StartReadyAsync(cancel, $"Segmentation:Endpoints:GrpcPort={port}");
            });

            Assert.Equal(expected, answers);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory(Timeout = 600_000)]
    [InlineData(StreamMode.All)]
    [InlineData(StreamMode.Latest)]
    public async Task Refinement_ImageIsForgotten_IsTheSame(StreamMode mode)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await StandaloneProcess.StartReadyAsync(cancel);
        using var client = new SegmentationClient(server.Grpc);
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        var images = new ImageService.ImageServiceClient(channel);
        var file = await File.ReadAllBytesAsync(ReadmeTests.Data("Data/coffee.png"), cancel);
        var id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}";
        var expected = await AnswersAsync(client, file, mode, between: () => Task.CompletedTask);

        var answers = await AnswersAsync(client, file, mode, between: async () =>
            await images.DeleteImageAsync(new DeleteImageRequest { Id = id }, cancellationToken: cancel));

        Assert.Equal(expected, answers);
    }

    [Fact(Timeout = 600_000)]
    public async Task Open_NobodyIsThere_GivesUpAndSaysSo()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new SegmentationClient(
            new Uri("http://127.0.0.1:1"),
            new SegmentationClientOptions { MaxReconnects = 2, FirstPause = TimeSpan.FromMilliseconds(1) });

        var error = await Assert.ThrowsAsync<RpcException>(
            () => client.OpenSessionAsync(new byte[] { 1 }, cancellationToken: cancel));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    [Fact(Timeout = 600_000)]
    public async Task Session_WrongFileOrPrompt_SaysWhatAndGoesOnOrEnds()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await StandaloneProcess.StartReadyAsync(cancel);
        using var client = new SegmentationClient(server.Grpc);
        var file = await File.ReadAllBytesAsync(ReadmeTests.Data("Data/coffee.png"), cancel);

        var noImage = await Assert.ThrowsAsync<RpcException>(
            () => client.OpenSessionAsync(new byte[] { 1, 2, 3 }, cancellationToken: cancel));
        await using var session = await client.OpenSessionAsync(file, cancellationToken: cancel);
        var outside = await Assert.ThrowsAsync<RpcException>(
            () => session.PromptAsync(Click((9000, 1, PointLabel.Foreground)), cancellationToken: cancel));
        session.Reset();
        var answer = await session.PromptAsync(_clicks[0], refine: true, cancellationToken: cancel);
        var pending = session.PromptAsync(_clicks[1], cancellationToken: cancel);
        await session.DisposeAsync();

        Assert.Equal(StatusCode.InvalidArgument, noImage.StatusCode);
        Assert.Contains("9000", outside.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(3, answer!.Result.Masks.Count);
        Assert.Equal(0, session.Reconnects);
        await ((Task)pending).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.True(pending.IsCompleted);
        await Assert.ThrowsAsync<RpcException>(() => session.PromptAsync(_clicks[0], cancellationToken: cancel));
    }

    /// <summary>The masks of three clicks that refine each other; something happens before the last.</summary>
    private static async Task<List<PromptResult>> AnswersAsync(
        SegmentationClient client, byte[] file, StreamMode mode, Func<Task> between)
    {
        await using var session = await client.OpenSessionAsync(file, mode, cancellationToken: Cancel);
        var results = new List<PromptResult>();
        foreach (var (i, click) in _clicks.Index())
        {
            if (i == 2)
            {
                await between();
            }

            var answer = await session.PromptAsync(click, refine: i > 0, cancellationToken: Cancel);
            results.Add(answer!.Result);
        }

        return results;
    }

    private static Prompt Click(params (float X, float Y, PointLabel Label)[] points) => new()
    {
        Points = { points.Select(point => new Point { X = point.X, Y = point.Y, Label = point.Label }) },
    };
}
