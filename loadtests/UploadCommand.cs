using System.CommandLine;
using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.LoadTests.Load;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests;

/// <summary>Pictures that nobody has sent before, several at a time: how many a second, and how long one waits.</summary>
internal static class UploadCommand
{
    private const int ChunkSize = 1 << 20;

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
        var client = new ImageService.ImageServiceClient(system.Channel);
        await UploadAsync(client, Pictures.File(count), cancellationToken);
        var files = Enumerable.Range(0, count).Select(Pictures.File).ToList();
        var (times, again) = (new Latencies(), new Latencies());
        var start = Stopwatch.GetTimestamp();
        await EachAsync(files, people, times, file => UploadAsync(client, file, cancellationToken));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await EachAsync(files, people, again, file => UploadAsync(client, file, cancellationToken));
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

    private static async Task UploadAsync(
        ImageService.ImageServiceClient client, byte[] file, CancellationToken cancellationToken)
    {
        using var call = client.UploadImage(cancellationToken: cancellationToken);
        var metadata = new UploadImageMetadata { SizeBytes = (ulong)file.Length };
        await call.RequestStream.WriteAsync(new() { Metadata = metadata }, cancellationToken);
        for (var sent = 0; sent < file.Length; sent += ChunkSize)
        {
            var chunk = file.AsMemory(sent, Math.Min(ChunkSize, file.Length - sent));
            await call.RequestStream.WriteAsync(
                new() { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync;
    }
}
