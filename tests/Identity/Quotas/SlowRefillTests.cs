using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Identity.Quotas;

namespace Segmentation.Identity.Tests.Quotas;

/// <summary>A burst that takes long to refill, work that is larger than what a gateway holds, and what is told of both.</summary>
public sealed class SlowRefillTests : IAsyncDisposable
{
    private static readonly Quota _quota = Quota.OfRate(10);
    private static readonly QuotaAccount _account = new("acme", _quota, IsOwn: false);

    private readonly FakeTimeProvider _clock = new(new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore _store;
    private readonly List<QuotaLedger> _ledgers = [];

    public SlowRefillTests() => _store = new(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var ledger in _ledgers)
        {
            await ledger.DisposeAsync();
        }
    }

    [Fact]
    public void Charge_LargeWorkOnAnEmptyBucket_IsDoneAfterTheTimeThatWasTold()
    {
        var ledger = Start();
        for (var i = 0; i < 1_000; i++)
        {
            ledger.Charge(_account, 1);
            _clock.Advance(QuotaLedger.Period / 10);
        }

        var wait = ledger.Charge(_account, 40);

        Assert.InRange(wait!.Value.TotalSeconds, 3, 4.1);
        Advance(wait.Value + (2 * QuotaLedger.Period));
        Assert.Null(ledger.Charge(_account, 40));
    }

    [Fact]
    public void Charge_LargeWorkOnAFullBucket_IsDoneAfterASettlement()
    {
        var ledger = Start();

        var wait = ledger.Charge(_account, 100);

        Assert.InRange(wait!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(0.3));
        Advance(wait.Value);
        Assert.Null(ledger.Charge(_account, 100));
    }

    /// <summary>A gateway that forgets an account while its bucket is empty would allow it an advance again and again.</summary>
    [Fact]
    public void Charge_NowAndThenAtEachGateway_IsNotMoreThanTheRate()
    {
        var ledgers = Enumerable.Range(0, 4).Select(_ => Start()).ToList();
        var passed = 0;
        for (var i = 0; i < 400; i++)
        {
            passed += ledgers.Sum(ledger => Enumerable.Range(0, 25).Count(_ => ledger.Charge(_account, 1) is null));
            Advance(QuotaLedger.Idle + TimeSpan.FromSeconds(0.5));
        }

        Assert.InRange(passed, 0.9 * 10_000, (1.05 * 10_000) + _quota.Burst);
    }

    [Fact]
    public void WaitFor_Anything_ChargesNothing()
    {
        var ledger = Start();
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(ledger.WaitFor(_account, 20));
        }

        Assert.NotNull(ledger.WaitFor(_account, 200));
        Assert.Equal(100, ledger.Look(_account).Available);
        Assert.Equal(0, ledger.Look(_account).UsedToday);
    }

    [Fact]
    public void GiveBack_WorkThatWasNotDone_CanBeSpentAgain()
    {
        var ledger = Start();
        Assert.Null(ledger.Charge(_account, 20));

        ledger.GiveBack(_account, 20);

        Assert.Equal(100, ledger.Look(_account).Available);
        Assert.Equal(0, ledger.Look(_account).UsedToday);
    }

    [Fact]
    public void Charge_KeysOfOtherFigures_HaveBucketsOfTheirOwn()
    {
        var ledger = Start();
        var (own, same) = (Own(2), Own(2));
        Charge(ledger, own, 5);

        Assert.Equal(15, ledger.Look(same).Available, 1.0);
        Assert.Equal(20, ledger.Look(Own(2.5)).Available, 6.0);
        Assert.Equal(100, ledger.Look(_account).Available);
        Assert.Equal(100, ledger.Look(own with { Tenant = "other", Quota = _quota }).Available);
    }

    [Fact]
    public async Task Read_AtAnyGateway_TellsTheWorkOfAll()
    {
        var (one, other) = (Start(), Start());
        Charge(one, _account, 20);
        Advance(QuotaLedger.Period);
        Charge(other, _account, 10);

        Advance(QuotaLedger.Period);
        var state = await one.ReadAsync(_account, Cancel);

        Assert.Equal(30, state.UsedToday, 0.01);

        // The other gateway holds some in advance.
        Assert.InRange(state.Available, 50, 75);
        Assert.Equal(state.UsedToday, (await Start().ReadAsync(_account, Cancel)).UsedToday, 0.01);
    }

    [Fact]
    public async Task Read_NextDay_HasNothingUsed()
    {
        var ledger = Start();
        Charge(ledger, _account, 20);
        Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(20, (await ledger.ReadAsync(_account, Cancel)).UsedToday);

        _clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, (await ledger.ReadAsync(_account, Cancel)).UsedToday);
    }

    [Fact]
    public async Task Read_StoreAway_TellsWhatIsKnownHere()
    {
        var ledger = Start();
        Charge(ledger, _account, 20);
        _store.IsAway = true;

        Assert.Equal(20, (await ledger.ReadAsync(_account, Cancel)).UsedToday);
    }

    [Fact]
    public void Charge_StoreNeverThere_AllowsTheShareThatIsConfigured()
    {
        _store.IsAway = true;
        var ledger = Start(shares: 5);
        var passed = 0;
        for (var i = 0; i < 6_000; i++)
        {
            passed += ledger.Charge(_account, 1) is null ? 1 : 0;
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.True(ledger.IsAlone);
        Assert.InRange(passed - (_quota.Burst / 5), 0.9 * 120, (1.1 * 120) + 10);
    }

    [Fact]
    public void IsAlone_NobodyLeft_IsFalse()
    {
        _store.IsAway = true;
        var ledger = Start();
        ledger.Charge(_account, 1);
        Advance(QuotaLedger.Period);
        Assert.True(ledger.IsAlone);

        Advance(TimeSpan.FromSeconds(10));

        Assert.False(ledger.IsAlone);
    }

    [Fact]
    public void Charge_OfAKnownAccount_AllocatesNothing()
    {
        var ledger = Start();
        var account = new QuotaAccount("rich", Quota.OfRate(1e6), IsOwn: true);
        ledger.Charge(account, 1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            ledger.Charge(account, 1);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static QuotaAccount Own(double rate) => new("acme", Quota.OfRate(rate), IsOwn: true);

    private static void Charge(QuotaLedger ledger, QuotaAccount account, int units)
    {
        for (var i = 0; i < units; i++)
        {
            Assert.Null(ledger.Charge(account, 1));
        }
    }

    private void Advance(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += QuotaLedger.Period)
        {
            _clock.Advance(QuotaLedger.Period);
        }
    }

    private QuotaLedger Start(int? shares = null)
    {
        var ledger = new QuotaLedger(
            _store.Of($"g{_ledgers.Count}"), shares, _clock, NullLogger<QuotaLedger>.Instance);
        _ledgers.Add(ledger);
        return ledger;
    }
}
