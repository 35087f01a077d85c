using System.Buffers;
using System.Collections;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Segmentation.Gateway.ProtoJson;

/// <summary>
/// Writes messages as proto3 JSON. Into a pipe a message goes piece by piece at the reader's pace, so that an answer of
/// hundreds of megabytes is never held as text.
/// </summary>
/// <remarks>Writes into memory.</remarks>
internal sealed class MessageWriter(IBufferWriter<byte> text) : IDisposable
{
    /// <summary>Bytes that wait in a pipe before its writer waits for the reader.</summary>
    private const int Pending = 64 * 1024;

    /// <summary>Bytes that are written as base64 at once; whole groups of three.</summary>
    private const int Piece = 48 * 1024;

    // Nobody puts this text into a web page. Run lengths are full of what would be escaped for one.
    private static readonly JsonWriterOptions _options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    private static readonly JsonFormatter _wellKnown =
        new(JsonFormatter.Settings.Default.WithTypeRegistry(JsonForm.Details));

    /// <summary>Bytes after which the thread is left to others, however fast the pipe takes them.</summary>
    private const int Turn = 1024 * 1024;

    private readonly Utf8JsonWriter _json = new(text, _options);
    private readonly PipeWriter? _pipe;
    private (FieldDescriptor Field, IEnumerable<IMessage> Elements)? _elements;
    private long _sinceTurn;

    /// <summary>Writes into a pipe.</summary>
    public MessageWriter(PipeWriter pipe)
        : this((IBufferWriter<byte>)pipe) => _pipe = pipe;

    /// <summary>Told how many bytes the pipe has taken each time that it has room again.</summary>
    public Action<long>? Taken { get; init; }

    /// <summary>Writes a message into memory.</summary>
    public void Write(IMessage message)
    {
        var writing = WriteMessageAsync(message, CancellationToken.None);
        if (!writing.IsCompletedSuccessfully)
        {
            writing.AsTask().GetAwaiter().GetResult();
        }

        _json.Flush();
    }

    /// <summary>Writes a message into the pipe, and waits until what reads the pipe has room.</summary>
    public async ValueTask WriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        await WriteMessageAsync(message, cancellationToken);
        _json.Flush();
        _json.Reset();
    }

    /// <summary>Writes a message, one of whose lists is made while it is written.</summary>
    /// <param name="message">The message, whose list is empty.</param>
    /// <param name="list">The list, a field of the message.</param>
    /// <param name="elements">The elements of the list.</param>
    /// <param name="cancellationToken">The reader has left.</param>
    public ValueTask WriteAsync(
        IMessage message, FieldDescriptor list, IEnumerable<IMessage> elements, CancellationToken cancellationToken)
    {
        _elements = (list, elements);
        return WriteAsync(message, cancellationToken);
    }

    public void Dispose() => _json.Dispose();

    private async ValueTask WriteMessageAsync(IMessage message, CancellationToken cancellationToken)
    {
        if (message.Descriptor.File.Package == "google.protobuf")
        {
            _json.WriteRawValue(_wellKnown.Format(message), skipInputValidation: true);
            return;
        }

        _json.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (!field.IsRepeated && field.HasPresence && !field.Accessor.HasValue(message))
            {
                continue;
            }

            if (_elements is { } elements && elements.Field == field)
            {
                await WriteElementsAsync(field, elements.Elements, cancellationToken);
                continue;
            }

            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                await WriteListAsync(field, (IList)value, cancellationToken);
            }
            else if (field.HasPresence || !IsDefault(value))
            {
                _json.WritePropertyName(field.JsonName);
                await WriteValueAsync(field, value, cancellationToken);
            }
        }

        _json.WriteEndObject();
    }

    private async ValueTask WriteElementsAsync(
        FieldDescriptor field, IEnumerable<IMessage> elements, CancellationToken cancellationToken)
    {
        _json.WriteStartArray(field.JsonName);
        foreach (var element in elements)
        {
            await WriteMessageAsync(element, cancellationToken);
        }

        _json.WriteEndArray();
    }

    private async ValueTask WriteListAsync(FieldDescriptor field, IList list, CancellationToken cancellationToken)
    {
        if (list.Count == 0)
        {
            return;
        }

        _json.WriteStartArray(field.JsonName);
        if (list is RepeatedField<float> numbers)
        {
            // Outlines have many.
            foreach (var number in numbers)
            {
                WriteReal(number, float.IsFinite(number));
                await YieldAsync(cancellationToken);
            }
        }
        else
        {
            foreach (var value in list)
            {
                await WriteValueAsync(field, value, cancellationToken);
            }
        }

        _json.WriteEndArray();
    }

    private ValueTask WriteValueAsync(FieldDescriptor field, object value, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case IMessage message:
                return WriteMessageAsync(message, cancellationToken);
            case ByteString bytes:
                return WriteBytesAsync(bytes, cancellationToken);
            case string text:
                _json.WriteStringValue(text);
                break;
            case bool truth:
                _json.WriteBooleanValue(truth);
                break;
            case float number:
                WriteReal(number, float.IsFinite(number));
                break;
            case double number:
                if (double.IsFinite(number))
                {
                    _json.WriteNumberValue(number);
                }
                else
                {
                    WriteReal((float)number, isFinite: false);
                }

                break;
            case int number:
                _json.WriteNumberValue(number);
                break;
            case uint number:
                _json.WriteNumberValue(number);
                break;
            case long or ulong:
                _json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case Enum:
                WriteEnum(field.EnumType, Convert.ToInt32(value, CultureInfo.InvariantCulture));
                break;
            default:
                throw new NotSupportedException($"{field.FullName}: values of {value.GetType()} have no JSON here.");
        }

        return YieldAsync(cancellationToken);
    }

    private void WriteReal(float number, bool isFinite)
    {
        if (isFinite)
        {
            _json.WriteNumberValue(number);
        }
        else
        {
            _json.WriteStringValue(float.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
        }
    }

    private void WriteEnum(EnumDescriptor type, int number)
    {
        if (type.FindValueByNumber(number) is { } known)
        {
            _json.WriteStringValue(known.Name);
        }
        else
        {
            _json.WriteNumberValue(number);
        }
    }

    private async ValueTask WriteBytesAsync(ByteString bytes, CancellationToken cancellationToken)
    {
        for (var start = 0; ; start += Piece)
        {
            var isLast = bytes.Length - start <= Piece;
            var length = Math.Min(Piece, bytes.Length - start);
            _json.WriteBase64StringSegment(bytes.Span.Slice(start, length), isLast);
            await YieldAsync(cancellationToken);
            if (isLast)
            {
                return;
            }
        }
    }

    private async ValueTask YieldAsync(CancellationToken cancellationToken)
    {
        if (_pipe is null || _json.BytesPending + _pipe.UnflushedBytes < Pending)
        {
            return;
        }

        _json.Flush();
        var bytes = _pipe.UnflushedBytes;
        await _pipe.FlushAsync(cancellationToken);
        Taken?.Invoke(bytes);
        _sinceTurn += bytes;
        if (_sinceTurn >= Turn)
        {
            _sinceTurn = 0;
            await Task.Yield();
        }
    }

    private static bool IsDefault(object value) => value switch
    {
        string text => text.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        bool truth => !truth,
        float number => BitConverter.SingleToInt32Bits(number) == 0,
        double number => BitConverter.DoubleToInt64Bits(number) == 0,
        _ => Convert.ToInt64(value is ulong large ? unchecked((long)large) : value, CultureInfo.InvariantCulture) == 0,
    };
}
