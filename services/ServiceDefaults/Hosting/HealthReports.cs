using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Health as JSON: the whole, and every check by name.</summary>
public static class HealthReports
{
    /// <summary>Writes a report.</summary>
    public static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(
                    entry => entry.Key,
                    entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description }),
            },
            context.RequestAborted);
}
