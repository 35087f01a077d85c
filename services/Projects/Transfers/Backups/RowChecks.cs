using System.Text.Json;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Checks values of a backup's row: an archive may come from anywhere. The first fault counts.</summary>
internal sealed class RowChecks
{
    /// <summary>The first fault; null: none.</summary>
    public RowFault? Fault { get; private set; }

    /// <summary>A text of at most some characters, which databases and people can read.</summary>
    public RowChecks Text(string field, string? text, int min, int max) => Require(
        text is not null && text.Length >= min && text.Length <= max && !text.Contains('\0', StringComparison.Ordinal),
        field,
        $"must have {min} to {max} characters and no zero characters");

    /// <summary>A JSON object, or empty.</summary>
    public RowChecks Json(string field, string? text)
    {
        const int MaxLength = 100_000;
        return Text(field, text, 0, MaxLength)
            .Require(text is null or "" || IsObject(text), field, "must be a JSON object, or empty");
    }

    /// <summary>A value of an enumeration.</summary>
    public RowChecks Named<T>(string field, T value)
        where T : struct, Enum => Require(Enum.IsDefined(value), field, $"has the value {value}, which this server does not know");

    /// <summary>Bytes that a reader of messages takes.</summary>
    public RowChecks Message(string field, byte[]? bytes, Google.Protobuf.MessageParser parser)
    {
        try
        {
            return Require(bytes is not null && parser.ParseFrom(bytes) is not null, field, "is missing");
        }
        catch (Google.Protobuf.InvalidProtocolBufferException error)
        {
            return Require(false, field, $"is damaged: {error.Message}");
        }
    }

    /// <summary>Anything else.</summary>
    public RowChecks Require(bool holds, string field, string rule)
    {
        if (!holds)
        {
            Fault ??= new RowFault(field, $"{field} {rule}.");
        }

        return this;
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
