using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Segmentation.Embeddings;
using Segmentation.Embeddings.Hosting;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Embeddings written to and read from a Redis on this machine, a second, with and without 8-bit storage.
/// </summary>
internal static class StoreCommand
{
    private const int Distinct = 64;

    private static readonly string[] _encodings = ["Float16", "Int8"];

    public static Command Create()
    {
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 400, Description = "Writes, and reads, a run." };
        var parallel = new Option<int>("--parallel") { DefaultValueFactory = _ => 4, Description = "At the same time." };
        var redis = MeasuringCommand.RedisOption();
        return MeasuringCommand.Create(
            "store",
            "Embeddings written to and read from Redis a second.",
            [count, parallel, redis],
            async (parsed, cancellationToken) =>
            {
                await using var server = new RedisProcess(parsed.GetValue(redis)!);
                await server.StartAsync(cancellationToken);
                var rows = new List<Measurement>();
                foreach (var encoding in _encodings)
                {
                    rows.AddRange(await MeasureAsync(
                        server, encoding, parsed.GetValue(count), parsed.GetValue(parallel), cancellationToken));
                }

                return rows;
            });
    }

    private static async Task<IEnumerable<Measurement>> MeasureAsync(
        RedisProcess server, string encoding, int count, int parallel, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Segmentation:Redis:Cache"] = server.ConnectionString;
        builder.Configuration["Segmentation:Embeddings:Encoding"] = encoding;
        builder.Services.AddEmbeddings(builder.Configuration);
        using var host = builder.Build();
        var store = host.Services.GetRequiredService<IEmbeddingStore>();
        var embedding = RandomEmbeddings.Create(new Random(7));
        var writes = await RatesAsync(
            async (key, cancel) => await store.PutAsync(key, embedding, cancel), count, parallel, cancellationToken);
        var reads = await RatesAsync(
            async (key, cancel) => await store.GetAsync(key, cancel) is not null, count, parallel, cancellationToken);
        return
        [
            Measurement.Of($"{encoding}: embeddings written", "a second", writes),
            Measurement.Of($"{encoding}: embeddings read", "a second", reads),
        ];
    }

    /// <summary>Operations a second, in three runs after one that warms up.</summary>
    private static async Task<IReadOnlyList<double>> RatesAsync(
        Func<EmbeddingKey, CancellationToken, Task<bool>> operation,
        int count,
        int parallel,
        CancellationToken cancellationToken)
    {
        var rates = new List<double>();
        for (var run = 0; run < 4; run++)
        {
            var start = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(
                0,
                count,
                new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
                async (i, cancel) =>
                {
                    if (!await operation(RandomEmbeddings.KeyOf(i % Distinct), cancel))
                    {
                        throw new InvalidOperationException("The store did not answer: raise Segmentation:Redis:Timeout.");
                    }
                });
            rates.Add(count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return rates[1..];
    }
}
