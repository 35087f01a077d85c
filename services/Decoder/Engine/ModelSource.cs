using Segmentation.Embeddings;
using Segmentation.Models;
using Segmentation.Models.Layouts;

namespace Segmentation.Decoder.Engine;

/// <summary>A model that this silo serves, loaded or not.</summary>
/// <param name="Identity">Its name in keys and answers.</param>
/// <param name="SizeBytes">Bytes that it counts for while it is loaded.</param>
/// <param name="EmbeddingLength">Values of an image's embedding, of all tensors.</param>
/// <param name="Open">Loads and warms the model; takes a second or so of a thread.</param>
internal sealed record ModelSource(
    ModelIdentity Identity, long SizeBytes, int EmbeddingLength, Func<IDecodeEngine> Open)
{
    /// <summary>
    /// Returns a sentence that refuses a prompt which the model cannot take; null for one that it can.
    /// </summary>
    public Func<PromptFeatures, string?> Refusal { get; init; } = _ => null;

    /// <summary>Makes the sources of models, the default one first.</summary>
    /// <param name="models">The models.</param>
    /// <param name="precomputesProjections">See <see cref="SamEngine"/>.</param>
    public static IReadOnlyList<ModelSource> Of(ServedModels models, bool precomputesProjections) =>
    [
        .. models.All.Select(model => new ModelSource(
            new ModelIdentity(model.Id, model.Digest, model.PreprocessingVersion),
            SizeOf(model),
            model.EmbeddingLength,
            () => new SamEngine(model, precomputesProjections))
        {
            Refusal = prompt => PromptRefusals.Of(model, prompt, models.All),
        }),
    ];

    /// <summary>Sizes of all files that a decoder reads.</summary>
    private static long SizeOf(ModelPackage model) =>
        model.Manifest.Graphs.Where(graph => graph.Key != ModelManifest.Encoder).Sum(graph => graph.Value.Size);
}
