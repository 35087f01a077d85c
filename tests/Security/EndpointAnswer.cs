using System.Text.Json;
using Google.Rpc;

namespace Segmentation.Security.Tests;

/// <summary>Answer of an endpoint to a caller.</summary>
/// <param name="Http">Status of HTTP; 0 where none came.</param>
/// <param name="Grpc">Status of gRPC; null over REST.</param>
/// <param name="Reason">Reason of the error; empty where there is none.</param>
/// <param name="Message">Message of the error.</param>
/// <param name="WwwAuthenticate">That header; null where there is none.</param>
internal sealed record EndpointAnswer(int Http, int? Grpc, string Reason, string Message, string? WwwAuthenticate)
{
    /// <summary>True when an endpoint that answers everybody answered.</summary>
    public bool IsRefusal => Grpc is 7 or 16 || Http is 401 or 403;

    /// <summary>Reads an answer of REST.</summary>
    public static EndpointAnswer OfRest(int status, string? authenticate, string body)
    {
        if (status < 400 || !body.StartsWith('{'))
        {
            return new(status, null, "", body, authenticate);
        }

        using var json = JsonDocument.Parse(body);
        var reason = json.RootElement.TryGetProperty("details", out var details)
            ? details.EnumerateArray()
                .Select(detail => detail.TryGetProperty("reason", out var text) ? text.GetString() : null)
                .FirstOrDefault(text => text is not null)
            : null;
        var message = json.RootElement.TryGetProperty("message", out var words) ? words.GetString() : null;
        return new(status, null, reason ?? "", message ?? "", authenticate);
    }

    /// <summary>Reads an answer of gRPC or gRPC-Web whose status is in its headers, as a refusal's must be.</summary>
    public static EndpointAnswer OfGrpc(int http, Func<string, string?> header)
    {
        if (!int.TryParse(header("grpc-status"), out var code))
        {
            return new(http, null, "", "no status in the headers", header("www-authenticate"));
        }

        var details = header("grpc-status-details-bin") is { } text
            ? Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')))
            : null;
        return new(
            http, code, details?.GetDetail<ErrorInfo>()?.Reason ?? "", details?.Message ?? "", header("www-authenticate"));
    }

    /// <summary>Fault of the answer to a credential; null when the answer is right.</summary>
    public string? Against(Credential credential)
    {
        var isRight = Reason == credential.Reason
            && (Grpc is null ? Http == credential.Http : Grpc == credential.Grpc && Http == 200)
            && (WwwAuthenticate == "Bearer") == (credential.Http == 401);
        return isRight
            ? null
            : $"with {credential.Name}: HTTP {Http}, gRPC {Grpc}, {Reason}, WWW-Authenticate {WwwAuthenticate}: {Message}";
    }
}
