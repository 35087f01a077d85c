namespace Segmentation.Decoder.Engine;

/// <summary>
/// A model in memory. Work on one of its images enters and leaves it, and a model that is to leave the memory waits for
/// that work and takes no more. Safe for concurrent use.
/// </summary>
/// <param name="source">The model.</param>
/// <param name="engine">Its engine; owned.</param>
/// <param name="isPinned">True for the default model, which stays as long as the silo: entering costs nothing.</param>
/// <param name="clock">The clock.</param>
internal sealed class LoadedModel(ModelSource source, IDecodeEngine engine, bool isPinned, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastUsed = clock.GetTimestamp();
    private int _users;
    private bool _isClosed;

    /// <summary>The model.</summary>
    public ModelSource Source { get; } = source;

    /// <summary>Its engine, valid for those who have entered.</summary>
    public IDecodeEngine Engine { get; } = engine;

    /// <summary>True for a model that is never evicted.</summary>
    public bool IsPinned { get; } = isPinned;

    /// <summary>True while work is on one of its images.</summary>
    public bool IsUsed
    {
        get
        {
            lock (_gate)
            {
                return _users > 0;
            }
        }
    }

    /// <summary>True once it is to leave the memory.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>Time of its last use, as a timestamp of the clock.</summary>
    public long LastUsed => Interlocked.Read(ref _lastUsed);

    /// <summary>Keeps the model in memory until <see cref="Leave"/>; false once it is to leave.</summary>
    public bool TryEnter()
    {
        if (IsPinned)
        {
            return true;
        }

        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    /// <summary>Ends a use.</summary>
    public void Leave()
    {
        if (IsPinned)
        {
            return;
        }

        Interlocked.Exchange(ref _lastUsed, clock.GetTimestamp());
        lock (_gate)
        {
            if (--_users == 0 && _isClosed)
            {
                _left.SetResult();
            }
        }
    }

    /// <summary>Refuses further uses and waits for those there are.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            if (!_isClosed && _users == 0)
            {
                _left.SetResult();
            }

            _isClosed = true;
        }

        return _left.Task;
    }
}
