using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.ServiceDefaults.Tests.Hosting;

public sealed class HealthProbeTests
{
    private const string OperatorPort = "--Segmentation:Endpoints:OperatorPort";

    private static readonly TimeSpan _plenty = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true, "--healthcheck")]
    [InlineData(true, "--Segmentation:Endpoints:HttpPort=1", "--healthcheck")]
    [InlineData(false)]
    [InlineData(false, "--Segmentation:Endpoints:HttpPort=1")]
    public void IsAsked_OnlyWithTheArgument_IsTrue(bool expected, params string[] args) =>
        Assert.Equal(expected, HealthProbe.IsAsked(args));

    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task RunAsync_HostAnswers_ItsReadinessDecides(int status, int expected)
    {
        await using var host = await HostAsync(IPAddress.Loopback, async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync($"{context.Request.Path} says {status}", context.RequestAborted);
        });

        var (code, text) = await AskAsync("--healthcheck", $"{OperatorPort}={Port(host)}");

        Assert.Equal(expected, code);
        Assert.Equal($"/readyz says {status}", text);
    }

    [Theory]
    [InlineData("127.0.0.1", "0.0.0.0")]
    [InlineData("::1", "::")]
    [InlineData("127.0.0.2", "127.0.0.2")]
    public async Task RunAsync_HostListensElsewhere_IsAskedWhereItListens(string listens, string configured)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !listens.Contains(':'), "This machine has no IPv6.");
        await using var host = await HostAsync(IPAddress.Parse(listens), _ => Task.CompletedTask);

        var (code, _) = await AskAsync(
            $"{OperatorPort}={Port(host)}", $"--Segmentation:Endpoints:OperatorAddress={configured}");

        Assert.Equal(0, code);
    }

    [Fact]
    public async Task RunAsync_PortNotSet_TheOneAfterTheHttpPortIsAsked()
    {
        await using var host = await HostAsync(IPAddress.Loopback, _ => Task.CompletedTask);
        using var output = new StringWriter();

        Assert.Equal(0, await HealthProbe.RunAsync(["--healthcheck"], "Test", Port(host) - 1, output, _plenty));
        Assert.Equal(0, await HealthProbe.RunAsync([$"--Test:HttpPort={Port(host) - 1}"], "Test", 1, output, _plenty));
    }

    [Fact]
    public async Task RunAsync_PortInTheEnvironment_IsAsked()
    {
        await using var host = await HostAsync(IPAddress.Loopback, _ => Task.CompletedTask);
        using var output = new StringWriter();
        Environment.SetEnvironmentVariable("HealthProbeTests__HttpPort", $"{Port(host) - 1}");

        var code = await HealthProbe.RunAsync(["--healthcheck"], nameof(HealthProbeTests), 1, output, _plenty);

        Environment.SetEnvironmentVariable("HealthProbeTests__HttpPort", null);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task RunAsync_NobodyListens_SaysWhoWasAsked()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)reserved.LocalEndPoint!).Port;

        var (code, text) = await AskAsync($"{OperatorPort}={port}");

        Assert.Equal(1, code);
        Assert.StartsWith($"http://127.0.0.1:{port}/readyz cannot be asked: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_HostHangs_GivesUp()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HostAsync(IPAddress.Loopback, _ => never.Task);
        using var output = new StringWriter();

        var code = await HealthProbe.RunAsync(
            [$"{OperatorPort}={Port(host)}"], "Test", 1, output, TimeSpan.FromMilliseconds(50));
        never.SetResult();

        Assert.Equal(1, code);
        Assert.Contains("did not answer within 0.05 s.", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("seven")]
    public async Task RunAsync_PortThatNobodyCanAsk_NamesTheOption(string port)
    {
        var (code, text) = await AskAsync($"{OperatorPort}={port}");

        Assert.Equal(1, code);
        Assert.StartsWith(
            $"Segmentation:Endpoints:OperatorPort is '{port}'; it must be 1 to 65535", text, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Text)> AskAsync(params string[] args)
    {
        using var output = new StringWriter();
        var code = await HealthProbe.RunAsync(args, "Test", 1, output, _plenty);
        return (code, output.ToString().Trim());
    }

    private static async Task<WebApplication> HostAsync(IPAddress address, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(address, 0));
        var host = builder.Build();
        host.Run(answer);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private static int Port(WebApplication host) => new Uri(host.Urls.Single()).Port;
}
