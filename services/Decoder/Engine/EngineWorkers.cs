using System.Runtime.CompilerServices;

namespace Segmentation.Decoder.Engine;

/// <summary>
/// A thread's workers, one for each model that it has worked for; they go with their engines. Not safe for concurrent
/// use.
/// </summary>
/// <param name="first">The default model's engine.</param>
internal sealed class EngineWorkers(IDecodeEngine first)
{
    // Weak: the buffers of a model that left the memory are not kept.
    private readonly ConditionalWeakTable<IDecodeEngine, IDecodeWorker> _others = [];
    private readonly IDecodeWorker _firstWorker = first.CreateWorker();

    /// <summary>See <see cref="IDecodeWorker.OnYield"/>; for all workers.</summary>
    public Action? OnYield
    {
        get;
        set
        {
            field = value;
            _firstWorker.OnYield = value;
        }
    }

    /// <summary>The worker of an engine.</summary>
    /// <param name="engine">The engine; null for the default model's.</param>
    public IDecodeWorker Of(IDecodeEngine? engine)
    {
        if (engine is null || ReferenceEquals(engine, first))
        {
            return _firstWorker;
        }

        var worker = _others.GetValue(engine, made => made.CreateWorker());
        worker.OnYield = OnYield;
        return worker;
    }
}
