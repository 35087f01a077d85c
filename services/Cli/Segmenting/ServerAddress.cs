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

        result.AddError($"'{text}' is no server address: write http://host:port or https://host:port.");
        return null;
    }
}
