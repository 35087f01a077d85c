using Grpc.Core;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Watching;

/// <summary>Sends work in the background to those who watch, whenever the work has changed, until it has ended.</summary>
internal sealed class StateWatch(IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(500);

    /// <summary>Watches.</summary>
    /// <typeparam name="T">Message of the work.</typeparam>
    /// <param name="read">Reads the work, after asking for the caller's role: whoever loses the role watches no longer.</param>
    /// <param name="isOver">Tells whether the work has ended.</param>
    /// <param name="answers">Takes the messages.</param>
    /// <param name="context">The call.</param>
    /// <exception cref="RpcException">UNAVAILABLE: this process ends before the work does.</exception>
    public async Task RunAsync<T>(
        Func<Task<T>> read, Func<T, bool> isOver, IServerStreamWriter<T> answers, ServerCallContext context)
        where T : class
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(_period, clock);
        T? last = null;
        try
        {
            do
            {
                var now = await read();
                if (!now.Equals(last))
                {
                    await answers.WriteAsync(last = now, ends.Token);
                }
            }
            while (!isOver(last) && await timer.WaitForNextTickAsync(ends.Token));
        }
        catch (OperationCanceledException) when (
            lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw ProjectProblem.Of(
                StatusCode.Unavailable, "SHUTTING_DOWN", "This process ends, and the work goes on. Watch it again.");
        }
    }
}
