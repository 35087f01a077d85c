using Segmentation.Formats.Files;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.Yolo;

/// <summary>Place of a file of labels: what its path says about the picture.</summary>
/// <param name="Stem">Name of the picture without extension.</param>
/// <param name="PictureStem">Path of the picture's file without extension, where it lies as YOLO wants.</param>
/// <param name="Split">Part of the dataset; null: not told.</param>
internal sealed record YoloPlace(string Stem, string PictureStem, string? Split)
{
    private const string Labels = "labels";

    /// <summary>
    /// Reads a path: <c>labels/train/a.txt</c> and <c>train/labels/a.txt</c> are of the picture <c>a</c>.
    /// </summary>
    public static YoloPlace Of(string path)
    {
        var parts = DatasetPath.Stem(path).Split('/');
        var at = Array.IndexOf(parts, Labels);
        if (at < 0)
        {
            return new(DatasetPath.Stem(path), DatasetPath.Stem(path), null);
        }

        var pictureStem = string.Join('/', parts.Select((part, index) => index == at ? "images" : part));
        var before = at > 0 ? Splits.Of(parts[at - 1]) : null;
        var inner = at + 2 < parts.Length ? Splits.Of(parts[at + 1]) : null;
        var name = string.Join('/', parts.Skip(at + (inner is null ? 1 : 2)));
        return new(name, pictureStem, inner ?? before);
    }
}
