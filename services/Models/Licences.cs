namespace Segmentation.Models;

/// <summary>Recognises licences that do not allow every use.</summary>
public static class Licences
{
    private static readonly string[] _nonCommercial =
        ["-NC", "NONCOMMERCIAL", "NON-COMMERCIAL", "S-LAB", "SLAB", "RESEARCH"];

    /// <summary>
    /// Returns a sentence to tell before a model is used; null where the licence allows commercial use.
    /// </summary>
    /// <param name="id">Name of the model.</param>
    /// <param name="licence">SPDX expression of the weights' licence.</param>
    public static string? Notice(string id, string licence)
    {
        ArgumentNullException.ThrowIfNull(licence);
        return _nonCommercial.Any(part => licence.Contains(part, StringComparison.OrdinalIgnoreCase))
            ? $"The weights of the model '{id}' have the licence {licence}, which does not allow commercial use."
            : null;
    }
}
