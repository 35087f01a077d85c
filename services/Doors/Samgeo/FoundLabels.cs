using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;
using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Samgeo;

/// <summary>Masks of a picture, none of which has a pixel of another.</summary>
/// <param name="Width">The picture's columns.</param>
/// <param name="Height">The picture's rows.</param>
/// <param name="Masks">The masks, by their values; those that are hidden by others are not among them.</param>
internal sealed record FoundLabels(int Width, int Height, IReadOnlyList<LabelledMask> Masks)
{
    private const string Reason = "NO_OBJECTS";
    private const int Inside = 255;

    /// <summary>
    /// Masks of prompts: values count from 1 in the order of the prompts, without masks outside of the size that is asked
    /// for.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: no mask is left.</exception>
    public static FoundLabels OfPrompts(SegmentResponse answer, LabelChoice choice, CancellationToken cancellationToken)
    {
        LabelledMask[] masks =
        [
            .. answer.Results.SelectMany(result => result.Masks)
                .Where(mask => mask.Area > 0 && choice.Has(mask.Area))
                .Select((mask, i) => new LabelledMask(i + 1, mask.PredictedIou, Clicks.Runs(mask))),
        ];
        return masks.Length > 0
            ? Of(answer.Image, LabelStack.Flatten(masks, cancellationToken))
            : throw DoorProblem.Of(StatusCode.NotFound, Reason, "No objects found for the given prompts.");
    }

    /// <summary>
    /// All masks: the largest has the highest value, 1 is the smallest; or with <c>unique=false</c> one mask of all, with
    /// the value 255.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: there are none.</exception>
    public static FoundLabels OfEverything(EverythingFound found, LabelChoice choice, CancellationToken cancellationToken)
    {
        if (found.Masks.Count == 0)
        {
            throw DoorProblem.Of(StatusCode.NotFound, Reason, "No objects found for automatic segmentation.");
        }

        var count = found.Masks.Count;
        LabelledMask[] masks =
        [
            .. found.Masks.Select(mask => mask.Mask)
                .OrderByDescending(mask => mask.Area)
                .Select((mask, i) => (Mask: mask, Value: count - i))
                .Where(one => choice.Has(one.Mask.Area))
                .Select(one => new LabelledMask(one.Value, one.Mask.PredictedIou, Clicks.Runs(one.Mask))),
        ];
        return choice.IsUnique
            ? Of(found.Image, LabelStack.Flatten(masks, cancellationToken))
            : Of(found.Image, Joined(found.Image, masks, choice.IsForeground));
    }

    private static FoundLabels Of(Image image, IReadOnlyList<LabelledMask> masks) =>
        new((int)image.Width, (int)image.Height, masks);

    private static LabelledMask[] Joined(Image image, LabelledMask[] masks, bool isForeground)
    {
        if (!isForeground)
        {
            // As segment-geospatial has it: the background counts as one of the masks.
            return [new(Inside, null, new RunLengths((int)image.Height, (int)image.Width, 0, image.Width * image.Height))];
        }

        return masks.Length == 0 ? [] : [new(Inside, null, RunLengthSets.Union([.. masks.Select(mask => mask.Runs)]))];
    }
}

/// <summary>Which masks are asked for.</summary>
/// <param name="MinSize">Least pixels of a mask; 0 and less is no bound.</param>
/// <param name="MaxSize">Most pixels of a mask; 0 and less is no bound.</param>
/// <param name="IsUnique">True where each mask of everything has a value of its own.</param>
/// <param name="IsForeground">Where they have not: whether the background is none of them.</param>
internal sealed record LabelChoice(int MinSize, int MaxSize, bool IsUnique, bool IsForeground)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a field is wrong.</exception>
    public static LabelChoice Read(SamgeoForm form) => new(
        form.Whole("min_size") ?? 0, form.Whole("max_size") ?? 0, form.Flag("unique", true), form.Flag("foreground", true));

    /// <summary>True where a mask of so many pixels is asked for.</summary>
    public bool Has(ulong area) =>
        (MinSize <= 0 || area >= (ulong)MinSize) && (MaxSize <= 0 || area <= (ulong)MaxSize);
}
