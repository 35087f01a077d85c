using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Segmentation.Models.Layouts;

namespace Segmentation.Models;

/// <summary>A model on disk: its manifest and the paths of its graphs. Immutable and safe to share.</summary>
public sealed class ModelPackage
{
    private ModelPackage(string folder, ModelManifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
        Layout = manifest.Layout ?? ModelLayout.Built;
        var names = Layout.Decoder.IsPublished ? ModelManifest.PublishedNames : ModelManifest.GraphNames;
        IEnumerable<string> lines =
        [
            .. names.Select(name => $"{name}:{manifest.Graphs[name].Sha256}\n"),
            .. (manifest.Data ?? []).Select(file => $"{file.File}:{file.Sha256}\n"),
            manifest.Layout is { } layout ? JsonSerializer.Serialize(layout, ManifestJsonContext.Default.ModelLayout) : "",
        ];
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>The model's folder.</summary>
    public string Folder { get; }

    /// <summary>Contents of the manifest.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Short name of the model.</summary>
    public string Id => Manifest.Id;

    /// <summary>
    /// SHA-256 over the names and digests of all files and the layout, 64 lower-case hexadecimal digits: two models
    /// have the same digest exactly when they compute the same.
    /// </summary>
    public string Digest { get; }

    /// <summary>Layout of encoder and decoder.</summary>
    public ModelLayout Layout { get; }

    /// <summary>Values of an image's embedding, of all its tensors one behind the other.</summary>
    public int EmbeddingLength => Layout.Encoder.EmbeddingLength;

    /// <summary>Name of the transform from image to encoder input.</summary>
    public string PreprocessingVersion => Manifest.Preprocessing;

    /// <summary>Graph from pixels to embedding.</summary>
    public string EncoderPath => PathOf(ModelManifest.Encoder);

    /// <summary>Graph from embedding to what a hot image keeps.</summary>
    public string ImagePath => PathOf(ModelManifest.Image);

    /// <summary>Graph that puts a mask prompt into a hot image's tensors.</summary>
    public string MaskPath => PathOf(ModelManifest.Mask);

    /// <summary>Graph from a hot image and prompts to masks.</summary>
    public string DecodePath => PathOf(ModelManifest.Decode);

    /// <summary>
    /// Sentence about a licence that does not allow every use, to be told at every start; null where there is none.
    /// </summary>
    public string? LicenceNotice => Manifest.LicenceNotice ?? Licences.Notice(Id, Manifest.Licence);

    /// <summary>Graphs, data files and the published decoder where one is kept.</summary>
    public IReadOnlyList<GraphFile> Files =>
    [
        .. Manifest.Graphs.Values,
        .. Manifest.Data ?? [],
        .. Manifest.Published is { } published ? [published.Graph] : Array.Empty<GraphFile>(),
    ];

    /// <summary>The file of a graph.</summary>
    /// <param name="graph">A name that the manifest has.</param>
    /// <exception cref="KeyNotFoundException">It has no such graph.</exception>
    public string PathOf(string graph) => Path.Combine(Folder, Manifest.Graphs[graph].File);

    /// <summary>
    /// The same model with its published decoder in place of the built graphs, for comparisons; null where that is not
    /// kept.
    /// </summary>
    public ModelPackage? AsPublished() => Manifest.Published is not { } published || Manifest.Layout is not { } layout
        ? null
        : new ModelPackage(Folder, Manifest with
        {
            Graphs = new Dictionary<string, GraphFile>
            {
                [ModelManifest.Encoder] = Manifest.Graphs[ModelManifest.Encoder],
                [ModelManifest.Decoder] = published.Graph,
            },
            Layout = layout with { Decoder = published.Layout },
            Published = null,
        });

    /// <summary>
    /// Reads a model's manifest and checks that its files are there with the right sizes; contents are checked by
    /// <see cref="Verify"/>.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="ModelException">The manifest or a graph is missing or not what it should be.</exception>
    public static ModelPackage Open(string folder)
    {
        var package = new ModelPackage(folder, ModelManifest.Read(folder));
        foreach (var graph in package.Files)
        {
            var file = new FileInfo(Path.Combine(folder, graph.File));
            if (!file.Exists)
            {
                throw new ModelException(
                    $"'{file.FullName}' is missing. Restore the file, or add the model again.");
            }

            if (file.Length != graph.Size)
            {
                throw new ModelException(
                    $"'{file.FullName}' has {file.Length} bytes where its manifest says {graph.Size}. "
                    + "It was cut short or changed: restore the file, or add the model again.");
            }
        }

        return package;
    }

    /// <summary>Reads every graph and compares its SHA-256 with the manifest.</summary>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="ModelException">A file is missing or its contents changed.</exception>
    public void Verify(CancellationToken cancellationToken = default)
    {
        foreach (var graph in Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(Folder, graph.File);
            if (DigestOf(path) != graph.Sha256)
            {
                throw new ModelException($"'{path}' is damaged: its SHA-256 is not the manifest's. "
                    + "Restore the file, or add the model again.");
            }
        }
    }

    private static string DigestOf(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (IOException exception)
        {
            throw new ModelException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
