namespace Segmentation.LoadTests.Planning;

/// <summary>Searches for the fewest machines of each kind with which a number of people are served as wanted.</summary>
/// <param name="times">Service times.</param>
/// <param name="behaviour">What people do.</param>
/// <param name="objectives">Largest response times that are good enough.</param>
/// <param name="form">Cores, memory and network of a machine; its numbers of machines are not used.</param>
/// <param name="seed">Chance.</param>
internal sealed class Sizing(
    ServiceTimes times, Behaviour behaviour, Objectives objectives, Machines form, int seed)
{
    private const int MostRounds = 60;

    /// <summary>Least simulated seconds, and about the fewest clicks that a figure is made of.</summary>
    private const double LeastSeconds = 60;
    private const double EnoughClicks = 60_000;
    private const double MostSeconds = 3600;
    private const double Idle = 0.05;

    /// <summary>Finds the machines.</summary>
    /// <param name="users">People who work at the same time.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The machines and what they gave; the objectives hold unless time per request alone exceeds
    /// them.</returns>
    public (Machines Machines, PlanOutcome PlanOutcome) Find(double users, CancellationToken cancellationToken)
    {
        var machines = FromLoad(users);
        for (var round = 0; ; round++)
        {
            var outcome = CellSimulation.Run(
                times, behaviour, machines, users, Seconds(machines, users), seed, cancellationToken);
            var more = More(machines, outcome);
            if (more == machines || round == MostRounds)
            {
                return (machines, outcome);
            }

            machines = more;
        }
    }

    private double Seconds(Machines machines, double users)
    {
        var share = Math.Min(1, (double)CellSimulation.MostSilos / machines.Silos);
        return Math.Clamp(EnoughClicks / behaviour.ClicksPerSecond(users * share), LeastSeconds, MostSeconds);
    }

    // Enough for the mean; queues are what the simulation is for.
    private Machines FromLoad(double users)
    {
        var (clicks, pictures) = (behaviour.ClicksPerSecond(users), behaviour.PicturesPerSecond(users));
        var encoded = pictures * (1 - behaviour.StoredShare);
        int For(double work, int servers) =>
            Math.Max(objectives.Fewest, (int)Math.Ceiling(work / (servers * objectives.MostBusy)));
        return form with
        {
            Silos = Math.Max(
                For(
                    (clicks + behaviour.BulkPerUser * users) * times.Decode.Mean + pictures * times.Prepare.Mean,
                    form.SiloWorkers),
                (int)Math.Ceiling(users * times.Measured.HotImageBytes / form.HotBytes)),
            Encoders = For(encoded * times.EncodeMean, 1),
            Gateways = For((clicks + pictures) * times.GatewayCpu, form.GatewayCores),
            Redis = For(
                encoded * Math.Max(times.RedisPut.Mean, OnTheWire)
                    + pictures * Math.Max(times.RedisGet.Mean, OnTheWire),
                1),
        };
    }

    private double OnTheWire => times.Measured.EmbeddingBytes * 8 / form.NetworkBits;

    private Machines More(Machines machines, PlanOutcome outcome)
    {
        // A twentieth more, since each round costs a simulation.
        static int Raised(int count) => count + Math.Max(1, count / 20);
        var isClickLate = PlanOutcome.At(outcome.Clicks, 0.99) > objectives.ClickP99;
        var isUploadLate = PlanOutcome.At(outcome.Uploads, 0.99) > objectives.UploadP99;
        return machines with
        {
            // The queues are nearly empty: more machines do not shorten the response times.
            Silos = IsShort(isClickLate, outcome.SiloUtilisation) ? Raised(machines.Silos) : machines.Silos,
            Encoders = IsShort(isUploadLate, outcome.EncoderUtilisation)
                ? Raised(machines.Encoders) : machines.Encoders,
            Gateways = outcome.GatewayUtilisation > objectives.MostBusy ? Raised(machines.Gateways) : machines.Gateways,
            Redis = outcome.RedisUtilisation > objectives.MostBusy ? Raised(machines.Redis) : machines.Redis,
        };
    }

    private bool IsShort(bool isLate, double utilisation) =>
        (isLate && utilisation > Idle) || utilisation > objectives.MostBusy;
}
