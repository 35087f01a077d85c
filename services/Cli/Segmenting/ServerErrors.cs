using Google.Rpc;
using Grpc.Core;

namespace Segmentation.Cli.Segmenting;

/// <summary>What a server's errors say to the person at the command line.</summary>
internal static class ServerErrors
{
    /// <summary>An error that ends the command, with all that the server says is wrong.</summary>
    public static CliException Explain(Uri server, RpcException error) =>
        new(Text(server, error), innerException: error);

    private static string Text(Uri server, RpcException error)
    {
        if (error.StatusCode == StatusCode.Unavailable)
        {
            return $"{server} cannot be reached or is not ready: {error.Status.Detail}";
        }

        var violations = error.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations
            .Select(v => $"{v.Field}: {v.Description}").ToList();
        var text = violations is { Count: > 0 } ? string.Join(Environment.NewLine, violations) : error.Status.Detail;
        return $"{server} answered {error.StatusCode}: {text}";
    }
}
