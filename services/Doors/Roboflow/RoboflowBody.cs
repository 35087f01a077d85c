using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;

namespace Segmentation.Doors.Roboflow;

/// <summary>Reads fields that the requests of roboflow's inference share.</summary>
internal static class RoboflowBody
{
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
}
