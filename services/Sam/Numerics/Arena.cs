namespace Segmentation.Sam.Numerics;

/// <summary>
/// Memory for the matrices of one computation: allocated piece by piece and released all at once. The arena grows to
/// the need of the largest computation so far and allocates no managed memory after that. Not safe for concurrent use.
/// </summary>
internal sealed unsafe class Arena
{
    private const int FirstBlock = 1 << 16;
    private readonly List<AlignedBuffer> _blocks = [];
    private int _used;

    /// <summary>Bytes held.</summary>
    public long SizeBytes => _blocks.Sum(b => (long)b.Length * sizeof(float));

    /// <summary>Releases everything: matrices allocated before must not be used any more.</summary>
    public void Reset()
    {
        if (_blocks.Count > 1)
        {
            var length = _blocks.Sum(b => b.Length);
            _blocks.Clear();
            _blocks.Add(new AlignedBuffer(length));
        }

        _used = 0;
    }

    /// <summary>Allocates a matrix of zeros with at least so many rows and columns.</summary>
    public Matrix Allocate(int rows, int columns)
    {
        var matrix = AllocateUninitialized(rows, columns);
        matrix.AsSpan().Clear();
        return matrix;
    }

    /// <summary>Allocates a matrix without clearing it: it holds what the memory held before.</summary>
    public Matrix AllocateUninitialized(int rows, int columns)
    {
        var stride = (columns + 15) & ~15;
        var length = checked(((rows + 3) & ~3) * stride);
        if (_blocks.Count == 0 || _used + length > _blocks[^1].Length)
        {
            _blocks.Add(new AlignedBuffer(Math.Max(length, FirstBlock)));
            _used = 0;
        }

        var matrix = new Matrix(_blocks[^1].Pointer + _used, rows, stride);
        _used += length;
        return matrix;
    }
}
