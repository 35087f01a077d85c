using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// A program started with <c>--healthcheck</c> asks the host that runs beside it whether it is ready, and ends. That
/// is how a container engine finds out where the image has neither a shell nor curl.
/// </summary>
public static class HealthProbe
{
    private const string Argument = "--healthcheck";

    /// <summary>Below the 5 s that images give a check, so that the reason is written before it is killed.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(4);

    /// <summary>Tells whether the program was started to ask and not to serve.</summary>
    /// <param name="args">The program's arguments.</param>
    public static bool IsAsked(string[] args) => args.Contains(Argument);

    /// <summary>
    /// Asks <c>/readyz</c> of the host on this machine and writes its answer, or why there is none, to standard output.
    /// The operators' port is asked, which has no TLS and says what is wrong: at <c>OperatorAddress</c>, or on loopback
    /// where that is a wildcard.
    /// </summary>
    /// <param name="args">The program's arguments; they go before the environment and <c>appsettings.json</c>.</param>
    /// <param name="section">
    /// The section of the host's <c>HttpPort</c>, for example <see cref="EndpointOptions.Section"/>: the operators' port
    /// is the next one unless <see cref="OperatorOptions.OperatorPort"/> says another.
    /// </param>
    /// <param name="defaultPort">The host's HTTP port when <c>HttpPort</c> is not set.</param>
    /// <returns>The exit code: 0 when the host is ready (healthy or degraded), otherwise 1.</returns>
    public static Task<int> RunAsync(string[] args, string section, int defaultPort) =>
        RunAsync(args, section, defaultPort, Console.Out, _timeout);

    internal static async Task<int> RunAsync(
        string[] args, string section, int defaultPort, TextWriter output, TimeSpan timeout)
    {
        const string Option = $"{OperatorOptions.Section}:{nameof(OperatorOptions.OperatorPort)}";
        var settings = Settings(args);
        var httpPort = settings[$"{section}:HttpPort"];
        var port = settings[Option] ?? (httpPort is null ? $"{OperatorOptions.DefaultBeside(defaultPort)}"
            : int.TryParse(httpPort, CultureInfo.InvariantCulture, out var http) ? $"{OperatorOptions.DefaultBeside(http)}"
            : httpPort);
        if (!ushort.TryParse(port, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            await output.WriteLineAsync(
                $"{Option} is '{port}'; it must be 1 to 65535 so that a health check knows whom to ask. Where it is not set, "
                    + $"it is the port after {section}:HttpPort.");
            return 1;
        }

        var address = Target(settings[$"{OperatorOptions.Section}:{nameof(OperatorOptions.OperatorAddress)}"]);
        return await AskAsync(new Uri($"http://{new IPEndPoint(address, number)}/readyz"), output, timeout);
    }

    private static async Task<int> AskAsync(Uri url, TextWriter output, TimeSpan timeout)
    {
        // A proxy that the environment names is for the world outside, not for this machine.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = timeout };
        try
        {
            using var answer = await client.GetAsync(url);
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            await output.WriteLineAsync($"{url} did not answer within {timeout.TotalSeconds:0.###} s.");
        }
        catch (HttpRequestException exception)
        {
            await output.WriteLineAsync($"{url} cannot be asked: {exception.Message}");
        }

        return 1;
    }

    /// <summary>The sources that operators are told of, for hosts as for this; those read last go first.</summary>
    private static IConfigurationRoot Settings(string[] args) => new ConfigurationBuilder()
        .SetBasePath(AppContext.BaseDirectory)
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables()
        .AddCommandLine([.. args.Where(argument => argument != Argument)])
        .Build();

    private static IPAddress Target(string? address)
    {
        var target = IPAddress.TryParse(address, out var one) ? one : IPAddress.Loopback;
        return target.Equals(IPAddress.Any) ? IPAddress.Loopback
            : target.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : target;
    }
}
