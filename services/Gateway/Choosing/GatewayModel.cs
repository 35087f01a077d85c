using Segmentation.Embeddings;
using Segmentation.Models;
using Segmentation.Models.Layouts;

namespace Segmentation.Gateway.Choosing;

/// <summary>A model that this gateway serves, as requests meet it. Immutable and safe to share.</summary>
/// <param name="package">The model.</param>
/// <param name="prompts">The prompts that the model takes.</param>
internal sealed class GatewayModel(ModelPackage package, PromptRules prompts)
{
    /// <summary>The model's files and layout.</summary>
    public ModelPackage Package { get; } = package;

    /// <summary>The prompts that the model takes.</summary>
    public PromptRules Prompts { get; } = prompts;

    /// <summary>The part of the model in keys of embeddings.</summary>
    public ModelIdentity Identity { get; } = new(package.Id, package.Digest, package.PreprocessingVersion);

    /// <summary>The model's name.</summary>
    public string Id => Package.Id;

    /// <summary>SHA-256 of the model, 64 lower-case hexadecimal digits.</summary>
    public string Digest => Package.Digest;

    /// <summary>
    /// The reason why a browser cannot decode this model's embeddings, as a sentence; null where it can.
    /// </summary>
    public string? NotInBrowser { get; } = ReasonAgainstBrowser(package.Layout);

    // The browser's worker runs the graphs image, mask and decode of SAM 1 on an image that was padded to a square.
    private static string? ReasonAgainstBrowser(ModelLayout layout) => layout switch
    {
        { Decoder.IsPublished: true } =>
            "The model's decoder is a graph as it was published, which only the server runs.",
        { Encoder.Tensors.Count: > 1 } =>
            "The model's embedding has several tensors (SAM 2), which only the server decodes.",
        { Resizing: not Masks.Geometry.Resizing.LongestSide } =>
            "The model stretches images to a square, which only the server decodes.",
        _ => null,
    };
}
