using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Identity.Quotas;

namespace Segmentation.Identity.Tests.Quotas;

public sealed class QuotaLedgerTests : IAsyncDisposable
{
    private static readonly Quota _quota = new(UnitsPerSecond: 200, Burst: 200);
    private static readonly QuotaAccount _account = new("acme", _quota, IsOwn: false);
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly MemoryStore _store;
    private readonly List<QuotaLedger> _ledgers = [];

    public QuotaLedgerTests() => _store = new(_clock);

    public async ValueTask DisposeAsync()
    {
        foreach (var ledger in _ledgers)
        {
            await ledger.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Charge_FiveTimesTheRateOverAMinute_LetsTheRateThrough(int gateways)
    {
        Start(gateways);

        var passed = Run(TimeSpan.FromMinutes(1), 5 * _quota.UnitsPerSecond);

        Assert.InRange((passed - _quota.Burst) / 60, 0.95 * _quota.UnitsPerSecond, 1.05 * _quota.UnitsPerSecond);
    }

    [Fact]
    public void Charge_UnevenGateways_LetTheRateThrough()
    {
        Start(4);

        var passed = 0;
        for (var i = 0; i < 6_000; i++)
        {
            passed += Charge(_ledgers[0], 10) + (i % 10 == 0 ? Charge(_ledgers[1], 1) : 0);
            _clock.Advance(_step);
        }

        Assert.InRange((passed - _quota.Burst) / 60, 0.95 * _quota.UnitsPerSecond, 1.05 * _quota.UnitsPerSecond);
    }

    [Fact]
    public void Charge_BelowTheRate_RefusesNothing()
    {
        Start(4);

        Assert.Equal(60 * 160, Run(TimeSpan.FromMinutes(1), 160));
    }

    [Fact]
    public void Charge_FirstClick_WaitsForNoStore()
    {
        Start(1);

        Assert.Null(_ledgers[0].Charge(_account, 1));
    }

    [Fact]
    public void Charge_MoreThanTheBurst_IsChargedOnceAndOwed()
    {
        Start(1);
        Run(TimeSpan.FromSeconds(2), 10);

        var charged = 0;
        for (var i = 0; i < 100 * 10; i++)
        {
            charged += _ledgers[0].Charge(_account, 400) is null ? 1 : 0;
            _clock.Advance(_step);
        }

        Assert.InRange(charged, 4, 6);
    }

    [Fact]
    public void Charge_Refused_TellsWhen()
    {
        Start(1);
        while (_ledgers[0].Charge(_account, 10) is null)
        {
        }

        var wait = _ledgers[0].Charge(_account, 100);

        Assert.InRange(wait!.Value.TotalSeconds, 0.05, 1);
    }

    [Fact]
    public void Charge_AnotherTenant_IsNotTouched()
    {
        Start(1);
        Run(TimeSpan.FromSeconds(5), 5 * _quota.UnitsPerSecond);

        Assert.Null(_ledgers[0].Charge(_account with { Tenant = "other" }, 1));
    }

    [Fact]
    public void Charge_StoreAway_AllowsEachGatewayItsShare()
    {
        Start(4);
        Run(TimeSpan.FromSeconds(5), 5 * _quota.UnitsPerSecond);
        _store.IsAway = true;
        Run(TimeSpan.FromSeconds(1), 5 * _quota.UnitsPerSecond);

        Assert.All(_ledgers, ledger => Assert.True(ledger.IsAlone));
        var passed = Run(TimeSpan.FromMinutes(1), 5 * _quota.UnitsPerSecond);
        Assert.InRange(passed / 60.0, 0.9 * _quota.UnitsPerSecond, 1.1 * _quota.UnitsPerSecond);

        _store.IsAway = false;
        Run(TimeSpan.FromSeconds(2), 5 * _quota.UnitsPerSecond);
        Assert.All(_ledgers, ledger => Assert.False(ledger.IsAlone));
        Assert.InRange(
            Run(TimeSpan.FromMinutes(1), 5 * _quota.UnitsPerSecond) / 60.0,
            0.95 * _quota.UnitsPerSecond,
            1.05 * _quota.UnitsPerSecond);
    }

    [Fact]
    public void Charge_InMemory_AllowsTheRate()
    {
        _ledgers.Add(Ledger(new MemoryQuotaStore(_clock)));

        var passed = Run(TimeSpan.FromMinutes(1), 5 * _quota.UnitsPerSecond);

        Assert.InRange((passed - _quota.Burst) / 60, 0.95 * _quota.UnitsPerSecond, 1.05 * _quota.UnitsPerSecond);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Charge_ManyTenantsThatLeave_AreForgotten(bool isShared)
    {
        var ledger = Ledger(isShared ? _store.Of("g") : new MemoryQuotaStore(_clock));
        _ledgers.Add(ledger);
        for (var i = 0; i < 1_000; i++)
        {
            ledger.Charge(_account with { Tenant = $"tenant-{i}" }, 100);
        }

        for (var i = 0; i < 30; i++)
        {
            _clock.Advance(QuotaLedger.Period);
        }

        Assert.Equal(0, ledger.Accounts);
    }

    [Fact]
    public void Charge_AfterAPause_HasTheBurstOnceAndNotInEveryGateway()
    {
        Start(4);
        Run(TimeSpan.FromSeconds(5), 5 * _quota.UnitsPerSecond);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Run(TimeSpan.FromSeconds(3), 0);

        // A second lets through a burst, a second's units, and the units that gateways hold in advance.
        var passed = Run(TimeSpan.FromSeconds(1), 20 * _quota.UnitsPerSecond);

        Assert.InRange(passed, 1.8 * _quota.Burst, 2.2 * _quota.Burst);
    }

    private void Start(int gateways) => _ledgers.AddRange(Enumerable.Range(0, gateways).Select(
        i => Ledger(_store.Of($"g{i}"))));

    private QuotaLedger Ledger(IQuotaStore store, int? shares = null) =>
        new(store, shares, _clock, NullLogger<QuotaLedger>.Instance);

    /// <summary>Charges single units at a rate, evenly over all gateways; those that went through.</summary>
    private int Run(TimeSpan time, double unitsPerSecond)
    {
        var (passed, due) = (0, 0.0);
        for (var now = TimeSpan.Zero; now < time; now += _step)
        {
            due += unitsPerSecond * _step.TotalSeconds;
            for (var i = 0; due >= 1; due--, i++)
            {
                passed += Charge(_ledgers[i % _ledgers.Count], 1);
            }

            _clock.Advance(_step);
        }

        return passed;
    }

    private static int Charge(QuotaLedger ledger, int units) =>
        Enumerable.Range(0, units).Count(_ => ledger.Charge(_account, 1) is null);
}
