using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Fetching;
using Segmentation.Doors.Pictures;
using Segmentation.Doors.Prompts;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>Finds the images of requests: sent along, at an address, or by an id.</summary>
/// <param name="fetcher">Fetches images at addresses, where the operator allows that.</param>
/// <param name="cache">Knows images by clients' ids.</param>
internal sealed class RoboflowImages(PictureFetcher fetcher, RoboflowCache cache)
{
    private const string OwnId = "sha256:";

    /// <summary>The file of a request; null where it has none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no file. Or an error of fetching.</exception>
    public async Task<ReadOnlyMemory<byte>?> FindFileAsync(DoorCall call, JsonElement body)
    {
        if (body.Find("image") is not { } image)
        {
            return null;
        }

        DoorFields.Object(image, "image");
        if (image.Find("value") is not { } value)
        {
            return null;
        }

        return image.Text("type", "base64") switch
        {
            "base64" => PictureText.Decode(value, "image.value"),
            "url" => await FetchAsync(call, value),
            "numpy" => throw DoorProblem.Invalid(
                "image.type",
                "Arrays of numpy come as Python's pickles, which can run programs where they are read: send the picture's "
                    + "file (PNG, JPEG) in base64."),
            _ => throw DoorProblem.Invalid("image.type", "Unknown: base64 or url is needed."),
        };
    }

    /// <summary>Says which image a request is about.</summary>
    /// <param name="request">Gets the file, or the id of an image that is stored.</param>
    /// <param name="call">The request.</param>
    /// <param name="body">Its JSON.</param>
    /// <returns>The image's id.</returns>
    /// <exception cref="Grpc.Core.RpcException">
    /// INVALID_ARGUMENT: none. NOT_FOUND: the client's id means nothing. Or an error of fetching.
    /// </exception>
    public async Task<string> SetAsync(SegmentRequest request, DoorCall call, JsonElement body)
    {
        if (await FindFileAsync(call, body) is { } file)
        {
            request.ImageData = UnsafeByteOperations.UnsafeWrap(file);
            return $"{OwnId}{Convert.ToHexStringLower(SHA256.HashData(file.Span))}";
        }

        var id = RoboflowBody.ImageId(body);
        if (id.Length == 0)
        {
            throw DoorProblem.Invalid("image", "Missing: send an image, or the image_id of one that was sent before.");
        }

        request.ImageId = id.StartsWith(OwnId, StringComparison.Ordinal)
            ? id
            : cache.FindImage(call.Model.Tenant, id) ?? throw DoorProblem.Of(
                StatusCode.NotFound,
                "IMAGE_ID_UNKNOWN",
                "image_id: This server does not know the id, or has forgotten it: send the image along.");
        return request.ImageId;
    }

    /// <summary>Keeps which image the client's id means, where it has one.</summary>
    public void Remember(DoorCall call, JsonElement body, string image)
    {
        var id = RoboflowBody.ImageId(body);
        if (id.Length > 0 && !id.StartsWith(OwnId, StringComparison.Ordinal))
        {
            cache.KeepImage(call.Model.Tenant, id, image);
        }
    }

    private async Task<ReadOnlyMemory<byte>> FetchAsync(DoorCall call, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || PictureText.IsDataUrl(value.GetString()!))
        {
            return PictureText.Decode(value, "image.value");
        }

        if (!Uri.TryCreate(value.GetString(), UriKind.Absolute, out var address))
        {
            throw DoorProblem.Invalid("image.value", "No address: it begins with https://, http:// or data:.");
        }

        var file = await fetcher.FetchAsync(
            call.Model.Tenant, new FetchRequest(address), call.Model.MaxImageBytes, call.Aborted);
        call.Context.Response.RegisterForDispose(file);
        return file.Bytes;
    }
}
