using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Receiving;
using Segmentation.Protocol.V1;
using Image = Segmentation.Protocol.V1.SegmentEverythingRequest.ImageOneofCase;

namespace Segmentation.Gateway.Everything;

/// <summary>Reads requests of clients and reports all errors of a request at once.</summary>
internal sealed class RequestParser(
    ImageLibrary library, ModelDirectory models, UploadBudget uploads, IOptions<SearchOptions> options)
{
    /// <summary>Reads a request.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async ValueTask<Outcome<SearchRequest>> ParseAsync(
        Caller caller, SegmentEverythingRequest request, CancellationToken cancellationToken)
    {
        if (!models.Choose(request.Model, caller.Tenant, "model").TryGet(out var route, out var unknown))
        {
            return unknown;
        }

        var violations = new Violations();
        for (var i = 0; i < request.Formats.Count; i++)
        {
            CheckFormat(request.Formats[i], $"formats[{i}]", violations);
        }

        var wanted = OptionsParser.Parse(request.Options, options.Value, violations);
        var sha256 = Sha256Of(request, violations);
        if (violations.Any)
        {
            return violations.ToStatus();
        }

        var isFile = request.ImageCase == Image.ImageData;
        var source = isFile
            ? ImageKey.Of(caller.Tenant, route.For(sha256!), sha256!)
            : await library.FirstHeldAsync(ImageLibrary.KeysOf(caller.Tenant, route, sha256!), cancellationToken);
        return new SearchRequest(
            caller,
            source,
            isFile ? request.ImageData.Memory : default(ReadOnlyMemory<byte>?),
            wanted,
            wanted.Hash());
    }

    private string? Sha256Of(SegmentEverythingRequest request, Violations violations)
    {
        switch (request.ImageCase)
        {
            case Image.ImageData when request.ImageData.Length > uploads.MaxImageBytes:
                violations.Add(
                    "image_data",
                    $"{request.ImageData.Length} bytes are over the limit of {uploads.MaxImageBytes} bytes an image.");
                return null;
            case Image.ImageData:
                return Convert.ToHexStringLower(SHA256.HashData(request.ImageData.Span));
            case Image.ImageId when ImageId.Sha256Of(request.ImageId) is { } sha256:
                return sha256;
            case Image.ImageId:
                violations.Add(
                    "image_id", $"{ClientText.Quote(request.ImageId)} is no image id: expected {ImageId.Form}.");
                return null;
            default:
                violations.Add("image", "Missing: image_id or image_data is needed.");
                return null;
        }
    }

    private static void CheckFormat(MaskFormat format, string path, Violations violations)
    {
        if (!Enum.IsDefined(format))
        {
            violations.Add(path, $"{(int)format} is no MaskFormat: 1 is RLE, 2 PNG, 3 polygons.");
        }
        else if (format == MaskFormat.Logits)
        {
            violations.Add(
                path, "Logits are not kept here: 1 (RLE), 2 (PNG) and 3 (polygons) are available. Segment has logits.");
        }
    }
}
