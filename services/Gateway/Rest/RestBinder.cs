using System.Reflection;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Responses;
using Segmentation.Gateway.Telemetry;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// Maps the RPCs that have a google.api.http annotation as REST endpoints. The framework's own transcoding reads no
/// unpadded base64, cannot say where a body is wrong, lets a body contradict its path, and holds an answer as text
/// before it sends the first byte.
/// </summary>
/// <param name="app">Receives the endpoints.</param>
/// <param name="service">The service whose methods are bound.</param>
/// <param name="endpoint">The class that answers the methods.</param>
internal sealed class RestBinder(IEndpointRouteBuilder app, ServiceDescriptor service, Type endpoint)
    : ServiceBinderBase
{
    private readonly RestCalls _calls = app.ServiceProvider.GetRequiredService<RestCalls>();
    private readonly RestRequests _requests = app.ServiceProvider.GetRequiredService<RestRequests>();
    private readonly EntityTags _tags = app.ServiceProvider.GetRequiredService<EntityTags>();
    private readonly GatewayMetrics _metrics = app.ServiceProvider.GetRequiredService<GatewayMetrics>();

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Map(method, (context, request) => AnswerAsync(context, request, method, handler!));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Map(method, (context, request) => StreamAsync(context, request, method, handler!));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        // HTTP has one body: an annotation on a client's stream would have no meaning.
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        // As above.
    }

    private static async Task<IResult> AnswerAsync<TRequest, TResponse>(
        HttpContext context,
        IMessage request,
        Method<TRequest, TResponse> method,
        UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        var call = new RestCallContext(context, method.FullName);
        var response = await handler((TRequest)request, call);
        return call.Large is { } large ? new LargeAnswerResult(large) : new MessageResult((IMessage)response);
    }

    private static async Task<IResult> StreamAsync<TRequest, TResponse>(
        HttpContext context,
        IMessage request,
        Method<TRequest, TResponse> method,
        ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        using var lines = new JsonLines<TResponse>(context);
        await handler((TRequest)request, lines, new RestCallContext(context, method.FullName));
        return Results.Empty;
    }

    private void Map<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<HttpContext, IMessage, Task<IResult>> answer)
        where TRequest : class
        where TResponse : class
    {
        var descriptor = service.FindMethodByName(method.Name);
        if (descriptor.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
        {
            return;
        }

        // As declared by the method that answers the RPC.
        var needs = endpoint.GetMethod(method.Name)!.GetCustomAttribute<NeedsAttribute>()
            ?? throw new InvalidOperationException($"{method.FullName} declares no scope.");
        foreach (var binding in rule.AdditionalBindings.Prepend(rule))
        {
            var (path, verb) = HttpRules.RouteOf(binding);
            var inPath = HttpRules.FieldsOf(path, descriptor.InputType);
            app.MapMethods(path, [verb], context => RunAsync(context, descriptor, binding, inPath, answer))
                .WithMetadata(needs);
        }
    }

    private async Task RunAsync(
        HttpContext context,
        MethodDescriptor method,
        HttpRule rule,
        IReadOnlyList<FieldDescriptor> inPath,
        Func<HttpContext, IMessage, Task<IResult>> answer)
    {
        var name = $"/{method.Service.FullName}/{method.Name}";
        if (await _tags.TryAnswerAsync(context, method))
        {
            // It never becomes a call, and is a request of its method all the same.
            _metrics.Called(name, StatusCode.OK);
            return;
        }

        var result = await _calls.RunAsync(context, name, async () =>
        {
            var hasBody = rule.Body.Length > 0;
            var request = (await _requests.ReadAsync(context, method.InputType, hasBody, inPath)).OrThrow();
            return await answer(context, request);
        });
        await result.ExecuteAsync(context);
    }
}
