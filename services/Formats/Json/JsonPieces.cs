using System.Text.Json;

namespace Segmentation.Formats.Json;

/// <summary>
/// Reads JSON files of any size piece by piece. Memory is that of the largest piece, which is bounded: an element of an
/// array at the top, or a value that is no array.
/// </summary>
internal sealed class JsonPieces
{
    private const int FirstBuffer = 1 << 17;
    private const int MaxPiece = 1 << 28;

    private static readonly JsonReaderOptions _options = new() { MaxDepth = 64 };

    private readonly Stream _stream;
    private readonly string _file;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private long _offset;
    private bool _isFinal;
    private JsonReaderState _state = new(_options);
    private string _property = "";
    private int _index = -1;
    private bool _isInArray;
    private bool _hasBegun;

    private JsonPieces(Stream stream, string file) => (_stream, _file) = (stream, file);

    /// <summary>Reads all pieces.</summary>
    /// <param name="stream">The file from its beginning.</param>
    /// <param name="file">Path of the file, for messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DatasetFormatException">The file is no JSON; says the line.</exception>
    public static IEnumerable<JsonPiece> Read(Stream stream, string file, CancellationToken cancellationToken)
    {
        var pieces = new JsonPieces(stream, file);
        while (pieces.Next(cancellationToken) is { } piece)
        {
            yield return piece;
        }
    }

    private JsonPiece? Next(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var outcome = Step(out var piece);
                if (outcome != Outcome.NeedsMore)
                {
                    return outcome == Outcome.Piece ? piece : null;
                }
            }
            catch (InvalidOperationException exception)
            {
                throw new DatasetFormatException(
                    $"{_file}, byte {_offset}: a name is not encoded in UTF-8. Export the dataset again.", exception);
            }
            catch (JsonException exception)
            {
                throw new DatasetFormatException(
                    $"{_file}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: the file is no "
                    + "complete JSON. Export the dataset again.",
                    exception);
            }

            Fill();
        }
    }

    private Outcome Step(out JsonPiece piece)
    {
        piece = default;
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
            if (!reader.Read())
            {
                if (_isFinal && _hasBegun)
                {
                    return Outcome.End;
                }

                Take(reader);
                return Outcome.NeedsMore;
            }

            if (!_hasBegun)
            {
                Begin(reader.TokenType);
                Take(reader);
                continue;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1 && !_isInArray:
                    _property = reader.GetString()!;
                    Take(reader);
                    continue;
                case JsonTokenType.StartArray when reader.CurrentDepth == 1 && !_isInArray:
                    (_isInArray, _index) = (true, -1);
                    Take(reader);
                    continue;
                case JsonTokenType.EndArray when _isInArray && reader.CurrentDepth <= 1:
                    _isInArray = false;
                    Take(reader);
                    continue;
                case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    Take(reader);
                    continue;
            }

            // The whole value has to be in the buffer; the state stays before it until then.
            var begin = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                return Outcome.NeedsMore;
            }

            var length = (int)reader.BytesConsumed - begin;
            piece = new(
                _property, _isInArray ? ++_index : -1, _offset + begin, _buffer.AsMemory(_start + begin, length));
            Take(reader);
            return Outcome.Piece;
        }
    }

    private void Begin(JsonTokenType root)
    {
        _isInArray = root == JsonTokenType.StartArray;
        _hasBegun = _isInArray || root == JsonTokenType.StartObject
            ? true
            : throw new DatasetFormatException(
                $"{_file} is neither a JSON object nor an array. Choose the file that the other program exported.");
    }

    private void Take(Utf8JsonReader reader)
    {
        _state = reader.CurrentState;
        _start += (int)reader.BytesConsumed;
        _offset += reader.BytesConsumed;
    }

    private void Fill()
    {
        var held = _end - _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
            (_start, _end) = (0, held);
        }
        else if (held == _buffer.Length)
        {
            if (held >= MaxPiece)
            {
                throw new DatasetFormatException(
                    $"{_file}: one item at byte {_offset} has more than {MaxPiece} bytes. Split the file.");
            }

            Array.Resize(ref _buffer, 2 * held);
        }

        var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        if (_offset == 0 && held == 0)
        {
            read = WithoutMark(read);
        }

        _isFinal = read == 0;
        _end += Math.Max(0, read);
    }

    /// <summary>Passes over the three bytes with which some editors begin UTF-8 files.</summary>
    private int WithoutMark(int read)
    {
        while (read is > 0 and < 3)
        {
            var more = _stream.Read(_buffer, read, _buffer.Length - read);
            if (more == 0)
            {
                break;
            }

            read += more;
        }

        if (!_buffer.AsSpan(0, read).StartsWith("\uFEFF"u8))
        {
            return read;
        }

        (_start, _end, _offset) = (3, 0, 3);
        return read;
    }

    private enum Outcome
    {
        NeedsMore,
        Piece,
        End,
    }
}
