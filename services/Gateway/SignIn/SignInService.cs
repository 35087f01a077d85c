using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Responses;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.Web;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.SignIn;

/// <summary>Signs people in by an API key, and out.</summary>
internal sealed class SignInService(
    IOptions<IdentityOptions> options,
    Authenticator authenticator,
    SessionCookie cookie,
    OwnPages pages,
    WrongCredentials wrong,
    RemoteAddress addresses,
    AuditLog audit,
    GatewayMetrics metrics,
    RestCalls calls,
    IntakeRegistry intakes,
    TimeProvider clock)
{
    /// <summary>Longest body of a sign-in, in bytes.</summary>
    public const int MaxBodyBytes = 4096;

    private const string Body = "an object with the text 'key', for example {\"key\": \"seg_...\"}";

    /// <summary>Says who is signed in, and by what one can be.</summary>
    public IResult Describe(HttpContext context)
    {
        var hasCookie = cookie.Read(context.Request) is not null;
        var found = authenticator.OfPage(context);
        if (hasCookie && found.Problem is { Code: (int)StatusCode.Unauthenticated })
        {
            // A browser would send the cookie of an ended session with every request until then.
            cookie.Delete(context);
        }

        return Answer(found, hasCookie);
    }

    /// <summary>Exchanges an API key for a session.</summary>
    public Task<IResult> SignInAsync(HttpContext context) =>
        calls.RunAsync(context, $"POST {SignInRoutes.Path}", () => ExchangeAsync(context));

    /// <summary>Ends the session in this browser.</summary>
    public IResult SignOut(HttpContext context)
    {
        if (!pages.Sent(context.Request))
        {
            return new ProblemResult(ForeignPage());
        }

        if (cookie.Read(context.Request) is not null)
        {
            if (authenticator.OfPage(context).TryGet(out var principal, out _))
            {
                var caller = new Caller(principal, context.Connection.Id, addresses.Of(context));
                audit.Write(caller, AuditLog.SignOut, "session");
            }

            cookie.Delete(context);
            context.Request.Headers.Cookie = default;
        }

        return Answer(authenticator.OfPage(context), hasSession: false);
    }

    private static RpcStatus ForeignPage() => Problem.Of(
        StatusCode.PermissionDenied,
        "ORIGIN_NOT_ALLOWED",
        "Only this server's own pages may sign people in and out: another page would do so without their knowledge.");

    private async Task<IResult> ExchangeAsync(HttpContext context)
    {
        var address = addresses.Of(context);
        if (!pages.Sent(context.Request))
        {
            return Refuse(ForeignPage());
        }

        if (!(await ReadKeyAsync(context)).TryGet(out var text, out var problem))
        {
            return Refuse(problem);
        }

        if (!authenticator.OfKey(text).TryGet(out var principal, out problem))
        {
            if (wrong.Wait(address) is { } wait)
            {
                return Refuse(AccessProblems.TooManyWrong(wait));
            }

            wrong.Add(address);
            audit.Write(address, AuditLog.SignIn, SignInState.KeyKind, problem);
            return Refuse(problem);
        }

        _ = ApiKey.Read(text, out var key);
        var ends = clock.GetUtcNow() + options.Value.Studio.SessionLifetime;
        principal = principal with { Expires = principal.Expires < ends ? principal.Expires : ends };
        cookie.Write(context, new SessionTicket { Expires = ends, KeyId = key!.Id, KeyHash = key.Hash() });
        audit.Write(new Caller(principal, context.Connection.Id, address), AuditLog.SignIn, SignInState.KeyKind);
        return Answer(principal, hasSession: true);

        IResult Refuse(RpcStatus refusal)
        {
            metrics.CallerRefused(refusal);
            return new ProblemResult(refusal);
        }
    }

    private async ValueTask<Outcome<string>> ReadKeyAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Problem.Invalid(
                "Content-Type", "Send JSON with Content-Type: application/json.", HttpErrorReasons.UnsupportedMediaType);
        }

        using var buffer = MemoryPool<byte>.Shared.Rent(MaxBodyBytes + 1);
        var memory = buffer.Memory[..(MaxBodyBytes + 1)];
        await using var body = new RequestBody(context.Request.BodyReader, intakes.Of(context));
        var length = await body.ReadAtLeastAsync(
            memory, memory.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MaxBodyBytes)
        {
            return Problem.Invalid(
                "body", $"Must have at most {MaxBodyBytes} bytes.", HttpErrorReasons.BodyTooLarge);
        }

        try
        {
            using var document = JsonDocument.Parse(memory[..length]);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("key", out var key)
                && key.ValueKind == JsonValueKind.String
                    ? key.GetString()!.Trim()
                    : Problem.Invalid("body", $"Must be {Body}.", "INVALID_JSON");
        }
        catch (JsonException)
        {
            return Problem.Invalid("body", $"Must be JSON: {Body}.", "INVALID_JSON");
        }
        finally
        {
            // The key stays in no rented memory.
            memory.Span.Clear();
        }
    }

    private IResult Answer(Outcome<Principal> found, bool hasSession) => Results.Json(
        SignInState.Of(options.Value, !authenticator.AllowsAnonymous, found, hasSession && found.Problem is null));
}
