using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Segmentation.Client;
using Segmentation.Embeddings;
using Segmentation.Embeddings.Hosting;
using Segmentation.LoadTests.Commands;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Systems;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Planning;

/// <summary>Measures service times on this machine: nothing waits, one thing is done after the other.</summary>
internal static class Measuring
{
    /// <summary>Pictures that clicks are measured on.</summary>
    public const int Pictures = 6;

    private const int Encodes = 2;
    private const int Decodes = 60;
    private const int Transfers = 60;
    private const int Clicks = 400;
    private const int WarmUp = 60;
    private const int Uploads = 12;

    /// <summary>First picture of uploads: none that clicks are on.</summary>
    private const int FirstUpload = 10_000;

    /// <summary>Measures everything, with a cluster that runs and is idle.</summary>
    /// <param name="system">The cluster.</param>
    /// <param name="clicker">Clicks on it.</param>
    /// <param name="cancellationToken">Ends measuring.</param>
    public static async Task<MeasuredTimes> MeasureAsync(
        SpawnedSystem system, Clicker clicker, CancellationToken cancellationToken)
    {
        var (encode, prepare, decode) = Bare(cancellationToken);
        var (put, get) = await StoreAsync(cancellationToken);
        await RepeatAsync(WarmUp, n => clicker.ClickAsync(n, cancellationToken));
        var gateway = new[] { system.Decoding.Single(process => process.Tier == "gateway").Operators };
        var before = await CpuAsync();
        var clicks = await RepeatAsync(Clicks, n => clicker.ClickAsync(n, cancellationToken));
        var cpu = await CpuAsync() - before;
        using var client = new SegmentationClient(system.Address);
        byte[][] files = [.. Enumerable.Range(FirstUpload, Uploads + 1).Select(Load.Pictures.File)];
        await client.UploadAsync(files[Uploads], cancellationToken);
        var uploads = await RepeatAsync(Uploads, n => client.UploadAsync(files[n], cancellationToken));
        return new MeasuredTimes
        {
            Machine = $"{Environment.ProcessorCount} cores, vectors of {System.Numerics.Vector<byte>.Count * 8} bits",
            Encode = new Dictionary<int, IReadOnlyList<double>> { [1] = MeasuredTimes.Quantiles(encode) },
            Decode = MeasuredTimes.Quantiles(decode),
            Prepare = MeasuredTimes.Quantiles(prepare),
            RedisPut = MeasuredTimes.Quantiles(put),
            RedisGet = MeasuredTimes.Quantiles(get),
            Click = MeasuredTimes.Quantiles(clicks),
            Upload = MeasuredTimes.Quantiles(uploads),
            GatewayCpu = Math.Round(1000 * cpu / Clicks, 3),
        };

        async Task<double> CpuAsync() =>
            (await Scrape.SumAsync(gateway, "dotnet_process_cpu_time_seconds_total", [], cancellationToken))[0];
    }

    // Encoding with reading, preparing and decoding in this process, on one thread.
    private static (List<double> Encode, List<double> Prepare, List<double> Decode) Bare(
        CancellationToken cancellationToken)
    {
        var (encodes, prepares, decodes) = (new List<double>(), new List<double>(), new List<double>());
        var model = ModelCatalog.Default.Open();
        var options = new RuntimeOptions { IntraOpThreads = 1 };
        using var encoder = new ImageEncoder(model, options);
        using var segmenter = new Segmenter(model, options);
        var workspace = segmenter.CreateWorkspace();
        for (var picture = 0; picture < Pictures; picture++)
        {
            var file = Load.Pictures.File(picture);
            var values = new float[model.EmbeddingLength];
            ModelImage? image = null;
            // The first run of all compiles.
            for (var i = picture == 0 ? -1 : 0; i < Encodes; i++)
            {
                var time = Time(() =>
                {
                    image = ImageReader.ReadForModel(file, ImageLimits.Default, cancellationToken);
                    encoder.Encode([image], values, cancellationToken);
                });
                if (i >= 0)
                {
                    encodes.Add(time);
                }
            }

            var prepared = segmenter.Prepare(values.ToArray(), image!.Geometry, cancellationToken);
            prepares.Add(Time(() => segmenter.Prepare(values.ToArray(), image.Geometry, cancellationToken)));
            prepares.Add(Time(() => segmenter.Prepare(values.ToArray(), image.Geometry, cancellationToken)));
            var clicks = new ClickPoints(image.Geometry);
            for (var i = -5; i < Decodes; i++)
            {
                var time = Time(() => segmenter.Segment(
                    prepared, [clicks.Prompt()], SegmentOptions.Default, workspace, cancellationToken));
                if (i >= 0)
                {
                    decodes.Add(time);
                }
            }
        }

        return (encodes, prepares, decodes);
    }

    private static async Task<(List<double> Put, List<double> Get)> StoreAsync(CancellationToken cancellationToken)
    {
        await using var server = new RedisProcess(RedisProcess.Garnet);
        await server.StartAsync(cancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Segmentation:Redis:Cache"] = server.ConnectionString;
        builder.Services.AddEmbeddings(builder.Configuration);
        using var host = builder.Build();
        var store = host.Services.GetRequiredService<IEmbeddingStore>();
        var embedding = RandomEmbeddings.Create(new Random(7));
        await RepeatAsync(WarmUp, async n => await store.PutAsync(RandomEmbeddings.KeyOf(n), embedding, cancellationToken));
        await RepeatAsync(WarmUp, async n => await store.GetAsync(RandomEmbeddings.KeyOf(n), cancellationToken));
        return (
            await RepeatAsync(
                Transfers, async n => await store.PutAsync(RandomEmbeddings.KeyOf(n), embedding, cancellationToken)),
            await RepeatAsync(Transfers, async n => await store.GetAsync(RandomEmbeddings.KeyOf(n), cancellationToken)));
    }

    private static async Task<List<double>> RepeatAsync(int count, Func<int, Task> action)
    {
        var times = new List<double>();
        for (var n = 0; n < count; n++)
        {
            var began = Stopwatch.GetTimestamp();
            await action(n);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times;
    }

    private static double Time(Action action)
    {
        var began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
