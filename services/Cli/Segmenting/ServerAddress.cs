using System.CommandLine.Parsing;

namespace Segmentation.Cli.Segmenting;

/// <summary>Reads a server's address as <c>--server</c> takes it.</summary>
internal static class ServerAddress
{
    public static Uri? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        var written = address is not null ? Written(address) : text;
        result.AddError(
            written.Contains('@', StringComparison.Ordinal)
                ? "The server's address cannot be read: write http://host:port or https://host:port."
                : $"'{written}' is no server address: write http://host:port or https://host:port.");
        return null;
    }

    /// <summary>An address as messages show it: without the user and the password that may be in it.</summary>
    public static string Written(Uri address) =>
        address.UserInfo.Length > 0 ? new UriBuilder(address) { UserName = "", Password = "" }.Uri.ToString() : $"{address}";
}
