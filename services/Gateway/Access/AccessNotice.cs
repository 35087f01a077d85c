using Microsoft.Extensions.Options;
using Segmentation.Gateway.Identity;
using Segmentation.Identity.Keys;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Access;

/// <summary>
/// Warns at start when a server that others reach lets everybody in, and writes to the audit log when API keys change.
/// A keys file that cannot be read ends the start.
/// </summary>
internal sealed partial class AccessNotice(
    Authenticator authenticator,
    IOptions<EndpointOptions> endpoints,
    AuditLog audit,
    ILogger<AccessNotice> logger,
    IServiceProvider services) : IHostedService
{
    /// <summary>Warning of the log and of <c>/readyz</c> about a server that lets everybody in.</summary>
    public const string Anonymous =
        "Everybody who reaches this server may use it: " + IdentityOptions.Section + ":AllowAnonymous is set.";

    private readonly IApiKeyStore? _keys = services.GetService<IApiKeyStore>();

    /// <summary>Tells whether callers without a credential are let in from other machines.</summary>
    public static bool IsOpen(Authenticator authenticator, EndpointOptions endpoints) =>
        authenticator.AllowsAnonymous && !IdentityOptionsValidator.IsLocal(endpoints);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOpen(authenticator, endpoints.Value))
        {
            OpenToAll(logger, Anonymous);
            audit.Write("access.open", IdentityOptions.Section, AuditLog.Done);
        }

        if (_keys is not null)
        {
            _keys.Changed += Note;
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_keys is not null)
        {
            _keys.Changed -= Note;
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Warning, "{sentence}")]
    private static partial void OpenToAll(ILogger logger, string sentence);

    private void Note(object? sender, EventArgs change) => audit.Write("keys.change", IdentityOptions.Section, AuditLog.Done);
}
