using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>A silo's address, capacity, load and health, as this gateway sees them. Safe for concurrent use.</summary>
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
    /// <param name="silo">The silo's description of itself; null stands for any silo that Orleans chooses.</param>
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

    /// <summary>The silo's address; null stands for any silo that Orleans chooses.</summary>
    public SiloAddress? Address { get; }

    /// <summary>The silo's name in addresses of images.</summary>
    public string? Name { get; }

    /// <summary>Prompts that the silo decodes at once.</summary>
    public int Workers { get; }

    /// <summary>Requests of this gateway that the silo has not answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Cancelled when the silo is out of reach: no open request will be answered.</summary>
    public CancellationToken Left { get; }

    /// <summary>An image's grain on this silo.</summary>
    /// <param name="embeddingKey">The embedding's key as text.</param>
    public IImageGrain Image(string embeddingKey) =>
        Grains.GetGrain<IImageGrain>(ImageAddress.For(embeddingKey, Name));

    /// <summary>
    /// True while the silo asks that prompts go elsewhere; prompts that come all the same are answered.
    /// </summary>
    public bool ShouldAvoid => _shouldAvoid;

    /// <summary>True when the silo was lately out of reach or late.</summary>
    /// <param name="now">Timestamp of the clock.</param>
    public bool HasFailed(long now) => Interlocked.Read(ref _avoidedUntil) > now;

    /// <summary>True when all other silos are to be asked first.</summary>
    /// <param name="now">Timestamp of the clock.</param>
    public bool IsLastResort(long now) => ShouldAvoid || HasFailed(now);

    /// <summary>Takes over the silo's description of itself.</summary>
    public void Update(SiloDescription? silo) =>
        _shouldAvoid = silo is { IsDraining: true } or { IsShortOfMemory: true };

    /// <summary>Notes that the silo has begun to shut down.</summary>
    public void Drains() => _shouldAvoid = true;

    /// <summary>Counts a request as open until the result is disposed.</summary>
    public OpenRequest Send()
    {
        Interlocked.Increment(ref _inFlight);
        return new OpenRequest(this);
    }

    /// <summary>Notes an answer that came in time.</summary>
    public void Answered()
    {
        Volatile.Write(ref _losses, 0);
        Interlocked.Exchange(ref _avoidedUntil, 0);
    }

    /// <summary>Notes that another silo, asked later, answered earlier.</summary>
    /// <param name="until">Timestamp until which the silo is asked last when this happens too often.</param>
    public void LostRace(long until)
    {
        if (Interlocked.Increment(ref _losses) >= LossesToAvoid)
        {
            Interlocked.Exchange(ref _avoidedUntil, until);
        }
    }

    /// <summary>Notes that the silo was out of reach.</summary>
    /// <param name="until">Timestamp until which the silo is asked last.</param>
    public void Failed(long until) => Interlocked.Exchange(ref _avoidedUntil, until);

    /// <summary>Ends all open requests, since the silo is out of reach.</summary>
    public void Leave() => _left.Cancel();

    public void Dispose() => _left.Dispose();

    /// <summary>A request that the silo has not answered.</summary>
    internal readonly struct OpenRequest(SiloState silo) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref silo._inFlight);
    }
}
