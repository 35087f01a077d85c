namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Counts the images that this gateway has for encoders, by model: those that wait because no encoder is in reach, and
/// those that an encoder has. Remembers how long an encoder needs for one of them. Safe for concurrent use.
/// </summary>
internal sealed class EncoderWork
{
    /// <summary>Time of an image of a model of which none has been measured.</summary>
    public static readonly TimeSpan Assumed = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time that is believed: an image is never no work.</summary>
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Images over which the measured time is averaged, about.</summary>
    private const int Window = 20;

    /// <summary>Answers of encoders over which the time that they tell is averaged, about.</summary>
    private const int Answers = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ModelWork> _models = [];

    /// <summary>
    /// Raised when a model that had no image gets one: with the model's digest, on the image's own thread.
    /// </summary>
    public event Action<string>? Began;

    /// <summary>Adds an image.</summary>
    /// <param name="model">Digest of its model.</param>
    /// <returns>The image; disposed when it is encoded, or given up.</returns>
    public Image Begin(string model)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = ++Get(model).Images == 1;
        }

        if (isFirst)
        {
            Began?.Invoke(model);
        }

        return new Image(this, model);
    }

    /// <summary>Images that are waiting or being encoded.</summary>
    /// <param name="model">Digest of their model.</param>
    public int Images(string model)
    {
        lock (_gate)
        {
            return _models.GetValueOrDefault(model)?.Images ?? 0;
        }
    }

    /// <summary>Time that one encoder needs for the images of a model that this gateway has.</summary>
    /// <param name="model">Digest of the model.</param>
    /// <param name="assumed">The time of one image while none has been measured here.</param>
    public TimeSpan TotalOf(string model, TimeSpan assumed) => TimeOf(model, assumed) * Images(model);

    /// <summary>
    /// Takes over what an encoder says that it needs for one image, its runs side by side allowed for.
    /// </summary>
    /// <param name="model">Digest of the model.</param>
    /// <param name="time">The time; zero where the encoder does not know it.</param>
    public void Tell(string model, TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        lock (_gate)
        {
            // Encoders on other machines need other times: no single one decides.
            var work = Get(model);
            work.Told = work.Told is { } told ? told + ((time - told) / Answers) : time;
        }
    }

    /// <summary>
    /// Time that one encoder needs for one image of a model: as encoders tell, or the mean of about the last twenty
    /// images where no encoder told.
    /// </summary>
    /// <param name="model">Digest of the model.</param>
    /// <param name="assumed">The time while none has been measured here.</param>
    public TimeSpan TimeOf(string model, TimeSpan assumed)
    {
        lock (_gate)
        {
            return _models.GetValueOrDefault(model)?.Time ?? assumed;
        }
    }

    /// <summary>Models of which an image was seen, with the measured time; null where none has been measured.</summary>
    public IReadOnlyList<(string Model, int Images, TimeSpan? Time)> Snapshot()
    {
        lock (_gate)
        {
            return [.. _models.Select(
                model => (model.Key, model.Value.Images, model.Value.Time))];
        }
    }

    private ModelWork Get(string model)
    {
        if (!_models.TryGetValue(model, out var work))
        {
            _models[model] = work = new ModelWork();
        }

        return work;
    }

    private void Measure(string model, TimeSpan time)
    {
        lock (_gate)
        {
            var work = Get(model);
            work.Measured = Math.Min(work.Measured + 1, Window);
            var believed = time > _shortest ? time : _shortest;
            work.Mean += (believed - work.Mean) / work.Measured;
        }
    }

    private void End(string model)
    {
        lock (_gate)
        {
            Get(model).Images--;
        }
    }

    /// <summary>An image that waits or is being encoded.</summary>
    internal sealed class Image(EncoderWork work, string model) : IDisposable
    {
        private bool _ended;

        /// <summary>Takes over the time that an encoder measured.</summary>
        /// <param name="time">The time; zero for an image that was encoded already, which says nothing.</param>
        public void Encoded(TimeSpan time)
        {
            if (time > TimeSpan.Zero)
            {
                work.Measure(model, time);
            }
        }

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                work.End(model);
            }
        }
    }

    private sealed class ModelWork
    {
        public int Images { get; set; }

        public int Measured { get; set; }

        public TimeSpan Mean { get; set; }

        public TimeSpan? Told { get; set; }

        public TimeSpan? Time => Told ?? (Measured > 0 ? Mean : null);
    }
}
