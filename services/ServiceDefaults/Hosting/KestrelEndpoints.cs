using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>The server's ports, and what holds on all of them.</summary>
internal sealed class KestrelEndpoints(IServiceProvider services, IStartupValidator allOptions)
    : IConfigureOptions<KestrelServerOptions>
{
    private const int MiB = 1024 * 1024;

    public void Configure(KestrelServerOptions options)
    {
        // The server is configured while the host is built, before options are checked: all that are wrong shall be
        // reported, not the first one read.
        allOptions.Validate();
        foreach (var port in services.GetServices<ListenPort>())
        {
            options.Listen(port.Endpoint, listen =>
            {
                listen.Protocols = port.Protocols;
                if (port.Use == PortUse.Operators)
                {
                    // Operators see how it is while clients have taken all connections that the stages allow.
                    listen.Use((connection, next) =>
                    {
                        OperatorPort.Mark(connection);
                        return next(connection);
                    });
                    return;
                }

                if (port.Use == PortUse.Scaler)
                {
                    listen.Use((connection, next) =>
                    {
                        ScalerPort.Mark(connection);
                        return next(connection);
                    });
                }
                else
                {
                    foreach (var stage in services.GetServices<ConnectionStage>())
                    {
                        listen.Use(next => connection => stage.Handle(connection, next));
                    }
                }

                if (port.Tls is { } tls)
                {
                    listen.Use(next => new TlsPort(next).OnConnectionAsync);
                    listen.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        OnConnection = handshake => ValueTask.FromResult(tls(handshake.Connection)),
                    });
                    listen.Use(ClientCertificates.Refuse);
                }

                if (port.Use is PortUse.Grpc or PortUse.Scaler)
                {
                    listen.Use(next => new GrpcPort(next, services).OnConnectionAsync);
                }
            });
        }

        if (services.GetService<InProcessPort>() is not null)
        {
            // The last one: HostAddresses knows the others by their order.
            options.Listen(InProcessPort.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        }

        // At 20 ms of round trip the default window of 768 KiB holds an upload to 38 MB/s; 4 MiB to 200.
        options.Limits.Http2.InitialStreamWindowSize = 4 * MiB;
        options.Limits.Http2.InitialConnectionWindowSize = 16 * MiB;

        // A live session whose client vanished without a word is noticed within a minute.
        options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        options.AddServerHeader = false;
    }
}
