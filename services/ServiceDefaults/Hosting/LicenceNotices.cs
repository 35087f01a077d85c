using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Segmentation.Models;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Writes licence notices when the host starts.</summary>
internal sealed partial class LicenceNotices(ServedModels models, ILogger<LicenceNotices> logger) : IHostedService
{
    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var model in models.All)
        {
            if (model.LicenceNotice is { } notice)
            {
                Notice(_logger, notice);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "{Notice}")]
    private static partial void Notice(ILogger logger, string notice);
}
