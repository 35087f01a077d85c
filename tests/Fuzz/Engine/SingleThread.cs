using System.Diagnostics;

namespace Segmentation.Fuzz.Engine;

/// <summary>
/// Runs asynchronous code on the calling thread, step after step, so that the same input takes the same steps.
/// </summary>
internal sealed class SingleThread : SynchronizationContext
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _steps = [];

    /// <summary>Runs work until it ends.</summary>
    /// <exception cref="BrokenRuleException">Nothing goes on for five seconds.</exception>
    public static void Run(Func<Task> work)
    {
        var before = Current;
        var thread = new SingleThread();
        SetSynchronizationContext(thread);
        try
        {
            var task = work();
            task.ContinueWith(_ => thread.Post(static _ => { }, null), TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                var (callback, state) = thread.Next();
                callback(state);
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_steps)
        {
            _steps.Enqueue((d, state));
            Monitor.Pulse(_steps);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    private (SendOrPostCallback Callback, object? State) Next()
    {
        var start = Stopwatch.GetTimestamp();
        lock (_steps)
        {
            while (_steps.Count == 0)
            {
                Require.That(
                    Monitor.Wait(_steps, _patience) || Stopwatch.GetElapsedTime(start) < _patience,
                    () => "Nothing goes on: what is waited for does not come.");
            }

            return _steps.Dequeue();
        }
    }
}
