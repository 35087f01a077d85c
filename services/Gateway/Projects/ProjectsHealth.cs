using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Segmentation.Gateway.Projects;

/// <summary>Says in <c>/readyz</c> whether projects answer. Degraded when they do not: everything else goes on.</summary>
internal sealed class ProjectsHealth(ProjectsChannel channel, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!channel.IsNamed)
        {
            return HealthCheckResult.Healthy("Projects are not served: no address is named.");
        }

        try
        {
            using var timer = new CancellationTokenSource(_timeout, clock);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            using var connection = GrpcChannel.ForAddress(
                channel.Prefix, new GrpcChannelOptions { HttpHandler = new Borrowed(channel.Next()) });
            var answer = await new Health.HealthClient(connection).CheckAsync(
                new HealthCheckRequest(), cancellationToken: stop.Token);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("Projects answer that they are not ready.");
        }
        catch (RpcException exception)
        {
            return HealthCheckResult.Degraded(
                $"Projects cannot be reached; everything else goes on ({exception.StatusCode}).");
        }
    }

    /// <summary>A connection of the channel, which stays open.</summary>
    private sealed class Borrowed(HttpMessageInvoker lane) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => lane.SendAsync(request, cancellationToken);
    }
}
