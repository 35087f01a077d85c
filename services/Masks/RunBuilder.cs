namespace Segmentation.Masks;

/// <summary>Builds run lengths from the positions where a mask begins and ends. Reused from mask to mask.</summary>
internal sealed class RunBuilder
{
    private readonly List<uint[]> _lent = [];
    private int _lentCount;
    private uint[] _counts = new uint[1024];
    private int _length;
    private uint _runStart;

    /// <summary>True if the pixels since the last change are inside.</summary>
    public bool Inside => (_length & 1) != 0;

    /// <summary>Forgets the previous mask.</summary>
    public void Clear()
    {
        _length = 0;
        _runStart = 0;
    }

    /// <summary>Ends the current run before <paramref name="position"/>, which only ever grows.</summary>
    public void Toggle(uint position)
    {
        if (_length == _counts.Length)
        {
            Array.Resize(ref _counts, 2 * _length);
        }

        _counts[_length++] = position - _runStart;
        _runStart = position;
    }

    /// <summary>Sets the pixels from <paramref name="position"/> on inside or outside.</summary>
    public void Set(bool inside, uint position)
    {
        if (inside != Inside)
        {
            Toggle(position);
        }
    }

    /// <summary>Ends the last run and copies the mask out.</summary>
    public RunLengths Build(int height, int width)
    {
        Toggle((uint)((long)height * width));
        return RunLengths.FromCanonical(height, width, _counts.AsSpan(0, _length).ToArray());
    }

    /// <summary>Ends the last run and lends the mask, in this builder's memory, until <see cref="TakeBack"/>.</summary>
    public RunLengths Lend(int height, int width)
    {
        Toggle((uint)((long)height * width));
        var mask = RunLengths.FromCanonical(height, width, _counts, _length);
        if (_lentCount == _lent.Count)
        {
            _lent.Add(new uint[_counts.Length]);
        }

        (_counts, _lent[_lentCount]) = (_lent[_lentCount], _counts);
        _lentCount++;
        return mask;
    }

    /// <summary>Ends all loans: masks lent before are overwritten from now on.</summary>
    public void TakeBack() => _lentCount = 0;
}
