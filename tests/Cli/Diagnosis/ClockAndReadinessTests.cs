using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Cli.Diagnosis;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli.Tests.Diagnosis;

/// <summary>A server whose clock is wrong, which is not ready, or which is no server of ours: answers of a test's own.</summary>
public sealed class ClockAndReadinessTests
{
    private static readonly DateTimeOffset _now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, "Ok", "0.0 s before this machine's")]
    [InlineData(-7, "Warning", "7.0 s behind this machine's")]
    [InlineData(3600, "Warning", "3600.0 s before this machine's")]
    public async Task Clock_OfAServer_IsComparedWithThisMachines(int seconds, string state, string text)
    {
        var findings = await LookAsync(_now.AddSeconds(seconds), "Healthy", report: null);

        Assert.Equal((state, text), ($"{findings["server clock"].State}", findings["server clock"].Text));
    }

    [Theory]
    [InlineData("Healthy", "Ok")]
    [InlineData("Degraded", "Warning")]
    [InlineData("Unhealthy", "Failed")]
    [InlineData("something else", "Failed")]
    public async Task Readiness_OfAServer_IsItsWord(string word, string state)
    {
        var ready = (await LookAsync(_now, word, report: null))["server ready"];

        Assert.Equal(state, $"{ready.State}");
        Assert.True(ready.State == CheckState.Ok || ready.Advice!.Contains("--operators", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Readiness_WithTheOperatorsReport_SaysWhy()
    {
        var ready = (await LookAsync(_now, "Unhealthy", """
            {"status":"Unhealthy","checks":{"encoders":{"status":"Unhealthy","description":"No encoder answers."},
            "embeddings":{"status":"Healthy","description":null}}}
            """))["server ready"];

        Assert.Equal("not ready\nencoders: No encoder answers.", ready.Text);
    }

    [Fact]
    public async Task Version_OfAnOlderServer_IsAWarning()
    {
        var findings = await LookAsync(_now, "Healthy", report: null);

        Assert.Equal(CheckState.Warning, findings["server version"].State);
    }

    private static async Task<Dictionary<string, Finding>> LookAsync(DateTimeOffset time, string word, string? report)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        await using var app = builder.Build();
        app.MapGet("/v1/server", () => Results.Json(new { grpcPort = 1, httpPort = 65535, time }));
        app.MapGet("/readyz", (HttpContext context) =>
            Results.Text(HttpProtocol.IsHttp2(context.Request.Protocol) ? word : report ?? "none"));
        await app.StartAsync(Cancel);
        var addresses = app.Urls.Select(url => new Uri(url)).ToArray();
        var server = new ServerConnection(addresses[0], key: null, keyFile: null, authorities: null);
        var checks = new ServerChecks(
            server, report is null ? null : addresses[1], root: null, new FakeTimeProvider(_now));

        return (await checks.RunAsync(Cancel)).ToDictionary(finding => finding.Name);
    }
}
