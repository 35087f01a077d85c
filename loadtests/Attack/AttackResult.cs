using Segmentation.LoadTests.Reporting;

namespace Segmentation.LoadTests.Attack;

/// <summary>Result of one attack.</summary>
internal sealed record AttackResult
{
    /// <summary>The attack.</summary>
    public required IAttack Attack { get; init; }

    /// <summary>Bounds that hold for who attacked.</summary>
    public required AttackBounds Bounds { get; init; }

    /// <summary>Answers to the attack's requests.</summary>
    public required Answers Answers { get; init; }

    /// <summary>Times and failures of the bystander during the attack.</summary>
    public required BystanderFigures Felt { get; init; }

    /// <summary>The bystander's figures of the same run without an attack.</summary>
    public required BystanderFigures Unloaded { get; init; }

    /// <summary>Megabytes of memory before, at the peak, and at most ten seconds after.</summary>
    public required (double Before, double Peak, double After) Memory { get; init; }

    /// <summary>Megabytes that memory rose by at its peak without an attack.</summary>
    public required double UnloadedRise { get; init; }

    /// <summary>Duration of the attack.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Lines of the server's log at the levels error and critical, and of stack traces.</summary>
    public required int LogLines { get; init; }

    /// <summary>The server's programs that ended.</summary>
    public required IReadOnlyList<string> Ended { get; init; }

    /// <summary>True when the bystander was not served within twenty seconds after the attack.</summary>
    public required bool IsStuck { get; init; }

    /// <summary>Figures whose bound does not hold.</summary>
    public IEnumerable<Measurement> Broken => Figures.Where(row => !row.Holds);

    /// <summary>
    /// True where something does not hold, and only times and memory, which whoever shares the machine moves as well.
    /// </summary>
    public static bool MayBeNoise(AttackResult result) => result.Broken.Any() && result.Broken.All(IsOfTheMachine);

    /// <summary>All figures, with bounds: of several runs the median of a time or of memory, else the worst.</summary>
    /// <param name="runs">Results of one attack, at least one.</param>
    public static IEnumerable<Measurement> Together(IReadOnlyList<AttackResult> runs) =>
        runs.SelectMany(run => run.Figures).GroupBy(row => row.Name).Select(rows =>
        {
            var worst = rows.MaxBy(row => row.Measured)!;
            var figure = IsOfTheMachine(worst)
                ? Measurement.Of(worst.Name, worst.Unit, [.. rows.Select(row => row.Measured)], worst.Bound)
                : worst;
            return figure with { Name = $"{runs[0].Attack.Name}: {figure.Name}" };
        });

    private static bool IsOfTheMachine(Measurement row) => row.Unit is "s" or "ms" or "MB";

    private IEnumerable<Measurement> Figures
    {
        get
        {
            foreach (var (words, count) in Answers.Counts)
            {
                yield return Measurement.Of(words, "answers", [count]);
            }

            if (Answers.Times.Count > 0)
            {
                yield return Measurement.Of(
                    "until answered, p50", "s", [Answers.Times.At(50) / 1000], Bounds.RefusedSeconds);
                yield return Measurement.Of("until answered, max", "s", [Answers.Times.At(100) / 1000]);
            }

            yield return Measurement.Of("answers that must not be", "answers", [Answers.Wrong], 0);
            yield return Measurement.Of("time", "s", [Took.TotalSeconds]);
            yield return Measurement.Of("memory before", "MB", [Memory.Before]);
            yield return Measurement.Of(
                "peak memory over before",
                "MB",
                [Memory.Peak - Memory.Before],
                Bounds.PeakMegabytes + AttackBounds.CollectorMegabytes + UnloadedRise);
            yield return Measurement.Of(
                "memory after over before",
                "MB",
                [Memory.After - Memory.Before],
                Bounds.StayMegabytes + UnloadedRise);
            yield return Measurement.Of("bystander's click p50", "ms", [Felt.Clicks.At(50)]);
            yield return Measurement.Of(
                "bystander's click p99",
                "ms",
                [Felt.ClickTail],
                Math.Max(Bounds.ClickFloor, AttackBounds.ClickRatio * Unloaded.ClickTail));
            yield return Measurement.Of("bystander's click max", "ms", [Felt.Clicks.At(100)]);
            yield return Measurement.Of("bystander's upload p50", "ms", [Felt.Uploads.At(50)]);
            yield return Measurement.Of(
                "bystander's upload max",
                "ms",
                [Felt.Uploads.At(100)],
                Math.Max(AttackBounds.UploadFloor, 3 * Unloaded.Uploads.At(100)));
            yield return Measurement.Of("bystander's failures", "", [Felt.Failed], 0);
            yield return Measurement.Of("log lines of errors and stacks", "", [LogLines], 0);
            yield return Measurement.Of("programs that ended", "", [Ended.Count], 0);
            yield return Measurement.Of("bystander not served 20 s after", "", [IsStuck ? 1 : 0], 0);
            foreach (var row in Answers.Further)
            {
                yield return row;
            }
        }
    }
}
