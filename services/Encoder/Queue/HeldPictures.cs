using Segmentation.Common.Budgets;
using Segmentation.Embeddings;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Pictures at their full size that crops are cut from: read once for all crops of an image that come one after the
/// other. A picture is released when no crop was cut from it for a short time, or when other reads need its memory.
/// Safe for concurrent use.
/// </summary>
internal sealed class HeldPictures
{
    /// <summary>The time for which a picture is held after its last crop.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<EmbeddingKey, Held> _pictures = [];
    private readonly ReadBudget _budget;
    private readonly TimeProvider _clock;

    public HeldPictures(ReadBudget budget, TimeProvider clock)
    {
        _clock = clock;
        _budget = budget;
        budget.Reclaim = () => Release(held => held.Users == 0);
    }

    /// <summary>Raised when work that could not begin may be able to.</summary>
    public event Action? Changed;

    /// <summary>True when a crop can be cut without reading a file.</summary>
    public bool IsHeld(EncodeJob job)
    {
        lock (_gate)
        {
            return job.Input.Crop is not null && Find(job)?.Picture is not null;
        }
    }

    /// <summary>False for a crop while another one's worker reads the picture.</summary>
    public bool CanBegin(EncodeJob job)
    {
        lock (_gate)
        {
            return job.Input.Crop is null || Find(job) is not { Picture: null };
        }
    }

    /// <summary>Keeps the picture of a crop from being released, or tells the others that it is being read.</summary>
    public void Begin(EncodeJob job)
    {
        if (job.Input.Crop is null)
        {
            return;
        }

        lock (_gate)
        {
            var held = Find(job);
            if (held is null)
            {
                _pictures.Add(job.Input.Image, held = new Held());
            }

            held.Users++;
            held.Idle?.Dispose();
            held.Idle = null;
        }
    }

    /// <summary>The picture of a crop that has begun; null when its worker is to read it.</summary>
    public RgbImage? Get(EncodeJob job)
    {
        lock (_gate)
        {
            return Find(job)!.Picture;
        }
    }

    /// <summary>Holds a picture for the crops to come.</summary>
    /// <param name="job">The crop whose worker has read it.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="room">Memory that it takes; owned from here on.</param>
    public void Set(EncodeJob job, RgbImage picture, BudgetLease room)
    {
        room.ShrinkTo(picture.Pixels.LongLength);
        lock (_gate)
        {
            var held = Find(job)!;
            (held.Picture, held.Room) = (picture, room);
        }

        Changed?.Invoke();
    }

    /// <summary>Ends the work on a crop that has begun, whether its picture could be read or not.</summary>
    public void End(EncodeJob job)
    {
        if (job.Input.Crop is null)
        {
            return;
        }

        lock (_gate)
        {
            var (key, held) = (job.Input.Image, Find(job)!);
            held.Users--;
            if (held.Picture is null)
            {
                _pictures.Remove(key);
            }
            else if (held.Users == 0)
            {
                held.Idle = _clock.CreateTimer(
                    _ => Release(idle => idle == held && idle.Users == 0), null, IdleTime, Timeout.InfiniteTimeSpan);
            }
        }

        if (_budget.IsAwaited)
        {
            Release(held => held.Users == 0);
        }

        Changed?.Invoke();
    }

    private void Release(Func<Held, bool> isReleased)
    {
        lock (_gate)
        {
            foreach (var (key, held) in _pictures)
            {
                if (isReleased(held))
                {
                    _pictures.Remove(key);
                    held.Idle?.Dispose();
                    held.Room?.Dispose();
                }
            }
        }
    }

    private Held? Find(EncodeJob job) => _pictures.GetValueOrDefault(job.Input.Image);

    private sealed class Held
    {
        /// <summary>Null while it is being read.</summary>
        public RgbImage? Picture { get; set; }

        public BudgetLease? Room { get; set; }

        /// <summary>Crops being cut.</summary>
        public int Users { get; set; }

        /// <summary>Gives the picture up; null while crops are being cut.</summary>
        public ITimer? Idle { get; set; }
    }
}
