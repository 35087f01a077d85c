using System.Net;

namespace Segmentation.Cluster.Tests.Processes;

/// <summary>One of our programs, on ports of its own, that can be ended and started again.</summary>
/// <param name="name">Folder under services/.</param>
/// <param name="httpPort">Where it answers <c>/readyz</c>.</param>
/// <param name="options">Its options, without the leading dashes.</param>
internal sealed class Service(string name, int httpPort, params IEnumerable<string> options) : IAsyncDisposable
{
    private static readonly HttpClient Http = new();
    private readonly string[] _options = [.. options.Select(option => $"--Segmentation:{option}")];
    private ChildProcess? _process;

    /// <summary>What it printed last.</summary>
    public string Output => _process?.Output ?? $"{name} was never started";

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process = await ChildProcess.StartAsync(name, ["dotnet", Repository.Program(name), .. _options]);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync(cancellationToken))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public Task TerminateAsync(CancellationToken cancellationToken) => _process!.TerminateAsync(cancellationToken);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(
                new Uri($"http://{IPAddress.Loopback}:{httpPort}/readyz"), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
