using System.Security.Cryptography;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Segmenting;
using Segmentation.Protocol.V1;
using MaskCount = Segmentation.Masks.MaskCount;
using ImageCase = Segmentation.Protocol.V1.OpenImage.ImageOneofCase;

namespace Segmentation.Gateway.Streaming;

/// <summary>Answers OpenImage.</summary>
internal sealed class ImageOpener(ImageLibrary library, ModelDirectory models)
{
    private const string Remedy = "Open it with image_data, or upload it with UploadImage first.";

    /// <summary>Finds or encodes the image.</summary>
    public async Task<Outcome<OpenedImage>> OpenAsync(
        Caller caller, OpenImage request, CancellationToken cancellationToken)
    {
        if (!models.Choose(request.Model, caller.Tenant, "open.model").TryGet(out var route, out var unknown))
        {
            return unknown;
        }

        var violations = new Violations();
        var output = OutputSpec.Parse(request.Output, "open.output", route.Stable.Prompts, violations);
        if (!Enum.IsDefined(request.Mode))
        {
            violations.Add("open.mode", $"{(int)request.Mode} is no StreamMode: 1 is ALL, 2 LATEST.");
        }

        if (request.ImageCase == ImageCase.None)
        {
            violations.Add("open.image", "Missing: image_id or image_data is needed.");
        }
        else if (request.ImageCase == ImageCase.ImageId && ImageId.Sha256Of(request.ImageId) is null)
        {
            violations.Add(
                "open.image_id", $"{ClientText.Quote(request.ImageId)} is no image id: expected {ImageId.Form}.");
        }

        if (violations.Any)
        {
            return violations.ToStatus();
        }

        var found = ImageId.Sha256Of(request.ImageId) is { } sha256
            ? await library.GetAsync(ImageLibrary.KeysOf(caller.Tenant, route, sha256), Remedy, cancellationToken)
            : await ImportAsync(caller, route, request.ImageData.Memory, cancellationToken);
        if (!found.TryGet(out var image, out var problem))
        {
            return problem;
        }

        // In a roll-out the image may be the other model's.
        return output.MaskCount == MaskCount.Three && image.Model.Prompts.Three is { } one
            ? Problem.Invalid("open.output.mask_count", one)
            : new OpenedImage(image, request.Mode, output);
    }

    private Task<Outcome<StoredImage>> ImportAsync(
        Caller caller, ModelRoute route, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        var key = ImageKey.Of(caller.Tenant, route.For(sha256), sha256);
        return library.ImportAsync(caller, key, file, "open.image_data", default, cancellationToken);
    }
}

/// <summary>The image that a session has open, and settings of all its prompts.</summary>
/// <param name="Image">The image.</param>
/// <param name="Mode">Treatment of prompts that come faster than they are decoded.</param>
/// <param name="Output">Output of every answer, unless a prompt says otherwise.</param>
internal sealed record OpenedImage(StoredImage Image, StreamMode Mode, OutputSpec Output)
{
    /// <summary>The silo that answers its prompts.</summary>
    public SiloAffinity Affinity { get; } = new();
}
