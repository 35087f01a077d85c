using System.Globalization;
using Segmentation.Onnx;

namespace Segmentation.Models.Recognition;

/// <summary>Files beside a graph that hold its weights, and how long each must be.</summary>
/// <param name="path">Path of the graph.</param>
internal sealed class ExternalData(string path)
{
    private readonly SortedDictionary<string, long> _ends = new(StringComparer.Ordinal);

    /// <summary>Takes note of a weight that lies in another file.</summary>
    /// <exception cref="ModelException">The file is not beside the graph.</exception>
    public void Add(TensorProto tensor)
    {
        if (tensor.DataLocation != TensorProto.Types.DataLocation.External)
        {
            return;
        }

        var location = Value(tensor, "location");
        var name = location.StartsWith("./", StringComparison.Ordinal) ? location[2..] : location;
        if (name.Length == 0 || name != Path.GetFileName(name) || name is "." or "..")
        {
            throw new ModelException(
                $"'{path}' has the weight '{tensor.Name}' in '{location}', which is not a file beside the graph. "
                + "Export the model again with its data in the graph's folder.");
        }

        var end = Number(tensor, "offset") + Number(tensor, "length");
        _ends[name] = Math.Max(end, _ends.GetValueOrDefault(name));
    }

    /// <summary>Checks that the files are there and long enough.</summary>
    /// <returns>Their names.</returns>
    /// <exception cref="ModelException">One is missing or was cut short.</exception>
    public IReadOnlyList<string> Check()
    {
        foreach (var (name, end) in _ends)
        {
            var file = new FileInfo(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name));
            if (!file.Exists)
            {
                throw new ModelException(
                    $"'{path}' has its weights in the file '{name}', which is missing. Download '{name}' too, and put "
                    + "it beside the graph under this name.");
            }

            if (file.Length < end)
            {
                throw new ModelException(
                    $"'{file.FullName}' was cut short: it has {file.Length} bytes, and '{Path.GetFileName(path)}' has "
                    + $"weights in it up to byte {end}. Download it again.");
            }
        }

        return [.. _ends.Keys];
    }

    private static string Value(TensorProto tensor, string key) =>
        tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value ?? "";

    private static long Number(TensorProto tensor, string key) =>
        long.TryParse(Value(tensor, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
