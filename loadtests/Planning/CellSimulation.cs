using Segmentation.LoadTests.Planning.Queueing;

namespace Segmentation.LoadTests.Planning;

/// <summary>
/// People on a cell of the system. A large system is simulated by a part of it: a few silos, the same share of
/// encoders, gateways and Redis servers (rounded up), of arrivals (a thinned Poisson process is one) and of stored
/// pictures. Requests wait longer in the queues of a part than in those of the whole, so times are upper bounds.
/// </summary>
internal sealed class CellSimulation
{
    /// <summary>Silos of a cell at most.</summary>
    public const int MostSilos = 4;

    private readonly EventClock _clock = new();
    private readonly ClusterSimulation _cluster;
    private readonly Behaviour _behaviour;
    private readonly Popularity _popularity;
    private readonly Random _random;
    private readonly double _users;
    private long _newImages = long.MaxValue / 2;

    private CellSimulation(ServiceTimes times, Behaviour behaviour, Machines machines, double users, int seed)
    {
        var share = Math.Min(1, (double)MostSilos / machines.Silos);
        int Part(int count) => (int)Math.Ceiling(count * share - 1e-9);
        var cell = machines with
        {
            Silos = Part(machines.Silos),
            Encoders = Part(machines.Encoders),
            Gateways = Part(machines.Gateways),
            Redis = Part(machines.Redis),
        };
        _users = users * share;
        _behaviour = behaviour;
        _random = new Random(seed);
        _popularity = new Popularity((long)(_users * behaviour.StoredPerUser), behaviour.Skew);
        _cluster = new ClusterSimulation(_clock, times, cell, new Random(seed + 1));
    }

    /// <summary>Simulates people for some time.</summary>
    /// <param name="times">Service times.</param>
    /// <param name="behaviour">Behaviour of the people.</param>
    /// <param name="machines">Machines of the whole system.</param>
    /// <param name="users">People who work at the same time, in the whole system.</param>
    /// <param name="seconds">
    /// Simulated seconds that are counted. A quarter as many run before them, uncounted, so that queues and caches
    /// fill.
    /// </param>
    /// <param name="seed">Chance; the same seed gives the same outcome.</param>
    /// <param name="cancellationToken">Ends the simulation.</param>
    public static PlanOutcome Run(
        ServiceTimes times,
        Behaviour behaviour,
        Machines machines,
        double users,
        double seconds,
        int seed,
        CancellationToken cancellationToken)
    {
        var cell = new CellSimulation(times, behaviour, machines, users, seed);
        cell.BeginInTheMiddle();
        cell._clock.RunUntil(seconds / 4, cancellationToken);
        cell._cluster.Reset();
        cell._clock.RunUntil(seconds * 5 / 4, cancellationToken);
        return cell._cluster.Finish();
    }

    // People are at work already: each has a picture that is hot. The clicks that they have made do not matter, since
    // the number of those to come has no memory.
    private void BeginInTheMiddle()
    {
        var atWork = (int)Math.Round(_users);
        for (var i = 0; i < atWork; i++)
        {
            var image = Picture(out _);
            _cluster.Warm(image);
            Think(image);
        }

        ArriveAfterAWhile();
        if (_behaviour.BulkPerUser > 0)
        {
            BulkAfterAWhile();
        }
    }

    private void BulkAfterAWhile() => _clock.After(Exponential(1 / (_behaviour.BulkPerUser * _users)), () =>
    {
        _cluster.Bulk(Picture(out _));
        BulkAfterAWhile();
    });

    private void ArriveAfterAWhile() =>
        _clock.After(Exponential(1 / _behaviour.PicturesPerSecond(_users)), () =>
        {
            var image = Picture(out var isStored);
            _cluster.Upload(image, isStored, opens: true, () => Think(image));
            ArriveAfterAWhile();
        });

    private void Think(long image) =>
        _clock.After(Exponential(_behaviour.ThinkSeconds), () => _cluster.Click(image, () => Answered(image)));

    private void Answered(long image)
    {
        if (_random.NextDouble() >= 1 / _behaviour.ClicksPerPicture)
        {
            Think(image);
        }
    }

    private long Picture(out bool isStored)
    {
        isStored = _random.NextDouble() < _behaviour.StoredShare;
        return isStored ? _popularity.Next(_random) : _newImages++;
    }

    private double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());
}
