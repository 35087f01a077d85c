using System.Text.Json;

namespace Segmentation.Masks.Tests;

/// <summary>The masks of the files under Data/golden.</summary>
internal static class GoldenMasks
{
    /// <summary>The folder of the files.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Data", "golden");

    /// <summary>
    /// Every mask of one file, wherever it lies: <c>counts</c>, and beside them or further out <c>size</c>.
    /// </summary>
    public static IReadOnlyList<RunLengths> Of(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        return [.. Within(json.RootElement, default)];
    }

    private static IEnumerable<RunLengths> Within(JsonElement element, JsonElement size)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().SelectMany(item => Within(item, size));
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var own = element.TryGetProperty("size", out var given) ? given : size;
        return element.TryGetProperty("counts", out var counts)
            ? [Read(own, counts)]
            : element.EnumerateObject().SelectMany(property => Within(property.Value, own));
    }

    private static RunLengths Read(JsonElement size, JsonElement counts)
    {
        var (height, width) = (size[0].GetInt32(), size[1].GetInt32());
        return counts.ValueKind == JsonValueKind.String
            ? RunLengths.FromCocoString(height, width, counts.GetString()!)
            : new(height, width, counts.EnumerateArray().Select(c => c.GetUInt32()).ToArray());
    }
}
