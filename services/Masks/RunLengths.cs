using System.Runtime.InteropServices;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks;

/// <summary>
/// A mask as COCO run lengths: column-major order, zeros first, the lengths summing to height times width.
/// Immutable, compared by value, and always in canonical form: no run is empty but possibly the first, so equal masks
/// have equal run lengths.
/// </summary>
public sealed class RunLengths : IEquatable<RunLengths>
{
    private readonly uint[] _counts;
    private readonly int _length;

    /// <summary>Copies run lengths and brings them into canonical form.</summary>
    /// <remarks>
    /// As in <c>pycocotools</c>, empty runs may stand anywhere; the runs on both sides of an empty one are joined. The
    /// mask stays the same, its run lengths may become fewer.
    /// </remarks>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="width">Width in pixels, at least 1; height times width is at most 4,294,967,295.</param>
    /// <param name="counts">Run lengths, zeros first; must sum to height times width.</param>
    /// <exception cref="ArgumentException">The lengths sum to something else; the message has the numbers.</exception>
    public RunLengths(int height, int width, params ReadOnlySpan<uint> counts)
    {
        var pixels = CheckedPixels(height, width);
        long sum = 0;
        foreach (var count in counts)
        {
            sum += count;
        }

        if (sum != pixels)
        {
            throw new ArgumentException(
                $"Run lengths sum to {sum}, but a mask of height {height} and width {width} has {pixels} pixels.",
                nameof(counts));
        }

        Height = height;
        Width = width;
        _counts = WithoutEmptyRuns(counts);
        _length = _counts.Length;
    }

    /// <summary>Takes over the beginning of an array that is canonical and of the right sum.</summary>
    private RunLengths(uint[] canonical, int length, int height, int width)
    {
        _counts = canonical;
        _length = length;
        Height = height;
        Width = width;
    }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Run lengths, zeros first. <see cref="AsSpan"/> reads them without boxing.</summary>
    public IReadOnlyList<uint> Counts =>
        ImmutableCollectionsMarshal.AsImmutableArray(_length == _counts.Length ? _counts : AsSpan().ToArray());

    /// <summary>Pixels inside the mask.</summary>
    public long Area
    {
        get
        {
            long area = 0;
            for (var i = 1; i < _length; i += 2)
            {
                area += _counts[i];
            }

            return area;
        }
    }

    /// <summary>Smallest box around the mask, as <c>rleToBbox</c> of pycocotools; all zero for an empty mask.</summary>
    public PixelBox Box => RunLengthBox.Around(this);

    /// <summary>Reads COCO's compressed string form, as <c>rleFrString</c> of pycocotools does.</summary>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="text">Characters '0' to 'o'; empty runs are joined with their neighbours.</param>
    /// <exception cref="RunLengthsFormatException">The string is malformed or of another size; says where.</exception>
    public static RunLengths FromCocoString(int height, int width, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FromCanonical(height, width, WithoutEmptyRuns(CocoString.Read(text, CheckedPixels(height, width))));
    }

    /// <summary>Reads pixels: zero is outside, anything else inside.</summary>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="rowMajor">height x width pixels, row by row.</param>
    /// <exception cref="ArgumentException">The number of pixels is not height times width.</exception>
    public static RunLengths FromBytes(int height, int width, ReadOnlySpan<byte> rowMajor)
    {
        var pixels = CheckedPixels(height, width);
        if (rowMajor.Length != pixels)
        {
            throw new ArgumentException(
                $"{rowMajor.Length} pixels given, but height {height} times width {width} is {pixels}.",
                nameof(rowMajor));
        }

        return RunLengthPixels.Read(height, width, rowMajor);
    }

    /// <summary>The run lengths, zeros first.</summary>
    public ReadOnlySpan<uint> AsSpan() => _counts.AsSpan(0, _length);

    /// <summary>Writes COCO's compressed string form, bit-exact with <c>pycocotools</c>' <c>rleToString</c>.</summary>
    /// <param name="yieldPoint">Checked every 16,384 runs.</param>
    public string ToCocoString(YieldPoint yieldPoint = default) => CocoString.Write(AsSpan(), yieldPoint);

    /// <summary>Writes the mask as height x width pixels, row by row; outside is 0.</summary>
    /// <param name="inside">Value of the pixels inside; not 0.</param>
    /// <exception cref="InvalidOperationException">More pixels than one array holds, 2 to the 31st.</exception>
    public byte[] ToBytes(byte inside = 1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(inside);
        var pixels = (long)Height * Width;
        if (pixels > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"A mask of {Height} x {Width} has {pixels} pixels; an array holds at most {Array.MaxLength}.");
        }

        var rowMajor = new byte[pixels];
        RunLengthPixels.Write(this, rowMajor, inside);
        return rowMajor;
    }

    /// <summary>Counts pixels inside both masks.</summary>
    /// <exception cref="ArgumentException">The other mask has another size.</exception>
    public long Intersection(RunLengths other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Height != Height || other.Width != Width)
        {
            throw new ArgumentException(
                $"Masks of one size can be compared, not {Height} x {Width} with {other.Height} x {other.Width}.",
                nameof(other));
        }

        return RunLengthOverlap.Count(AsSpan(), other.AsSpan());
    }

    /// <summary>
    /// Computes the intersection over union, 0 to 1. As in <c>rleIou</c> of pycocotools, the IoU of masks without a
    /// common pixel is 0, also of two empty masks.
    /// </summary>
    /// <exception cref="ArgumentException">The other mask has another size.</exception>
    public double IoU(RunLengths other)
    {
        var intersection = Intersection(other);
        return intersection == 0 ? 0 : (double)intersection / (Area + other.Area - intersection);
    }

    /// <inheritdoc />
    public bool Equals(RunLengths? other) =>
        other is not null && Height == other.Height && Width == other.Width && AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as RunLengths);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Height);
        hash.Add(Width);
        hash.AddBytes(MemoryMarshal.AsBytes(AsSpan()));
        return hash.ToHashCode();
    }

    /// <summary>Takes over an array that the caller made canonical and of the right sum.</summary>
    internal static RunLengths FromCanonical(int height, int width, uint[] canonical) =>
        FromCanonical(height, width, canonical, canonical.Length);

    /// <summary>Takes over the beginning of an array that the caller made canonical and of the right sum.</summary>
    internal static RunLengths FromCanonical(int height, int width, uint[] canonical, int length) =>
        new(canonical, length, height, width);

    private static long CheckedPixels(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var pixels = (long)height * width;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pixels, uint.MaxValue, "height * width");
        return pixels;
    }

    private static uint[] WithoutEmptyRuns(ReadOnlySpan<uint> counts)
    {
        var canonical = new uint[counts.Length];
        var length = 1;
        canonical[0] = counts[0];
        // Runs alternate, so a run of the same parity as the last run kept follows an empty run and continues the last
        // one.
        for (var i = 1; i < counts.Length; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }

            if ((i & 1) == ((length - 1) & 1))
            {
                canonical[length - 1] += counts[i];
            }
            else
            {
                canonical[length++] = counts[i];
            }
        }

        return canonical.AsSpan(0, length).ToArray();
    }
}

/// <summary>A compressed COCO string that is not one, or not one of the given size.</summary>
public sealed class RunLengthsFormatException : FormatException
{
    internal RunLengthsFormatException(string message, int position)
        : base($"{message} (at character {position} of the COCO run-length string)") =>
        Position = position;

    /// <summary>Index of the character where reading stopped; the string's length when it ended too early.</summary>
    public int Position { get; }
}
