using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Everything in a photograph on running systems: how its time falls with workers and with silos, and what people who
/// click on the same silos meanwhile feel.
/// </summary>
internal static class EverythingSystems
{
    private const int Clicks = 200;
    private const double ClickBound = 2;
    private const double Megabyte = 1e6;

    /// <summary>Measures what is asked for.</summary>
    /// <param name="spawn">
    /// <see cref="SpawnedSystem.Standalone"/>, <see cref="SpawnedSystem.Cluster"/>, or both.
    /// </param>
    /// <param name="file">The photograph.</param>
    /// <param name="pointsPerSide">Points a side.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        IReadOnlyCollection<string> spawn, byte[] file, int pointsPerSide, CancellationToken cancellationToken)
    {
        var rows = new List<Measurement>();
        foreach (var name in spawn.Distinct())
        {
            var what = name == SpawnedSystem.Standalone ? "workers" : "silos";
            var one = await MeasureAsync(name, 1, file, pointsPerSide, rows, cancellationToken);
            var two = await MeasureAsync(name, 2, file, pointsPerSide, rows, cancellationToken);
            rows.Add(Measurement.Of($"everything, {name}, 2 {what} / 1", "time / time", [two / one]));
        }

        return rows;
    }

    private static async Task<double> MeasureAsync(
        string name,
        int count,
        byte[] file,
        int pointsPerSide,
        List<Measurement> rows,
        CancellationToken cancellationToken)
    {
        var isStandalone = name == SpawnedSystem.Standalone;
        await using var system = await SpawnedSystem.StartAsync(
            name, cancellationToken, isStandalone ? 1 : count, $"Decoder:Workers={(isStandalone ? count : 1)}");
        var label = $"{name}, {(isStandalone ? "workers" : "silos")} {count}";
        var seconds = await MeasureAsync(system.Channel, label, file, pointsPerSide, rows, cancellationToken);
        rows.Add(Measurement.Of($"{label}, memory of all processes", "MB", [system.Memory / Megabyte]));
        return seconds;
    }

    private static async Task<double> MeasureAsync(
        ChannelBase channel,
        string label,
        byte[] file,
        int pointsPerSide,
        List<Measurement> rows,
        CancellationToken cancellationToken)
    {
        var client = new SegmentationService.SegmentationServiceClient(channel);
        var request = new SegmentEverythingRequest
        {
            ImageData = UnsafeByteOperations.UnsafeWrap(file),
            Options = new EverythingOptions { PointsPerSide = 4 },
        };

        // A small search first: the image is encoded, and hot on every silo.
        await SearchAsync(client, request, cancellationToken);
        request.Options.PointsPerSide = (uint)pointsPerSide;
        var (seconds, masks) = await SearchAsync(client, request, cancellationToken);
        rows.Add(Measurement.Of($"everything, {label}: {masks} masks", "s", [seconds]));
        var idle = await ClicksAsync(client, file, null, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var searches = SearchUntilAsync(client, request, stop.Token);
        var busy = await ClicksAsync(client, file, searches, cancellationToken);
        await stop.CancelAsync();
        await searches.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        rows.Add(Measurement.Of($"click p99, {label}, unloaded", "ms", [idle]));
        rows.Add(Measurement.Of($"click p99, {label}, everything runs", "ms", [busy]));
        rows.Add(Measurement.Of($"click p99, {label}, ratio", "loaded / unloaded", [busy / idle], ClickBound));
        return seconds;
    }

    private static async Task<(double Seconds, int Masks)> SearchAsync(
        SegmentationService.SegmentationServiceClient client,
        SegmentEverythingRequest request,
        CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var call = client.SegmentEverything(request, cancellationToken: cancellationToken);
        var masks = await call.ResponseStream.ReadAllAsync(cancellationToken)
            .CountAsync(response => response.Mask is not null, cancellationToken);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, masks);
    }

    /// <summary>One search after the other until cancelled.</summary>
    private static async Task SearchUntilAsync(
        SegmentationService.SegmentationServiceClient client,
        SegmentEverythingRequest request,
        CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await SearchAsync(client, request, cancellationToken);
        }
    }

    /// <summary>Milliseconds of a click at p99; fails when what should run beside has ended.</summary>
    private static async Task<double> ClicksAsync(
        SegmentationService.SegmentationServiceClient client,
        byte[] file,
        Task? beside,
        CancellationToken cancellationToken)
    {
        var request = new SegmentRequest
        {
            ImageId = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file))}",
            Prompts = { new Prompt { Points = { new Point { X = 30, Y = 20 } } } },
            Output = new OutputOptions { Refinable = false },
        };
        var times = new List<double>();
        for (var i = 0; i < Clicks + 20; i++)
        {
            request.Prompts[0].Points[0].X = 30 + (i % 200);
            var started = Stopwatch.GetTimestamp();
            await client.SegmentAsync(request, cancellationToken: cancellationToken);
            if (i >= 20)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            if (beside is { IsCompleted: true })
            {
                await beside;
            }
        }

        return times.Order().ElementAt((int)(0.99 * (times.Count - 1)));
    }
}
