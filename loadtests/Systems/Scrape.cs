using System.Globalization;

namespace Segmentation.LoadTests.Systems;

/// <summary>Reads the metrics of processes.</summary>
internal static class Scrape
{
    /// <summary>Prometheus' exporter answers with an older scrape for 300 ms.</summary>
    private static readonly TimeSpan _age = TimeSpan.FromMilliseconds(350);

    private static readonly HttpClient _http = new();

    /// <summary>Of each process the sum of a metric's values, of those series that have all the labels.</summary>
    /// <param name="processes">Their operators' ports.</param>
    /// <param name="metric">Its name as Prometheus has it.</param>
    /// <param name="labels">Labels as they are written there: <c>lane="batch"</c>.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public static async Task<double[]> SumAsync(
        IEnumerable<Uri> processes, string metric, string[] labels, CancellationToken cancellationToken)
    {
        await Task.Delay(_age, cancellationToken);
        return await Task.WhenAll(processes.Select(async process =>
        {
            var metrics = await _http.GetStringAsync(new Uri(process, "metrics"), cancellationToken);
            return metrics.Split('\n')
                .Where(line => line.StartsWith(metric, StringComparison.Ordinal) && labels.All(line.Contains))
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }));
    }
}
