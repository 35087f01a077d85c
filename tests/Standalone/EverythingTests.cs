using Google.Protobuf;
using Grpc.Core;
using Segmentation.Masks.Everything;
using Segmentation.Models;
using Segmentation.Protocol.V1;
using Segmentation.Sam;
using Segmentation.Sam.Everything;
using Segmentation.Sam.Images;
using EverythingOptions = Segmentation.Masks.Everything.EverythingOptions;
using WireOptions = Segmentation.Protocol.V1.EverythingOptions;

namespace Segmentation.Standalone.Tests;

/// <summary>
/// Everything in a photograph by the real model: the server finds what the library finds, bit for bit.
/// </summary>
public sealed class EverythingTests(RunningStandalone standalone) : IClassFixture<RunningStandalone>
{
    [Fact(Timeout = 600_000)]
    public async Task SegmentEverything_PhotographWithCrops_GivesTheMasksOfALocalSearch()
    {
        var cancel = TestContext.Current.CancellationToken;
        var file = await File.ReadAllBytesAsync(Golden.PathOf("coffee.png"), cancel);
        var request = new SegmentEverythingRequest
        {
            ImageData = ByteString.CopyFrom(file),
            Options = new WireOptions { PointsPerSide = 8, CropNLayers = 1, CropNPointsDownscaleFactor = 2 },
        };
        using var call = standalone.Segmentation.SegmentEverything(request, cancellationToken: cancel);

        var responses = await call.ResponseStream.ReadAllAsync(cancel).ToListAsync(cancel);

        var masks = responses.Where(one => one.Mask is not null).Select(one => Text(one.Mask)).ToList();
        var expected = Local(
            file, new() { PointsPerSide = 8, CropNLayers = 1, CropNPointsDownscaleFactor = 2 });
        Assert.NotEmpty(expected);
        Assert.Equal(expected, masks);
        var last = responses.Last(response => response.Progress is not null).Progress;
        Assert.Equal((5u, 5u, 128ul, 128ul), (last.CropsDone, last.Crops, last.PointsDone, last.Points));
        Assert.Equal((uint)masks.Count, responses[^1].Finished.Masks);
    }

    private static List<string> Local(byte[] file, EverythingOptions options)
    {
        var cancel = TestContext.Current.CancellationToken;
        var model = ModelCatalog.Default.Open();
        using var encoder = new ImageEncoder(model.EncoderPath, new() { IntraOpThreads = 1 });
        using var segmenter = new Segmenter(model, new() { IntraOpThreads = 1 });
        var header = ImageReader.ReadHeader(file, ImageLimits.Default);
        var crops = new CropEncoder(encoder, segmenter, file, ImageLimits.Default);
        var found = new EverythingGenerator(segmenter, 2).Generate(
            new EverythingPlan(header.Width, header.Height, options), crops.Prepare, null, cancel);
        return [.. found.Select(mask => string.Join(
            ' ',
            mask.RunLengths.ToCocoString(),
            mask.Area,
            mask.PredictedIou,
            mask.StabilityScore,
            mask.Box,
            (float)mask.PointX,
            (float)mask.PointY,
            mask.CropBox))];
    }

    private static string Text(FoundMask found) => string.Join(
        ' ',
        found.Mask.Rle.Counts,
        found.Mask.Area,
        found.Mask.PredictedIou,
        found.Mask.StabilityScore,
        ToBox(found.Mask.BoundingBox),
        found.Point.X,
        found.Point.Y,
        ToBox(found.CropBox));

    private static Masks.Geometry.PixelBox ToBox(BoundingBox box) =>
        new((int)box.X, (int)box.Y, (int)box.Width, (int)box.Height);
}
