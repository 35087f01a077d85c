using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Gateway.Tests.Projects;

/// <summary>What is written down of calls of projects, and what they are charged.</summary>
public sealed class ProjectAccountTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ForwardingTests.Protocols), MemberType = typeof(ForwardingTests))]
    public async Task Change_IsInTheAuditLog(string protocol)
    {
        await using var stub = await ProjectsStub.StartAsync();
        await using var host = await ForwardingTests.StartAsync(stub);
        if (protocol == "rest")
        {
            using var http = host.Client();
            using var answer = await http.PostAsync(
                "/v1/projects/p1/pictures:upload", new ByteArrayContent(new byte[1]), Cancel);
        }
        else
        {
            using var channel = ForwardingTests.Channel(host, protocol);
            var client = new ProjectService.ProjectServiceClient(channel);
            await Requests.FailsAsync(StatusCode.Aborted, () => client
                .UpdateProjectAsync(new() { Project = new Project { Id = "p1" } }, cancellationToken: Cancel).ResponseAsync);
            await client.GetProjectAsync(new() { Project = "p1" }, cancellationToken: Cancel);
        }

        while (!Changes(host).Any())
        {
            // Written when the answer has been sent.
            await Task.Yield();
            Cancel.ThrowIfCancellationRequested();
        }

        var line = Assert.Single(Changes(host));
        Assert.StartsWith(
            protocol == "rest"
                ? "audit project.change p1 POST /v1/projects/{project}/pictures:upload: ok; tenant default, subject anonymous"
                : "audit project.change p1 /segmentation.projects.v1.ProjectService/UpdateProject: REVISION_CONFLICT; tenant "
                    + "default, subject anonymous",
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_OverTheQuota_AreRefusedWithTheTimeToWait()
    {
        await using var stub = await ProjectsStub.StartAsync();
        await using var host = await GatewayHost.StartAsync(
            services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow())),
            ("Segmentation:Projects:Address", stub.Address),
            ("Segmentation:Quotas:UnitsPerSecond", "0.01"),
            ("Segmentation:Quotas:Burst", "1"));
        var client = new ProjectService.ProjectServiceClient(host.Channel);
        using var http = host.Client();

        // A gateway spends a quarter of the burst before the first settlement with the others, which comes with the clock:
        // 12 calls that read.
        RpcException? refused = null;
        for (var i = 0; i < 13 && refused is null; i++)
        {
            try
            {
                await client.GetProjectAsync(new() { Project = "p1" }, cancellationToken: Cancel);
            }
            catch (RpcException exception)
            {
                refused = exception;
            }
        }

        Assert.Equal("QUOTA_EXCEEDED", refused?.GetRpcStatus()?.Reason());
        Assert.NotNull(refused!.GetRpcStatus()!.GetDetail<RetryInfo>());
        var problem = await http.PostAsync("/v1/projects/p1/pictures:upload", null, Cancel).FailsAsync(429);
        Assert.Equal("QUOTA_EXCEEDED", problem.Reason());
    }

    private static IEnumerable<string> Changes(GatewayHost host) => host.Logs.Lines
        .Where(line => line.Category == "Segmentation.Audit" && line.Text.Contains("project.change", StringComparison.Ordinal))
        .Select(line => line.Text);
}
