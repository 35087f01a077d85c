using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis.Configuration;

namespace Segmentation.Redis;

/// <summary>
/// Takes the password from a file at each new connection, so that a password may change while the program runs. Where
/// the file cannot be read, the password that was read before is used.
/// </summary>
internal sealed class PasswordFile(string path, ILogger logger) : DefaultOptionsProvider
{
    private string? _last;

    public override string? Password
    {
        get
        {
            if (TryRead(path, out var password, out var problem))
            {
                Volatile.Write(ref _last, password);
            }
            else
            {
                RedisLog.Unreadable(logger, path, problem);
            }

            return Volatile.Read(ref _last);
        }
    }

    /// <summary>Reads a password from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password, without a line break at the end.</param>
    /// <param name="problem">Why the file cannot be read, or that it is empty.</param>
    public static bool TryRead(
        string path, [NotNullWhen(true)] out string? password, [NotNullWhen(false)] out string? problem)
    {
        (password, problem) = (null, null);
        try
        {
            password = File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = error.Message;
            return false;
        }

        problem = password.Length > 0 ? null : "the file is empty";
        return problem is null;
    }
}
