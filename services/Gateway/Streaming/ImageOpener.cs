using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Segmenting;
using Segmentation.Protocol.V1;
using ImageCase = Segmentation.Protocol.V1.OpenImage.ImageOneofCase;

namespace Segmentation.Gateway.Streaming;

/// <summary>Answers OpenImage.</summary>
internal sealed class ImageOpener(ImageLibrary library)
{
    private const string Remedy = "Open it with image_data, or upload it with UploadImage first.";

    /// <summary>Finds or encodes the image.</summary>
    public async Task<Outcome<OpenedImage>> OpenAsync(
        Caller caller, OpenImage request, CancellationToken cancellationToken)
    {
        var violations = new Violations();
        var output = OutputSpec.Parse(request.Output, "open.output", violations);
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
            ? await library.GetAsync(library.KeyOf(caller.Tenant, sha256), Remedy, cancellationToken)
            : await library.ImportAsync(caller, request.ImageData.Memory, "open.image_data", default, cancellationToken);
        return found.TryGet(out var image, out var problem)
            ? new OpenedImage(image, request.Mode, output)
            : problem;
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
