using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Segmentation.Client;

namespace Segmentation.Cli.Segmenting;

/// <summary>A server to ask, and whom to believe that it is the server.</summary>
/// <param name="Address">Its gRPC port.</param>
/// <param name="Authorities">Roots that sign its certificate; null for those of the system.</param>
internal sealed record Server(Uri Address, X509Certificate2Collection? Authorities)
{
    /// <summary>Makes the option <c>--ca</c>.</summary>
    public static Option<X509Certificate2Collection?> AuthoritiesOption() => new("--ca")
    {
        Description = "PEM file with the authority that signed the certificate of --server, where it is a private one.",
        HelpName = "file.pem",
        CustomParser = ParseAuthorities,
    };

    /// <summary>A server whose certificate, if it has one, the system believes.</summary>
    public static implicit operator Server(Uri address) => new(address, null);

    /// <summary>The server of the two options; null where the first is not given.</summary>
    public static Server? Of(Uri? address, X509Certificate2Collection? authorities) =>
        address is null ? null : new Server(address, authorities);

    /// <summary>Makes a client for requests beside gRPC.</summary>
    public HttpClient CreateHttpClient() => new(PrivateAuthorities.HandlerOf(Authorities) ?? new SocketsHttpHandler());

    public override string ToString() => Address.ToString();

    private static X509Certificate2Collection? ParseAuthorities(ArgumentResult result)
    {
        var file = result.Tokens[0].Value;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            result.AddError($"--ca: '{file}' cannot be read: {error.Message}");
            return null;
        }

        if (authorities.Count == 0)
        {
            result.AddError($"--ca: '{file}' holds no certificate; give a PEM file.");
        }

        return authorities;
    }
}
