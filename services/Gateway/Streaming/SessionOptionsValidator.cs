using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Streaming;

/// <summary>Checks <see cref="SessionOptions"/> at start.</summary>
internal sealed class SessionOptionsValidator : IValidateOptions<SessionOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionOptions options) =>
        new OptionChecks(SessionOptions.Section)
            .Range(nameof(options.MaxOpen), options.MaxOpen, 1, 1_000_000, "sessions")
            .Range(nameof(options.MaxQueued), options.MaxQueued, 1, 1024, "messages")
            .Range(nameof(options.MaxInFlight), options.MaxInFlight, 1, 64, "prompts")
            .Range(nameof(options.MaxSuperseded), options.MaxSuperseded, 1, 65536, "prompts")
            .Range(nameof(options.MaxRemembered), options.MaxRemembered, 1, 65536, "prompts")
            .Range(
                nameof(options.KeepAliveInterval),
                options.KeepAliveInterval,
                TimeSpan.FromSeconds(1),
                TimeSpan.FromHours(1))
            .Range(
                nameof(options.KeepAliveTimeout),
                options.KeepAliveTimeout,
                TimeSpan.FromSeconds(1),
                TimeSpan.FromHours(1))
            .Range(nameof(options.MaxRememberedBytes), options.MaxRememberedBytes, 1 << 20, 1 << 30, "bytes")
            .Result;
}
