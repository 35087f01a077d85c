using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Segmentation.Gateway.Errors;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// Messages as proto3 JSON: names in lowerCamelCase, bytes as base64, 64-bit integers as strings, fields that hold
/// their default left out. Fields may be sent by their name in the proto, too.
/// </summary>
internal static class JsonForm
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/json";

    private static readonly JsonFormatter _writer = new(JsonFormatter.Settings.Default.WithTypeRegistry(Details));
    private static readonly JsonParser _reader = new(JsonParser.Settings.Default.WithTypeRegistry(Details));

    /// <summary>The types of error details, which are named by their URL only.</summary>
    public static TypeRegistry Details => TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);

    /// <summary>Writes a message, UTF-8.</summary>
    public static byte[] Write(IMessage message) => TextEncoding.UTF8.GetBytes(_writer.Format(message));

    /// <summary>Reads a message.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="type">What it should be.</param>
    /// <param name="field">What the JSON came in, for the violation.</param>
    /// <param name="message">The message, when it is one.</param>
    /// <returns>Null, or INVALID_ARGUMENT with the place where it is none.</returns>
    public static RpcStatus? Read(ReadOnlySpan<byte> json, MessageDescriptor type, string field, out IMessage? message)
    {
        message = null;
        try
        {
            message = _reader.Parse(TextEncoding.UTF8.GetString(json), type);
            return null;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return Problem.Invalid(
                field, $"Not the JSON of {type.FullName}: {exception.Message}", "INVALID_JSON");
        }
    }
}
