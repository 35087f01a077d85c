using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Responses;

namespace Segmentation.Gateway.Web;

/// <summary>
/// Refuses requests that were sent to a name which is not this server's. The owner of a name may point it at any
/// address, also one in the visitor's own network; a page of that name then reaches this server as if it were the
/// page's own (DNS rebinding), and only the <c>Host</c> header tells.
/// </summary>
internal sealed class AllowedHosts
{
    /// <summary>Every name.</summary>
    public const string Any = "*";

    private const string Local = "localhost";

    private readonly RequestDelegate _next;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly string[] _endings;
    private readonly bool _allowsAll;

    public AllowedHosts(
        RequestDelegate next, IOptions<HostNameOptions> hosts, IOptions<CrossOriginOptions> origins, CrossOrigins pages)
    {
        var listed = hosts.Value.List();
        _next = next;

        // Pages of every origin may read everything: their owners need no name of this server's.
        _allowsAll = pages.AllowAll || listed.Contains(Any);
        _endings = [.. listed.Where(name => name.StartsWith("*.", StringComparison.Ordinal)).Select(name => name[1..])];
        _names.UnionWith(listed);
        _names.UnionWith([Local, Environment.MachineName]);
        if (!pages.AllowAll)
        {
            _names.UnionWith(origins.Value.List().Select(origin => new Uri(origin).Host));
        }
    }

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context) =>
        // With TLS a browser has compared the page's name with the certificate. A click's answer stays as fast as it
        // is.
        _allowsAll
        || NativeCalls.Is(context.Request)
        || OwnTls.Has(context)
        || IsAllowed(context.Request.Host.Host)
            ? _next(context)
            : new ProblemResult(Refusal(context.Request.Host.Host)).ExecuteAsync(context);

    /// <summary>Tells whether a name is one that every machine has for itself.</summary>
    public static bool IsLocal(string host) =>
        string.Equals(host, Local, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith($".{Local}", StringComparison.OrdinalIgnoreCase);

    private static RpcStatus Refusal(string host) => Problem.Of(
        StatusCode.PermissionDenied,
        "HOST_NOT_ALLOWED",
        $"The request was sent to the host {ClientText.Quote(host)}, which is not known to be a name of this server. If it is, "
            + $"name it in {HostNameOptions.Section}:{nameof(HostNameOptions.Allowed)}.");

    /// <summary>Nobody can point an address at another one, and browsers always send the header.</summary>
    private bool IsAllowed(string host)
    {
        var name = host.TrimEnd('.');
        return name.Length == 0
            || _names.Contains(name)
            || IPAddress.TryParse(name, out _)
            || IsLocal(name)
            || _endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }
}
