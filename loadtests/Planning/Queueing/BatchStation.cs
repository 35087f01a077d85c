namespace Segmentation.LoadTests.Planning.Queueing;

/// <summary>A server that takes what waits, up to a batch, in one run: an encoder.</summary>
/// <param name="clock">The simulation's time.</param>
/// <param name="cores">Cores that it uses.</param>
/// <param name="maxBatch">Most requests in a run.</param>
/// <param name="timeOf">Seconds of a run of so many.</param>
internal sealed class BatchStation(EventClock clock, ICores cores, int maxBatch, Func<int, double> timeOf)
{
    private readonly Queue<Action> _waiting = new();
    private double _busyTime;
    private double _start;
    private double _began;
    private bool _isBusy;

    /// <summary>Requests that wait or are in the run.</summary>
    public int InSystem { get; private set; }

    /// <summary>Share of the time in which it worked since <see cref="Reset"/>.</summary>
    public double Utilisation => clock.Now > _start
        ? (_busyTime + (_isBusy ? clock.Now - Math.Max(_began, _start) : 0)) / (clock.Now - _start)
        : 0;

    /// <summary>Hands in a request.</summary>
    public void Submit(Action done)
    {
        InSystem++;
        _waiting.Enqueue(done);
        Serve();
    }

    /// <summary>Begins to count anew, after the warm-up.</summary>
    public void Reset() => (_busyTime, _start) = (0, clock.Now);

    private void Serve()
    {
        if (_isBusy || _waiting.Count == 0)
        {
            return;
        }

        Action[] batch = [.. Enumerable.Range(0, Math.Min(maxBatch, _waiting.Count)).Select(_ => _waiting.Dequeue())];
        (_isBusy, _began) = (true, clock.Now);
        cores.Run(timeOf(batch.Length), () =>
        {
            _busyTime += clock.Now - Math.Max(_began, _start);
            _isBusy = false;
            InSystem -= batch.Length;
            Serve();
            foreach (var done in batch)
            {
                done();
            }
        });
    }
}
