using System.Diagnostics;
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Tests.Shared;

namespace Segmentation.Standalone.Tests;

/// <summary>The lines for Python in docs/api.md, run as they stand there on a real server.</summary>
public sealed class PythonTests : IDisposable
{
    private const string Address = "localhost:7080";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-python-");

    [Fact(Timeout = 600_000)]
    public async Task Document_LinesForPython_SegmentAnImage()
    {
        var cancel = TestContext.Current.CancellationToken;
        if (!File.Exists("/usr/bin/grpc_python_plugin")
            || !File.Exists("/usr/include/google/protobuf/descriptor.proto")
            || !Directory.Exists("/usr/lib/python3/dist-packages/grpc"))
        {
            Missing("Debian's protobuf-compiler-grpc, libprotobuf-dev and python3-grpcio are not all installed.");
        }

        var key = ApiKey.Create();
        var template = new ApiKeyRecord
        {
            Id = key.Id,
            Hash = key.Hash(),
            Tenant = "anna",
            Name = "python",
            Scopes = Scopes.Usual,
            Created = TimeProvider.System.GetUtcNow(),
        };
        var keys = Path.Combine(_folder.FullName, "keys.json");
        await KeysFile.ChangeAsync(keys, records => KeyRing.Add(records, key, template), cancel);
        await using var server = await StandaloneProcess.StartReadyAsync(
            cancel, $"Segmentation:Identity:KeysFile={keys}");
        var lines = await LinesAsync();
        Assert.Contains(Address, lines, StringComparison.Ordinal);

        // The document's names of folders are those of the repository, and what it writes is thrown away.
        foreach (var name in new[] { "protos", "tests" })
        {
            Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, name), Path.Combine(Repository.Root, name));
        }

        var (code, output, error) = await RunAsync(
            lines.Replace(Address, server.Grpc.Authority, StringComparison.Ordinal), key.Text);
        var (refused, _, reason) = await RunAsync(
            lines.Replace(Address, server.Grpc.Authority, StringComparison.Ordinal), "");

        Assert.True(code == 0, error);
        Assert.Matches("^[0-9]+ pixels, predicted IoU 0\\.[0-9]{3}, ", output);
        Assert.EndsWith("answer 1 of the session\n", output, StringComparison.Ordinal);
        Assert.NotEqual(0, refused);
        Assert.Contains("StatusCode.UNAUTHENTICATED", reason, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The indented lines below the heading.</summary>
    private static async Task<string> LinesAsync()
    {
        const string Indent = "    ";
        var document = await File.ReadAllLinesAsync(
            Path.Combine(Repository.Root, "docs", "api.md"), TestContext.Current.CancellationToken);
        var section = document.SkipWhile(line => line != "## Python and other languages").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        return string.Join('\n', section
            .SkipWhile(line => !line.StartsWith(Indent, StringComparison.Ordinal))
            .TakeWhile(line => line.Length == 0 || line.StartsWith(Indent, StringComparison.Ordinal))
            .Select(line => line.Length == 0 ? line : line[Indent.Length..]));
    }

    private static void Missing(string reason)
    {
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.Skip(reason);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string script, string key)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-c", script])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Debian's Python, where another one comes first.
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["SEGMENTATION_API_KEY"] = key;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
