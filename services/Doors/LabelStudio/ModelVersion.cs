using Segmentation.Doors.Contract;

namespace Segmentation.Doors.LabelStudio;

/// <summary>Names of models as Label Studio keeps them with predictions: another model never has the same.</summary>
internal static class ModelVersion
{
    private const int DigestLength = 12;

    /// <summary>The name of a model's version.</summary>
    /// <param name="model">The model's id.</param>
    /// <param name="digest">Its digest in hex.</param>
    public static string Of(string model, string digest) => $"{model}-{digest[..Math.Min(DigestLength, digest.Length)]}";

    /// <summary>The version of the model that the door's requests take.</summary>
    public static async Task<string> OfDoorAsync(DoorCall call, string model)
    {
        var models = (await call.Model.ListModelsAsync(call.Aborted)).Models;
        var taken = model.Length > 0 ? models.FirstOrDefault(one => one.Id == model) : models.FirstOrDefault();
        return taken is null ? model : Of(taken.Id, taken.Digest);
    }
}
