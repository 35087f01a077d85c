using Grpc.Core;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Grpc;

/// <summary>segmentation.v1.ModelService.</summary>
[BindServiceMethod(typeof(ModelMethods), nameof(ModelMethods.Bind))]
internal sealed class ModelEndpoint(ModelDirectory models, ModelMessages messages) : ModelService.ModelServiceBase
{
    [Needs(Scope.None)]
    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var tenant = Caller.Of(context).Tenant;
        var all = models.All.Select(model => messages.Of(model, tenant)).OrderByDescending(model => model.IsDefault);
        return Task.FromResult(new ListModelsResponse { Models = { all } });
    }

    [Needs(Scope.None)]
    public override Task<Model> GetModel(GetModelRequest request, ServerCallContext context) =>
        models.Find(request.Id) is { } model
            ? Task.FromResult(messages.Of(model, Caller.Of(context).Tenant))
            : throw models.NotFound(request.Id).ToRpcException();
}

/// <summary>Binds the service's methods.</summary>
internal static class ModelMethods
{
    /// <summary>Called by the framework for the routes of <see cref="ModelEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, ModelService.ModelServiceBase? service) =>
        ModelService.BindService(new CheckedMethods(binder), service!);
}
