using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Grains;

/// <summary>A <see cref="MaskCandidate"/> on its way from a silo to a gateway.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.everything.candidate")]
public sealed record CandidateData
{
    /// <summary>Index of the point in its crop's grid.</summary>
    [Id(0)]
    public required int Point { get; init; }

    /// <summary>The decoder's output token, 1 to 3.</summary>
    [Id(1)]
    public required int Token { get; init; }

    /// <summary>The model's estimate of the mask's IoU with the object.</summary>
    [Id(2)]
    public required float PredictedIou { get; init; }

    /// <summary>IoU of the masks at two thresholds, 0 to 1.</summary>
    [Id(3)]
    public required float StabilityScore { get; init; }

    /// <summary>Left edge of the smallest box around the mask.</summary>
    [Id(4)]
    public required int BoxX { get; init; }

    /// <summary>Top edge of the box.</summary>
    [Id(5)]
    public required int BoxY { get; init; }

    /// <summary>Columns of the box.</summary>
    [Id(6)]
    public required int BoxWidth { get; init; }

    /// <summary>Rows of the box.</summary>
    [Id(7)]
    public required int BoxHeight { get; init; }

    /// <summary>COCO run lengths of the crop's size, compressed string form.</summary>
    [Id(8)]
    public required string Counts { get; init; }

    /// <summary>Makes the message of a candidate.</summary>
    public static CandidateData Of(MaskCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return new CandidateData
        {
            Point = candidate.Point,
            Token = candidate.Token,
            PredictedIou = candidate.PredictedIou,
            StabilityScore = candidate.StabilityScore,
            BoxX = candidate.Box.X,
            BoxY = candidate.Box.Y,
            BoxWidth = candidate.Box.Width,
            BoxHeight = candidate.Box.Height,
            Counts = candidate.RunLengths.ToCocoString(),
        };
    }

    /// <summary>Makes the candidate.</summary>
    /// <param name="crop">The crop that was searched.</param>
    /// <exception cref="RunLengthsFormatException">
    /// The run lengths are not those of a mask of the crop's size.
    /// </exception>
    public MaskCandidate ToCandidate(EverythingCrop crop)
    {
        ArgumentNullException.ThrowIfNull(crop);
        var mask = RunLengths.FromCocoString(crop.Box.Height, crop.Box.Width, Counts);
        return new MaskCandidate
        {
            Point = Point,
            Token = Token,
            PredictedIou = PredictedIou,
            StabilityScore = StabilityScore,
            RunLengths = mask,
            Area = mask.Area,
            Box = new(BoxX, BoxY, BoxWidth, BoxHeight),
        };
    }
}
