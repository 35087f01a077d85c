using Segmentation.Tests.Shared;

namespace Segmentation.Security.Tests;

/// <summary>All tiers in one process.</summary>
public class SecuredStandalone : SecuredServer
{
    private static readonly string[] _doors =
    [
        "Doors:Cvat:Enabled=true", "Doors:LabelStudio:Enabled=true", "Doors:OpenInference:Enabled=true",
        "Doors:Roboflow:Enabled=true", "Doors:Samapi:Enabled=true", "Doors:Samgeo:Enabled=true",
        "Doors:XAnyLabeling:Enabled=true",
    ];

    private readonly int _grpcPort = Repository.FreePort();
    private ServiceProcess _process = null!;

    internal override Uri Grpc => new($"http://127.0.0.1:{_grpcPort}");

    internal override Uri Http => _process.Address;

    /// <summary>Its process id.</summary>
    internal int Id => _process.Id;

    /// <summary>Options beside the keys, without the leading <c>--Segmentation:</c>.</summary>
    internal virtual IEnumerable<string> Options => [];

    internal override async Task<string> MetricsAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(_process.Operators, "metrics"), cancellationToken);
    }

    internal override async Task StartAsync(TenantKeys keys, CancellationToken cancellationToken)
    {
        var http = Repository.FreePort();
        _process = new ServiceProcess(
            "Standalone", http, [$"Endpoints:GrpcPort={_grpcPort}", $"Endpoints:HttpPort={http}", keys.Option, .. _doors, .. Options])
        { OnLine = Log.Add };
        await _process.StartAsync(cancellationToken);
    }

    internal override ValueTask StopAsync() => _process?.DisposeAsync() ?? default;
}
