using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using Segmentation.Client;
using Segmentation.LoadTests.Load;

namespace Segmentation.LoadTests;

/// <summary>Pictures that nobody has sent before, several at a time: how many a second, and how long one waits.</summary>
internal static class UploadCommand
{
    public static Command Create()
    {
        var spawn = SpawnedSystem.Option(SpawnedSystem.Standalone);
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 24, Description = "Pictures to upload." };
        var people = new Option<int>("--people") { DefaultValueFactory = _ => 4, Description = "Uploads at a time." };
        var json = Report.JsonOption();
        var command = new Command("upload", "Pictures never seen before: a second, and the wait for one.")
        {
            spawn, count, people, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await PublishedServices.UseAsync(cancellationToken);
            var rows = new List<Measurement>();
            foreach (var name in parsed.GetValue(spawn)!.Distinct())
            {
                rows.AddRange(await MeasureAsync(
                    name, parsed.GetValue(count), parsed.GetValue(people), cancellationToken));
            }

            return await Report.WriteAsync(rows, parsed.GetValue(json), cancellationToken);
        });
        return command;
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
