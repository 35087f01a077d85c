namespace Segmentation.Sam.Masks;

/// <summary>Tells of single pixels whether a mask covers them.</summary>
internal sealed class RunLengthLookup
{
    private readonly int _height;
    private readonly uint[] _ends;

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

    /// <summary>Whether the pixel is inside.</summary>
    public bool Covers(int x, int y)
    {
        // The pixel's run is the first to end behind it; runs of odd number are inside.
        var found = Array.BinarySearch(_ends, (uint)((long)x * _height + y) + 1);
        return ((found < 0 ? ~found : found) & 1) != 0;
    }
}
