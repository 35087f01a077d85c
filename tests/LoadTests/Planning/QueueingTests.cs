using Segmentation.LoadTests.Planning;
using Segmentation.LoadTests.Planning.Queueing;

namespace Segmentation.LoadTests.Tests.Planning;

/// <summary>Stations against the formulas of queueing theory.</summary>
public sealed class QueueingTests
{
    private const double Tolerance = 0.05;

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void Station_ExponentialService_WaitsAsMM1(double load)
    {
        var seen = Simulate(load, 1, Distribution.Exponential(1));

        AssertNear(1 / (1 - load), seen.MeanTime);
        AssertNear(load, seen.Utilisation);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void Station_ConstantService_WaitsAsMD1(double load)
    {
        var seen = Simulate(load, 1, Distribution.Constant(1));

        // Pollaczek-Khinchine without variance: half of the wait of M/M/1.
        AssertNear(1 + load / (2 * (1 - load)), seen.MeanTime);
    }

    [Fact]
    public void Station_FourServers_WaitsAsErlangC()
    {
        const int Servers = 4;
        const double Load = 0.75;

        var seen = Simulate(Load * Servers, Servers, Distribution.Exponential(1));

        // P(wait) of M/M/c, by the recursion of Erlang's B formula.
        var b = 1.0;
        for (var k = 1; k <= Servers; k++)
        {
            b = Load * Servers * b / (k + Load * Servers * b);
        }

        var waits = b / (1 - Load * (1 - b));
        AssertNear(1 + waits / (Servers * (1 - Load)), seen.MeanTime);
    }

    [Theory]
    [InlineData(1, 0.7)]
    [InlineData(3, 2)]
    public void Station_AnyService_ObeysLittlesLaw(int servers, double rate)
    {
        var seen = Simulate(rate, servers, Distribution.Of([200, 500, 900, 2000]));

        AssertNear(rate * seen.MeanTime, seen.MeanInSystem);
    }

    [Fact]
    public void SharedCores_AnyService_TakesTimeAsProcessorSharing()
    {
        const double Load = 0.6;
        var clock = new EventClock();
        var cores = new SharedCores(clock, 1);
        var times = Arrive(clock, Load, (random, done) => cores.Run(random.NextDouble() * 2, done));

        // The mean of processor sharing depends on the mean of service only.
        AssertNear(1 / (1 - Load), times.Average());
    }

    [Fact]
    public void Station_BatchLane_DoesNotDelayInteractiveWork()
    {
        var clock = new EventClock();
        var station = new Station(clock, new OwnCores(clock), 1);
        station.Submit(10, () => { }, isBatch: true);
        var (interactive, batch) = (0.0, 0.0);
        clock.After(1, () => station.Submit(0.5, () => interactive = clock.Now));
        clock.After(2, () => station.Submit(1, () => batch = clock.Now, isBatch: true));

        clock.RunUntil(20, TestContext.Current.CancellationToken);

        Assert.InRange(interactive, 1.5, 1.502);
        Assert.InRange(batch, 11.49, 11.51);
    }

    [Fact]
    public void BatchStation_ManyWait_TakesABatch()
    {
        var clock = new EventClock();
        var sizes = new List<int>();
        var encoder = new BatchStation(clock, new OwnCores(clock), 4, images =>
        {
            sizes.Add(images);
            return 1;
        });
        for (var i = 0; i < 6; i++)
        {
            encoder.Submit(() => { });
        }

        clock.RunUntil(10, TestContext.Current.CancellationToken);

        Assert.Equal([1, 4, 1], sizes);
        Assert.Equal(0, encoder.InSystem);
        Assert.Equal(0.3, encoder.Utilisation, 1e-9);
    }

    [Fact]
    public void Popularity_ManyImages_FollowsZipf()
    {
        const int Draws = 200_000;
        var popularity = new Popularity(1_000_000, 0.8);
        var random = new Random(3);
        long[] ranks = [.. Enumerable.Range(0, Draws).Select(_ => popularity.Next(random))];

        Assert.InRange(ranks.Max(), 900_000, 999_999);
        // Two ranges, of the table and behind it, against the sum of 1 / k^0.8.
        var all = Sum(1, 1_000_000);
        AssertNear(Sum(1, 100) / all, ranks.Count(rank => rank < 100) / (double)Draws);
        AssertNear(Sum(100_001, 500_000) / all, ranks.Count(rank => rank is >= 100_000 and < 500_000) / (double)Draws);

        static double Sum(int from, int to) =>
            Enumerable.Range(from, to - from + 1).Sum(k => Math.Pow(k, -0.8));
    }

    private static (double MeanTime, double MeanInSystem, double Utilisation) Simulate(
        double rate, int servers, Distribution service)
    {
        var clock = new EventClock();
        var station = new Station(clock, new OwnCores(clock), servers);
        var times = Arrive(clock, rate, (random, done) => station.Submit(service.Sample(random), done));
        return (times.Average(), station.MeanInSystem, station.Utilisation);
    }

    /// <summary>Poisson arrivals.</summary>
    /// <returns>The time of each from arrival to end.</returns>
    private static List<double> Arrive(EventClock clock, double rate, Action<Random, Action> submit)
    {
        const double Arrivals = 400_000;
        var random = new Random(1);
        var times = new List<double>();
        void Next() => clock.After(-Math.Log(1 - random.NextDouble()) / rate, () =>
        {
            var arrived = clock.Now;
            submit(random, () => times.Add(clock.Now - arrived));
            Next();
        });
        Next();
        clock.RunUntil(Arrivals / rate, TestContext.Current.CancellationToken);
        return times;
    }

    private static void AssertNear(double expected, double seen) =>
        Assert.InRange(seen, expected * (1 - Tolerance), expected * (1 + Tolerance));
}
