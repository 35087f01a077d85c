using System.Security.Authentication;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Segmenting;

/// <summary>Turns a server's errors into messages of the command line.</summary>
internal static class ServerErrors
{
    /// <summary>Makes the error that ends the command, with all violations that the server names.</summary>
    public static async Task<CliException> ExplainAsync(Server server, RpcException error)
    {
        // Our servers' errors have details; an error without them may come from the server's other port.
        var other = error.GetRpcStatus() is null ? await ServerProbe.AskAsync(server).ConfigureAwait(false) : null;
        return new CliException(other ?? Text(server, error), innerException: error);
    }

    /// <summary>Says what is wrong with a server's certificate, and what to do.</summary>
    public static string Unbelieved(Server server, AuthenticationException error) =>
        $"The certificate of {server} is not believed: {error.Message} Name the authority that signed it with --ca, and "
            + "the server by a name that is in its certificate.";

    private static string Text(Server server, RpcException error)
    {
        if (error.Status.DebugException is HttpRequestException { InnerException: AuthenticationException unbelieved })
        {
            return Unbelieved(server, unbelieved);
        }

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
