namespace Segmentation.Gateway.Routing;

/// <summary>A silo as the gateway knows it: its address, and how it has lately answered.</summary>
internal sealed class SiloRoute : IDisposable
{
    /// <summary>Lost races in a row after which others are asked first.</summary>
    private const int LossesToAvoid = 2;

    private readonly CancellationTokenSource _left = new();
    private int _losses;
    private long _avoidedUntil;

    /// <param name="address">The silo; null stands for whichever Orleans chooses.</param>
    public SiloRoute(SiloAddress? address)
    {
        Address = address;
        Left = _left.Token;
    }

    /// <summary>The silo; null stands for whichever Orleans chooses.</summary>
    public SiloAddress? Address { get; }

    /// <summary>Cancelled when it is no member any more: nothing sent there will be answered.</summary>
    public CancellationToken Left { get; }

    /// <summary>Whether others should be asked first.</summary>
    /// <param name="now">Timestamp of the clock.</param>
    public bool IsAvoided(long now) => Interlocked.Read(ref _avoidedUntil) > now;

    /// <summary>It answered in time.</summary>
    public void Answered()
    {
        Volatile.Write(ref _losses, 0);
        Interlocked.Exchange(ref _avoidedUntil, 0);
    }

    /// <summary>Another one answered what it was asked first.</summary>
    /// <param name="until">Timestamp until which it is to be avoided if this happens too often.</param>
    public void LostRace(long until)
    {
        if (Interlocked.Increment(ref _losses) >= LossesToAvoid)
        {
            Interlocked.Exchange(ref _avoidedUntil, until);
        }
    }

    /// <summary>It could not be reached.</summary>
    /// <param name="until">Timestamp until which it is to be avoided.</param>
    public void Failed(long until) => Interlocked.Exchange(ref _avoidedUntil, until);

    /// <summary>It left the cluster.</summary>
    public void Leave() => _left.Cancel();

    public void Dispose() => _left.Dispose();
}
