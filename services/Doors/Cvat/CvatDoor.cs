using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Identity;

namespace Segmentation.Doors.Cvat;

/// <summary>
/// CVAT's door to serverless functions: what CVAT asks of Nuclio's dashboard, answered without Nuclio. CVAT makes its
/// addresses of <c>SCHEME://HOST:PORT/api/...</c>, so a path can only come at the end of HOST, and the port lands behind
/// it: <c>/doors/cvat:8070/api/functions</c>. That form is answered like the plain one.
/// </summary>
internal sealed class CvatDoor : IDoor
{
    /// <summary>Header that names the function of an invocation.</summary>
    private const string FunctionHeader = "x-nuclio-function-name";

    private readonly CvatDetection _detection;

    public CvatDoor(IOptions<CvatOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var catalogue = new CvatCatalogue(options.Value);
        _detection = new CvatDetection(options.Value);
        Routes = [.. RoutesBehind(""), .. RoutesBehind(":{port}")];

        DoorRoute[] RoutesBehind(string port) =>
        [
            new("GET", $"{port}/api/functions", Scope.None, catalogue.ListAsync),
            new("GET", $"{port}/api/functions/{{name}}", Scope.None, catalogue.GetAsync),
            new("POST", $"{port}/api/function_invocations", Scope.Segment, InvokeAsync),
        ];
    }

    public string Name => "cvat";

    public IReadOnlyList<DoorRoute> Routes { get; }

    /// <summary>Basic: python's requests makes it of a user and a password in HOST, or of a file <c>.netrc</c>.</summary>
    public DoorCredentials Credentials { get; } = new(Basic: true);

    public IResult Refuse(RpcStatus problem, int httpStatus)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new CvatRefusal(problem.Message, httpStatus);
    }

    private async Task<IResult> InvokeAsync(DoorCall call)
    {
        if (call.Context.Request.Headers[FunctionHeader] is not [{ Length: > 0 } id])
        {
            throw DoorProblem.Invalid(FunctionHeader, "Missing: this header names the function to invoke.");
        }

        var function = CvatFunction.Parse(id);
        using var body = await call.ReadJsonAsync();
        return function.Kind == CvatKind.Everything
            ? await _detection.AnswerAsync(call, function.Model, body.RootElement)
            : await CvatInteraction.AnswerAsync(call, function.Model, body.RootElement);
    }
}
