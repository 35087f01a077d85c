using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.Contract;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Walks a message in protobuf's wire format as its bytes arrive, and finds what exceeds <see cref="RequestBounds"/>
/// before anything is made of it. Takes memory for the levels of messages only, and time for fields, not for the bytes
/// of images. Encoding: protobuf.dev/programming-guides/encoding.
/// </summary>
/// <remarks>Begins a message.</remarks>
/// <param name="type">Its type.</param>
internal sealed class WireScanner(MessageDescriptor type)
{
    private const int VarintBits = 64;
    private const int TagBits = 3;

    private readonly Stack<Level> _levels = new();
    private readonly long _otherBytes = RequestBounds.OtherBytesOf(type);
    private State _state = State.Tag;
    private Level _level = new(type, long.MaxValue);
    private FieldDescriptor? _field;
    private ulong _value;
    private int _shift;
    private long _position;
    private long _skip;
    private long _other;
    private int _unknown;
    private int _objects;
    private ScanRefusal? _refusal;

    private enum State
    {
        /// <summary>Reads a field's number and wire type.</summary>
        Tag,

        /// <summary>Reads a number and passes over it.</summary>
        Number,

        /// <summary>Reads the length of a text, of bytes, of a message or of packed numbers.</summary>
        Length,

        /// <summary>Passes over bytes.</summary>
        Skip,
    }

    /// <summary>Walks a message that is there as a whole.</summary>
    /// <param name="message">Its bytes.</param>
    /// <param name="type">Its type.</param>
    /// <returns>Null, or why it is refused.</returns>
    public static ScanRefusal? Scan(in ReadOnlySequence<byte> message, MessageDescriptor type)
    {
        var scanner = new WireScanner(type);
        foreach (var segment in message)
        {
            if (scanner.Scan(segment.Span) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Walks the next bytes.</summary>
    /// <returns>Null, or why the message is refused; the same for all bytes that follow.</returns>
    public ScanRefusal? Scan(ReadOnlySpan<byte> bytes)
    {
        while (_refusal is null && !bytes.IsEmpty)
        {
            if (_state == State.Skip)
            {
                var passed = (int)Math.Min(_skip, bytes.Length);
                bytes = bytes[passed..];
                _position += passed;
                _skip -= passed;
                EndOfField();
                continue;
            }

            var current = bytes[0];
            bytes = bytes[1..];
            _position++;
            Count(1);
            if (_shift >= VarintBits)
            {
                Refuse();
                break;
            }

            _value |= (ulong)(current & 0x7F) << _shift;
            _shift += 7;
            if (current < 0x80)
            {
                var value = _value;
                (_value, _shift) = (0, 0);
                Decoded(value);
            }
        }

        return _refusal;
    }

    private void Decoded(ulong value)
    {
        switch (_state)
        {
            case State.Tag:
                Tag(value);
                break;
            case State.Length:
                Length(value);
                break;
            default:
                EndOfField();
                break;
        }
    }

    private void Tag(ulong value)
    {
        if (value >> TagBits is 0 or > uint.MaxValue >> TagBits)
        {
            Refuse();
            return;
        }

        _field = _level.Type.FindFieldByNumber((int)(value >> TagBits));
        if (_field is null && ++_unknown > RequestBounds.UnknownFields)
        {
            Refuse(_level.Type.Name, $"more than {RequestBounds.UnknownFields} fields that the contract does not have.");
            return;
        }

        switch ((WireFormat.WireType)(value & ((1 << TagBits) - 1)))
        {
            case WireFormat.WireType.Varint:
                Element(1);
                _state = State.Number;
                break;
            case WireFormat.WireType.Fixed64:
                Element(1);
                Skip(8, counted: true);
                break;
            case WireFormat.WireType.Fixed32:
                Element(1);
                Skip(4, counted: true);
                break;
            case WireFormat.WireType.LengthDelimited:
                _state = State.Length;
                break;
            default:
                // Groups, which proto3 does not have.
                Refuse();
                break;
        }
    }

    private void Length(ulong value)
    {
        if (value > (ulong)(_level.End - _position))
        {
            Refuse();
            return;
        }

        var length = (long)value;
        if (_field is { FieldType: FieldType.Message } message)
        {
            Element(1);
            if (++_objects > RequestBounds.Objects)
            {
                // A field may come again and again, and is then joined: no bound on one message counts that.
                Refuse(message.Name, $"more than {RequestBounds.Objects} messages are sent within the request.");
                return;
            }

            if (_levels.Count >= RequestBounds.Depth)
            {
                Refuse(message.Name, $"messages lie deeper than {RequestBounds.Depth} levels within each other.");
                return;
            }

            _levels.Push(_level);
            _level = new Level(message.MessageType, _position + length);
            EndOfField();
            return;
        }

        // Packed numbers take at least a byte each; texts and bytes are one element, whatever their descriptor says.
        Element(_field is { IsPacked: true, FieldType: not (FieldType.Bytes or FieldType.String) } ? length : 1);
        Skip(length, counted: _field is not { FieldType: FieldType.Bytes });
    }

    private void Skip(long bytes, bool counted)
    {
        if (bytes > _level.End - _position)
        {
            Refuse();
            return;
        }

        Count(counted ? bytes : 0);
        (_state, _skip) = (State.Skip, bytes);
        EndOfField();
    }

    private void EndOfField()
    {
        if (_state == State.Skip && _skip > 0)
        {
            return;
        }

        _state = State.Tag;
        while (_position >= _level.End && _levels.Count > 0)
        {
            if (_position > _level.End)
            {
                Refuse();
                return;
            }

            _level = _levels.Pop();
        }
    }

    /// <summary>Counts elements of a repeated field within its message.</summary>
    private void Element(long count)
    {
        if (_field is not { IsRepeated: true } field)
        {
            return;
        }

        _level.Elements ??= new long[_level.Type.Fields.InDeclarationOrder().Count];
        if ((_level.Elements[field.Index] += count) > RequestBounds.ElementsOf(field))
        {
            Refuse(field.Name, $"more than {RequestBounds.ElementsOf(field)} are sent.");
        }
    }

    private void Count(long bytes)
    {
        if ((_other += bytes) > _otherBytes)
        {
            Refuse(
                _field?.Name ?? _level.Type.Name,
                $"more than {_otherBytes} bytes are sent besides images and mask logits.");
        }
    }

    private void Refuse() => _refusal ??= new ScanRefusal(null, "");

    private void Refuse(string field, string why) => _refusal ??= new ScanRefusal(field, why);

    /// <summary>A message that contains what is read now.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="end">Position after its last byte; of the outermost, the largest number.</param>
    private struct Level(MessageDescriptor type, long end)
    {
        public readonly MessageDescriptor Type => type;

        public readonly long End => end;

        public long[]? Elements { get; set; }
    }
}
