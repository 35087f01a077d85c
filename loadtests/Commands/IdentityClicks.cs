using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Sam.Images;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Clicks in turn on a server without identity and on one with API keys: what finding out who calls, its quota and the
/// audit log cost a click.
/// </summary>
internal static class IdentityClicks
{
    private const double Bound = 1.03;

    /// <summary>Clicks before the counted ones: what a young process compiles must not be taken for identity.</summary>
    private const int WarmUp = 300;

    /// <summary>Measures systems, one after the other.</summary>
    /// <param name="spawn">What to start, twice each.</param>
    /// <param name="runs">Counted clicks on each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        IReadOnlyList<string> spawn, int runs, CancellationToken cancellationToken)
    {
        var file = await File.ReadAllBytesAsync(Photographs.Named("coffee.png").FullName, cancellationToken);
        var geometry = ImageReader.ReadForModel(file, ImageLimits.Default, cancellationToken).Geometry;
        List<Measurement> rows = [];
        foreach (var name in spawn)
        {
            using var keys = await TenantKeysFile.CreateAsync(cancellationToken, ClickTarget.Tenant);
            await using var without = await ClickTarget.StartAsync(name, file, cancellationToken);
            await using var with = await ClickTarget.StartAsync(name, file, cancellationToken, keys);
            var (points, samePoints) = (new ClickPoints(geometry), new ClickPoints(geometry));
            var (plain, checkedCaller) = SideBySide.Run(
                WarmUp,
                runs,
                () => without.Click(points.Next(), cancellationToken),
                () => with.Click(samePoints.Next(), cancellationToken));
            rows.AddRange(Rows(name, plain, checkedCaller));
        }

        return rows;
    }

    private static IEnumerable<Measurement> Rows(string name, double[] without, double[] with)
    {
        var (before, after) = (
            Measurement.Of($"click, {name}, without identity", "ms", without),
            Measurement.Of($"click, {name}, with a key", "ms", with));
        yield return before;
        yield return after;
        yield return Measurement.Of(
            $"click p50, {name}, with / without", "ratio", [after.Measured / before.Measured], Bound);
    }
}
