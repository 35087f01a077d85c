namespace Segmentation.Masks.Everything;

/// <summary>
/// Plan of a search for everything in an image: its crops, and the points in each. It depends on the image's size and
/// the options alone, so every process that takes part makes the same plan, and a <see cref="PointBatch"/> is all that
/// it has to be told.
/// </summary>
public sealed class EverythingPlan
{
    /// <param name="width">Width of the upright image in pixels, at least 1.</param>
    /// <param name="height">Height of the upright image in pixels, at least 1.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option cannot be used; the message has all that are wrong.</exception>
    public EverythingPlan(int width, int height, EverythingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        Width = width;
        Height = height;
        Options = options;
        var layers = Enumerable.Range(0, options.CropNLayers + 1)
            .Select(layer => PointGrid.OfLayer(options, layer))
            .Select(grid => (Grid: grid, Levels: new PointLevels(grid, options.Profile)))
            .ToArray();
        Crops =
        [
            .. CropBoxes.Generate(width, height, options.CropNLayers, options.CropOverlapRatio).Select((crop, index) =>
                new EverythingCrop(index, crop.Layer, crop.Box, layers[crop.Layer].Grid, layers[crop.Layer].Levels)),
        ];
        Points = Crops.Sum(c => (long)c.Grid.Count);
    }

    /// <summary>Width of the upright image in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the upright image in pixels.</summary>
    public int Height { get; }

    /// <summary>The options.</summary>
    public EverythingOptions Options { get; }

    /// <summary>The crops, the whole image first.</summary>
    public IReadOnlyList<EverythingCrop> Crops { get; }

    /// <summary>Grid points of all crops: the most that will be decoded.</summary>
    public long Points { get; }

    /// <summary>Places a crop's candidate on the whole image.</summary>
    /// <param name="crop">The crop.</param>
    /// <param name="candidate">A mask found in it.</param>
    public EverythingMask Place(EverythingCrop crop, MaskCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(crop);
        ArgumentNullException.ThrowIfNull(candidate);
        var (x, y) = crop.PointInCrop(candidate.Point);
        var box = candidate.Box;
        return new()
        {
            RunLengths = RunLengthPlacement.Place(candidate.RunLengths, crop.Box.X, crop.Box.Y, Height, Width),
            Area = candidate.Area,
            Box = box with { X = box.X + crop.Box.X, Y = box.Y + crop.Box.Y },
            PredictedIou = candidate.PredictedIou,
            StabilityScore = candidate.StabilityScore,
            PointX = x + crop.Box.X,
            PointY = y + crop.Box.Y,
            CropBox = crop.Box,
        };
    }
}
