using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// A search under way, and what it has found. Requests that share it look at it at their own pace: a slow client holds
/// up nobody and makes nothing pile up. It ends with the last of them. Safe for concurrent use.
/// </summary>
/// <param name="order">What is wanted.</param>
/// <param name="clock">The clock.</param>
internal sealed class Search(SearchOrder order, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly List<(EverythingCrop Crop, MaskCandidate Mask)> _found = [];
    private readonly TimeProvider _clock = clock;
    private TaskCompletionSource _changed = NewChange();
    private StoredImage? _image;
    private EverythingPlan? _plan;
    private EverythingProgress? _progress;
    private long _planned;
    private IDisposable? _room;

    /// <summary>Masks of one look: each is laid out on the whole image, and a client may be slow.</summary>
    public const int MostAtOnce = 64;

    /// <summary>Tells it from other searches, also those of other gateways for the same.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>What is wanted.</summary>
    public SearchOrder Order { get; } = order;

    /// <summary>Charge for the image file's bytes while the search lasts; null when there are none.</summary>
    public IDisposable? FileRoom { get; init; }

    /// <summary>When it began, as a timestamp of the clock.</summary>
    public long Started { get; } = clock.GetTimestamp();

    /// <summary>Requests that share it; guarded by its board.</summary>
    public int Requests { get; set; }

    /// <summary>Cancelled when nobody wants it any more.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>What it gave, or why there is nothing.</summary>
    public Task<Outcome<FinishedSearch>> Completion { get; private set; } = null!;

    /// <summary>Begins; called once, before anybody looks.</summary>
    public void Start(Func<Search, Task<Outcome<FinishedSearch>>> run) => Completion = Task.Run(() => run(this));

    /// <summary>The image is known and the plan made.</summary>
    public void Plan(StoredImage image, EverythingPlan plan) => Change(() =>
    {
        (_image, _plan, _planned) = (image, plan, _clock.GetTimestamp());
        _progress = new(0, plan.Crops.Count, 0, plan.Points, 0, TimeSpan.Zero);
    });

    /// <summary>Masks were found, and points are done.</summary>
    /// <param name="crop">The crop.</param>
    /// <param name="masks">The masks, before duplicates are removed.</param>
    /// <param name="cropsDone">Crops searched.</param>
    /// <param name="pointsDone">Points done, of all crops.</param>
    public void Add(EverythingCrop crop, IEnumerable<MaskCandidate> masks, int cropsDone, long pointsDone) =>
        Change(() =>
        {
            _found.AddRange(masks.Select(mask => (crop, mask)));
            _progress = new(
                cropsDone, _plan!.Crops.Count, pointsDone, _plan.Points, _found.Count, _clock.GetElapsedTime(_planned));
        });

    /// <summary>The search's state: at most <see cref="MostAtOnce"/> masks; further ones come with the next look.</summary>
    /// <param name="seen">Found masks seen before.</param>
    public SearchView Look(int seen)
    {
        (EverythingCrop Crop, MaskCandidate Mask)[] found;
        SearchView view;
        lock (_gate)
        {
            found = [.. _found.Skip(seen).Take(MostAtOnce)];
            view = new SearchView(_image, [], _progress, _changed.Task);
        }

        // Outside of the lock: a crop's mask is laid out anew on the whole image.
        return view with { Found = [.. found.Select(one => _plan!.Place(one.Crop, one.Mask))] };
    }

    /// <summary>Nobody wants it any more.</summary>
    public void Abandon() => _abandoned.Cancel();

    /// <summary>Keeps room for what it finds until the last request has left: masks are read at the clients' pace.</summary>
    public void Hold(IDisposable room) => _room = room;

    public void Dispose()
    {
        _room?.Dispose();
        FileRoom?.Dispose();
        _abandoned.Dispose();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, NewChange());
        }

        changed.SetResult();
    }
}
