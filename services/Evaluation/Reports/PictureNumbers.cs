using Segmentation.Evaluation.Results;

namespace Segmentation.Evaluation.Reports;

/// <summary>Numbers of pictures, in the order of the results.</summary>
internal static class PictureNumbers
{
    /// <summary>Gives each picture its number, from 0.</summary>
    public static IReadOnlyDictionary<string, int> Of(IEnumerable<MaskRecord> records)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            numbers.TryAdd(record.Picture, numbers.Count);
        }

        return numbers;
    }
}
