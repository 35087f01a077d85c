namespace Segmentation.Formats.Items;

/// <summary>Masks without a label, in formats in which each mask has one.</summary>
internal static class Unlabelled
{
    /// <summary>Name of their label, as in the studio's exports.</summary>
    public const string Name = "object";

    /// <summary>Returns the ids of labels by name, and the id of masks without a label: one above them all.</summary>
    public static (Dictionary<string, int> Ids, int None) Number(IReadOnlyList<DatasetLabel> labels)
    {
        var ids = labels.ToDictionary(label => label.Name, label => label.Id, StringComparer.Ordinal);
        return (ids, labels.Count == 0 ? 1 : labels.Max(label => label.Id) + 1);
    }
}
