using Segmentation.Gateway.Contract;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Counts the bytes of a JSON text that lie outside of its strings, as they arrive: strings hold images, everything
/// else becomes objects.
/// </summary>
internal sealed class JsonScanner
{
    private long _outside;
    private bool _inString;
    private bool _isEscaped;

    /// <summary>Counts the next bytes.</summary>
    /// <returns>Null, or why the text is refused.</returns>
    public ScanRefusal? Scan(ReadOnlySpan<byte> json)
    {
        while (!json.IsEmpty)
        {
            if (_isEscaped)
            {
                _isEscaped = false;
                json = json[1..];
                continue;
            }

            var passed = _inString ? json.IndexOfAny((byte)'"', (byte)'\\') : json.IndexOf((byte)'"');
            var end = passed < 0 ? json.Length : passed + 1;
            _outside += _inString ? 0 : end;
            if (passed >= 0)
            {
                _isEscaped = json[passed] == (byte)'\\';
                _inString ^= !_isEscaped;
            }

            json = json[end..];
        }

        return _outside <= RequestBounds.JsonBytes ? null : new ScanRefusal(
            "body", $"more than {RequestBounds.JsonBytes} bytes are sent besides images, mask logits and other texts.");
    }
}
