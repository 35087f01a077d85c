namespace Segmentation.Masks;

/// <summary>Index of a mask for looking up single pixels in logarithmic time. Immutable.</summary>
public sealed class RunLengthLookup
{
    private readonly int _height;
    private readonly uint[] _ends;

    /// <param name="mask">The mask.</param>
    public RunLengthLookup(RunLengths mask)
    {
        _height = mask.Height;
        _ends = new uint[mask.AsSpan().Length];
        uint end = 0;
        for (var i = 0; i < _ends.Length; i++)
        {
            _ends[i] = end += mask.AsSpan()[i];
        }
    }

    /// <summary>Tests if a pixel is inside the mask.</summary>
    /// <param name="x">Column of the pixel.</param>
    /// <param name="y">Row of the pixel.</param>
    public bool Covers(int x, int y)
    {
        // The pixel's run is the first to end behind it; runs of odd number are inside.
        var found = Array.BinarySearch(_ends, (uint)((long)x * _height + y) + 1);
        return ((found < 0 ? ~found : found) & 1) != 0;
    }
}
