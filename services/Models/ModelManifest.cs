using System.Text.Json;
using System.Text.Json.Serialization;
using Segmentation.Models.Layouts;

namespace Segmentation.Models;

/// <summary>Contents of <c>manifest.json</c> in a model's folder.</summary>
public sealed record ModelManifest
{
    /// <summary>Name of the file in a model's folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Name of the graph from pixels to embedding.</summary>
    public const string Encoder = "encoder";

    /// <summary>Name of the graph from embedding to what a hot image keeps.</summary>
    public const string Image = "image";

    /// <summary>Name of the graph that puts a mask prompt into a hot image's tensors.</summary>
    public const string Mask = "mask";

    /// <summary>Name of the graph from a hot image and prompts to masks.</summary>
    public const string Decode = "decode";

    /// <summary>Name of a published decoder that runs as it is, in place of the three above.</summary>
    public const string Decoder = "decoder";

    /// <summary>
    /// Name of the data file with the positional encoding of the grid, [256,64,64] little-endian floats, for decoders
    /// that take it as an input. It may be missing: then the encoder is run for it.
    /// </summary>
    public const string Positional = "positional.f32";

    /// <summary>The graphs of a model whose decoder ModelBuilder wrote.</summary>
    public static IReadOnlyList<string> GraphNames { get; } = [Encoder, Image, Mask, Decode];

    /// <summary>The graphs of a model whose published decoder runs as it is.</summary>
    public static IReadOnlyList<string> PublishedNames { get; } = [Encoder, Decoder];

    /// <summary>Short name of the model: lower-case letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>Version of the published weights.</summary>
    public required string Version { get; init; }

    /// <summary>SPDX expression of the weights' licence.</summary>
    public required string Licence { get; init; }

    /// <summary>
    /// Name of the transform from image to encoder input. Embeddings made with different transforms must not be mixed.
    /// </summary>
    public required string Preprocessing { get; init; }

    /// <summary>Origin of the weights, for a reader.</summary>
    public required string Source { get; init; }

    /// <summary>The files, by name of the graph.</summary>
    public required IReadOnlyDictionary<string, GraphFile> Graphs { get; init; }

    /// <summary>
    /// Files with weights that graphs name (external data), which lie beside the graphs under their own names.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GraphFile>? Data { get; init; }

    /// <summary>Layout of encoder and decoder; null for four graphs of ModelBuilder.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelLayout? Layout { get; init; }

    /// <summary>
    /// Sentence about a licence that does not allow every use, told at every start; null where there is none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LicenceNotice { get; init; }

    /// <summary>
    /// The published decoder that the graphs were built from; null where it serves itself, or is not kept.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeptDecoder? Published { get; init; }

    /// <summary>Reads and checks a manifest.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="ModelException">It is missing, not a manifest, or lacks a graph.</exception>
    public static ModelManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        ModelManifest? manifest;
        try
        {
            using var stream = File.OpenRead(path);
            manifest = JsonSerializer.Deserialize(stream, ManifestJsonContext.Default.ModelManifest);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException(
                $"There is no model in '{folder}': {FileName} is missing. "
                + "Restore the folder, or add the model again.",
                exception);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new ModelException($"'{path}' is not a model manifest: {exception.Message}", exception);
        }

        if (manifest is null)
        {
            throw new ModelException($"'{path}' is not a model manifest: it is empty.");
        }

        ManifestRules.Check(manifest, path);
        return manifest;
    }

    /// <summary>Writes the manifest into a model's folder.</summary>
    /// <param name="folder">The model's folder.</param>
    public void Write(string folder)
    {
        using var stream = File.Create(Path.Combine(folder, FileName));
        JsonSerializer.Serialize(stream, this, ManifestJsonContext.Default.ModelManifest);
        stream.WriteByte((byte)'\n');
    }
}
