using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Seeds;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// The reader of proto3 JSON beside protobuf's own: where both take a text they read the same. The first byte chooses
/// the message.
/// </summary>
internal sealed class JsonTarget : IFuzzTarget
{
    // Ours refuses these on purpose: what is ambiguous, and what would take too much.
    private static readonly string[] _stricter =
        ["is given twice", "are the corners of a box", "elements", "exclude each other", "is no valid Unicode"];

    public int MaxLength => 4096;

    public IReadOnlyList<byte[]> Words =>
    [
        .. new[]
            {
                "\"imageId\":", "\"image_data\":", "\"prompts\":[", "\"points\":[{", "\"x\":", "\"label\":", "null", "true",
                "{}", "[]", "\\u0000", "\\ud83d", "\\ud83d\\ude00", "\"NaN\"", "\"-Infinity\"", "-0", "1e5", "\"AA==\"",
                "\"-_8\"", "\uFEFF", "\\/", "\"POINT_LABEL_FOREGROUND\"", "\"options\":{", "\"pointGrids\":[",
            }
            .Select(Encoding.UTF8.GetBytes),
        [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xFF],
    ];

    public IEnumerable<byte[]> Seeds => Messages.Json;

    public long AllocationLimit(int length) => (512 * 1024) + (1000L * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var type = Messages.TypeOf(bytes.Byte());
        var problem = JsonForm.Read(bytes.Rest, type, "body", out var message);
        Require.That(problem is null == message is not null);
        Require.That(new JsonScanner().Scan(bytes.Rest) is null);
        if (problem is not null)
        {
            StatusRules.Check(problem);
        }
        else
        {
            CheckAgain(message!, type);
        }

        if (TryOwn(bytes.Rest.ToArray(), type) is { } own)
        {
            Require.That(
                message is not null || _stricter.Any(why => problem!.Message.Contains(why, StringComparison.Ordinal)),
                () => $"protobuf's own reader takes {own}: {problem}");
            Require.That(message is null || own.Equals(message), () => $"{own} by protobuf's own reader, {message} by ours");
        }
    }

    /// <summary>What is written of a message is read as the same message.</summary>
    private static void CheckAgain(IMessage message, MessageDescriptor type)
    {
        var problem = JsonForm.Read(JsonForm.Write(message).Span, type, "body", out var again);

        // Written by number because no name has it, and refused by number because it may mean a corner of a box.
        Require.That(
            problem is null || problem.Message.Contains("are the corners of a box", StringComparison.Ordinal),
            () => $"{message}: {problem}");
        Require.That(again is null || again.Equals(message), () => $"{message} became {again}");
    }

    private static IMessage? TryOwn(byte[] json, MessageDescriptor type)
    {
        try
        {
            return JsonParser.Default.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(json), type);
        }
        catch (Exception)
        {
            // Of many kinds, its own and .NET's.
            return null;
        }
    }
}
