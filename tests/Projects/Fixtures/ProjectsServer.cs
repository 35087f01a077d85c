using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Common;
using Segmentation.Projects.Hosting;

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>
/// The real services in this process, behind real ports: gRPC on one, REST on the other. Two servers on one record are
/// two processes.
/// </summary>
internal sealed class ProjectsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly Uri _rest;

    private ProjectsServer(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToList();
        _channel = GrpcChannel.ForAddress(
            addresses[0], new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        _rest = addresses[1];
    }

    /// <summary>Services of the host.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server on a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="configure">Changes the host before it is built, for example its options or some services.</param>
    public static async Task<ProjectsServer> StartAsync(
        TestRecord record, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(record.Options);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http1);
        });
        builder.AddProjects();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapProjects();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ProjectsServer(app);
    }

    /// <summary>Calls as somebody.</summary>
    public CallInvoker As(string subject, string tenant = "acme") => _channel.Intercept(headers =>
    {
        headers.Add(CallerHeaders.Tenant, tenant);
        headers.Add(CallerHeaders.Subject, Uri.EscapeDataString(subject));
        return headers;
    });

    /// <summary>Calls the REST form as somebody; the caller disposes the client.</summary>
    public HttpClient RestAs(string subject, string tenant = "acme")
    {
        var client = new HttpClient { BaseAddress = _rest };
        client.DefaultRequestHeaders.Add(CallerHeaders.Tenant, tenant);
        client.DefaultRequestHeaders.Add(CallerHeaders.Subject, Uri.EscapeDataString(subject));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        using var impatient = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(impatient.Token);
        await _app.DisposeAsync();
    }
}
