using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Decoder.Configuration;

/// <summary>Checks <see cref="DecoderOptions"/> at start.</summary>
internal sealed class DecoderOptionsValidator : IValidateOptions<DecoderOptions>
{
    public ValidateOptionsResult Validate(string? name, DecoderOptions options) =>
        new OptionChecks(DecoderOptions.Section)
            .Range(nameof(options.Workers), options.Workers, 1, 1024)
            .Range(nameof(options.MaxQueueLength), options.MaxQueueLength, 1, 100_000)
            .Range(nameof(options.MaxWait), options.MaxWait, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2))
            .AtLeast(nameof(options.HotImageBytes), options.HotImageBytes, 0, "bytes")
            .AtLeast(nameof(options.ModelBytes), options.ModelBytes, 1, "bytes")
            .AtLeast(nameof(options.MaskLogitBytes), options.MaskLogitBytes, 0, "bytes")
            .Result;
}
