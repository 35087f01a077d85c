namespace Segmentation.LoadTests.Planning.Queueing;

/// <summary>
/// Cores of one machine that all work shares evenly, as a fair scheduler does (processor sharing). All running work
/// progresses at one rate, so it ends in the order of its virtual end.
/// </summary>
/// <param name="clock">The simulation's time.</param>
/// <param name="count">Number of cores.</param>
internal sealed class SharedCores(EventClock clock, int count) : ICores
{
    private readonly PriorityQueue<Action, (double End, long Order)> _running = new();
    private double _virtual;
    private double _since;
    private long _order;
    private long _planned;

    private double Rate => Math.Min(1, (double)count / Math.Max(1, _running.Count));

    public void Run(double work, Action done)
    {
        Advance();
        _running.Enqueue(done, (_virtual + work, _order++));
        Plan();
    }

    private void Advance()
    {
        _virtual += (clock.Now - _since) * Rate;
        _since = clock.Now;
    }

    private void Plan()
    {
        if (!_running.TryPeek(out _, out var next))
        {
            return;
        }

        var plan = ++_planned;
        clock.After(Math.Max(0, next.End - _virtual) / Rate, () =>
        {
            // Whatever began or ended meanwhile has made another plan.
            if (plan != _planned)
            {
                return;
            }

            Advance();
            var done = _running.Dequeue();
            Plan();
            done();
        });
    }
}
