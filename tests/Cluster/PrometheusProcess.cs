using System.Net;
using System.Text.Json;
using Segmentation.Cli.Tests;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>A Prometheus that scrapes a cluster's processes every second and evaluates the chart's alerts.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private const string Program = "prometheus";

    private readonly TemporaryFolder _folder = new();
    private readonly Uri _address = new($"http://{IPAddress.Loopback}:{Repository.FreePort()}");
    private readonly HttpClient _http = new();
    private ChildProcess? _process;

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>Its last lines.</summary>
    public string Output => _process?.Output ?? "Prometheus was never started.";

    /// <summary>Skips the test, or fails it in CI, where the program is not on PATH.</summary>
    public static void Require()
    {
        if (!IsInstalled)
        {
            RedisServer.Missing("Prometheus is not on PATH (Debian: apt-get install prometheus).");
        }
    }

    /// <summary>Starts it on a cluster whose series get the label <c>namespace="test"</c>.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="projects">The processes of projects.</param>
    public async Task StartAsync(ClusterProcesses cluster, IEnumerable<ServiceProcess> projects)
    {
        var rules = Path.Combine(Repository.Root, "charts", "segmentation", "files", "alerts.yaml");
        var jobs = new[]
        {
            Job("gateway", cluster.Gateways), Job("encoder", cluster.Encoders), Job("decoder", cluster.Silos),
            Job("projects", projects),
        };
        var file = _folder.File("prometheus.yml");
        await File.WriteAllTextAsync(file, $"""
            global: {"{"}scrape_interval: 1s, evaluation_interval: 1s{"}"}
            rule_files: ["{rules}"]
            scrape_configs:
            {string.Join('\n', jobs)}
            """);
        _process = await ChildProcess.StartAsync(
            Program,
            null,
            [
                Program, $"--config.file={file}", $"--storage.tsdb.path={_folder.File("data")}",
                $"--web.listen-address={_address.Authority}", "--log.level=warn",
            ]);
    }

    /// <summary>Works until every query has samples, or patience ends; gives the queries without.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="workAsync">Work that makes samples. Rates need values before and after, so it is repeated.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> UnansweredAsync(
        IEnumerable<string> queries, Func<Task> workAsync, CancellationToken cancellationToken)
    {
        var missing = queries.ToList();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience.Longest);
        while (missing.Count > 0 && !patience.IsCancellationRequested)
        {
            await workAsync();
            foreach (var query in missing.ToList())
            {
                if (await HasSamplesAsync(query, cancellationToken))
                {
                    missing.Remove(query);
                }
            }
        }

        return missing;
    }

    /// <summary>Asks a query; false when it has no samples, or Prometheus does not listen yet.</summary>
    /// <exception cref="InvalidOperationException">Prometheus refused the query.</exception>
    public async Task<bool> HasSamplesAsync(string query, CancellationToken cancellationToken)
    {
        var result = await AskAsync($"query?query={Uri.EscapeDataString(query)}", cancellationToken);
        return result is { } data && data.GetProperty("result").GetArrayLength() > 0;
    }

    /// <summary>The alerting rules whose expressions fail, with why.</summary>
    public async Task<IReadOnlyList<string>> FailingRulesAsync(CancellationToken cancellationToken)
    {
        var data = await AskAsync("rules", cancellationToken)
            ?? throw new InvalidOperationException($"Prometheus does not answer. {Output}");
        return
        [
            .. data.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())
                .Where(rule => rule.GetProperty("health").GetString() == "err")
                .Select(rule => $"{rule.GetProperty("name")}: {rule.GetProperty("lastError")}"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _http.Dispose();
        _folder.Dispose();
    }

    private static string Job(string name, IEnumerable<ServiceProcess> services) =>
        $"  - {{job_name: {name}, static_configs: [{{targets: [{string.Join(", ", services.Select(one => $"'{one.Operators.Authority}'"))}], "
        + "labels: {namespace: test}}]}";

    private async Task<JsonElement?> AskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(_address, $"api/v1/{path}"), cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => JsonDocument.Parse(text).RootElement.GetProperty("data"),
                HttpStatusCode.ServiceUnavailable => null,
                _ => throw new InvalidOperationException($"Prometheus refused {path}: {text}"),
            };
        }
        catch (HttpRequestException) when (_process!.Ended.IsCompleted is false)
        {
            return null;
        }
    }
}
