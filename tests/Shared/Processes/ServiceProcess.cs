using System.Net;

namespace Segmentation.Tests.Shared;

/// <summary>One of our programs, on ports of its own, that can be ended and started again.</summary>
/// <param name="name">Folder under services/.</param>
/// <param name="httpPort">Its HTTP port.</param>
/// <param name="options">Its options, without the leading <c>--Segmentation:</c>.</param>
internal sealed class ServiceProcess(string name, int httpPort, params IEnumerable<string> options) : IAsyncDisposable
{
    private static readonly HttpClient _http = new();
    private readonly int _operatorPort = Repository.FreePort();

    // Standalone would keep projects in the folder where it is started, which is the repository's.
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"segmentation-{Guid.NewGuid():N}");
    private readonly string[] _options = [.. options.Select(option => $"--Segmentation:{option}")];
    private ChildProcess? _process;

    /// <summary>What it printed last.</summary>
    public string Output => _process?.Output ?? $"{name} was never started";

    /// <summary>Its process id.</summary>
    public int Id => _process!.Id;

    /// <summary>True from its start until it has ended.</summary>
    public bool IsRunning => _process is { Ended.IsCompleted: false };

    /// <summary>Its HTTP port.</summary>
    public Uri Address { get; } = new($"http://{IPAddress.Loopback}:{httpPort}");

    /// <summary>Address of <c>/metrics</c> and of the detailed <c>/readyz</c>.</summary>
    public Uri Operators => new($"http://{IPAddress.Loopback}:{_operatorPort}");

    /// <summary>Told every line it prints; null when nobody is.</summary>
    public Action<string>? OnLine { get; set; }

    /// <summary>A command that starts it, for example within limits; empty when nothing does.</summary>
    public IReadOnlyList<string> Starter { get; set; } = [];

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <exception cref="ProgramException">It ended instead, or was not ready in time.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process = await ChildProcess.StartAsync(
            name, OnLine, [.. Starter, "dotnet", Repository.Program(name), .. DataOption, .. _options, OperatorOption]);
        await Patience.UntilAsync(
            async token =>
            {
                if (await IsReadyAsync(token))
                {
                    return true;
                }

                return _process.Ended.IsCompleted
                    ? throw new ProgramException($"It ended instead of becoming ready. {Output}")
                    : false;
            },
            () => $"It did not become ready. {Output}",
            cancellationToken);
    }

    /// <summary>Answer of <c>/readyz</c> to operators: the status code and the report.</summary>
    public async Task<(HttpStatusCode Code, string Report)> HealthAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(Operators, "readyz"), cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public Task TerminateAsync(CancellationToken cancellationToken) => _process!.TerminateAsync(cancellationToken);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGSTOP: it hangs.</summary>
    public Task PauseAsync() => _process!.PauseAsync();

    /// <summary>SIGCONT: it goes on.</summary>
    public Task ResumeAsync() => _process!.ResumeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    private IEnumerable<string> DataOption =>
        name == "Standalone" ? [$"--Segmentation:Projects:DataFolder={_data}"] : [];

    private string OperatorOption => $"--Segmentation:Endpoints:OperatorPort={_operatorPort}";

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await HealthAsync(cancellationToken)).Code == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
