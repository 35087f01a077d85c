using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Gateway.Tests.Projects;

/// <summary>A server of a part of segmentation.projects.v1, as a gateway reaches one: HTTP/2 without TLS.</summary>
internal sealed class ProjectsStub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProjectsStub(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = null);
        builder.Services.AddGrpcHealthChecks().AddCheck("up", () => HealthCheckResult.Healthy());
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            // The gateway asks for the service's health whenever it likes.
            if (!context.Request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal))
            {
                Requests.Writer.TryWrite(context.Request.Headers.ToDictionary(
                    header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            }

            return next(context);
        });
        _app.MapGrpcService<ProjectsOfStub>();
        _app.MapGrpcService<PicturesOfStub>();
        _app.MapGrpcService<AnnotationsOfStub>();
        _app.MapGrpcHealthChecksService();
        _app.MapGet("/v1/projects/{project}", (string project, string? view) => Results.Json(new { id = project, view }));
        _app.MapPost("/v1/projects/{project}/pictures:upload", UploadAsync);
    }

    /// <summary>Headers of every request but those for its health, in the order of their arrival.</summary>
    public Channel<Dictionary<string, string>> Requests { get; } = Channel.CreateUnbounded<Dictionary<string, string>>();

    /// <summary>Messages that a test sends to watchers; completed: the watch ends.</summary>
    public Channel<WatchPictureResponse> Watched { get; } = Channel.CreateUnbounded<WatchPictureResponse>();

    /// <summary>Completed when a call that never answers has begun.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when a call was cancelled by its caller.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Port { get; private set; }

    public string Address => $"http://127.0.0.1:{Port}";

    public static async Task<ProjectsStub> StartAsync(int port = 0)
    {
        var stub = new ProjectsStub(port);
        await stub._app.StartAsync(TestContext.Current.CancellationToken);
        stub.Port = new Uri(stub._app.Urls.Single()).Port;
        return stub;
    }

    /// <summary>Breaks all connections off, as a process does that is killed.</summary>
    public Task AbortAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<IResult> UploadAsync(HttpContext context, string project, string? name)
    {
        var buffer = new byte[64 * 1024];
        var bytes = 0L;
        for (var read = 1; read > 0; bytes += read)
        {
            read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted);
        }

        return Results.Json(new { name = $"{project}/{name}", sizeBytes = $"{bytes}" });
    }

    private sealed class ProjectsOfStub(ProjectsStub stub) : ProjectService.ProjectServiceBase
    {
        public override Task<Project> GetProject(GetProjectRequest request, ServerCallContext context) =>
            Task.FromResult(new Project { Id = request.Project });

        public override Task<Project> CreateProject(CreateProjectRequest request, ServerCallContext context) =>
            Task.FromResult(request.Project);

        public override Task<Project> UpdateProject(UpdateProjectRequest request, ServerCallContext context) =>
            throw Segmentation.Gateway.Errors.Problem.Of(StatusCode.Aborted, "REVISION_CONFLICT", "It has another revision.").ToRpcException();

        public override async Task<ListLabelsResponse> ListLabels(ListLabelsRequest request, ServerCallContext context)
        {
            // Never answers.
            stub.Begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                stub.Cancelled.TrySetResult();
                throw;
            }

            return new ListLabelsResponse();
        }
    }

    private sealed class PicturesOfStub : PictureService.PictureServiceBase
    {
        public override async Task<Picture> AddPicture(
            IAsyncStreamReader<AddPictureRequest> requestStream, ServerCallContext context)
        {
            var picture = new Picture();
            await foreach (var part in requestStream.ReadAllAsync(context.CancellationToken))
            {
                picture.Name = part.Metadata?.Name ?? picture.Name;
                picture.SizeBytes += part.Chunk?.Length ?? 0;
            }

            return picture;
        }
    }

    private sealed class AnnotationsOfStub(ProjectsStub stub) : AnnotationService.AnnotationServiceBase
    {
        public override async Task WatchPicture(
            WatchPictureRequest request, IServerStreamWriter<WatchPictureResponse> responseStream, ServerCallContext context)
        {
            try
            {
                await foreach (var message in stub.Watched.Reader.ReadAllAsync(context.CancellationToken))
                {
                    await responseStream.WriteAsync(message, context.CancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                stub.Cancelled.TrySetResult();
                throw;
            }
        }
    }
}
