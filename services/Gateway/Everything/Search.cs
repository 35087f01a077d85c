using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// A search under way with the masks found so far. Several requests may share a search; each reads it at its own pace,
/// so a slow client delays nobody and nothing piles up for it. The search ends with the last request. Safe for
/// concurrent use.
/// </summary>
/// <param name="request">The request that began the search.</param>
/// <param name="clock">The clock.</param>
internal sealed class Search(SearchRequest request, TimeProvider clock) : IDisposable
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
    private IDisposable? _memory;

    /// <summary>Most masks of a snapshot: each is placed on the whole image, and a client may be slow.</summary>
    public const int MaxMasksASnapshot = 64;

    /// <summary>
    /// Tells the search from all others, also from those of other gateways for the same image and options.
    /// </summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>The request that began the search.</summary>
    public SearchRequest Request { get; } = request;

    /// <summary>Charge for the image file's bytes as long as the search lasts; null when there are none.</summary>
    public IDisposable? FileCharge { get; init; }

    /// <summary>Start, as a timestamp of the clock.</summary>
    public long Started { get; } = clock.GetTimestamp();

    /// <summary>Requests that share the search; guarded by the registry's lock.</summary>
    public int Requests { get; set; }

    /// <summary>Cancelled when the last request has left.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Completes with the final masks, or with the reason why there are none.</summary>
    public Task<Outcome<FinishedSearch>> Completion { get; private set; } = null!;

    /// <summary>Starts the work; called once, before the first snapshot.</summary>
    public void Start(Func<Search, Task<Outcome<FinishedSearch>>> run) => Completion = Task.Run(() => run(this));

    /// <summary>Publishes the image and the plan.</summary>
    public void SetPlan(StoredImage image, EverythingPlan plan) => Change(() =>
    {
        (_image, _plan, _planned) = (image, plan, _clock.GetTimestamp());
        _progress = new(0, plan.Crops.Count, 0, plan.Points, 0, TimeSpan.Zero);
    });

    /// <summary>Publishes candidates and progress.</summary>
    /// <param name="crop">The crop.</param>
    /// <param name="masks">Candidates of the crop, before duplicates are removed.</param>
    /// <param name="cropsDone">Crops searched.</param>
    /// <param name="pointsDone">Points done in all crops.</param>
    public void Add(EverythingCrop crop, IEnumerable<MaskCandidate> masks, int cropsDone, long pointsDone) =>
        Change(() =>
        {
            _found.AddRange(masks.Select(mask => (crop, mask)));
            _progress = new(
                cropsDone, _plan!.Crops.Count, pointsDone, _plan.Points, _found.Count, _clock.GetElapsedTime(_planned));
        });

    /// <summary>
    /// Takes a snapshot with at most <see cref="MaxMasksASnapshot"/> masks; further masks come with the next one.
    /// </summary>
    /// <param name="seen">Number of masks in earlier snapshots of this request, which are left out.</param>
    public SearchSnapshot TakeSnapshot(int seen)
    {
        (EverythingCrop Crop, MaskCandidate Mask)[] found;
        SearchSnapshot snapshot;
        lock (_gate)
        {
            found = [.. _found.Skip(seen).Take(MaxMasksASnapshot)];
            snapshot = new SearchSnapshot(_image, [], _progress, _changed.Task);
        }

        // Outside of the lock: placing a crop's mask on the whole image copies its run lengths.
        return snapshot with { Found = [.. found.Select(one => _plan!.Place(one.Crop, one.Mask))] };
    }

    /// <summary>Cancels the work.</summary>
    public void Abandon() => _abandoned.Cancel();

    /// <summary>
    /// Keeps the charge for the candidates until the last request has left, since clients read them slowly.
    /// </summary>
    public void Hold(IDisposable memory) => _memory = memory;

    public void Dispose()
    {
        _memory?.Dispose();
        FileCharge?.Dispose();
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

/// <summary>State of a search at one moment.</summary>
/// <param name="Image">The image; null until it is known.</param>
/// <param name="Found">Masks found since the last snapshot, in the order in which they were found.</param>
/// <param name="Progress">Progress; null until the search is planned.</param>
/// <param name="Changed">Completes when a new snapshot has more.</param>
internal sealed record SearchSnapshot(
    StoredImage? Image, IReadOnlyList<EverythingMask> Found, EverythingProgress? Progress, Task Changed);

/// <summary>Result of a search.</summary>
/// <param name="Masks">The final masks, in their order.</param>
/// <param name="Elapsed">Duration of the search.</param>
internal sealed record FinishedSearch(IReadOnlyList<EverythingMask> Masks, TimeSpan Elapsed);
