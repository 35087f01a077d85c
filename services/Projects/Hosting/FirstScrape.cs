using Segmentation.Projects.Annotating;
using Segmentation.Projects.Pictures.Handing;
using Segmentation.Projects.Runs.Working;

namespace Segmentation.Projects.Hosting;

/// <summary>Makes all meters with the host, so that counters exist, as zero, from the first scrape.</summary>
internal sealed class FirstScrape : IHostedService
{
    private static readonly Type[] _meters =
        [typeof(AnnotatingMetrics), typeof(PictureMetrics), typeof(RunMetrics)];

    public FirstScrape(IServiceProvider services)
    {
        foreach (var meter in _meters)
        {
            services.GetRequiredService(meter);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
