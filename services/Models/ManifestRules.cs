namespace Segmentation.Models;

/// <summary>Rules that a manifest must keep before any of its files is opened.</summary>
internal static class ManifestRules
{
    public static void Check(ModelManifest manifest, string path)
    {
        Require(
            manifest.Id.Length > 0
                && manifest.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
            path, $"id '{manifest.Id}' may have lower-case letters, digits and hyphens only");
        Require(manifest.Preprocessing.Length > 0, path, "preprocessing is empty");
        var names = manifest.Layout is { Decoder.IsPublished: true }
            ? ModelManifest.PublishedNames
            : ModelManifest.GraphNames;
        foreach (var name in names)
        {
            Require(manifest.Graphs.ContainsKey(name), path, $"graph '{name}' is missing");
        }

        foreach (var (name, file) in manifest.Graphs)
        {
            Require(names.Contains(name), path, $"graph '{name}' is unknown; a model has {string.Join(", ", names)}");
            CheckFile(file, $"graph '{name}'", path);
        }

        if (manifest.Published is { } published)
        {
            CheckFile(published.Graph, "the published decoder", path);
            Require(published.Layout.IsPublished, path, "the published decoder has no ports");
        }

        foreach (var file in manifest.Data ?? [])
        {
            CheckFile(file, $"data file '{file.File}'", path);
        }
    }

    private static void CheckFile(GraphFile file, string what, string path)
    {
        Require(file.File.Length > 0 && file.File == Path.GetFileName(file.File), path,
            $"{what} names the file '{file.File}', which is not in the model's folder");
        Require(file.Sha256.Length == 64 && file.Sha256.All(char.IsAsciiHexDigitLower), path,
            $"{what} has no SHA-256 of 64 lower-case hexadecimal digits");
    }

    private static void Require(bool condition, string path, string problem)
    {
        if (!condition)
        {
            throw new ModelException($"'{path}' is not a usable model manifest: {problem}.");
        }
    }
}
