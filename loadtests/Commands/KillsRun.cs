using System.Diagnostics;
using System.Globalization;
using Segmentation.LoadTests.Reporting;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>One kind of disturbance, many times under the same sessions.</summary>
internal sealed class KillsRun(ClusterProcesses cluster, IReadOnlyList<string> expected, Disturbance disturbance)
{
    /// <summary>
    /// Where encoders or the cache end, pictures are uploaded all the time. An encoding takes a core for a second, so
    /// the silences of silos are measured without.
    /// </summary>
    private readonly bool _uploads = !disturbance.Name.StartsWith("silo", StringComparison.Ordinal);

    /// <summary>Clicks of every session after each disturbance, and before the first one.</summary>
    private const int Settling = 12;

    private readonly List<double> _silences = [];
    private readonly List<double> _longestUploads = [];

    public async Task<IEnumerable<Measurement>> MeasureAsync(
        int count, int sessionCount, double? bound, CancellationToken cancellationToken)
    {
        var sessions = Enumerable.Range(0, sessionCount)
            .Select(i => LiveSession.Start(
                cluster.Channel, $"session-{i}", expected, cancellationToken, disturbance.MayRefuse))
            .ToList();
        var uploads = _uploads ? Uploads.Start(cluster.Channel, cancellationToken, disturbance.MayRefuse) : null;
        await Task.WhenAll(sessions.Select(session => session.UnderWay));
        var undisturbed = await WindowAsync(sessions, uploads, cancellationToken);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await disturbance.HappensAsync(cluster, i, cancellationToken);
            var took = Stopwatch.GetElapsedTime(start);
            var silences = await WindowAsync(sessions, uploads, cancellationToken);
            var longest = silences.MaxBy(silence => silence.Length);
            _silences.AddRange(silences.Select(silence => silence.Length.TotalMilliseconds));
            if (uploads is not null)
            {
                _longestUploads.Add(uploads.TakeSilence().TotalMilliseconds);
            }

            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{disturbance.Name} {i + 1}/{count}: over in {took.TotalSeconds:F1} s, longest silence "
                + $"{longest.Length.TotalMilliseconds:F0} ms, from {Stopwatch.GetElapsedTime(start, longest.Begin).TotalSeconds:F1} s on"));
        }

        var answered = sessions.Sum(session => session.Answered) + (uploads?.Answered ?? 0);
        var refused = sessions.Sum(session => session.Refused) + (uploads?.Refused ?? 0);
        List<string> problems = uploads is null ? [] : [.. await uploads.StopAsync()];
        foreach (var session in sessions)
        {
            problems.AddRange(await session.StopAsync());
        }

        problems.ForEach(Console.Error.WriteLine);
        if (problems.Count > 0)
        {
            await Console.Error.WriteLineAsync(cluster.Gateway.Output);
        }

        return Rows(undisturbed, answered, refused, problems.Count, bound);
    }

    private IEnumerable<Measurement> Rows(
        Silence[] undisturbed, int answered, int refused, int problems, double? bound)
    {
        yield return Measurement.Of(
            $"{disturbance.Name}: longest wait undisturbed",
            "ms",
            [.. undisturbed.Select(silence => silence.Length.TotalMilliseconds)]);
        yield return Measurement.Of($"{disturbance.Name}: silence of a session", "ms", _silences);
        yield return Measurement.Of($"{disturbance.Name}: silence, p99", "ms", [P99(_silences)], bound);
        if (_uploads)
        {
            yield return Measurement.Of($"{disturbance.Name}: longest upload", "ms", _longestUploads);
        }

        if (disturbance.MayRefuse)
        {
            yield return Measurement.Of($"{disturbance.Name}: UNAVAILABLE with RetryInfo", "", [refused]);
        }

        yield return Measurement.Of($"{disturbance.Name}: lost or wrong of {answered} answers", "", [problems], bound: 0);
    }

    /// <summary>The longest wait of every session until all go on as before.</summary>
    private static async Task<Silence[]> WindowAsync(
        List<LiveSession> sessions, Uploads? uploads, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            [.. sessions.Select(session => session.MoreAsync(Settling, cancellationToken)),
            uploads?.MoreAsync(1, cancellationToken) ?? Task.CompletedTask]);
        return [.. sessions.Select(session => session.TakeSilence())];
    }

    private static double P99(List<double> values) => values.Order().ElementAt((int)(0.99 * (values.Count - 1)));
}
