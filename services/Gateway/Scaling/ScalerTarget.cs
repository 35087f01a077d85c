using System.Globalization;
using Segmentation.Gateway.Errors;
using Segmentation.Models;
using Segmentation.Protocol.ExternalScaling;

namespace Segmentation.Gateway.Scaling;

/// <summary>The model whose encoders a ScaledObject scales, and the work that one of them is to have.</summary>
/// <param name="Model">Digest of the model.</param>
/// <param name="SecondsPerEncoder">Seconds of work for each encoder.</param>
internal sealed record ScalerTarget(string Model, double SecondsPerEncoder)
{
    /// <summary>Least work for each encoder, in seconds.</summary>
    public const double LeastSeconds = 0.1;

    /// <summary>Most work for each encoder, in seconds.</summary>
    public const double MostSeconds = 3600;

    private const string ModelKey = "model";
    private const string SecondsKey = "secondsPerEncoder";

    /// <summary>Reads the metadata of a ScaledObject's trigger.</summary>
    /// <param name="scaled">The ScaledObject; null when the request has none.</param>
    /// <param name="models">The models of this deployment.</param>
    /// <param name="options">What holds where the metadata says nothing.</param>
    public static Outcome<ScalerTarget> Of(ScaledObjectRef? scaled, ServedModels models, ScalingOptions options)
    {
        var metadata = scaled?.ScalerMetadata;
        if (Find(metadata?.GetValueOrDefault(ModelKey) ?? "", models) is not { } model)
        {
            return Problem.Invalid(
                ModelKey,
                $"The trigger's metadata names {ClientText.Quote(metadata![ModelKey])}, which no gateway serves. The models are "
                    + $"{string.Join(", ", models.All.Select(served => served.Id))}.");
        }

        if (metadata?.GetValueOrDefault(SecondsKey) is not { } text)
        {
            return new ScalerTarget(model.Digest, options.SecondsPerEncoder);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= LeastSeconds and <= MostSeconds
            ? new ScalerTarget(model.Digest, seconds)
            : Problem.Invalid(
                SecondsKey,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The trigger's metadata says {ClientText.Quote(text)}; it must be {LeastSeconds} to {MostSeconds} seconds."));
    }

    private static ModelPackage? Find(string model, ServedModels models) => model.Length == 0
        ? models.Default
        : models.TryGet(model, out var known) ? known : models.All.FirstOrDefault(served => served.Digest == model);
}
