using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>Checks <see cref="TransferOptions"/> at start.</summary>
internal sealed class TransferOptionsValidator : IValidateOptions<TransferOptions>
{
    public ValidateOptionsResult Validate(string? name, TransferOptions options) =>
        new OptionChecks(TransferOptions.Section)
            .Range(nameof(options.Concurrent), options.Concurrent, 1, 1000)
            .Range(nameof(options.ConcurrentPerTenant), options.ConcurrentPerTenant, 1, 1000)
            .Range(nameof(options.MaxWaitingPerTenant), options.MaxWaitingPerTenant, 1, 100_000)
            .Range(nameof(options.MaxUploadBytes), options.MaxUploadBytes, 1, 1L << 50, "bytes")
            .Range(nameof(options.MaxUploadBytesPerTenant), options.MaxUploadBytesPerTenant, 1, 1L << 55, "bytes")
            .Range(
                nameof(options.UploadLifetime), options.UploadLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365))
            .Range(
                nameof(options.ResultLifetime), options.ResultLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365))
            .Range(nameof(options.ClaimTime), options.ClaimTime, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Result;
}
