using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Segmentation.Projects.Transfers.Work;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Rows as lines of JSON: the names are those of the columns, bytes are Base64, enumerations are numbers.</summary>
internal static class BackupJson
{
    private const int MaxLineBytes = 64 * 1024 * 1024;
    private static readonly ReadOnlyMemory<byte> _lineEnd = "\n"u8.ToArray();

    /// <summary>The form of rows and of the manifest.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>Writes a row and the end of its line.</summary>
    public static async Task WriteLineAsync<TRow>(Stream stream, TRow row, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(stream, row, Options, cancellationToken);
        await stream.WriteAsync(_lineEnd, cancellationToken);
    }

    /// <summary>Reads rows, each with the number of its line.</summary>
    /// <exception cref="TransferFailedException">A line is no row.</exception>
    public static async IAsyncEnumerable<(int Line, TRow Row)> ReadLinesAsync<TRow>(
        Stream stream, string file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new LineReader(stream, MaxLineBytes);
        for (var line = 1; ; line++)
        {
            if (await reader.ReadAsync(cancellationToken) is not { } bytes)
            {
                yield break;
            }

            if (bytes.Length > 0)
            {
                yield return (line, Parse<TRow>(bytes.Span, file, line));
            }
        }
    }

    private static TRow Parse<TRow>(ReadOnlySpan<byte> bytes, string file, int line)
    {
        try
        {
            return JsonSerializer.Deserialize<TRow>(bytes, Options) ?? throw new JsonException("The line is null.");
        }
        catch (JsonException error)
        {
            throw new TransferFailedException(
                $"{file}, line {line}, is damaged: {error.Message} Take another backup, or repair the line.", error);
        }
    }
}
