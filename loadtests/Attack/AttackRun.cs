using System.Diagnostics;
using Segmentation.LoadTests.Reporting;

namespace Segmentation.LoadTests.Attack;

/// <summary>Attacks one after the other on a server, with a bystander beside each.</summary>
internal sealed class AttackRun(string system, bool hasLimits, AttackSize size, AttackIdentity identity)
    : IAsyncDisposable
{
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _recovering = TimeSpan.FromSeconds(20);

    /// <summary>An attack that does not end by its time limit is left behind after this much more.</summary>
    private static readonly TimeSpan _ending = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, int> _kills = [];
    private readonly Dictionary<string, double> _peaks = [];
    private AttackedServer? _server;
    private Bystander? _bystander;
    private BystanderFigures _unloaded = new();
    private double _unloadedRise;

    /// <summary>
    /// Number of server restarts, after an attack that ended the server or left the bystander unserved.
    /// </summary>
    public int Restarts { get; private set; }

    /// <summary>Times of the bystander without an attack.</summary>
    public BystanderFigures Unloaded => _unloaded;

    /// <summary>Starts the server and measures it without an attack.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartServerAsync(cancellationToken);

        // A young process still compiles its code; that time is not to be measured.
        await WindowAsync(TimeSpan.FromSeconds(size.WarmSeconds), cancellationToken);
        var before = Begin();
        _unloaded = await WindowAsync(TimeSpan.FromSeconds(size.UnloadedSeconds), cancellationToken);
        _unloadedRise = ServerMemory.Peak(_server!.Processes) - before;
    }

    /// <summary>Runs one attack.</summary>
    public async Task<AttackResult> RunAsync(IAttack attack, CancellationToken cancellationToken)
    {
        await attack.PrepareAsync(_server!.Target, cancellationToken);
        var answers = new Answers();
        var loud = _server.Log.Loud;
        var before = Begin();
        var since = Stopwatch.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var felt = _bystander!.RunAsync(end.Token);
        var limit = TimeSpan.FromSeconds(attack.Seconds ?? size.Seconds);
        end.CancelAfter(limit);
        try
        {
            await attack.RunAsync(_server.Target, answers, end.Token)
                .WaitAsync(limit + _ending, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answers.Add("ended early");
        }
        catch (TimeoutException)
        {
            answers.AddWrong("The attack's client did not end in time.");
        }

        var took = Stopwatch.GetElapsedTime(since);
        await end.CancelAsync();
        var figures = await felt;
        var peak = ServerMemory.Peak(_server.Processes);
        var after = await ServerMemory.SettleAsync(
            _server.Processes,
            before + (attack.Bounds.StayMegabytes ?? 0) + _unloadedRise,
            _settling,
            cancellationToken);
        var ended = _server.Ended.ToList();
        var isServed = ended.Count == 0
            && (figures.Failed == 0 || await _bystander.IsServedAsync(_recovering, cancellationToken));
        var result = new AttackResult
        {
            Attack = attack,
            Bounds = identity.IsStranger ? attack.Bounds.OfStranger() : attack.Bounds,
            Answers = answers,
            Felt = figures,
            Unloaded = _unloaded,
            Memory = (before, peak, after),
            UnloadedRise = _unloadedRise,
            Took = took,
            LogLines = _server.Log.Loud - loud,
            Ended = ended,
            IsStuck = !isServed,
        };
        await TellAsync(result);
        if (!isServed)
        {
            Restarts++;
            await StopAsync();
            await StartServerAsync(cancellationToken);
        }

        return result;
    }

    /// <summary>Rows of the limits on memory that a container would have.</summary>
    public IReadOnlyList<Measurement> LimitRows()
    {
        CountGroups();
        return
        [
            .. _kills.Select(
                kill => Measurement.Of($"limits: {kill.Key} killed by its limit", "times", [kill.Value], 0)),
            .. _peaks.Select(
                peak => Measurement.Of($"limits: {peak.Key}, most memory of its group", "MB", [peak.Value])),
        ];
    }

    /// <summary>Why limits were wanted and not set; null otherwise.</summary>
    public string? NoLimits => _server?.NoGroups;

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        _server = await AttackedServer.StartAsync(system, hasLimits, identity, cancellationToken);
        _bystander = new Bystander(_server.Target);
        await _bystander.OpenAsync(cancellationToken);
    }

    private async Task StopAsync()
    {
        CountGroups();
        _bystander?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        (_server, _bystander) = (null, null);
    }

    /// <summary>Begins a new peak.</summary>
    /// <returns>Megabytes held now.</returns>
    private double Begin()
    {
        ServerMemory.ResetPeaks(_server!.Processes);
        return ServerMemory.Now(_server.Processes);
    }

    private async Task<BystanderFigures> WindowAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(length);
        return await _bystander!.RunAsync(end.Token);
    }

    private void CountGroups()
    {
        foreach (var (tier, group) in _server?.Groups ?? [])
        {
            _kills[tier] = Math.Max(_kills.GetValueOrDefault(tier), group.Kills);
            _peaks[tier] = Math.Max(_peaks.GetValueOrDefault(tier), group.Peak);
        }
    }

    private async Task TellAsync(AttackResult result)
    {
        await Console.Out.WriteLineAsync(AttackTable.Line(result));
        foreach (var problem in result.Answers.Problems)
        {
            await Console.Out.WriteLineAsync($"    {problem}");
        }

        if (result.Felt.Failed > 0)
        {
            await Console.Out.WriteLineAsync($"    bystander: {AttackTable.Words(result.Felt.Problems)}");
        }

        if (result.LogLines > 0)
        {
            await Console.Out.WriteLineAsync($"    log: {_server!.Log.Lines[^1]}");
        }
    }
}
