using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Scaling;

/// <summary>
/// Adds up the work for encoders of this gateway and of all others, which it exchanges over <see cref="IWorkBoard"/>.
/// </summary>
internal sealed class SharedWork : BackgroundService
{
    /// <summary>Time between two readings of the others' work.</summary>
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(0.5);

    /// <summary>Least time between two changes that the others are told.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>Longest silence of a gateway that has work.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);

    /// <summary>Age from which the last reading of the others' work no longer counts.</summary>
    private static readonly TimeSpan _stale = TimeSpan.FromSeconds(15);

    /// <summary>A model without work is active for so long: single images do not flip it at every moment.</summary>
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(2);

    private readonly EncoderWork _work;
    private readonly EncoderStart _start;
    private readonly IWorkBoard _board;
    private readonly TimeProvider _clock;
    private readonly ILogger<SharedWork> _logger;
    private readonly OutageLog _outage;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _begun = new(0, 1);
    private readonly Dictionary<string, long> _lastActive = [];
    private TaskCompletionSource _next = NewSignal();
    private WorkReport _others = WorkReport.Empty;
    private long? _read;
    private WorkReport _shown = WorkReport.Empty;
    private long? _showed;

    public SharedWork(
        EncoderWork work, EncoderStart start, IWorkBoard board, TimeProvider clock, ILogger<SharedWork> logger)
    {
        (_work, _start, _board, _clock, _logger) = (work, start, board, clock, logger);
        _outage = new OutageLog(clock);
    }

    /// <summary>Tells whether a model has work; null when that is not known because the others are not heard.</summary>
    /// <param name="model">Digest of the model.</param>
    public bool? IsActive(string model)
    {
        lock (_gate)
        {
            Note(model);
            return _lastActive.TryGetValue(model, out var last) && _clock.GetElapsedTime(last) < _idle
                ? true
                : IsKnown ? false : null;
        }
    }

    /// <summary>Seconds of work of a model, of all gateways; null when the others are not heard.</summary>
    /// <param name="model">Digest of the model.</param>
    public double? SecondsOf(string model)
    {
        lock (_gate)
        {
            return IsKnown ? OwnSecondsOf(model) + _others.Work.GetValueOrDefault(model) : null;
        }
    }

    /// <summary>Completes when <see cref="IsActive"/> may have changed.</summary>
    public Task NextChangeAsync()
    {
        lock (_gate)
        {
            return _next.Task;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await _board.LeaveAsync();
        }
        catch (WorkBoardException)
        {
            // The board forgets this gateway's work after a while.
        }
    }

    public override void Dispose()
    {
        _begun.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _work.Began += OnBegan;
        using var timer = new PeriodicTimer(_period, _clock);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        try
        {
            await ExchangeAsync();
            for (var begun = _begun.WaitAsync(stoppingToken); ;)
            {
                var done = await Task.WhenAny(tick, begun);
                await done;
                await ExchangeAsync();
                if (done == tick)
                {
                    tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                }
                else
                {
                    begun = _begun.WaitAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
        finally
        {
            _work.Began -= OnBegan;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsKnown => _read is { } read && _clock.GetElapsedTime(read) < _stale;

    /// <summary>The first image of a model is told at once: nothing may run that could encode it.</summary>
    private void OnBegan(string model)
    {
        lock (_gate)
        {
            var isNews = !_lastActive.TryGetValue(model, out var last) || _clock.GetElapsedTime(last) >= _idle;
            _lastActive[model] = _clock.GetTimestamp();
            if (isNews && _begun.CurrentCount == 0)
            {
                _begun.Release();
            }
        }
    }

    private async Task ExchangeAsync()
    {
        try
        {
            if (Due() is { } own)
            {
                await _board.ShowAsync(own);
                (_shown, _showed) = (own, _clock.GetTimestamp());
            }

            Take(await _board.ReadOthersAsync());
            if (_outage.Next(isAway: false) == OutageNews.Back)
            {
                ScalingLog.Back(_logger);
            }
        }
        catch (WorkBoardException error)
        {
            if (_outage.Next(isAway: true) == OutageNews.Away)
            {
                ScalingLog.Away(_logger, error.Message);
            }
        }

        Pulse();
    }

    /// <summary>Returns the report to show to the others now; null when nothing has changed.</summary>
    private WorkReport? Due()
    {
        var models = _work.Snapshot();
        var own = new WorkReport(
            models.Where(model => model.Images > 0)
                .ToDictionary(model => model.Model, model => OwnSecondsOf(model.Model)),
            models.Where(model => model.Time is not null)
                .ToDictionary(model => model.Model, model => model.Time!.Value.TotalSeconds),
            _start.Measured?.TotalSeconds);
        if (_showed is not { } showed)
        {
            return own;
        }

        var elapsed = _clock.GetElapsedTime(showed);
        var isNews = own.Work.Keys.Except(_shown.Work.Keys).Any();
        var isOld = elapsed >= _silence && own.Work.Count > 0;
        var isChanged = elapsed >= _pause && !Same(own.Work, _shown.Work);
        return isNews || isOld || isChanged ? own : null;
    }

    private static bool Same(IReadOnlyDictionary<string, double> one, IReadOnlyDictionary<string, double> other) =>
        one.Count == other.Count && one.All(model => other.TryGetValue(model.Key, out var seconds) && seconds == model.Value);

    private double OwnSecondsOf(string model)
    {
        var measured = _others.ImageSeconds.TryGetValue(model, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : EncoderWork.Assumed;
        return _work.TotalOf(model, measured).TotalSeconds;
    }

    private void Take(WorkReport others)
    {
        lock (_gate)
        {
            (_others, _read) = (others, _clock.GetTimestamp());
        }

        if (others.StartSeconds is { } start && _start.Measured is null)
        {
            _start.Assume(TimeSpan.FromSeconds(start));
        }
    }

    private void Note(string model)
    {
        if (_work.Images(model) > 0 || (IsKnown && _others.Work.GetValueOrDefault(model) > 0))
        {
            _lastActive[model] = _clock.GetTimestamp();
        }
    }

    private void Pulse()
    {
        TaskCompletionSource ended;
        lock (_gate)
        {
            foreach (var model in _others.Work.Keys)
            {
                Note(model);
            }

            (ended, _next) = (_next, NewSignal());
        }

        ended.SetResult();
    }
}
