using System.Runtime.InteropServices;
using System.Text.Json;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;

namespace Segmentation.Masks.Tests.Rasterizing;

/// <summary>Masks that the reference made from logits that the reference made (Data/golden).</summary>
public sealed class MaskGoldenTests
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Data", "golden");

    [Fact]
    public void Rasterize_LogitsOfTheReference_GivesItsMasks()
    {
        var logits = MemoryMarshal.Cast<byte, float>(
            File.ReadAllBytes(Path.Combine(_folder, "coffee-300x200-lowres-3x256x256.f32"))).ToArray();
        var plan = new ResamplingPlan(new ImageGeometry(width: 600, height: 400));
        var expected = ReferenceMasks();
        Assert.Equal(3, expected.Length);

        for (var token = 0; token < 3; token++)
        {
            var mask = MaskRasterizer.Rasterize(
                logits.AsSpan(token * 256 * 256, 256 * 256), 256, 256, plan, new(),
                yieldPoint: new(null, TestContext.Current.CancellationToken));
            Assert.Equal(expected[token], mask.RunLengths);
        }
    }

    private static RunLengths[] ReferenceMasks()
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "predictor.json")));
        var coffee = cases.RootElement.EnumerateArray().First(c =>
            c.GetProperty("image").GetString() == "coffee.png"
            && c.GetProperty("multimask").GetBoolean()
            && c.GetProperty("prompt").GetRawText() == """{"points":[[300,200,1]]}""");
        return [.. coffee.GetProperty("masks").EnumerateArray().Select(m => new RunLengths(
            400, 600, m.GetProperty("counts").EnumerateArray().Select(c => c.GetUInt32()).ToArray()))];
    }
}
