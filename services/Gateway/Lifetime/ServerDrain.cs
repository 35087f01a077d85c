using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Lifetime;

/// <summary>
/// Shutdown as sessions see it: no message is read any more, what was read is answered, and the call ends with
/// UNAVAILABLE so that the client goes on elsewhere.
/// </summary>
internal sealed class ServerDrain : IDisposable
{
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;

    public ServerDrain(IHostApplicationLifetime lifetime) =>
        _registration = lifetime.ApplicationStopping.Register(() => _began.TrySetResult());

    /// <summary>Completes when shutdown begins.</summary>
    public Task Began => _began.Task;

    /// <summary>The status that ends a drained session.</summary>
    public static RpcStatus Ended() => Problem.TryLater(
        StatusCode.Unavailable,
        "SHUTTING_DOWN",
        "This server is shutting down; every message it read has been answered. Connect again and repeat the others.",
        TimeSpan.Zero);

    /// <summary>Status of work that is cancelled for the shutdown.</summary>
    public static RpcStatus Stopped() => Problem.TryLater(
        StatusCode.Unavailable,
        "SHUTTING_DOWN",
        "This server is shutting down and has given the request up. Connect again and repeat it.",
        TimeSpan.Zero);

    public void Dispose() => _registration.Dispose();
}
