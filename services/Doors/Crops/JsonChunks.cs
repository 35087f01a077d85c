using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;

namespace Segmentation.Doors.Crops;

/// <summary>
/// Writes a large JSON answer in pieces, at the pace at which the caller takes it: hardly more than
/// <see cref="ChunkBytes"/> of it are in memory.
/// </summary>
/// <param name="writer">Where it goes.</param>
/// <param name="aborted">The caller left.</param>
internal sealed class JsonChunks(PipeWriter writer, CancellationToken aborted)
{
    private const int ChunkBytes = 1 << 16;
    private const int NumberBytes = 40;
    private long _pending;

    /// <summary>Writes text that is JSON already.</summary>
    public void Text(ReadOnlySpan<byte> json)
    {
        writer.Write(json);
        _pending += json.Length;
    }

    /// <summary>Writes a whole number.</summary>
    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, writer.GetSpan(NumberBytes), out var length);
        Advance(length);
    }

    /// <summary>Writes a number in the fewest digits that read back as the same one.</summary>
    public void Number(float number)
    {
        number.TryFormat(writer.GetSpan(NumberBytes), out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        Advance(length);
    }

    /// <summary>Writes the pixels of a row, separated by commas.</summary>
    /// <param name="row">A byte a pixel, 0 outside.</param>
    /// <param name="inside">JSON of a pixel inside, up to three bytes; outside is 0.</param>
    public void Pixels(ReadOnlySpan<byte> row, ReadOnlySpan<byte> inside)
    {
        for (var start = 0; start < row.Length; start += ChunkBytes / 4)
        {
            var part = row[start..Math.Min(row.Length, start + (ChunkBytes / 4))];
            var span = writer.GetSpan((part.Length * (inside.Length + 1)) + 1);
            var length = 0;
            for (var i = 0; i < part.Length; i++)
            {
                if (start + i > 0)
                {
                    span[length++] = (byte)',';
                }

                if (part[i] == 0)
                {
                    span[length++] = (byte)'0';
                    continue;
                }

                inside.CopyTo(span[length..]);
                length += inside.Length;
            }

            Advance(length);
        }
    }

    /// <summary>Sends what is written, where it is enough for a piece. Call it between any two parts.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public ValueTask PaceAsync() => _pending < ChunkBytes ? ValueTask.CompletedTask : FlushAsync();

    /// <summary>Sends what is written.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async ValueTask FlushAsync()
    {
        _pending = 0;
        var result = await writer.FlushAsync(aborted);
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new OperationCanceledException("The caller left.", aborted);
        }
    }

    private void Advance(int length)
    {
        writer.Advance(length);
        _pending += length;
    }
}
