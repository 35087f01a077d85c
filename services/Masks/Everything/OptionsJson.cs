using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Segmentation.Masks.Everything;

/// <summary>JSON form of options, for sending them to another process and for comparing them.</summary>
internal static class OptionsJson
{
    // Masks of two processes must not differ because one of them ignores an option: unknown ones are refused.
    private static readonly JsonSerializerOptions _json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new GridConverter() },
    };

    /// <summary>Writes all options, also those that are defaults.</summary>
    public static byte[] Write(EverythingOptions options) => JsonSerializer.SerializeToUtf8Bytes(options, _json);

    /// <summary>Reads options; those that are missing have their defaults.</summary>
    /// <exception cref="JsonException">
    /// The text is no JSON, or has an option that this version does not know.
    /// </exception>
    public static EverythingOptions Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<EverythingOptions>(json, _json)
            ?? throw new JsonException("Options of a search are a JSON object, not null.");

    /// <summary>Converts a grid to base64 of its float64 coordinates, half as long as decimals.</summary>
    private sealed class GridConverter : JsonConverter<IReadOnlyList<GridPoint>>
    {
        public override IReadOnlyList<GridPoint> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            MemoryMarshal.Cast<byte, GridPoint>(reader.GetBytesFromBase64()).ToArray();

        public override void Write(
            Utf8JsonWriter writer, IReadOnlyList<GridPoint> value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes<GridPoint>(value.ToArray()));
    }
}
