using System.Diagnostics;
using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>An image on its way through the queue. It ends in exactly one of three ways.</summary>
internal sealed class EncodeJob
{
    /// <summary>
    /// Reading goes on for so long after the last caller left: an ordinary image is then done, and the next upload of
    /// it finds the embedding; one that takes long is cancelled.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<EncodeResult?> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _hasLeft;

    /// <param name="input">The image to encode.</param>
    /// <param name="model">The model that encodes the image.</param>
    /// <param name="cost">What reading its file takes.</param>
    /// <param name="admittedAt">When it came, as a timestamp of the tier's clock.</param>
    public EncodeJob(EncodeInput input, EncoderModel model, ReadCost cost, long admittedAt)
    {
        model.Enter();
        Model = model;
        AdmittedAt = admittedAt;
        Input = input;
        Cost = cost;
        Node = new LinkedListNode<EncodeJob>(this);
        Parent = Activity.Current?.Context ?? default;
    }

    /// <summary>The image to encode.</summary>
    public EncodeInput Input { get; }

    /// <summary>The model that encodes the image.</summary>
    public EncoderModel Model { get; }

    /// <summary>Cost of reading the file.</summary>
    public ReadCost Cost { get; }

    /// <summary>Urgency of the work.</summary>
    public Lane Lane => Input.Lane;

    /// <summary>Kind of caller that waits for the image.</summary>
    public string Tenant => Input.Image.Tenant;

    /// <summary>When it came, as a timestamp of the tier's clock.</summary>
    public long AdmittedAt { get; }

    /// <summary>Its place among the ready ones; guarded by the lock of whoever owns that.</summary>
    public LinkedListNode<EncodeJob> Node { get; }

    /// <summary>Its turn among those of its tenant; set by the queue.</summary>
    public Turn Turn { get; set; }

    /// <summary>The image as read from the file; set before the job is ready for a batch.</summary>
    public ModelImage? Image { get; set; }

    /// <summary>Time between the beginning of reading and its end that was not spent on it.</summary>
    public TimeSpan OtherTime { get; set; }

    /// <summary>Time it took to read.</summary>
    public TimeSpan ReadTime { get; set; }

    /// <summary>When it became ready for a batch, as a timestamp of the tier's clock.</summary>
    public long ReadyAt { get; set; }

    /// <summary>The trace it belongs to.</summary>
    public ActivityContext Parent { get; }

    /// <summary>Cancelled some time after the last caller left; see <see cref="Grace"/>.</summary>
    public CancellationToken Stopped => Stop.Token;

    /// <summary>When to try again, once it was refused.</summary>
    public TimeSpan RetryAfter { get; private set; }

    /// <summary>Outcome: the embedding, null when refused, or an exception.</summary>
    public Task<EncodeResult?> Completion => _completion.Task;

    // Never disposed: it has no timer and no wait handle of its own.
    private CancellationTokenSource Stop { get; } = new();

    private ITimer? GraceTimer { get; set; }

    /// <summary>Ends what has begun if it takes long: nobody waits for it any more.</summary>
    /// <param name="clock">The tier's clock.</param>
    public void Abandon(TimeProvider clock) =>
        GraceTimer ??= clock.CreateTimer(_ => Stop.Cancel(), null, Grace, Timeout.InfiniteTimeSpan);

    /// <summary>The image's run begins, or it will have none: it does not wait any more.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
        {
            Model.Leave();
        }
    }

    /// <summary>It was encoded.</summary>
    public void Complete(Embedding embedding, TimeSpan duration) =>
        End(() => _completion.SetResult(new EncodeResult(embedding, duration)));

    /// <summary>It will not be encoded here: the queue is full or closed.</summary>
    /// <param name="retryAfter">When there may be room.</param>
    public void Refuse(TimeSpan retryAfter)
    {
        RetryAfter = retryAfter;
        End(() => _completion.SetResult(null));
    }

    /// <summary>It failed, or was dropped (<see cref="OperationCanceledException"/>).</summary>
    public void Fail(Exception error) => End(() => _completion.SetException(error));

    private void End(Action complete)
    {
        Leave();
        complete();
        GraceTimer?.Dispose();
    }
}

/// <summary>Result of an encoding.</summary>
/// <param name="Embedding">Its embedding.</param>
/// <param name="Duration">Time spent on reading, transforming and encoding.</param>
internal sealed record EncodeResult(Embedding Embedding, TimeSpan Duration);
