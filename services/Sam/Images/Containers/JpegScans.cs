using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>Counts the scans of a JPEG and follows which coefficients they have brought to their last bit.</summary>
internal sealed class JpegScans
{
    /// <summary>
    /// Scans that are read: each may visit all pixels. Encoders make 1 or about 10, optimisers up to 20.
    /// </summary>
    public const int Most = 100;

    private const byte NotSent = 255;

    private readonly Dictionary<byte, byte[]> _lastBits = [];
    private int _components;
    private bool _isProgressive;

    /// <summary>Scans so far.</summary>
    public int Count { get; private set; }

    /// <summary>True when the first scan holds everything, as in most files.</summary>
    public bool IsOneScan { get; private set; }

    /// <summary>True when the scans so far hold every coefficient of every component to its last bit.</summary>
    public bool AreComplete => _lastBits.Count > 0
        && _lastBits.Values.All(bits => !bits.AsSpan().ContainsAnyExcept((byte)0));

    /// <summary>Takes a segment into account.</summary>
    /// <exception cref="ImageException">There are more than <see cref="Most"/> scans.</exception>
    public void Add(byte marker, ReadOnlySpan<byte> content)
    {
        // Start of frame of all processes; C4, C8 and CC are tables.
        if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
        {
            AddFrame(marker, content);
        }
        else if (marker == 0xDA)
        {
            AddScan(content);
        }
    }

    private void AddFrame(byte marker, ReadOnlySpan<byte> content)
    {
        if (content.Length < 6)
        {
            return;
        }

        _isProgressive = marker is 0xC2 or 0xC6 or 0xCA or 0xCE;
        _components = content[5];
        for (var component = 0; component < _components && 6 + component * 3 < content.Length; component++)
        {
            var bits = new byte[64];
            bits.AsSpan().Fill(NotSent);
            _lastBits[content[6 + component * 3]] = bits;
        }
    }

    private void AddScan(ReadOnlySpan<byte> content)
    {
        if (++Count > Most)
        {
            throw new ImageException(
                ImageError.TooComplex,
                $"The JPEG has more than {Most} scans; each may pass over the whole picture, and a progressive one "
                    + "needs about 10. Save it anew.");
        }

        if (content.Length < 1 || content.Length < 4 + content[0] * 2)
        {
            return;
        }

        int count = content[0];
        var selection = content[(1 + count * 2)..];
        IsOneScan = Count == 1 && !_isProgressive && count == _components;
        var (first, last, bit) = _isProgressive ? (selection[0], selection[1], selection[2] & 15) : (0, 63, 0);
        for (var i = 0; i < count; i++)
        {
            if (!_lastBits.TryGetValue(content[1 + i * 2], out var bits))
            {
                continue;
            }

            for (var index = first; index <= last && index < 64; index++)
            {
                bits[index] = (byte)bit;
            }
        }
    }
}
