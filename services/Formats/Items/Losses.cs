namespace Segmentation.Formats.Items;

/// <summary>Counts what a format cannot hold, and reports each kind of loss once, with its number.</summary>
/// <param name="format">Name of the format.</param>
internal sealed class Losses(string format)
{
    private readonly SortedDictionary<string, (long Count, string First)> _lost = new(StringComparer.Ordinal);

    /// <summary>Counts fields of a mask that the format does not hold.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="held">Fields that the format holds.</param>
    public void Count(DatasetPicture picture, DatasetMask mask, MaskFields held)
    {
        Count(picture, "label", mask.Label is not null && !held.HasFlag(MaskFields.Label));
        Count(picture, "crowd", mask.Crowd && !held.HasFlag(MaskFields.Crowd));
        Count(picture, "occluded", mask.Occluded && !held.HasFlag(MaskFields.Occluded));
        Count(picture, "z", mask.Z != 0 && !held.HasFlag(MaskFields.Z));
        Count(picture, "group", mask.Group != 0 && !held.HasFlag(MaskFields.Group));
        Count(picture, "scores",
            (mask.PredictedIou ?? mask.StabilityScore) is not null && !held.HasFlag(MaskFields.Scores));
        Count(picture, "attributes", mask.AttributesJson is not null && !held.HasFlag(MaskFields.Attributes));
    }

    /// <summary>Counts one loss where there is one.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="field">What is lost.</param>
    /// <param name="isLost">True if it is.</param>
    public void Count(DatasetPicture picture, string field, bool isLost)
    {
        if (isLost)
        {
            var (count, first) = _lost.GetValueOrDefault(field, (0, picture.Name));
            _lost[field] = (count + 1, first);
        }
    }

    /// <summary>Reports what was counted.</summary>
    public void Report(Action<DatasetProblem> report)
    {
        foreach (var (field, (count, first)) in _lost)
        {
            report(new(first, field, $"{format} cannot hold this: left out {count} times, first in this picture."));
        }
    }
}
