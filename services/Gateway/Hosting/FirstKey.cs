using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Hosting;

/// <summary>
/// A program started with <c>--first-key KEYSFILE KEYFILE</c> makes an API key where there is none, and ends. Compose does
/// so before its gateway starts, since images of containers hold neither a shell nor <c>segctl</c>.
/// </summary>
public static class FirstKey
{
    private const string Argument = "--first-key";

    /// <summary>Tells whether the program was started to make a key and not to serve.</summary>
    /// <param name="args">The program's arguments.</param>
    public static bool IsAsked(string[] args) => args.Contains(Argument);

    /// <summary>
    /// Makes a key of tenant <c>default</c> with every scope but <c>impersonate</c>, unless the keys file is there: the key
    /// goes to a file that its owner alone may read, and to no output, which engines keep.
    /// </summary>
    /// <param name="args">The program's arguments: after <c>--first-key</c> the keys file, the file for the key and, where projects
    /// are served by a program of their own, a file for the key with which that program asks the gateway.</param>
    /// <param name="output">Takes a line that says what was done, or why not.</param>
    /// <returns>The exit code: 0, or 1 when there is no keys file afterwards.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        if (args[(Array.IndexOf(args, Argument) + 1)..] is not [{ } keysFile, { } keyFile, .. { Length: <= 1 } more])
        {
            await output.WriteLineAsync(
                $"{Argument} must be followed by a keys file, a file for the key and perhaps one for the key of projects.");
            return 1;
        }

        try
        {
            if (File.Exists(keysFile))
            {
                await output.WriteLineAsync($"The keys file '{keysFile}' is there already: no key was made.");
                return 0;
            }

            var key = ApiKey.Create();

            // The keys file last: a key without it is made anew by the next start.
            await WriteAsync(keyFile, key);
            var own = more is [{ } ownFile] ? await MakeAsync(ownFile) : null;
            await KeysFile.ChangeAsync(keysFile, records => With(records, key, own), CancellationToken.None);
            await output.WriteLineAsync($"Made the API key {key}... in '{keyFile}'; '{keysFile}' lets it in.");
            return 0;
        }
        catch (Exception error) when (error is KeysFileException or IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync($"No API key was made: {error.Message}");
            return 1;
        }
    }

    private static async Task<ApiKey> MakeAsync(string file)
    {
        var key = ApiKey.Create();
        await WriteAsync(file, key);
        return key;
    }

    private static IEnumerable<ApiKeyRecord> With(IReadOnlyList<ApiKeyRecord> records, ApiKey first, ApiKey? own)
    {
        List<ApiKeyRecord> all = [.. KeyRing.Add(records, first, Record(first))];
        if (own is null)
        {
            return all;
        }

        const Scope Scopes = Scope.Segment | Scope.Upload | Scope.Everything | Scope.Impersonate;
        return KeyRing.Add(all, own, Record(own) with { Name = "projects", Scopes = Scopes });
    }

    private static ApiKeyRecord Record(ApiKey key) => new()
    {
        Id = key.Id,
        Hash = key.Hash(),
        Tenant = "default",
        Name = "first",
        Scopes = Scopes.Usual | Scope.Admin,
        Created = TimeProvider.System.GetUtcNow(),
    };

    private static async Task WriteAsync(string file, ApiKey key)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(file, options);
        await writer.WriteLineAsync(key.Text);
    }
}
