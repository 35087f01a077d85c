using System.Security.Cryptography;
using System.Text;
using Segmentation.Models;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Copies of the default model under other names, with other digests: each graph has a line of metadata more, which
/// changes no mask.
/// </summary>
internal static class ModelCopy
{
    // Field 14 of a ModelProto, of wire type 2: metadata_props.
    private const byte MetadataTag = (14 << 3) | 2;

    /// <summary>Makes a copy in a folder of its name.</summary>
    /// <param name="root">The folder of models.</param>
    /// <param name="id">Name of the copy.</param>
    /// <param name="licence">Its licence; null for the default model's.</param>
    public static ModelPackage Make(string root, string id, string? licence = null)
    {
        var original = ModelCatalog.Default.Open();
        var folder = Directory.CreateDirectory(Path.Combine(root, id)).FullName;
        var graphs = new Dictionary<string, GraphFile>();
        foreach (var (name, graph) in original.Manifest.Graphs)
        {
            byte[] bytes = [.. File.ReadAllBytes(original.PathOf(name)), .. Metadata(id)];
            File.WriteAllBytes(Path.Combine(folder, graph.File), bytes);
            graphs[name] = new GraphFile(
                graph.File, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
        }

        var manifest = original.Manifest with { Id = id, Graphs = graphs };
        (licence is null ? manifest : manifest with { Licence = licence }).Write(folder);
        return ModelPackage.Open(folder);
    }

    // Fields that repeat may stand anywhere in a message, so also at its end.
    private static byte[] Metadata(string id)
    {
        byte[] entry = [.. Text(1, "copy"), .. Text(2, id)];
        return [MetadataTag, (byte)entry.Length, .. entry];
    }

    private static byte[] Text(int field, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)((field << 3) | 2), (byte)bytes.Length, .. bytes];
    }
}
