using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Gateway.Tests.Projects;

/// <summary>Calls of projects through a gateway to a real server in front of which it stands.</summary>
public sealed class ForwardingTests
{
    private const string TenantHeader = "x-segmentation-project-tenant";
    private const string SubjectHeader = "x-segmentation-project-subject";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>gRPC, gRPC-Web, its form as text, and REST.</summary>
    public static TheoryData<string> Protocols => ["grpc", "web", "text", "rest"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Call_NamesItsCallerAndNobodyElse(string protocol)
    {
        await using var stub = await ProjectsStub.StartAsync();
        using var keys = new KeyRingFile();
        var key = await keys.AddAsync("anna");
        await using var host = await StartAsync(stub, keys.Option);
        (string Name, string Value)[] headers =
        [
            ("x-api-key", key), (TenantHeader, "bert"), (SubjectHeader, "root"), ("X-Segmentation-Project-Tenant", "carl"),
            ("x-segmentation-tenant", "anna"),
        ];

        if (protocol == "rest")
        {
            using var http = host.Client();
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/projects/p1?view=full");
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            request.Headers.TryAddWithoutValidation("Connection", TenantHeader);
            using var answer = await http.SendAsync(request, Cancel);
            var project = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel);
            Assert.Equal("""{"id":"p1","view":"full"}""", project!.ToJsonString());
        }
        else
        {
            var metadata = new Metadata();
            foreach (var (name, value) in headers)
            {
                metadata.Add(name.ToLowerInvariant(), value);
            }

            using var channel = Channel(host, protocol);
            var project = await new ProjectService.ProjectServiceClient(channel)
                .GetProjectAsync(new() { Project = "p1" }, metadata, cancellationToken: Cancel);
            Assert.Equal("p1", project.Id);
        }

        var seen = await stub.Requests.Reader.ReadAsync(Cancel);
        Assert.Equal("anna", seen[TenantHeader]);
        Assert.DoesNotContain("root", seen[SubjectHeader], StringComparison.Ordinal);
        Assert.DoesNotContain("x-api-key", seen);
        Assert.DoesNotContain("x-segmentation-tenant", seen);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("web")]
    [InlineData("text")]
    public async Task Error_ComesWithItsDetails(string protocol)
    {
        await using var stub = await ProjectsStub.StartAsync();
        await using var host = await StartAsync(stub);
        using var channel = Channel(host, protocol);

        var status = await Requests.FailsAsync(StatusCode.Aborted, () => new ProjectService.ProjectServiceClient(channel)
            .UpdateProjectAsync(new() { Project = new Project { Id = "p1" } }, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal("REVISION_CONFLICT", status.Reason());
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("web")]
    [InlineData("text")]
    public async Task Watch_ComesMessageByMessageAndEndsWithItsKey(string protocol)
    {
        await using var stub = await ProjectsStub.StartAsync();
        await using var gateway = new WatchedGateway();
        var key = await gateway.Keys.AddAsync("anna");
        await gateway.StartAsync(("Segmentation:Projects:Address", stub.Address));
        using var channel = Channel(gateway.Host, protocol);
        using var watch = new AnnotationService.AnnotationServiceClient(channel)
            .WatchPicture(new() { Project = "p1", Picture = 1 }, WatchedGateway.With(key), cancellationToken: Cancel);
        for (var i = 0; i < 3; i++)
        {
            stub.Watched.Writer.TryWrite(new WatchPictureResponse { Current = true });
            Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        }

        await gateway.Keys.RevokeAsync(key);
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        var status = await Requests.FailsAsync(StatusCode.Unauthenticated, () => watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal("API_KEY_REVOKED", status.Reason());
        await stub.Cancelled.Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Call_WhoseServiceIsAway_IsUnavailableAndTheRestGoesOn()
    {
        var stub = await ProjectsStub.StartAsync();
        await using var host = await StartAsync(stub);
        var client = new ProjectService.ProjectServiceClient(host.Channel);
        await client.GetProjectAsync(new() { Project = "p1" }, cancellationToken: Cancel);
        Assert.Contains("\"projects\":{\"status\":\"Healthy\"", await ReadyAsync(host), StringComparison.Ordinal);
        await stub.DisposeAsync();

        var status = await Requests.FailsAsync(StatusCode.Unavailable, () => client
            .GetProjectAsync(new() { Project = "p1" }, cancellationToken: Cancel).ResponseAsync);
        using var http = host.Client();
        using var answer = await http.GetAsync("/v1/projects/p1", Cancel);
        var problem = await Task.FromResult(answer).FailsAsync(503);

        Assert.Equal("PROJECTS_UNAVAILABLE", status.Reason());
        Assert.Equal(1, status.GetDetail<RetryInfo>()!.RetryDelay.Seconds);
        Assert.Equal("PROJECTS_UNAVAILABLE", problem.Reason());
        Assert.Equal("1", answer.Headers.RetryAfter!.ToString());
        Assert.Contains("\"projects\":{\"status\":\"Degraded\"", await ReadyAsync(host), StringComparison.Ordinal);
        await host.Segmentation.SegmentAsync(Quotas.QuotaHost.Request(1, isInline: true), cancellationToken: Cancel);

        await using var again = await ProjectsStub.StartAsync(stub.Port);
        await client.GetProjectAsync(new() { Project = "p1" }, cancellationToken: Cancel);
    }

    [Fact]
    public async Task Watch_WhoseServiceDies_EndsUnavailable()
    {
        var stub = await ProjectsStub.StartAsync();
        await using var host = await StartAsync(stub);
        using var watch = new AnnotationService.AnnotationServiceClient(host.Channel)
            .WatchPicture(new() { Project = "p1" }, cancellationToken: Cancel);
        stub.Watched.Writer.TryWrite(new WatchPictureResponse { Current = true });
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));

        var stopped = stub.AbortAsync();

        await Requests.FailsAsync(StatusCode.Unavailable, () => watch.ResponseStream.MoveNext(Cancel));
        await stopped;
    }

    [Fact]
    public async Task Call_WithoutAnAddress_IsUnimplemented()
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await Requests.FailsAsync(StatusCode.Unimplemented, () =>
            new ProjectService.ProjectServiceClient(host.Channel)
                .GetProjectAsync(new() { Project = "p1" }, cancellationToken: Cancel).ResponseAsync);
        using var http = host.Client();
        var problem = await http.GetAsync("/v1/projects", Cancel).FailsAsync(501);

        Assert.Equal("PROJECTS_NOT_SERVED", status.Reason());
        Assert.Equal("PROJECTS_NOT_SERVED", problem.Reason());
        Assert.Contains("Segmentation:Projects:Address", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ThatIsCancelled_IsCancelledAtTheServiceWhichKnowsItsDeadline()
    {
        await using var stub = await ProjectsStub.StartAsync();
        await using var host = await StartAsync(stub);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var call = new ProjectService.ProjectServiceClient(host.Channel).ListLabelsAsync(
            new() { Project = "p1" },
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
            cancellationToken: leave.Token);
        await stub.Begun.Task.WaitAsync(Cancel);

        await leave.CancelAsync();

        await stub.Cancelled.Task.WaitAsync(Cancel);
        Assert.Contains("grpc-timeout", await stub.Requests.Reader.ReadAsync(Cancel));
    }

    [Fact]
    public async Task Upload_WithAChunkOfTooManyBytes_IsRefusedAsTheClientsMistake()
    {
        await using var stub = await ProjectsStub.StartAsync();
        await using var host = await StartAsync(stub);

        var answer = await ChunkSizeTests.PostAsync(host, "/v1/projects/p1/pictures:upload", "image/png");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("chunk", answer, StringComparison.Ordinal);
        Assert.Empty(host.Logs.Errors);
    }

    [Theory]
    [InlineData("-5S")]
    [InlineData("99999999999999m")]
    [InlineData("soon")]
    public async Task Call_WithADeadlineThatIsNone_IsAnswered(string timeout)
    {
        await using var stub = await ProjectsStub.StartAsync();
        await using var host = await StartAsync(stub);
        using var http = host.Client();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/segmentation.projects.v1.ProjectService/GetProject")
        {
            // A message of no bytes.
            Content = new ByteArrayContent(new byte[5]),
        };
        request.Content.Headers.ContentType = new("application/grpc-web");
        request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);

        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Contains("grpc-status: 0", text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(host.Logs.Errors);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task Upload_OfManyMegabytes_PassesThrough(string protocol)
    {
        // More than the largest message, 64 MiB and a bit.
        const int Bytes = 80 << 20;
        await using var stub = await ProjectsStub.StartAsync();
        await using var host = await StartAsync(stub);
        if (protocol == "rest")
        {
            using var http = host.Client();
            using var answer = await http.PostAsync(
                "/v1/projects/p1/pictures:upload?name=a.jpg", new ByteArrayContent(new byte[Bytes]), Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var added = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel);
            Assert.Equal($"{Bytes}", added!["sizeBytes"]!.GetValue<string>());
            return;
        }

        using var call = new PictureService.PictureServiceClient(host.Channel).AddPicture(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new() { Metadata = new() { Project = "p1", Name = "a.jpg" } }, Cancel);
        var chunk = UnsafeByteOperations.UnsafeWrap(new byte[1 << 20]);
        for (var sent = 0; sent < Bytes; sent += chunk.Length)
        {
            await call.RequestStream.WriteAsync(new() { Chunk = chunk }, Cancel);
        }

        await call.RequestStream.CompleteAsync();
        var picture = await call.ResponseAsync;
        Assert.Equal(("a.jpg", Bytes), (picture.Name, (int)picture.SizeBytes));
    }

    internal static Task<GatewayHost> StartAsync(ProjectsStub stub, params (string Key, string Value)[] options) =>
        GatewayHost.StartAsync(null, [("Segmentation:Projects:Address", stub.Address), .. options]);

    internal static GrpcChannel Channel(GatewayHost host, string protocol) => protocol == "grpc"
        ? GrpcChannel.ForAddress(host.Addresses.Grpc)
        : GrpcChannel.ForAddress(host.Addresses.Http, new GrpcChannelOptions
        {
            HttpHandler = new GrpcWebHandler(
                protocol == "web" ? GrpcWebMode.GrpcWeb : GrpcWebMode.GrpcWebText, new HttpClientHandler()),
            HttpVersion = new Version(1, 1),
        });

    private static async Task<string> ReadyAsync(GatewayHost host)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(host.Addresses.Operators, "/readyz"), Cancel);
    }
}
