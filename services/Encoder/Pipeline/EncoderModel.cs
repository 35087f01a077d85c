using Segmentation.Embeddings;

namespace Segmentation.Encoder.Pipeline;

/// <summary>
/// A model that this encoder serves: its pipeline, its waiting images and the time that one takes. Safe for concurrent
/// use.
/// </summary>
/// <param name="identity">The model's name in keys and answers.</param>
/// <param name="pipeline">Reads and encodes its images; owned by whoever made it.</param>
/// <param name="embeddingLength">Values of an image's embedding, of all tensors.</param>
/// <param name="maxBatchSize">Images in one run at most.</param>
/// <param name="sizeBytes">Size of the encoder's files.</param>
internal sealed class EncoderModel(
    ModelIdentity identity, IImagePipeline pipeline, int embeddingLength, int maxBatchSize, long sizeBytes)
{
    /// <summary>Weight of one encoding in the average: about the last ten count.</summary>
    private const double Smoothing = 0.2;

    private readonly Lock _gate = new();

    // Before the first encoding is measured: about what the default model takes on one core.
    private double _averageSeconds = 1;
    private int _waiting;

    /// <summary>The model's name in keys and answers.</summary>
    public ModelIdentity Identity { get; } = identity;

    /// <summary>Reads and encodes its images.</summary>
    public IImagePipeline Pipeline { get; } = pipeline;

    /// <summary>Values of an image's embedding, of all tensors.</summary>
    public int EmbeddingLength { get; } = embeddingLength;

    /// <summary>Images in one run at most.</summary>
    public int MaxBatchSize { get; } = maxBatchSize;

    /// <summary>Size of the encoder's files in bytes.</summary>
    public long SizeBytes { get; } = sizeBytes;

    /// <summary>Images that wait or are being read, not yet in a run.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Time that an image takes of a run, in seconds.</summary>
    public double AverageSeconds
    {
        get
        {
            lock (_gate)
            {
                return _averageSeconds;
            }
        }
    }

    /// <summary>Counts an image that waits.</summary>
    public void Enter() => Interlocked.Increment(ref _waiting);

    /// <summary>Counts an image that waits no more.</summary>
    public void Leave() => Interlocked.Decrement(ref _waiting);

    /// <summary>Learns how long an image took of a run.</summary>
    public void Learn(TimeSpan duration)
    {
        lock (_gate)
        {
            _averageSeconds += Smoothing * (duration.TotalSeconds - _averageSeconds);
        }
    }

    /// <summary>Takes the time of an image in the test at start for the average, before others are measured.</summary>
    public void Begin(TimeSpan duration)
    {
        lock (_gate)
        {
            _averageSeconds = duration.TotalSeconds;
        }
    }
}
