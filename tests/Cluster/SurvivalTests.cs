using Segmentation.Cluster.Tests.Processes;

namespace Segmentation.Cluster.Tests;

/// <summary>Live sessions while processes end: no answer is lost, no mask is another, no silence is long.</summary>
public sealed class SurvivalTests(RunningCluster cluster, ITestOutputHelper output) : IClassFixture<RunningCluster>
{
    private const int Sessions = 6;

    /// <summary>What a person is asked to bear; the bound at p99 is half of it, and these machines are small.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Silo_Killed_NoAnswerIsLost() => UndisturbedAsync(async () =>
    {
        await cluster.Silos[0].KillAsync();
        await cluster.Silos[0].StartAsync(Cancel);
    });

    [Fact]
    public Task Silo_Drained_NoAnswerIsLost() => UndisturbedAsync(async () =>
    {
        await cluster.Silos[1].TerminateAsync(Cancel);
        await cluster.Silos[1].StartAsync(Cancel);
    });

    [Fact]
    public Task Silos_RestartedOneAfterAnother_NoAnswerIsLost() => UndisturbedAsync(async () =>
    {
        foreach (var silo in cluster.Silos)
        {
            await silo.TerminateAsync(Cancel);
            await silo.StartAsync(Cancel);
        }
    });

    [Fact]
    public Task Cache_KilledAndEmpty_NoAnswerIsLost() => UndisturbedAsync(async () =>
    {
        await cluster.Cache.KillAsync();
        await cluster.Cache.StartAsync(Cancel);
    });

    [Fact]
    public async Task Encoder_KilledWhileItEncodes_TheUploadIsAnswered()
    {
        var session = LiveSession.Start(cluster.Channel, "encoder-killed", clicks: 3);
        await cluster.Encoders[0].KillAsync();
        await cluster.Encoders[0].StartAsync(Cancel);

        Assert.All(await session.Answers, answer => Assert.NotEmpty(answer));
    }

    [Fact]
    public async Task Gateway_Restarted_ImagesAreStillThere()
    {
        var expected = await LiveSession.Start(cluster.Channel, "gateway-restarted", clicks: 3).Answers;
        await cluster.Gateway.TerminateAsync(Cancel);
        await cluster.Gateway.StartAsync(Cancel);

        Assert.Equal(expected, await LiveSession.Start(cluster.Channel, "gateway-restarted", clicks: 3).Answers);
    }

    /// <summary>Disturbs running sessions, and compares them with one that nobody disturbed.</summary>
    private async Task UndisturbedAsync(Func<Task> disturb)
    {
        var expected = await LiveSession.Start(cluster.Channel, "undisturbed").Answers;
        var sessions = Enumerable.Range(0, Sessions)
            .Select(i => LiveSession.Start(cluster.Channel, $"session-{i}")).ToList();
        await Task.WhenAll(sessions.Select(session => session.UnderWay));
        await disturb();
        var answers = await Task.WhenAll(sessions.Select(session => session.Answers));
        var silence = sessions.Max(session => session.Silence);
        output.WriteLine($"Longest silence: {silence.TotalMilliseconds:F0} ms.");

        Assert.All(answers, session => Assert.Equal(Masks(expected), Masks(session)));
        Assert.True(silence < LongestSilence, $"A click waited {silence.TotalMilliseconds:F0} ms.");
    }

    /// <summary>Masks without their ids, which are of one tenant's image.</summary>
    private static IEnumerable<string> Masks(IEnumerable<string> answers) =>
        answers.Select(answer => string.Join('\n', answer.Split('\n').Select(mask => mask[mask.IndexOf(' ')..])));
}
