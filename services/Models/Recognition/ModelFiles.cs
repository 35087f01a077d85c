namespace Segmentation.Models.Recognition;

/// <summary>Finds the graphs among files and folders that a person names.</summary>
internal static class ModelFiles
{
    private static readonly string[] _pathKeys = ["encoder_model_path:", "decoder_model_path:"];

    /// <summary>
    /// Finds the graphs: a file is one itself; a folder gives its own graphs and those of the folders in it. An archive
    /// of AnyLabeling has a <c>config.yaml</c> that names the two, and then only these count.
    /// </summary>
    /// <exception cref="ModelException">A path does not exist, or a folder has no graphs.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
            }
            else if (Directory.Exists(path))
            {
                files.AddRange(InFolder(path));
            }
            else
            {
                throw new ModelException($"There is no file or folder '{path}'.");
            }
        }

        return [.. files.DistinctBy(Path.GetFullPath)];
    }

    private static string[] InFolder(string folder)
    {
        if (Named(folder) is [_, _] named)
        {
            return named;
        }

        // Hugging Face has the graphs one folder down, in "onnx".
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 };
        string[] graphs =
        [
            .. Directory.EnumerateFiles(folder, "*", options)
                .Where(file => Path.GetExtension(file) is ".onnx" or ".ort")
                .Order(StringComparer.Ordinal),
        ];
        return graphs.Length > 0
            ? graphs
            : throw new ModelException($"The folder '{folder}' has no .onnx file in it.");
    }

    private static string[] Named(string folder)
    {
        var configuration = Path.Combine(folder, "config.yaml");
        return !File.Exists(configuration)
            ? []
            : [.. File.ReadLines(configuration)
                .Select(line => line.Trim())
                .Where(line => _pathKeys.Any(key => line.StartsWith(key, StringComparison.Ordinal)))
                .Select(line => Path.Combine(folder, line[(line.IndexOf(':') + 1)..].Trim().Trim('\'', '"')))
                .Where(File.Exists)];
    }
}
