namespace Segmentation.LoadTests.Planning.Queueing;

/// <summary>
/// Servers with one queue in two lanes: interactive work goes first, and batch work is interrupted for it between
/// slices.
/// </summary>
/// <param name="clock">The simulation's time.</param>
/// <param name="cores">Cores that the servers use.</param>
/// <param name="servers">Number of servers.</param>
internal sealed class Station(EventClock clock, ICores cores, int servers)
{
    /// <summary>
    /// Seconds after which batch work looks for interactive work: a decoder looks between two grid rows.
    /// </summary>
    private const double Slice = 0.001;

    private readonly Queue<(double Work, Action Done)> _interactive = new();
    private readonly LinkedList<(double Work, Action Done)> _batch = new();
    private double _area;
    private double _busyArea;
    private double _since;
    private int _busy;

    /// <summary>Number of servers.</summary>
    public int Servers => servers;

    /// <summary>Requests that wait or are served.</summary>
    public int InSystem { get; private set; }

    /// <summary>Mean number of requests that waited or were served since <see cref="Reset"/>.</summary>
    public double MeanInSystem => Mean(_area, InSystem);

    /// <summary>Share of the servers' time in which they worked since <see cref="Reset"/>.</summary>
    public double Utilisation => Mean(_busyArea, _busy) / servers;

    private double Start { get; set; }

    /// <summary>Hands in work.</summary>
    /// <param name="work">Seconds on a core of its own.</param>
    /// <param name="done">Happens when it is done.</param>
    /// <param name="isBatch">True for the batch lane.</param>
    public void Submit(double work, Action done, bool isBatch = false)
    {
        Count();
        InSystem++;
        if (isBatch)
        {
            _batch.AddLast((work, done));
        }
        else
        {
            _interactive.Enqueue((work, done));
        }

        Serve();
    }

    /// <summary>Begins to count means anew, after the warm-up.</summary>
    public void Reset() => (_area, _busyArea, _since, Start) = (0, 0, clock.Now, clock.Now);

    private void Serve()
    {
        while (_busy < servers && (_interactive.Count > 0 || _batch.Count > 0))
        {
            Count();
            _busy++;
            if (_interactive.TryDequeue(out var next))
            {
                cores.Run(next.Work, () => End(next.Done));
                continue;
            }

            var (work, done) = _batch.First!.Value;
            _batch.RemoveFirst();
            var slice = Math.Min(work, Slice);
            cores.Run(slice, work - slice > 0 ? () => Interrupt(work - slice, done) : () => End(done));
        }
    }

    private void Interrupt(double left, Action done)
    {
        Count();
        _busy--;
        _batch.AddFirst((left, done));
        Serve();
    }

    private void End(Action done)
    {
        Count();
        _busy--;
        InSystem--;
        Serve();
        done();
    }

    private void Count()
    {
        _area += InSystem * (clock.Now - _since);
        _busyArea += _busy * (clock.Now - _since);
        _since = clock.Now;
    }

    private double Mean(double area, int now) => clock.Now > Start
        ? (area + now * (clock.Now - _since)) / (clock.Now - Start)
        : 0;
}
