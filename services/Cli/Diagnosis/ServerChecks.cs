using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli.Diagnosis;

/// <summary>A server: reachable, its clock, ready or not and why, whom it takes the caller for, its models.</summary>
/// <param name="server">The server.</param>
/// <param name="operators">Address of its operators' port; null: asked on this machine only, beside its HTTP port.</param>
/// <param name="root">Folder of this machine's own models, to compare digests with.</param>
/// <param name="clock">This machine's clock.</param>
internal sealed class ServerChecks(ServerConnection server, Uri? operators, string? root, TimeProvider clock)
{
    /// <summary>Difference of the clocks from which on there is a warning: tokens are issued and end by the second.</summary>
    private static readonly TimeSpan _farOff = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks the server; the later questions only where it answers.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        using var words = new ServerWords(server, clock);
        ServerWord ports;
        try
        {
            ports = await words.AskAsync("v1/server", credential: null, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            return [await UnreachableAsync(error).ConfigureAwait(false)];
        }

        if (ports.NumberOf("grpcPort") is null)
        {
            return
            [
                Finding.Failed(
                    "server",
                    $"{server} answers {(int)ports.Status}, and not as a Segmentation server",
                    "See that the address is the server's gRPC port, and that a proxy before it lets HTTP/2 through."),
            ];
        }

        return
        [
            Reached(ports),
            Clock(ports),
            await ReadyAsync(words, ports, cancellationToken).ConfigureAwait(false),
            .. await new CallerChecks(server, words, clock).RunAsync(cancellationToken).ConfigureAwait(false),
            .. await new ServedModelChecks(server, root).RunAsync(cancellationToken).ConfigureAwait(false),
        ];
    }

    private static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString("0 ms", CultureInfo.InvariantCulture);

    private static Finding Clock(ServerWord ports)
    {
        const string Name = "server clock";
        if ((ports.TimeOf("time") ?? ports.Date) is not { } there)
        {
            return Finding.Warning(Name, "the server does not tell its time", "Bring the server up to date.");
        }

        var difference = there - ports.Time;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Math.Abs(difference.TotalSeconds):0.0} s {(difference < TimeSpan.Zero ? "behind" : "before")} this machine's");
        return difference.Duration() > _farOff
            ? Finding.Warning(
                Name, text, "Let both machines take their time from one source (NTP): tokens are refused by a clock that is wrong.")
            : Finding.Ok(Name, text);
    }

    private Finding Reached(ServerWord ports)
    {
        var text = $"{server} answers in {Milliseconds(ports.Elapsed)}";
        return server.Address.UserInfo.Length > 0
            ? Finding.Warning(
                "server",
                $"{text}; the address has a user or a password, which is not sent",
                "Leave it out: a credential is given by --api-key-file.")
            : Finding.Ok("server", text);
    }

    private async Task<Finding> ReadyAsync(ServerWords words, ServerWord ports, CancellationToken cancellationToken)
    {
        const string Name = "server ready";
        var word = await words.AskAsync("readyz", credential: null, cancellationToken).ConfigureAwait(false);
        var report = await ReportAsync(ports, cancellationToken).ConfigureAwait(false);
        var reasons = report is { Reasons.Count: > 0 } ? $"\n{string.Join('\n', report.Value.Reasons)}" : "";
        const string Where = "Its operators' port says why at /readyz (--operators http://host:7082); docs/operations.md says what each "
            + "check means.";
        return HealthWords.In(word.Text) switch
        {
            "Healthy" => Finding.Ok(Name, $"ready{reasons}"),
            "Degraded" => Finding.Warning(
                Name, $"ready, but degraded{reasons}", reasons.Length > 0 ? "docs/operations.md says what each check means." : Where),
            "Unhealthy" => Finding.Failed(
                Name, $"not ready{reasons}", reasons.Length > 0 ? "docs/operations.md says what each check means." : Where),
            _ => Finding.Failed(Name, $"/readyz answers {(int)word.Status} and no word of ours", Where),
        };
    }

    // The operators' port has no TLS and is asked from this machine alone, unless its address is given.
    private async Task<(string Word, IReadOnlyList<string> Reasons)?> ReportAsync(
        ServerWord ports, CancellationToken cancellationToken)
    {
        var address = operators
            ?? (server.Address.IsLoopback && ports.NumberOf("httpPort") is { } http and < ushort.MaxValue
                ? new Uri($"http://{IPAddress.Loopback}:{http + 1}")
                : null);
        if (address is null)
        {
            return null;
        }

        using var client = new HttpClient { Timeout = _patience, MaxResponseContentBufferSize = 1 << 20 };
        try
        {
            using var answer = await client.GetAsync(new Uri(address, "readyz"), cancellationToken).ConfigureAwait(false);
            return HealthWords.Read(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<Finding> UnreachableAsync(HttpRequestException error)
    {
        if (error.InnerException is AuthenticationException unbelieved)
        {
            return Finding.Failed(
                "server", ServerErrors.Unbelieved(server, unbelieved), "Give --ca, or have the certificate renewed.");
        }

        if (await ServerProbe.AskAsync(server).ConfigureAwait(false) is { } advice)
        {
            return Finding.Failed("server", $"{server} is not a gRPC port", advice);
        }

        var reason = error.InnerException is SocketException socket ? socket.Message : error.Message;
        return Finding.Failed(
            "server",
            $"{server} cannot be reached: {reason}",
            "See that the server runs, that host and port are right, and that no firewall is between.");
    }
}
