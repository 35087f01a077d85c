using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Pictures;
using Segmentation.Doors.Prompts;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>Reads fields that the requests of roboflow's inference share.</summary>
internal static class RoboflowBody
{
    private const string OwnId = "sha256:";
    private const int MaxIdLength = 256;

    /// <summary>The form of the answer.</summary>
    /// <param name="body">The request.</param>
    /// <param name="forms">The forms that there are, the default first.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: another one.</exception>
    public static string Format(JsonElement body, params string[] forms)
    {
        var format = body.Text("format", forms[0]);
        return forms.Contains(format, StringComparer.Ordinal)
            ? format
            : throw DoorProblem.Invalid("format", $"Unknown: one of {string.Join(", ", forms)} is needed.");
    }

    /// <summary>The model of the version that a request names.</summary>
    /// <param name="body">The request.</param>
    /// <param name="field">Name of the field with the version.</param>
    /// <param name="options">Which version means which model.</param>
    public static string Model(JsonElement body, string field, RoboflowOptions options)
    {
        var whole = body.Text("model_id");
        var version = whole.Length > 0 ? whole[(whole.LastIndexOf('/') + 1)..] : body.Text(field);
        return options.Versions.GetValueOrDefault(version) ?? options.Model;
    }

    /// <summary>The client's own id of an image; empty where it has none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no text, or too long.</exception>
    public static string ImageId(JsonElement body)
    {
        var id = body.Text("image_id");
        return id.Length <= MaxIdLength
            ? id
            : throw DoorProblem.Invalid("image_id", $"{id.Length} characters; at most {MaxIdLength} are allowed.");
    }

    /// <summary>The file of a request; null where it has none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no file in base64.</exception>
    public static byte[]? File(JsonElement body)
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
            "url" when value.ValueKind == JsonValueKind.String && PictureText.IsDataUrl(value.GetString()!) =>
                PictureText.Decode(value, "image.value"),
            "url" => throw DoorProblem.Invalid(
                "image.type",
                $"This server fetches no pictures ({DoorOptions.Section}:Fetching): send the file in base64, or a data URL."),
            "numpy" => throw DoorProblem.Invalid(
                "image.type",
                "Arrays of numpy come as Python's pickles, which can run programs where they are read: send the picture's "
                    + "file (PNG, JPEG) in base64."),
            _ => throw DoorProblem.Invalid("image.type", "Unknown: base64 is needed, or url with a data URL."),
        };
    }

    /// <summary>Says which image a request is about.</summary>
    /// <param name="request">Gets the file, or the id of an image that is stored.</param>
    /// <param name="call">The request.</param>
    /// <param name="body">Its JSON.</param>
    /// <param name="cache">Knows images by clients' ids.</param>
    /// <returns>The image's id.</returns>
    /// <exception cref="Grpc.Core.RpcException">
    /// INVALID_ARGUMENT: none. NOT_FOUND: the client's id means nothing.
    /// </exception>
    public static string SetImage(SegmentRequest request, DoorCall call, JsonElement body, RoboflowCache cache)
    {
        if (File(body) is { } file)
        {
            request.ImageData = UnsafeByteOperations.UnsafeWrap(file);
            return $"{OwnId}{Convert.ToHexStringLower(SHA256.HashData(file))}";
        }

        var id = ImageId(body);
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
    public static void Remember(DoorCall call, JsonElement body, string image, RoboflowCache cache)
    {
        var id = ImageId(body);
        if (id.Length > 0 && !id.StartsWith(OwnId, StringComparison.Ordinal))
        {
            cache.KeepImage(call.Model.Tenant, id, image);
        }
    }
}
