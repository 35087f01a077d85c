using System.Text.Json;
using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Standalone.Tests;

/// <summary>Masks that the reference implementation made (tests/Sam/Data/golden).</summary>
internal static class Golden
{
    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Data", file);

    /// <summary>The masks of one click on an image, three or one.</summary>
    public static RunLengths[] Masks(string image, float x, float y, bool multimask)
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(PathOf("predictor.json")));
        var match = cases.RootElement.EnumerateArray().First(entry =>
            entry.GetProperty("image").GetString() == image
            && entry.GetProperty("multimask").GetBoolean() == multimask
            && entry.GetProperty("prompt").GetRawText().Replace(" ", "", StringComparison.Ordinal)
                == $"{{\"points\":[[{x},{y},1]]}}");
        var size = match.GetProperty("size");
        return [.. match.GetProperty("masks").EnumerateArray().Select(mask => new RunLengths(
            size[0].GetInt32(),
            size[1].GetInt32(),
            [.. mask.GetProperty("counts").EnumerateArray().Select(count => count.GetUInt32())]))];
    }

    public static RunLengths ToRunLengths(this Mask mask) =>
        RunLengths.FromCocoString((int)mask.Rle.Size[0], (int)mask.Rle.Size[1], mask.Rle.Counts);
}
