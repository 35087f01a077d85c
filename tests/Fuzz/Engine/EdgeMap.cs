using System.Runtime.InteropServices;
using SharpFuzzTrace = SharpFuzz.Common.Trace;

namespace Segmentation.Fuzz.Engine;

/// <summary>
/// Counts of the edges of code that an input went over, as instrumented assemblies write them, and of all that inputs
/// went over so far. As in AFL a count tells something new when it is in another bucket: 1, 2, 3, 4, 8, 16, 32, 128.
/// </summary>
internal sealed unsafe class EdgeMap
{
    private const int Size = 1 << 16;

    private static readonly byte[] _buckets = [.. Enumerable.Range(0, 256).Select(BucketOf)];

    private readonly byte* _counts = (byte*)NativeMemory.AlignedAlloc(Size, 64);
    private readonly byte[] _seen = new byte[Size];

    /// <summary>
    /// Takes the counts of this process from here on; never given back, since instrumented code goes on.
    /// </summary>
    public EdgeMap()
    {
        Begin();
        SharpFuzzTrace.SharedMem = _counts;
    }

    /// <summary>Edges that inputs went over so far.</summary>
    public int Edges { get; private set; }

    /// <summary>Forgets the counts of the input before.</summary>
    public void Begin()
    {
        NativeMemory.Clear(_counts, Size);
        SharpFuzzTrace.PrevLocation = 0;
    }

    /// <summary>Adds the counts of an input.</summary>
    /// <returns>True where the input went over an edge that none did before, or more or less often.</returns>
    public bool Add()
    {
        var isNew = false;
        var words = (ulong*)_counts;
        for (var word = 0; word < Size / sizeof(ulong); word++)
        {
            if (words[word] != 0)
            {
                isNew |= AddWord(word * sizeof(ulong));
            }
        }

        return isNew;
    }

    private static byte BucketOf(int count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };

    private bool AddWord(int from)
    {
        var isNew = false;
        for (var edge = from; edge < from + sizeof(ulong); edge++)
        {
            var bucket = _buckets[_counts[edge]];
            if ((bucket & ~_seen[edge]) != 0)
            {
                Edges += _seen[edge] == 0 ? 1 : 0;
                _seen[edge] |= bucket;
                isNew = true;
            }
        }

        return isNew;
    }
}
