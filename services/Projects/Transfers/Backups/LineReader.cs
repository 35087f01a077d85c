using Segmentation.Projects.Transfers.Work;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Reads lines of a stream as bytes; holds no more than the longest of them.</summary>
/// <param name="stream">The stream; left open.</param>
/// <param name="maxBytes">Bytes of the longest line that is read.</param>
internal sealed class LineReader(Stream stream, int maxBytes) : IDisposable
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _isOver;

    /// <summary>Reads a line without its end, valid until the next call; null: there is none.</summary>
    /// <exception cref="TransferFailedException">The line is longer than allowed.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = _start;
        while (true)
        {
            var found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + found - _start);
                _start = searched + found + 1;
                return line;
            }

            searched = _end;
            if (_isOver)
            {
                var rest = _buffer.AsMemory(_start, _end - _start);
                _start = _end;

                // Not by a conditional: null would become empty memory, which stands for an empty line.
                if (rest.Length == 0)
                {
                    return null;
                }

                return rest;
            }

            searched -= MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            _isOver = read == 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer = [];

    /// <summary>Moves the line to the beginning of the buffer, or takes a larger buffer. Returns by how much it moved.</summary>
    private int MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return 0;
        }

        var moved = _start;
        if (_start == 0)
        {
            if (_buffer.Length >= maxBytes)
            {
                throw new TransferFailedException($"A line of the archive has more than {maxBytes} bytes.");
            }

            Array.Resize(ref _buffer, Math.Min(maxBytes, _buffer.Length * 2));
        }
        else
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return moved;
    }
}
