using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.ProtoJson;

/// <summary>
/// Messages as proto3 JSON: names in lowerCamelCase, bytes as base64, 64-bit integers as strings, fields that hold
/// their default left out. Fields may be sent by their name in the proto, too.
/// </summary>
internal static class JsonForm
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/json";

    /// <summary>The types of error details, which are named by their URL only.</summary>
    public static TypeRegistry Details { get; } = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);

    /// <summary>Writes a message, UTF-8.</summary>
    public static ReadOnlyMemory<byte> Write(IMessage message)
    {
        var text = new ArrayBufferWriter<byte>();
        using var writer = new MessageWriter(text);
        writer.Write(message);
        return text.WrittenMemory;
    }

    /// <summary>Reads a message.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="type">Expected type.</param>
    /// <param name="field">The field that the JSON came in, for the violation.</param>
    /// <param name="message">The message, when it is one.</param>
    /// <returns>Null, or INVALID_ARGUMENT with the place where it is none.</returns>
    public static RpcStatus? Read(ReadOnlySpan<byte> json, MessageDescriptor type, string field, out IMessage? message)
    {
        message = null;
        try
        {
            message = new MessageReader(json).Read(type);
            return null;
        }
        catch (JsonRefusedException refused)
        {
            var place = JsonPlace.Of(json, refused.Offset);
            return Problem.Invalid(
                field, $"Not the JSON of {type.FullName}: {place}: {refused.Message}.", "INVALID_JSON");
        }
    }
}
