using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Quotas;

/// <summary>Checks <see cref="QuotaOptions"/> at start.</summary>
/// <param name="uploads">The largest request.</param>
/// <param name="answers">The largest answer.</param>
internal sealed class QuotaOptionsValidator(IOptions<UploadOptions> uploads, IOptions<AnswerOptions> answers)
    : IValidateOptions<QuotaOptions>
{
    private const double Most = 1e9;
    private const double MostUnits = 1e6;

    public ValidateOptionsResult Validate(string? name, QuotaOptions options)
    {
        var least = LeastBytes();
        return new OptionChecks(QuotaOptions.Section)
            .Range(nameof(options.UnitsPerSecond), options.UnitsPerSecond, 0, Most, "units a second")
            .Range(nameof(options.Burst), options.Burst, 0, Most, "units")
            .Require(
                options.Burst == 0 || options.UnitsPerSecond > 0,
                nameof(options.Burst),
                options.Burst,
                $"has no meaning without {QuotaOptions.Section}:{nameof(options.UnitsPerSecond)}")
            .Range(nameof(options.ImageUnits), options.ImageUnits, 0, MostUnits, "units")
            .Range(nameof(options.PromptUnits), options.PromptUnits, 0, MostUnits, "units")
            .Range(nameof(options.PointUnits), options.PointUnits, 0, MostUnits, "units")
            .Range(nameof(options.CropUnits), options.CropUnits, 0, MostUnits, "units")
            .Range(nameof(options.ProjectReadUnits), options.ProjectReadUnits, 0, MostUnits, "units")
            .Range(nameof(options.ProjectChangeUnits), options.ProjectChangeUnits, 0, MostUnits, "units")
            .Range(nameof(options.ProjectMegabyteUnits), options.ProjectMegabyteUnits, 0, MostUnits, "units")
            .Range(nameof(options.MaxSessions), options.MaxSessions, 0, 1_000_000, "sessions")
            .Require(
                options.MaxBytesInFlight == 0 || options.MaxBytesInFlight >= least,
                nameof(options.MaxBytesInFlight),
                options.MaxBytesInFlight,
                $"must be 0, or at least the {least} bytes of the largest request and the largest answer together")
            .Range(nameof(options.Gateways), options.Gateways, 0, 10_000, "gateways")
            .Result;
    }

    /// <summary>A tenant must be able to send the largest request, and to have the largest answer.</summary>
    private long LeastBytes()
    {
        try
        {
            return uploads.Value.MaxMessageBytes + answers.Value.MaxBytes;
        }
        catch (OptionsValidationException)
        {
            // Their own checks say what is wrong with them.
            return 0;
        }
    }
}
