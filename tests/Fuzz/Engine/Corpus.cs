using System.IO.Hashing;

namespace Segmentation.Fuzz.Engine;

/// <summary>Inputs that went where none did before.</summary>
internal sealed class Corpus(string? folder)
{
    // The newest ones lead on; the oldest, the seeds, stay in use.
    private const double ShareOfNewest = 0.4;
    private const int Newest = 32;

    private readonly List<byte[]> _inputs = [];

    /// <summary>Number of inputs.</summary>
    public int Count => _inputs.Count;

    /// <summary>
    /// The inputs that were kept by earlier runs, in an order that does not depend on the file system.
    /// </summary>
    public IEnumerable<byte[]> Kept => folder is not null && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
        : [];

    /// <summary>Keeps an input.</summary>
    public void Add(byte[] input)
    {
        _inputs.Add(input);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"{XxHash64.HashToUInt64(input):x16}"), input);
        }
    }

    /// <summary>Chooses an input to change.</summary>
    public byte[] Pick(Random random) => random.NextDouble() < ShareOfNewest
        ? _inputs[^random.Next(1, Math.Min(Newest, _inputs.Count) + 1)]
        : _inputs[random.Next(_inputs.Count)];
}
