using System.Diagnostics;
using System.Text.Json;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests.SupplyChain;

/// <summary>The lists of packages that publishing writes (SBOM, in CycloneDX' format) against what is published.</summary>
public sealed class SbomTests
{
    private static readonly string _studio = Path.Combine(Repository.Root, "services", "studio");

    [Fact]
    public async Task Publish_Program_ListsEveryPackageWhoseFilesItBrings()
    {
        Require(
            Directory.Exists(Path.Combine(LicenceDocument.Cache, "cyclonedx")),
            "CycloneDX' tool is not on this machine: run 'dotnet tool restore'.");
        var folder = Directory.CreateTempSubdirectory("sbom-");
        try
        {
            var project = Path.Combine("services", "Standalone", "Segmentation.Standalone.csproj");
            await RunAsync(
                Repository.Root,
                "dotnet", "msbuild", project, "-t:WriteSbom", "-p:Sbom=true", $"-p:PublishDir={folder.FullName}/");
            var file = Path.Combine(folder.FullName, "sbom", "packages.cdx.json");
            var listed = Components(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
                .Select(one => $"{one.GetProperty("name")}/{one.GetProperty("version")}").ToHashSet();
            var brought = PackagesOf(Path.ChangeExtension(Repository.Program("Standalone"), ".deps.json")).ToList();

            Assert.True(brought.Count > 50, $"The program brings {brought.Count} packages.");
            Assert.Contains(brought, package => package.StartsWith("Microsoft.ML.OnnxRuntime/", StringComparison.Ordinal));
            Assert.Subset(listed, brought.ToHashSet());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Sbom_OfTheStudio_ListsEveryPackageThatReachesABrowser()
    {
        Require(
            ProgramPath.Find("npm") is not null && Directory.Exists(Path.Combine(_studio, "node_modules")),
            "The studio's packages are not installed: run 'npm ci' in services/studio.");
        var listed = Components(await RunAsync(_studio, "npm", "run", "--silent", "sbom"))
            .ToDictionary(one => one.GetProperty("purl").GetString()!.Replace("%40", "@", StringComparison.Ordinal));
        var needed = LicenceDocument.Needed()[LicenceDocument.Studio]
            .Select(package => $"pkg:npm/{package.Id}@{package.Version}").ToList();

        Assert.Contains(needed, package => package.StartsWith("pkg:npm/preact@", StringComparison.Ordinal));
        Assert.All(needed, package => Assert.True(listed[package].GetProperty("licenses").GetArrayLength() > 0));
    }

    /// <summary>Packages that have a file in the program's folder, by the file that tells the runtime about them.</summary>
    private static IEnumerable<string> PackagesOf(string dependencies)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(dependencies));
        var libraries = document.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").ValueEquals("package"))
            .Select(library => library.Name).ToHashSet();
        var targets = document.RootElement.GetProperty("targets").EnumerateObject()
            .SelectMany(one => one.Value.EnumerateObject());
        return [.. targets
            .Where(one => one.Value.TryGetProperty("runtime", out _) || one.Value.TryGetProperty("native", out _)
                || one.Value.TryGetProperty("runtimeTargets", out _))
            .Select(one => one.Name).Where(libraries.Contains)];
    }

    private static List<JsonElement> Components(string json)
    {
        var root = JsonDocument.Parse(json).RootElement;
        Assert.Equal("CycloneDX", root.GetProperty("bomFormat").GetString());
        return [.. root.GetProperty("components").EnumerateArray()];
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = ProgramPath.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output} {await errors}");
        return output;
    }

    private static void Require(bool isThere, string remedy)
    {
        if (!isThere)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", remedy);
            Assert.Skip(remedy);
        }
    }
}
