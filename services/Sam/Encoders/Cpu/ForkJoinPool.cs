using System.Runtime.ExceptionServices;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Threads that work together with the caller's. They are their own and not the pool's: an encode would keep those for
/// a second from what answers people in the same process. One run at a time.
/// </summary>
internal sealed class ForkJoinPool : IDisposable
{
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _start = new(0);
    private readonly CountdownEvent _left = new(0);
    private Action<int> _work = _ => { };
    private ExceptionDispatchInfo? _error;
    private bool _ended;

    /// <param name="threads">How many work, the caller's among them: at least 1.</param>
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

    /// <summary>How many work.</summary>
    public int Count => _helpers.Length + 1;

    /// <summary>Has every worker do something, and waits for all.</summary>
    /// <param name="work">Gets the worker's number from 0; the caller's is 0.</param>
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

    // Who is quick may be woken twice and finds nothing left then; as many wake as have to.
    private void Help(int worker)
    {
        for (_start.Wait(); !_ended; _start.Wait())
        {
            try
            {
                _work(worker);
            }
#pragma warning disable CA1031 // Whatever it is, it is thrown again where the run was asked for.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _error = ExceptionDispatchInfo.Capture(error);
            }

            _left.Signal();
        }
    }
}
