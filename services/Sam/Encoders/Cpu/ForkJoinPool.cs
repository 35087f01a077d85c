using System.Runtime.ExceptionServices;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Threads that work on a run together with the caller's thread. They are dedicated: an encode would keep threads of
/// the shared pool for a second from interactive requests in the same process. One run at a time.
/// </summary>
internal sealed class ForkJoinPool : IDisposable
{
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _start = new(0);
    private readonly CountdownEvent _left = new(0);
    private Action<int> _work = _ => { };
    private ExceptionDispatchInfo? _error;
    private bool _ended;

    /// <param name="threads">Threads with the caller's, at least 1.</param>
    public ForkJoinPool(int threads)
    {
        _helpers = new Thread[threads - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            var worker = i + 1;
            _helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = $"encoder {worker}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Threads with the caller's.</summary>
    public int Count => _helpers.Length + 1;

    /// <summary>Runs work on every thread and waits for all.</summary>
    /// <param name="work">Takes the thread's number from 0; the caller's is 0.</param>
    public void Run(Action<int> work)
    {
        if (_helpers.Length == 0)
        {
            work(0);
            return;
        }

        (_work, _error) = (work, null);
        _left.Reset(_helpers.Length);
        _start.Release(_helpers.Length);
        try
        {
            work(0);
        }
        finally
        {
            _left.Wait();
        }

        _error?.Throw();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _ended = true;
        if (_helpers.Length > 0)
        {
            _start.Release(_helpers.Length);
        }

        foreach (var helper in _helpers)
        {
            helper.Join();
        }

        _start.Dispose();
        _left.Dispose();
    }

    // A quick thread may be woken twice and then finds no task left; as many are woken as were started.
    private void Help(int worker)
    {
        for (_start.Wait(); !_ended; _start.Wait())
        {
            try
            {
                _work(worker);
            }
#pragma warning disable CA1031 // Rethrown on the caller's thread.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _error = ExceptionDispatchInfo.Capture(error);
            }

            _left.Signal();
        }
    }
}
