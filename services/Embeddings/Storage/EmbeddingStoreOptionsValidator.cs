using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Embeddings.Storage;

/// <summary>Checks <see cref="EmbeddingStoreOptions"/> at start.</summary>
internal sealed class EmbeddingStoreOptionsValidator : IValidateOptions<EmbeddingStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddingStoreOptions options) =>
        new OptionChecks(EmbeddingStoreOptions.Section)
            .AtLeast(nameof(options.CapacityBytes), options.CapacityBytes, 0, "bytes")
            .Named(nameof(options.Encoding), options.Encoding)
            .Range(
                nameof(options.SlidingExpiration),
                options.SlidingExpiration,
                TimeSpan.FromSeconds(1),
                TimeSpan.FromDays(3650))
            .Result;
}
