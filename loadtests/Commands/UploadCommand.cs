using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using Segmentation.Client;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Pictures that nobody has sent before, several at a time: how many a second, and how long one waits.
/// </summary>
internal static class UploadCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 24, Description = "Pictures to upload." };
        var people = new Option<int>("--people") { DefaultValueFactory = _ => 4, Description = "Uploads at a time." };
        return MeasuringCommand.CreateOnSystems(
            "upload",
            "Pictures never seen before: a second, and the wait for one.",
            SpawnedSystem.Standalone,
            [count, people],
            async (name, parsed, cancellationToken) =>
                await MeasureAsync(
                    name, parsed.GetValue(count), parsed.GetValue(people), cancellationToken));
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string name, int count, int people, CancellationToken cancellationToken)
    {
        await using var system = await SpawnedSystem.StartAsync(name, cancellationToken);
        using var client = new SegmentationClient(system.Address);
        await client.UploadAsync(Pictures.File(count), cancellationToken);
        var files = Enumerable.Range(0, count).Select(Pictures.File).ToList();
        var (times, again) = (new Latencies(), new Latencies());
        var start = Stopwatch.GetTimestamp();
        await EachAsync(files, people, times, file => client.UploadAsync(file, cancellationToken));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await EachAsync(files, people, again, file => client.UploadAsync(file, cancellationToken));
        return
        [
            Measurement.Of($"uploads of new pictures, {name}", "1/s", [count / took]),
            .. times.Rows($"upload of a new picture, {name}"),
            .. again.Rows($"upload of a picture known already, {name}"),
        ];
    }

    private static Task EachAsync(List<byte[]> files, int people, Latencies times, Func<byte[], Task> upload)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, people).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var index && index < files.Count)
            {
                var since = Stopwatch.GetTimestamp();
                try
                {
                    await upload(files[index]);
                    times.Add(Stopwatch.GetElapsedTime(since));
                }
                catch (RpcException)
                {
                    times.AddFailure();
                }
            }
        }));
    }
}
