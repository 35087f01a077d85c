using System.CommandLine;
using Segmentation.LoadTests.Commands;
using Segmentation.LoadTests.Planning;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Tests.Planning;

/// <summary>Plans from service times that the test sets.</summary>
public sealed class PlanTests
{
    private static readonly MeasuredTimes _measured = new()
    {
        Machine = "none",
        Encode = new Dictionary<int, IReadOnlyList<double>> { [1] = [900, 1000, 1200] },
        Decode = [8, 10, 14],
        Prepare = [50, 60],
        RedisPut = [2, 3],
        RedisGet = [2, 3],
        Click = [11, 13, 30],
        Upload = [950, 1050, 1300],
        GatewayCpu = 1.5,
    };

    private static readonly Behaviour _behaviour = new();

    [Fact]
    public void Find_SameSeed_GivesTheSamePlan()
    {
        var (first, second) = (Find(300), Find(300));

        Assert.Equal(first.Machines, second.Machines);
        Assert.Equal(first.PlanOutcome.Clicks, second.PlanOutcome.Clicks);
        Assert.NotEqual(first.PlanOutcome.Clicks, Find(300, seed: 2).PlanOutcome.Clicks);
    }

    [Fact]
    public void Find_MorePeople_TakesNoFewerMachinesAndHoldsTheObjectives()
    {
        var last = new Machines { Gateways = 0, Encoders = 0, Silos = 0, Redis = 0 };
        foreach (var users in new[] { 10, 300, 3_000, 1_000_000 })
        {
            var (machines, outcome) = Find(users);

            Assert.True(machines.Gateways >= last.Gateways && machines.Encoders >= last.Encoders
                && machines.Silos >= last.Silos && machines.Redis >= last.Redis, $"{users}: {machines} after {last}");
            Assert.InRange(PlanOutcome.At(outcome.Clicks, 0.99), 13, 100);
            Assert.InRange(PlanOutcome.At(outcome.Uploads, 0.99), 1200, 3000);
            Assert.InRange(outcome.SiloUtilisation, 0, 0.7);
            last = machines;
        }

        // Work alone: 400,000 new pictures a minute take 6,900 cores.
        Assert.InRange(last.Encoders, 13_000, 25_000);
    }

    [Fact]
    public void Find_BulkRequestsToo_TakesMoreSilosAndClicksStayInTime()
    {
        var bulk = _behaviour with { BulkPerUser = 1 };

        var (machines, outcome) = Find(3_000, behaviour: bulk);

        // 4,500 prompts and 50 preparations a second are 50 cores of work, 18 silos at 70 %; clicks alone are 16 cores.
        Assert.InRange(machines.Silos, 18, 30);
        Assert.InRange(outcome.SiloUtilisation, 0.4, 0.7);
        Assert.InRange(PlanOutcome.At(outcome.Clicks, 0.99), 13, 100);
    }

    [Fact]
    public void Simulate_MoreLoadThanTheMachineHas_WaitsGrow()
    {
        var times = new ServiceTimes(_measured);
        double P99(double rate) => PlanOutcome.At(
            PlanCheck.Simulate(
                times, Trace.Create(rate, 0.1, 60, 1), cores: 2, seed: 1, TestContext.Current.CancellationToken).Clicks,
            0.99);

        Assert.InRange(P99(5), 25, 60);
        Assert.True(P99(100) > 2 * P99(5));
    }

    [Fact]
    public void Simulate_NothingWaits_GivesWhatWasMeasured()
    {
        var clicks = PlanCheck.Simulate(
            new ServiceTimes(_measured), Trace.Create(0.5, 0, 4000, 1), cores: 2, seed: 1,
            TestContext.Current.CancellationToken).Clicks;

        Assert.InRange(PlanOutcome.At(clicks, 0.5), 12.7, 13.6);
        Assert.InRange(PlanOutcome.At(clicks, 0.99), 28, 32);
    }

    [Fact]
    public void Users_NotGiven_AreTenToTenMillion()
    {
        var options = new PlanOptions();
        var command = new RootCommand();
        command.Options.Add(options.Users);

        Assert.Equal(
            [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
            command.Parse([]).GetRequiredValue(options.Users));
        Assert.Contains(
            "1 or more", Assert.Single(command.Parse(["--users", "0"]).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileWithoutATime_SaysHowToWriteIt()
    {
        var path = Path.Combine(Path.GetTempPath(), $"segmentation-times-{Guid.NewGuid():N}.json");
        (_measured with { Decode = [] }).Write(path);
        try
        {
            Assert.Contains("plan --measure", Assert.Throws<ProgramException>(() => MeasuredTimes.Read(path)).Message,
                StringComparison.Ordinal);
            File.WriteAllText(path, "{}");
            Assert.Contains("plan --measure", Assert.Throws<ProgramException>(() => MeasuredTimes.Read(path)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (Machines Machines, PlanOutcome PlanOutcome) Find(
        double users, int seed = 1, Behaviour? behaviour = null) => new Sizing(
        new ServiceTimes(_measured),
        behaviour ?? _behaviour,
        new Objectives(),
        new Machines { Gateways = 1, Encoders = 1, Silos = 1, Redis = 1 },
        seed).Find(users, TestContext.Current.CancellationToken);
}
