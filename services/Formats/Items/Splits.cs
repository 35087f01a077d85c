namespace Segmentation.Formats.Items;

/// <summary>Names of a dataset's parts.</summary>
internal static class Splits
{
    /// <summary>Name in files of pictures without a part.</summary>
    public const string None = "default";

    /// <summary>Returns <c>train</c>, <c>val</c> or <c>test</c> by a word in a name; null: no such word.</summary>
    public static string? Of(string? name)
    {
        if (name is null)
        {
            return null;
        }

        foreach (var word in name.ToLowerInvariant().Split(' ', '/', '_', '-', '.'))
        {
            var letters = word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            if (letters is "train" or "training")
            {
                return "train";
            }

            if (letters is "val" or "valid" or "validation")
            {
                return "val";
            }

            if (letters is "test" or "testing")
            {
                return "test";
            }
        }

        return null;
    }
}
