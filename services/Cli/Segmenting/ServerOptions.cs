using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Cli.Segmenting;

/// <summary>
/// The options <c>--server</c>, <c>--api-key</c>, <c>--api-key-file</c> and <c>--ca</c>. Without a key the environment
/// variable <see cref="Variable"/> is the credential.
/// </summary>
internal sealed class ServerOptions
{
    /// <summary>Environment variable with an API key or a token.</summary>
    public const string Variable = "SEGMENTATION_API_KEY";

    private readonly Option<Uri?> _server;
    private readonly Option<string?> _key = new("--api-key")
    {
        Description = $"API key or token for the server. Others on this machine may see it: prefer --api-key-file, or the "
            + $"environment variable {Variable}.",
        HelpName = "key",
    };

    private readonly Option<FileInfo?> _keyFile = new("--api-key-file")
    {
        Description = "File with an API key or a token for the server.",
        HelpName = "file",
    };

    private readonly Option<X509Certificate2Collection?> _authorities = new("--ca")
    {
        Description = "PEM file with the authority that signed the certificate of --server, where it is a private one.",
        HelpName = "file.pem",
        CustomParser = ParseAuthorities,
    };

    /// <param name="description">Description of <c>--server</c>.</param>
    /// <param name="helpName">Name of its value.</param>
    /// <param name="isRequired">True where the command does nothing without a server.</param>
    public ServerOptions(string description, string helpName, bool isRequired = false) => _server = new("--server")
    {
        Description = description, HelpName = helpName, Required = isRequired, CustomParser = ServerAddress.Parse,
    };

    /// <summary>Adds the options and their checks to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
        command.Options.Add(_keyFile);
        command.Options.Add(_authorities);
        command.Validators.Add(Check);
    }

    /// <summary>The server to ask; null: everything runs in this process.</summary>
    /// <exception cref="Commands.CliException">The file with the key cannot be read.</exception>
    public ServerConnection? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_server) is not { } address)
        {
            return null;
        }

        var keyFile = parsed.GetValue(_keyFile);
        var named = parsed.GetValue(_key);
        var variable = Environment.GetEnvironmentVariable(Variable);
        var connection = new ServerConnection(
            address, named ?? (string.IsNullOrWhiteSpace(variable) ? null : variable.Trim()), keyFile, parsed.GetValue(_authorities));

        // A file that cannot be read ends the command now, and not as an error of its first call.
        _ = connection.Credential();
        return connection;
    }

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

    private void Check(CommandResult result)
    {
        var (key, keyFile) = (result.GetResult(_key), result.GetResult(_keyFile));
        if (key is not null && keyFile is not null)
        {
            result.AddError("--api-key and --api-key-file exclude each other.");
        }

        if (result.GetResult(_server) is null && (key ?? keyFile) is not null)
        {
            result.AddError("--api-key and --api-key-file are for a --server; without one everything runs here.");
        }
    }
}
