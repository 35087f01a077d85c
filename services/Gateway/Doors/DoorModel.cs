using System.Runtime.InteropServices;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Segmenting;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Doors;

/// <summary>Has things done for the caller of one request to a door, by the services behind the RPCs.</summary>
/// <param name="context">The request.</param>
internal sealed class DoorModel(HttpContext context) : IDoorModel
{
    private readonly Caller _caller = Caller.Of(context);

    public string Tenant => _caller.Tenant;

    public int MaxImageBytes => Service<IOptions<UploadOptions>>().Value.MaxImageBytes;

    public Task<ListModelsResponse> ListModelsAsync(CancellationToken cancellationToken) =>
        Service<ModelEndpoint>().ListModels(new(), Call("/segmentation.v1.ModelService/ListModels"));

    public async Task<Image> UploadAsync(ReadOnlyMemory<byte> file, string model, CancellationToken cancellationToken)
    {
        Demand(Scope.Upload);
        var intake = Service<IntakeRegistry>().Of(context);
        using var body = MemoryMarshal.TryGetArray(file, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(file.ToArray(), writable: false);
        var outcome = await Service<ImageUpload>().ReceiveAsync(
            _caller, model, new BodyChunks(body, file.Length), intake, UploadFields.Http, cancellationToken);
        return outcome.OrThrow().ToMessage();
    }

    public Task<Embedding> GetEmbeddingAsync(GetEmbeddingRequest request, CancellationToken cancellationToken)
    {
        Demand(Scope.Read);
        return Service<ImageEndpoint>().GetEmbedding(request, Call("/segmentation.v1.ImageService/GetEmbedding"));
    }

    public async Task<SegmentResponse> SegmentAsync(SegmentRequest request, CancellationToken cancellationToken)
    {
        Demand(Scope.Segment);
        var deadline = CallDeadline.Unlimited(Service<TimeProvider>());
        var answer = (await Service<UnarySegmentation>().SegmentAsync(
            _caller, request, AnswerLimit.None, deadline, cancellationToken)).OrThrow();
        context.Response.RegisterForDispose(answer);
        if (answer.Message is { } message)
        {
            return message;
        }

        // Its bytes stay charged: the answer in another form has as many.
        var whole = answer.Large!.Frame();
        whole.Results.AddRange(answer.Large.TakeResults());
        return whole;
    }

    public async Task<EverythingFound> EverythingAsync(
        SegmentEverythingRequest request, CancellationToken cancellationToken)
    {
        Demand(Scope.Everything);
        ArgumentNullException.ThrowIfNull(request);
        request.Provisional = false;
        var found = new FoundMasks(Service<AnswerBudget>(), _caller);
        context.Response.RegisterForDispose(found);
        await Service<EverythingStream>().RunAsync(
            _caller, request, Service<IntakeRegistry>().Of(context), found, cancellationToken);
        return found.ToAnswer();
    }

    public void ChargeAnswer(long bytes)
    {
        if (bytes > 0)
        {
            var budget = Service<AnswerBudget>();
            context.Response.RegisterForDispose(
                budget.TryReserve(_caller, bytes) ?? throw budget.Exhausted().ToRpcException());
        }
    }

    private T Service<T>()
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    private RestCallContext Call(string method) => new(context, method);

    private void Demand(Scope scope)
    {
        if (!_caller.Principal.Has(scope))
        {
            throw AccessProblems.ScopeMissing(scope).ToRpcException();
        }
    }
}
