using System.Globalization;
using System.Net;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli.Diagnosis;

/// <summary>The server's version, and whether it takes the credential.</summary>
/// <param name="server">The server.</param>
/// <param name="words">Asks it.</param>
/// <param name="clock">This machine's clock.</param>
internal sealed class CallerChecks(ServerConnection server, ServerWords words, TimeProvider clock)
{
    private const string VersionName = "server version";
    private const string CallerName = "credential";
    private static readonly TimeSpan _soon = TimeSpan.FromDays(1);

    /// <summary>Asks.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var credential = server.Credential();
        var about = await words.AskAsync("v1/about", credential, cancellationToken).ConfigureAwait(false);
        return about.Status switch
        {
            HttpStatusCode.OK => [Version(about), Accepted(about, credential is not null)],
            HttpStatusCode.NotFound =>
            [
                Finding.Warning(
                    VersionName, "the server does not tell it: it is older than this program", "Bring the server up to date."),
            ],
            _ =>
            [
                Finding.Ok(VersionName, "told only to callers whose credential is taken"),
                credential is null
                    ? Finding.Failed(
                        CallerName,
                        $"none was given, and the server wants one: {Message(about)}",
                        $"Give --api-key-file, or set {ServerOptions.Variable}.")
                    : Finding.Failed(
                        CallerName, $"refused: {Message(about)}", "docs/errors.md says what the reason means, and what to do."),
            ],
        };
    }

    // The part behind + is the commit: builds of one version may differ in it and work together.
    private static Finding Version(ServerWord about)
    {
        var version = about.TextOf("version") ?? "unknown";
        var started = about.TimeOf("started") is { } time
            ? string.Create(CultureInfo.InvariantCulture, $", started {time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")
            : "";
        return version.Split('+')[0] == MachineChecks.Version.Split('+')[0]
            ? Finding.Ok(VersionName, $"{version}{started}")
            : Finding.Warning(
                VersionName,
                $"{version}{started}; this program is {MachineChecks.Version}",
                "Bring the older of the two up to date.");
    }

    private static string Message(ServerWord answer) =>
        answer.TextOf("message") ?? $"the answer is {(int)answer.Status} without a reason";

    private Finding Accepted(ServerWord about, bool isSent)
    {
        var scopes = about.Json is { } json && json.TryGetProperty("scopes", out var list)
            ? string.Join(", ", list.EnumerateArray().Select(scope => scope.GetString()))
            : "";
        var expires = about.TimeOf("expires");
        var text = (isSent ? "accepted" : "none given, and none is needed")
            + $": '{about.TextOf("subject")}' of tenant '{about.TextOf("tenant")}', scopes {(scopes.Length > 0 ? scopes : "none")}"
            + (expires is { } end
                ? string.Create(CultureInfo.InvariantCulture, $", ends {end.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")
                : "");
        if (isSent && server.Address is { Scheme: "http", IsLoopback: false })
        {
            return Finding.Warning(
                CallerName, $"{text}; it travels without encryption", "Use https: everybody between here and there can read it.");
        }

        return expires is { } soon && soon - clock.GetUtcNow() < _soon && isSent
            ? Finding.Warning(CallerName, text, "Renew it in time: segctl keys rotate, or a new token.")
            : Finding.Ok(CallerName, text);
    }
}
