using Segmentation.Doors.Contract;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Responses;
using Segmentation.Gateway.Rest;
using Segmentation.Identity;

namespace Segmentation.Gateway.Doors;

/// <summary>Maps the doors that are open, and tells which ones are.</summary>
internal static class DoorRoutes
{
    /// <summary>Path below which all doors lie; itself the list of those that are open.</summary>
    public const string Path = "/doors";

    /// <summary>Adds what doors need of the gateway.</summary>
    public static IServiceCollection AddDoorAccess(this IServiceCollection services) => services
        .AddSingleton<DoorIntake>()
        .AddSingleton<OpenInferenceEndpoint>();

    /// <summary>Maps the routes of all doors.</summary>
    public static void MapDoors(this IEndpointRouteBuilder app)
    {
        var doors = app.ServiceProvider.GetServices<IDoor>().ToArray();
        foreach (var door in doors)
        {
            foreach (var route in door.Routes)
            {
                app.MapMethods($"{Path}/{door.Name}{route.Pattern}", [route.Method], context => RunAsync(context, door, route))
                    .WithMetadata(new NeedsAttribute(route.Scope), door.Credentials);
            }
        }

        app.MapGet(Path, () => List(doors)).WithMetadata(new NeedsAttribute(Scope.None));
    }

    private static IResult List(IDoor[] doors) => Results.Json(new
    {
        doors = doors.Select(door => new
        {
            name = door.Name,
            path = $"{Path}/{door.Name}",
            routes = door.Routes.Select(route => new { method = route.Method, path = $"{Path}/{door.Name}{route.Pattern}" }),
        }),
    });

    private static async Task RunAsync(HttpContext context, IDoor door, DoorRoute route)
    {
        var services = context.RequestServices;
        var result = await services.GetRequiredService<RestCalls>().RunAsync(
            context,
            $"{Path}/{door.Name}{route.Pattern}",
            () => route.AnswerAsync(new DoorCall(context, new DoorModel(context), services.GetRequiredService<DoorIntake>())),
            problem => Refuse(context, door, problem));
        try
        {
            await result.ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left while a large answer was on its way.
        }
    }

    private static IResult Refuse(HttpContext context, IDoor door, RpcStatus problem)
    {
        ProblemResult.AddRetryAfter(context.Response, problem);
        return door.Refuse(problem, HttpStatuses.Of(problem));
    }
}
