using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Streaming;

/// <summary>Limits on live sessions: section <c>Segmentation:Sessions</c>.</summary>
internal sealed class SessionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Sessions";

    /// <summary>Sessions open at once. Default 10,000.</summary>
    public int MaxOpen { get; set; } = 10_000;

    /// <summary>Messages of one session that wait; further ones stay with the client. Default 16.</summary>
    public int MaxQueued { get; set; } = 16;

    /// <summary>Prompts of one session in mode ALL that are decoded at once. Default 4.</summary>
    public int MaxInFlight { get; set; } = 4;

    /// <summary>Prompts that one prompt of mode LATEST may supersede before reading pauses. Default 4,096.</summary>
    public int MaxSuperseded { get; set; } = 4096;

    /// <summary>Answered prompts kept to be repeated when a silo has lost its state. Default 1,024.</summary>
    public int MaxRemembered { get; set; } = 1024;

    /// <summary>Time between two pings of a WebSocket. Default 30 seconds.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time in which a WebSocket must answer a ping before its session is ended. Default 20 seconds.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Time after the expiry of its credential at which a session, a search for everything or an upload ends. Default
    /// 30 seconds.
    /// </summary>
    public TimeSpan ExpiryGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time before the expiry of its credential at which a session's client is told; for a credential that lives less
    /// than three times as long, a third of the life that is left. Default 1 minute.
    /// </summary>
    public TimeSpan ExpiryNotice { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of the prompts kept, mask logits above all. Default 16 MiB.</summary>
    public int MaxRememberedBytes { get; set; } = 16 * 1024 * 1024;
}

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
            .Range(nameof(options.ExpiryGrace), options.ExpiryGrace, TimeSpan.Zero, TimeSpan.FromHours(1))
            .Range(
                nameof(options.ExpiryNotice), options.ExpiryNotice, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.MaxRememberedBytes), options.MaxRememberedBytes, 1 << 20, 1 << 30, "bytes")
            .Result;
}
