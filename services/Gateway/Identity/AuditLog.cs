using System.Diagnostics;
using System.Net;
using Segmentation.Gateway.Errors;
using Segmentation.Identity;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Writes one event for each act that matters to security, to the log category <c>Segmentation.Audit</c>: as JSON with
/// <c>Segmentation:Logging:Format=Json</c>, and over OTLP where an endpoint is given. The log adds time and trace id. An
/// event never holds a picture, a prompt or a secret. Strangers cannot fill the log: of those at one address a burst of
/// events is written, and then one every few seconds.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers, TimeProvider clock)
{
    /// <summary>The log category.</summary>
    public const string Category = "Segmentation.Audit";

    /// <summary>An image is stored.</summary>
    public const string Upload = "image.upload";

    /// <summary>An image is deleted.</summary>
    public const string Delete = "image.delete";

    /// <summary>A request is refused because of its credential.</summary>
    public const string Refusal = "access.refuse";

    /// <summary>A session gets another credential.</summary>
    public const string Reauthenticate = "session.reauthenticate";

    /// <summary>A call under way is ended, because its credential was revoked or has expired.</summary>
    public const string StreamEnd = "stream.end";

    /// <summary>A person signs in with the studio; the target is the kind of credential.</summary>
    public const string SignIn = "session.sign-in";

    /// <summary>A person signs out.</summary>
    public const string SignOut = "session.sign-out";

    /// <summary>A project is changed; the target is the project and the method.</summary>
    public const string ProjectChange = "project.change";

    /// <summary>Result of an act that was done.</summary>
    public const string Done = "ok";

    private const string None = "-";

    private readonly ILogger _logger = loggers.CreateLogger(Category);
    private readonly WrongCredentials _strangers = new(clock);

    /// <summary>Writes the act of a caller.</summary>
    /// <param name="caller">Who did it.</param>
    /// <param name="action">Name of the act, for example <c>image.upload</c>.</param>
    /// <param name="target">Id of what it was done to.</param>
    /// <param name="problem">Why the act was refused; null: it was done.</param>
    public void Write(Caller caller, string action, string target, RpcStatus? problem = null) => Acted(
        _logger,
        action,
        ClientText.Clean(target),
        ResultOf(problem),
        caller.Tenant,
        ClientText.Clean(caller.Principal.Subject),
        ClientText.Clean(caller.Principal.Credential),
        caller.Address,
        TraceId());

    /// <summary>
    /// Writes the act of somebody whose credential was not accepted, unless that address had many written before: metrics
    /// count them all.
    /// </summary>
    /// <param name="address">Where the request came from.</param>
    /// <param name="action">Name of the act.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="problem">Why it was refused.</param>
    public void Write(IPAddress address, string action, string target, RpcStatus problem)
    {
        if (_strangers.Wait(address) is null)
        {
            _strangers.Add(address);
            Acted(_logger, action, ClientText.Clean(target), ResultOf(problem), None, None, None, address, TraceId());
        }
    }

    /// <summary>Writes an act of the server itself or of its operator.</summary>
    /// <param name="action">Name of the act.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="result">How it ended.</param>
    public void Write(string action, string target, string result) =>
        Acted(_logger, action, target, result, None, "server", None, null, TraceId());

    [LoggerMessage(
        1,
        LogLevel.Information,
        "audit {action} {target}: {result}; tenant {tenant}, subject {subject}, credential {credential}, from {remoteAddress}, trace {traceId}")]
    private static partial void Acted(
        ILogger logger,
        string action,
        string target,
        string result,
        string tenant,
        string subject,
        string credential,
        IPAddress? remoteAddress,
        string traceId);

    private static string ResultOf(RpcStatus? problem) =>
        problem is null ? Done : Problem.ReasonOf(problem) ?? ((StatusCode)problem.Code).ToString();

    private static string TraceId() => Activity.Current?.TraceId.ToHexString() ?? None;
}
