using Microsoft.Extensions.Options;
using Segmentation.Gateway.Choosing;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Protocol.V1;
using PromptSupport = Segmentation.Protocol.V1.PromptSupport;
using WireTensor = Segmentation.Protocol.V1.EmbeddingTensor;

namespace Segmentation.Gateway.Grpc;

/// <summary>Writes models as messages.</summary>
internal sealed class ModelMessages(
    ModelDirectory models, IModelReadiness readiness, IOptions<ModelChoiceOptions> options)
{
    /// <summary>Describes a model to a tenant.</summary>
    public Model Of(GatewayModel model, string tenant)
    {
        var (package, layout) = (model.Package, model.Package.Layout);
        return new Model
        {
            Id = model.Id,
            Digest = model.Digest,
            Preprocessing = package.PreprocessingVersion,
            Family = layout.Decoder.Family,
            Version = package.Manifest.Version,
            Licence = package.Manifest.Licence,
            IsDefault = models.DefaultOf(tenant).Stable == model,
            State = readiness.IsServed(model.Identity) ? ModelState.Serving : ModelState.WithoutEncoder,
            Prompts = PromptsOf(model.Prompts),
            Resizing = layout.Resizing == Resizing.Stretch ? ImageResizing.Stretch : ImageResizing.LongestSide,
            Embedding = { layout.Encoder.Tensors.Select(TensorOf) },
            RollOuts = { models.RollOuts.SelectMany(rollOut => PartsOf(rollOut, model, tenant)) },
            BrowserDecoding = BrowserDecodingOf(model),
            Cost = options.Value.CostOf(model.Id),
        };
    }

    private static PromptSupport PromptsOf(PromptRules rules) => new()
    {
        Points = true,
        BackgroundPoints = rules.Background is null,
        Box = rules.Box is null,
        Mask = rules.Mask is null,
        MaxPoints = (uint)rules.MaxPoints,
        MaskCounts = { rules.Three is null ? [1, 3] : new uint[] { 1 } },
    };

    private static WireTensor TensorOf(Models.Layouts.EncoderTensor tensor) => new()
    {
        Name = tensor.Role switch
        {
            TensorRole.HighRes0 => "high_res_0",
            TensorRole.HighRes1 => "high_res_1",
            TensorRole.Intermediate => "intermediate",
            TensorRole.Positional => "positional",
            _ => "embedding",
        },
        Shape = { tensor.Dimensions.Select(side => (uint)side) },
    };

    private static IEnumerable<RollOut> PartsOf(NamedRollOut rollOut, GatewayModel model, string tenant)
    {
        if (rollOut.Stable != model && rollOut.Candidate != model)
        {
            yield break;
        }

        yield return new RollOut
        {
            Name = rollOut.Name,
            Role = rollOut.Stable == model ? RollOutRole.Stable : RollOutRole.Candidate,
            Share = rollOut.Share,
            IsForTenant = rollOut.IsFor(tenant),
        };
    }

    private static BrowserDecoding BrowserDecodingOf(GatewayModel model)
    {
        if (model.NotInBrowser is { } reason)
        {
            return new BrowserDecoding { Reason = reason };
        }

        // All but the encoder, which takes seconds for each image in a browser.
        var graphs = model.Package.Manifest.Graphs
            .Where(graph => graph.Key != ModelManifest.Encoder)
            .Select(graph => new ModelGraph
            {
                Name = graph.Key, SizeBytes = (ulong)graph.Value.Size, Sha256 = graph.Value.Sha256,
            });
        return new BrowserDecoding { IsAvailable = true, Graphs = { graphs } };
    }
}
