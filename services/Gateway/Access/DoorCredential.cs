using Segmentation.Doors.Contract;

namespace Segmentation.Gateway.Access;

/// <summary>An API key or a token as the clients of a door bring it: <see cref="DoorCredentials"/>.</summary>
internal static class DoorCredential
{
    private const string Basic = "Basic ";

    /// <summary>The credential of a request to a door; null where it has none in one of the door's ways.</summary>
    /// <param name="context">The request.</param>
    public static string? Of(HttpContext context) => Of(context, out _);

    /// <summary>The credential of a request to a door; null where it has none in one of the door's ways.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isAuthorization">Whether it came in <c>Authorization</c>, which is then no second one.</param>
    public static string? Of(HttpContext context, out bool isAuthorization)
    {
        isAuthorization = false;
        if (context.GetEndpoint()?.Metadata.GetMetadata<DoorCredentials>() is not { } ways)
        {
            return null;
        }

        var request = context.Request;
        if (ways.Basic
            && request.Headers.Authorization is [{ } header]
            && header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            isAuthorization = true;
            return PasswordOf(header[Basic.Length..].Trim());
        }

        return Text(ways.Header is { } name ? request.Headers[name].ToString() : "")
            ?? Text(ways.Query is { } parameter ? request.Query[parameter].ToString() : "");
    }

    private static string? Text(string text) => text.Length > 0 ? text : null;

    /// <summary>The password behind the first colon; the whole text where there is none, so that it is refused.</summary>
    private static string PasswordOf(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return encoded;
        }

        var pair = System.Text.Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
