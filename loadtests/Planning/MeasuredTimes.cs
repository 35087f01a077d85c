using System.Text.Json;
using System.Text.Json.Serialization;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Planning;

/// <summary>
/// Service times that were measured where nothing waited: milliseconds, as quantiles at equal distances from the least
/// to the most. <c>plan --measure</c> writes them.
/// </summary>
internal sealed record MeasuredTimes
{
    /// <summary>The machine, for a reader.</summary>
    public required string Machine { get; init; }

    /// <summary>Reading and encoding an image, by images in a run; one thread on a CPU.</summary>
    public required IReadOnlyDictionary<int, IReadOnlyList<double>> Encode { get; init; }

    /// <summary>Decoding a click with its masks, one thread.</summary>
    public required IReadOnlyList<double> Decode { get; init; }

    /// <summary>Preparing an image for clicks, one thread.</summary>
    public required IReadOnlyList<double> Prepare { get; init; }

    /// <summary>Writing an embedding to Redis.</summary>
    public required IReadOnlyList<double> RedisPut { get; init; }

    /// <summary>Reading an embedding from Redis.</summary>
    public required IReadOnlyList<double> RedisGet { get; init; }

    /// <summary>A click on an idle cluster of this machine, client included.</summary>
    public required IReadOnlyList<double> Click { get; init; }

    /// <summary>An upload of a new picture to that cluster, client included.</summary>
    public required IReadOnlyList<double> Upload { get; init; }

    /// <summary>Processor time of the gateway for a click, in milliseconds.</summary>
    public required double GatewayCpu { get; init; }

    /// <summary>Bytes of an embedding on the network.</summary>
    public double EmbeddingBytes { get; init; } = 2_097_280;

    /// <summary>Bytes of an embedding in Redis' memory.</summary>
    public double EmbeddingBytesInRedis { get; init; } = 2.62e6;

    /// <summary>Bytes of a prepared image in a silo.</summary>
    public double HotImageBytes { get; init; } = 10.5e6;

    /// <summary>Bytes of an image file.</summary>
    public double FileBytes { get; init; } = 500_000;

    /// <summary>Bytes of a click's answer.</summary>
    public double AnswerBytes { get; init; } = 9_000;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ProgramException">It is not there, or no such file.</exception>
    public static MeasuredTimes Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var times = JsonSerializer.Deserialize(file, MeasuredTimesJson.Default.MeasuredTimes);
            return times is not null && times.Lists().All(list => list.Count > 0) && times.Encode.ContainsKey(1)
                ? times
                : throw new ProgramException($"'{path}' lacks a measured time: write it again with plan --measure.");
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new ProgramException(
                $"'{path}' cannot be read as measured times: {error.Message} Write it with plan --measure {path}.");
        }
    }

    /// <summary>Writes a file.</summary>
    public void Write(string path)
    {
        using var file = File.Create(path);
        JsonSerializer.Serialize(file, this, MeasuredTimesJson.Default.MeasuredTimes);
        file.WriteByte((byte)'\n');
    }

    /// <summary>The quantiles of some times, at equal distances.</summary>
    /// <param name="milliseconds">At least one.</param>
    public static IReadOnlyList<double> Quantiles(IEnumerable<double> milliseconds)
    {
        const int Steps = 100;
        var distribution = Distribution.Of([.. milliseconds.Order()]);
        return
        [
            .. Enumerable.Range(0, Steps + 1).Select(i => Math.Round(1000 * distribution.At((double)i / Steps), 3)),
        ];
    }

    private IEnumerable<IReadOnlyList<double>> Lists() =>
        [.. Encode.Values, Decode, Prepare, RedisPut, RedisGet, Click, Upload];
}

/// <summary>JSON of measured times.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MeasuredTimes))]
internal sealed partial class MeasuredTimesJson : JsonSerializerContext;
