using System.Text.Json;
using System.Text.Json.Serialization;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Sam.Tests.Everything;

/// <summary>
/// The automatic mask generator against segment-anything's own over the same weights (Data/golden/everything-*.json):
/// at least 95% of the masks of either side are matched one to one at IoU 0.95.
/// </summary>
[Collection(EverythingModelCollection.Name)]
public sealed class EverythingParityTests(EverythingModel model)
{
    private const double LeastIoU = 0.95;
    private const double LeastMatched = 0.95;

    private static readonly JsonSerializerOptions _json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Theory]
    [InlineData("everything-chelsea.json")]
    [InlineData("everything-coins.json")]
    [InlineData("everything-coins-crops.json")]
    [InlineData("everything-coffee-regions.json")]
    public void Find_GoldenPhotograph_GivesTheReferencesMasks(string file)
    {
        var golden = JsonSerializer.Deserialize<Golden>(File.ReadAllText(TestData.Path("golden", file)), _json)!;

        var masks = model.Find(golden.Image, golden.Options.ToOptions());

        var matches = Match(golden.Annotations, masks);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{file}: {golden.Annotations.Length} of the reference, {masks.Count} found, {matches.Count} matched");
        Assert.True(matches.Count >= LeastMatched * golden.Annotations.Length);
        Assert.True(matches.Count >= LeastMatched * masks.Count);
        Assert.All(matches, match => AssertEqual(match.Reference, match.Found));
    }

    /// <summary>What SA-1B says of a mask: exact where the masks are the same to the pixel, else the scores.</summary>
    private static void AssertEqual(Annotation reference, EverythingMask found)
    {
        Assert.Equal(reference.PredictedIou, found.PredictedIou, 0.005);
        Assert.Equal(reference.StabilityScore, found.StabilityScore, 0.02);
        Assert.Equal(found.RunLengths.Area, found.Area);
        Assert.Equal(found.RunLengths.Box, found.Box);
        int[] cropBox = [found.CropBox.X, found.CropBox.Y, found.CropBox.Width, found.CropBox.Height];
        if (reference.Segmentation.ToRunLengths().Equals(found.RunLengths))
        {
            Assert.Equal(reference.Area, found.Area);
            // The reference's boxes end with the last pixel.
            int[] box = [found.Box.X, found.Box.Y, found.Box.Width - 1, found.Box.Height - 1];
            Assert.Equal(reference.Bbox, box);
            Assert.Equal(reference.CropBox, cropBox);
            Assert.Equal((reference.PointCoords[0][0], reference.PointCoords[0][1]), (found.PointX, found.PointY));
        }
    }

    private static List<(Annotation Reference, EverythingMask Found)> Match(
        IEnumerable<Annotation> references, IEnumerable<EverythingMask> masks)
    {
        var pairs =
            from reference in references
            let runs = reference.Segmentation.ToRunLengths()
            from found in masks
            let iou = runs.IoU(found.RunLengths)
            where iou >= LeastIoU
            orderby iou descending
            select (reference, found);
        var (usedReferences, usedMasks) = (new HashSet<Annotation>(), new HashSet<EverythingMask>());
        return
        [
            .. pairs.Where(p => !usedReferences.Contains(p.reference) && !usedMasks.Contains(p.found)
                && usedReferences.Add(p.reference) && usedMasks.Add(p.found)),
        ];
    }

    private sealed record Golden(string Image, GoldenOptions Options, Annotation[] Annotations);

    private sealed record GoldenOptions(
        int CropNLayers = 0, int CropNPointsDownscaleFactor = 1, int MinMaskRegionArea = 0)
    {
        /// <summary>An option this does not know would make the comparison meaningless.</summary>
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Unknown { get; init; }

        public EverythingOptions ToOptions()
        {
            Assert.Null(Unknown);
            return new()
            {
                CropNLayers = CropNLayers,
                CropNPointsDownscaleFactor = CropNPointsDownscaleFactor,
                MinMaskRegionArea = MinMaskRegionArea,
            };
        }
    }

    private sealed record Annotation(
        Segmentation Segmentation,
        long Area,
        int[] Bbox,
        double PredictedIou,
        double[][] PointCoords,
        double StabilityScore,
        int[] CropBox);

    private sealed record Segmentation(int[] Size, uint[] Counts)
    {
        public RunLengths ToRunLengths() => new(Size[0], Size[1], Counts);
    }
}
