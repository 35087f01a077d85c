using System.Globalization;
using Microsoft.Extensions.Options;
using Segmentation.Common.Caching;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Telemetry;
using Segmentation.Embeddings;
using Segmentation.Models;

namespace Segmentation.Decoder.Engine;

/// <summary>
/// The models of a silo. The default one is loaded at start and stays; each of the others is loaded when it is first
/// wanted, by a thread of its own, and leaves the memory when another needs the room and it was used least recently.
/// </summary>
internal sealed class DecodeModels : IDisposable
{
    private const long Megabyte = 1_000_000;
    private const string RoomOption = $"{DecoderOptions.Section}:{nameof(DecoderOptions.ModelBytes)}";

    private readonly Lock _gate = new();
    private readonly Dictionary<ModelSource, LoadedModel> _loaded = [];
    private readonly SingleFlight<ModelSource, LoadedModel> _flights = new();
    private readonly SemaphoreSlim _loading = new(1);
    private readonly IReadOnlyList<ModelSource> _sources;
    private readonly long _capacity;
    private readonly DecoderMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<DecodeModels> _logger;

    /// <param name="sources">The models, the default one first.</param>
    /// <param name="options">The room for them.</param>
    /// <param name="metrics">Receives what is loaded and evicted.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Receives the same.</param>
    /// <exception cref="ModelException">A model does not fit beside the default one.</exception>
    public DecodeModels(
        IReadOnlyList<ModelSource> sources,
        IOptions<DecoderOptions> options,
        DecoderMetrics metrics,
        TimeProvider clock,
        ILogger<DecodeModels> logger)
    {
        (_sources, _metrics, _clock, _logger) = (sources, metrics, clock, logger);
        _capacity = options.Value.ModelBytes;
        CheckRoom();
        foreach (var source in sources)
        {
            metrics.ModelLoaded(source.Identity.Id, count: 0);
            metrics.ModelEvicted(source.Identity.Id, count: 0);
        }

        metrics.ObserveModels(() => sources.Select(source => (source.Identity.Id, HeldOf(source))));
        Default = new LoadedModel(sources[0], sources[0].Open(), isPinned: true, clock);
        _loaded.Add(sources[0], Default);
        metrics.ModelLoaded(sources[0].Identity.Id);
    }

    /// <summary>The default model.</summary>
    public LoadedModel Default { get; }

    /// <summary>
    /// Called with a model that takes no more work, before its last use has ended and it leaves the memory.
    /// </summary>
    public Action<LoadedModel>? Leaving { get; set; }

    /// <summary>Finds the model that made an embedding; null when this silo does not serve it.</summary>
    public ModelSource? Find(EmbeddingKey key)
    {
        // A handful, the default one first: comparing digests costs less than hashing one.
        foreach (var source in _sources)
        {
            if (source.Identity.Made(key))
            {
                return source;
            }
        }

        return null;
    }

    /// <summary>Enters the model of an embedding, which is loaded first if it is not in memory.</summary>
    /// <param name="key">Key of the embedding.</param>
    /// <param name="cancellationToken">Stops waiting; a load that has begun goes on.</param>
    /// <returns>The model, to be left; null for one that this silo does not serve.</returns>
    public async ValueTask<LoadedModel?> EnterAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        if (Find(key) is not { } source)
        {
            return null;
        }

        if (source == Default.Source)
        {
            return Default;
        }

        while (true)
        {
            if (Held(source) is { } held && held.TryEnter())
            {
                return held;
            }

            await _flights.RunAsync(source, _ => LoadAsync(source), cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var model in _loaded.Values)
            {
                (model.Engine as IDisposable)?.Dispose();
            }

            _loaded.Clear();
        }

        _loading.Dispose();
    }

    private LoadedModel? Held(ModelSource source)
    {
        lock (_gate)
        {
            return _loaded.GetValueOrDefault(source);
        }
    }

    private long HeldOf(ModelSource source) => Held(source)?.Source.SizeBytes ?? 0;

    // One load at a time: two would each count on the room that the other takes.
    private async Task<LoadedModel> LoadAsync(ModelSource source)
    {
        await _loading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Held(source) is { } held)
            {
                return held;
            }

            await MakeRoomAsync(source.SizeBytes).ConfigureAwait(false);
            var start = _clock.GetTimestamp();

            // A thread of its own: loading takes a second, and pool threads run grains.
            var engine = await Task.Factory.StartNew(
                source.Open, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
            var model = new LoadedModel(source, engine, isPinned: false, _clock);
            lock (_gate)
            {
                _loaded.Add(source, model);
            }

            _metrics.ModelLoaded(source.Identity.Id);
            ModelLog.Loaded(_logger, source.Identity.Id, _clock.GetElapsedTime(start).TotalSeconds);
            return model;
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task MakeRoomAsync(long bytes)
    {
        while (Oldest(bytes) is { } model)
        {
            var left = model.CloseAsync();
            Leaving?.Invoke(model);
            await left.ConfigureAwait(false);
            (model.Engine as IDisposable)?.Dispose();
            _metrics.ModelEvicted(model.Source.Identity.Id);
            ModelLog.Evicted(_logger, model.Source.Identity.Id);
        }
    }

    /// <summary>Takes out the model that is to leave, idle ones first; null when there is room.</summary>
    private LoadedModel? Oldest(long bytes)
    {
        lock (_gate)
        {
            if (_loaded.Values.Sum(model => model.Source.SizeBytes) <= _capacity - bytes)
            {
                return null;
            }

            var oldest = _loaded.Values.Where(model => !model.IsPinned)
                .OrderBy(model => model.IsUsed).ThenBy(model => model.LastUsed).First();
            _loaded.Remove(oldest.Source);
            return oldest;
        }
    }

    private void CheckRoom()
    {
        var first = _sources[0];
        foreach (var source in _sources)
        {
            var needed = source.SizeBytes + (source == first ? 0 : first.SizeBytes);
            if (needed > _capacity)
            {
                var beside = source == first ? "" : $" beside the default model '{first.Identity.Id}'";
                throw new ModelException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"There is no room for the decoder of model '{source.Identity.Id}'{beside}: it needs "
                        + $"{Megabytes(needed)} MB, and {RoomOption} allows {Megabytes(_capacity)} MB. Allow more, or "
                        + $"take the model out of Segmentation:Model:Others."));
            }
        }
    }

    private static long Megabytes(long bytes) => (bytes + Megabyte - 1) / Megabyte;
}
