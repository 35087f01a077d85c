using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.ProtoJson;

/// <summary>
/// Reads a message from proto3 JSON (protobuf.dev/programming-guides/json), all of it that the public messages need:
/// they have no maps, and no well-known types in requests. Unlike protobuf's own reader this one says where the text
/// is wrong, and takes base64 in both alphabets, with or without padding. Fields that the message does not have are
/// refused: a misspelt option would otherwise be ignored in silence.
/// </summary>
internal ref struct MessageReader
{
    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    private readonly ReadOnlySpan<byte> _json;
    private readonly int _skipped;
    private readonly JsonPath _path = new();
    private Utf8JsonReader _reader;
    private int _objects;

    /// <summary>Begins to read a text.</summary>
    /// <param name="json">UTF-8, perhaps after a byte order mark.</param>
    public MessageReader(ReadOnlySpan<byte> json)
    {
        _json = json;
        _skipped = json.StartsWith(Mark) ? Mark.Length : 0;
        _reader = new Utf8JsonReader(json[_skipped..]);
    }

    private readonly int Offset => _skipped + (int)_reader.TokenStartIndex;

    /// <summary>Reads the message.</summary>
    /// <param name="type">Expected type of the text.</param>
    /// <exception cref="JsonRefusedException">The text is something else.</exception>
    public IMessage Read(MessageDescriptor type)
    {
        try
        {
            _reader.Read();
            var message = ReadMessage(type);
            _reader.Read();
            return message;
        }
        catch (JsonException exception)
        {
            var offset = _skipped + JsonPlace.OffsetOf(
                _json[_skipped..], exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
            throw new JsonRefusedException($"no JSON: {JsonPlace.Found(_json, offset)}", offset);
        }
    }

    private IMessage ReadMessage(MessageDescriptor type)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Refused($"expected an object ({type.Name})");
        }

        if (++_objects > RequestBounds.Objects)
        {
            throw Refused($"more than {RequestBounds.Objects} objects");
        }

        var message = type.Parser.ParseFrom(ByteString.Empty);
        var given = 0UL;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var field = ReadName(type);
            var bit = 1UL << field.Index;
            if ((given & bit) != 0)
            {
                throw Refused($"{field.JsonName} is given twice");
            }

            given |= bit;
            _path.Enter(field.Name);
            _reader.Read();

            // null is the default, whatever the field is.
            if (_reader.TokenType != JsonTokenType.Null)
            {
                ReadField(message, field);
            }

            _path.Leave();
        }

        return message;
    }

    private readonly FieldDescriptor ReadName(MessageDescriptor type)
    {
        var fields = type.Fields.InDeclarationOrder();
        try
        {
            for (var i = 0; i < fields.Count; i++)
            {
                if (_reader.ValueTextEquals(fields[i].JsonName) || _reader.ValueTextEquals(fields[i].Name))
                {
                    return fields[i];
                }
            }
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which is compared with nothing.
            throw Refused("the name of a field is no valid Unicode");
        }

        var name = ReadText();
        var names = string.Join(", ", fields.Select(field => field.JsonName));
        throw Refused(names.Length > 0
            ? $"{type.Name} has no field {ClientText.Quote(name)}; it has {names}"
            : $"{type.Name} has no field {ClientText.Quote(name)}, or any other");
    }

    private void ReadField(IMessage message, FieldDescriptor field)
    {
        if (field.IsRepeated)
        {
            ReadList((IList)field.Accessor.GetValue(message), field);
            return;
        }

        if (field.RealContainingOneof is { } oneof && oneof.Accessor.GetCaseFieldDescriptor(message) is { } other)
        {
            throw Refused($"{field.JsonName} and {other.JsonName} exclude each other");
        }

        field.Accessor.SetValue(message, ReadValue(field));
    }

    private void ReadList(IList list, FieldDescriptor field)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Refused("expected an array");
        }

        for (var i = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i == RequestBounds.ElementsOf(field))
            {
                throw Refused($"more than {i} elements");
            }

            _path.Enter(i);
            list.Add(_reader.TokenType == JsonTokenType.Null
                ? throw Refused("null is no element of an array")
                : ReadValue(field));
            _path.Leave();
        }
    }

    private object ReadValue(FieldDescriptor field)
    {
        if (field.FieldType == FieldType.Message)
        {
            return ReadMessage(field.MessageType);
        }

        return JsonScalars.Read(ref _reader, field, out var problem) is { } value
            ? value
            : throw Refused($"{Shown()} {problem}");
    }

    /// <summary>The value at hand, short enough to be repeated.</summary>
    private readonly string Shown() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String or JsonTokenType.Number => ClientText.Quote(
            System.Text.Encoding.UTF8.GetString(_reader.ValueSpan[..Math.Min(_reader.ValueSpan.Length, 400)])),
        var other => other.ToString().ToLowerInvariant(),
    };

    private readonly string ReadText()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refused("the text is no valid Unicode");
        }
    }

    private readonly JsonRefusedException Refused(string why) =>
        new(_path.IsRoot ? why : $"{_path}: {why}", Offset);
}

/// <summary>A text is not the JSON of a message.</summary>
/// <param name="message">The mistake, for the client.</param>
/// <param name="offset">Bytes of the text before the place.</param>
internal sealed class JsonRefusedException(string message, int offset) : Exception(message)
{
    /// <summary>Bytes of the text before the place.</summary>
    public int Offset { get; } = offset;
}
