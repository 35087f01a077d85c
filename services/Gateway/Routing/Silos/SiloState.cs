using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>A silo as the gateway knows it: how to reach it, how much it can do, and how it has lately answered.</summary>
internal sealed class SiloState : IDisposable
{
    /// <summary>Lost races in a row after which others are asked first.</summary>
    private const int LossesToAvoid = 2;

    private readonly CancellationTokenSource _left = new();
    private int _losses;
    private int _inFlight;
    private long _avoidedUntil;
    private volatile bool _shouldAvoid;

    /// <param name="grains">Reaches the silo's grains.</param>
    /// <param name="silo">What the silo says of itself; null stands for whichever silo Orleans chooses.</param>
    public SiloState(IGrainFactory grains, SiloDescription? silo)
    {
        Grains = grains;
        Address = silo?.Address;
        Name = Address?.ToParsableString();
        Workers = silo?.Workers ?? 1;
        Left = _left.Token;
        Update(silo);
    }

    /// <summary>Reaches the silo's grains.</summary>
    public IGrainFactory Grains { get; }

    /// <summary>The silo; null stands for whichever Orleans chooses.</summary>
    public SiloAddress? Address { get; }

    /// <summary>The silo as image addresses name it.</summary>
    public string? Name { get; }

    /// <summary>Prompts it decodes at once.</summary>
    public int Workers { get; }

    /// <summary>Requests of this gateway that it has not answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Cancelled when it cannot be reached any more: nothing sent there will be answered.</summary>
    public CancellationToken Left { get; }

    /// <summary>An image's grain on this silo.</summary>
    /// <param name="embeddingKey">The embedding's key as text.</param>
    public IImageGrain Image(string embeddingKey) =>
        Grains.GetGrain<IImageGrain>(ImageAddress.For(embeddingKey, Name));

    /// <summary>It says that prompts should go elsewhere; it answers all the same.</summary>
    public bool ShouldAvoid => _shouldAvoid;

    /// <summary>Whether it was lately out of reach or late.</summary>
    /// <param name="now">Timestamp of the clock.</param>
    public bool HasFailed(long now) => Interlocked.Read(ref _avoidedUntil) > now;

    /// <summary>Whether others should be asked first.</summary>
    /// <param name="now">Timestamp of the clock.</param>
    public bool IsAvoided(long now) => ShouldAvoid || HasFailed(now);

    /// <summary>Takes over what the silo says of itself.</summary>
    public void Update(SiloDescription? silo) => _shouldAvoid = silo is { IsDraining: true } or { IsShortOfMemory: true };

    /// <summary>It said that it is about to end.</summary>
    public void Drains() => _shouldAvoid = true;

    /// <summary>A request is sent; it is answered or given up when the result is disposed.</summary>
    public Request Send()
    {
        Interlocked.Increment(ref _inFlight);
        return new Request(this);
    }

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

    /// <summary>It cannot be reached any more.</summary>
    public void Leave() => _left.Cancel();

    public void Dispose() => _left.Dispose();

    /// <summary>A request that was sent.</summary>
    internal readonly struct Request(SiloState route) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref route._inFlight);
    }
}
