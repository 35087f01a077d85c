using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Hosting;

namespace Segmentation.Gateway.Tests.Hosting;

/// <summary>The client of <c>helm test</c>: the credential that it shows, and the gateways that it believes.</summary>
public sealed class SmokeTestTests
{
    private const string Key = "seg_AAAAAAAA_secret";
    private const string KeyArgument = $"--SEGMENTATION_API_KEY={Key}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunAsync_WithAKey_SendsItWithEveryCall(bool isEncrypted)
    {
        using var certificate = NewCertificate();
        await using var server = await StartAsync(isEncrypted ? certificate : null);
        using var file = new TemporaryPem(certificate);

        var (code, output) = await RunAsync(server.Port, isEncrypted ? [KeyArgument, file.Argument] : [KeyArgument]);

        Assert.Equal($"Bearer {Key}", server.Authorization);
        Assert.Contains("upload failed: Unauthenticated", output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task RunAsync_WithoutAKey_SendsNone()
    {
        await using var server = await StartAsync(null);

        await RunAsync(server.Port);

        Assert.Equal("", server.Authorization);
    }

    [Fact]
    public async Task RunAsync_GatewayWithAnotherCertificate_SendsNothing()
    {
        using var certificate = NewCertificate();
        using var expected = NewCertificate();
        await using var server = await StartAsync(certificate);
        using var file = new TemporaryPem(expected);

        var (code, output) = await RunAsync(server.Port, KeyArgument, file.Argument);

        Assert.Null(server.Authorization);
        Assert.Contains("upload failed: ", output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Theory]
    [InlineData("--Segmentation:Endpoints:Tls:CertificateFile=/no/such/file", "'/no/such/file' cannot be used")]
    [InlineData("--SEGMENTATION_API_KEY=seg ment", "SEGMENTATION_API_KEY is no API key")]
    public async Task RunAsync_UnusableSetting_SaysWhich(string argument, string expected)
    {
        var (code, output) = await RunAsync(1, argument);

        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    private static async Task<(int Code, string Output)> RunAsync(int port, params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await SmokeTest.RunAsync([$"--Segmentation:Endpoints:GrpcPort={port}", .. arguments], output);
        return (code, output.ToString());
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static async Task<Server> StartAsync(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback,
            0,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            }));
        var server = new Server(builder.Build());
        await server.StartAsync();
        return server;
    }

    /// <summary>Refuses every call and remembers the credential of the first.</summary>
    private sealed class Server(WebApplication app) : IAsyncDisposable
    {
        public string? Authorization { get; private set; }

        public int Port => new Uri(app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

        public Task StartAsync()
        {
            app.Run(context =>
            {
                Authorization ??= context.Request.Headers.Authorization.ToString();
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = "16";
                return Task.CompletedTask;
            });
            return app.StartAsync(TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private sealed class TemporaryPem : IDisposable
    {
        private readonly string _file = Path.GetTempFileName();

        public TemporaryPem(X509Certificate2 certificate) => File.WriteAllText(_file, certificate.ExportCertificatePem());

        public string Argument => $"--Segmentation:Endpoints:Tls:CertificateFile={_file}";

        public void Dispose() => File.Delete(_file);
    }
}
