using Grpc.Core;
using Segmentation.Doors.OpenInference;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Protocol.Inference;

namespace Segmentation.Gateway.Doors;

/// <summary>inference.GRPCInferenceService: the door of the Open Inference Protocol over gRPC.</summary>
[BindServiceMethod(typeof(OpenInferenceMethods), nameof(OpenInferenceMethods.Bind))]
internal sealed class OpenInferenceEndpoint(OpenInferenceDoor door) : GRPCInferenceService.GRPCInferenceServiceBase
{
    [Needs(Scope.None)]
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    [Needs(Scope.None)]
    public override async Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) => new()
    {
        Ready = await InferenceRuns.IsReadyAsync(ModelOf(context), context.CancellationToken),
    };

    [Needs(Scope.None)]
    public override async Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        var model = await door.Runs.FindAsync(ModelOf(context), request.Name, request.Version, context.CancellationToken);
        return new() { Ready = model.IsReady };
    }

    [Needs(Scope.None)]
    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse
        {
            Name = InferenceRuns.ServerName,
            Version = InferenceRuns.ServerVersion,
            Extensions = { InferenceRuns.Extensions },
        });

    [Needs(Scope.None)]
    public override async Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        var model = await door.Runs.FindAsync(ModelOf(context), request.Name, request.Version, context.CancellationToken);
        return new()
        {
            Name = model.Name,
            Versions = { InferenceModel.Version },
            Platform = InferenceModel.Platform,
            Inputs = { model.Inputs.Select(InferMessages.Described) },
            Outputs = { model.Outputs.Select(InferMessages.Described) },
            Properties = { ["model"] = model.Model.Id, ["digest"] = model.Model.Digest },
        };
    }

    [Needs(Scope.Segment)]
    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        var allowed = ModelOf(context);
        var model = await door.Runs.FindAsync(allowed, request.ModelName, request.ModelVersion, context.CancellationToken);
        var outputs = await door.Runs.RunAsync(allowed, model, InferMessages.Read(request), context.CancellationToken);

        // Each as bytes of its own, and all together in the message that the server library writes.
        allowed.ChargeAnswer(2 * outputs.Sum(output => output.Bytes));
        return InferMessages.Answer(request, model, outputs);
    }

    private static DoorModel ModelOf(ServerCallContext context) => new(context.GetHttpContext());
}

/// <summary>Binds the service's methods.</summary>
internal static class OpenInferenceMethods
{
    /// <summary>Called by the framework for the routes of <see cref="OpenInferenceEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, GRPCInferenceService.GRPCInferenceServiceBase? service) =>
        GRPCInferenceService.BindService(new CheckedMethods(binder), service!);
}
