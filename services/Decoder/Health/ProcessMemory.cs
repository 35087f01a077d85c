namespace Segmentation.Decoder.Health;

/// <summary>
/// The memory of the whole process against what it may use. Orleans' own figure is of the managed heap; the model
/// runtime's arenas are not there, and a container is ended for them all the same.
/// </summary>
internal sealed class ProcessMemory
{
    /// <summary>From this share on the silo is short; what it holds is bounded, so few ever are.</summary>
    private const double Short = 0.92;

    /// <summary>
    /// Below this share it is no more; between the two nothing changes, so that images do not go to and fro.
    /// </summary>
    private const double Enough = 0.87;

    private readonly Func<(long Used, long Limit)> _read;
    private volatile bool _isShort;

    public ProcessMemory()
        : this(() => (Environment.WorkingSet, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes))
    {
    }

    /// <param name="read">Bytes used and bytes that may be used.</param>
    internal ProcessMemory(Func<(long Used, long Limit)> read) => _read = read;

    /// <summary>True when images should rather go to other silos; measured at every call.</summary>
    public bool IsShort
    {
        get
        {
            var (used, limit) = _read();
            _isShort = used > limit * (_isShort ? Enough : Short);
            return _isShort;
        }
    }
}
