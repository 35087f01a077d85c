namespace Segmentation.Evaluation.Results;

/// <summary>
/// The file <c>results.jsonl</c>: a line a mask, appended picture by picture. What a killed run left of a picture is cut
/// off, and the run goes on there.
/// </summary>
public sealed class ResultsFile : IDisposable
{
    private readonly FileStream _file;

    private ResultsFile(FileStream file, List<MaskRecord> records) => (_file, Records) = (file, records);

    /// <summary>Results of the file and those that were added.</summary>
    public List<MaskRecord> Records { get; }

    /// <summary>Opens a file for adding to it, and cuts off what is incomplete at its end.</summary>
    /// <param name="path">Path of the file; it is made where there is none.</param>
    /// <param name="pictures">Pictures of the run in their order, with the number of their masks.</param>
    /// <exception cref="FormatException">The file has results of other data.</exception>
    /// <exception cref="IOException">Another run writes the file.</exception>
    public static ResultsFile Continue(string path, IReadOnlyList<(string Name, int Masks)> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var (lines, ends) = ReadLines(file);
            var records = new List<MaskRecord>();
            foreach (var (name, masks) in pictures)
            {
                var own = lines.Skip(records.Count).Take(masks).Select(line => RecordText.Read(line)).ToList();
                if (own.Index().FirstOrDefault(at => at.Item.Picture != name || at.Item.Index != at.Index) is
                    { Item: { } other })
                {
                    throw new FormatException(
                        $"{path} has results of other data: mask {other.Index} of {other.Picture} where a mask of {name} "
                            + "belongs.");
                }

                if (own.Count < masks)
                {
                    break;
                }

                records.AddRange(own);
            }

            file.SetLength(records.Count == 0 ? 0 : ends[records.Count - 1]);
            file.Seek(0, SeekOrigin.End);
            return new(file, records);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all complete lines of a file.</summary>
    /// <exception cref="FormatException">A line is no result.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<MaskRecord> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return [.. ReadLines(file).Lines.Select(line => RecordText.Read(line))];
    }

    /// <summary>Adds the results of a picture. On the disk they are whole, or cut off by the next run.</summary>
    public void Add(IReadOnlyList<MaskRecord> picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var lines = picture.Select(RecordText.Write).ToList();
        foreach (var line in lines)
        {
            _file.Write(line);
        }

        _file.Flush(flushToDisk: true);

        // As the file has them, rounded: figures of a run that was killed and went on are the same.
        Records.AddRange(lines.Select(line => RecordText.Read(line.AsMemory(0, line.Length - 1))));
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static (List<ReadOnlyMemory<byte>> Lines, List<long> Ends) ReadLines(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var (lines, ends) = (new List<ReadOnlyMemory<byte>>(), new List<long>());
        for (var start = 0; start < bytes.Length;)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0)
            {
                break;
            }

            lines.Add(bytes.AsMemory(start, length));
            start += length + 1;
            ends.Add(start);
        }

        return (lines, ends);
    }
}
