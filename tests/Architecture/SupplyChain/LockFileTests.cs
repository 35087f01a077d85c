using System.Xml.Linq;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests.SupplyChain;

/// <summary>
/// The lock files hold every project's packages. That NuGet would choose the same ones, a locked restore shows
/// (.ci/run).
/// </summary>
public sealed class LockFileTests
{
    private const string OnnxRuntime = "Microsoft.ML.OnnxRuntime";

    /// <summary>Versions of Directory.Packages.props, by package.</summary>
    private static readonly Dictionary<string, string> _central = XDocument
        .Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
        .ToDictionary(one => one.Attribute("Include")!.Value, one => one.Attribute("Version")!.Value);

    [Fact]
    public void Project_Any_HasALockFileWithEveryPackageThatItNames() => Assert.All(LockFiles.Projects, project =>
    {
        var file = Path.Combine(Path.GetDirectoryName(project)!, LockFiles.Name);
        Assert.True(File.Exists(file), $"{LockFiles.Short(project)} has no {LockFiles.Name}: run dotnet restore.");
        var locked = LockFiles.ReadNuGet(file).Select(package => package.Id).ToHashSet();
        var named = XDocument.Load(project).Descendants("PackageReference")
            .Where(one => !IsOfAnotherBuild(one))
            .Select(one => one.Attribute("Include")!.Value);

        Assert.Subset(locked, named.ToHashSet());
    });

    [Fact]
    public void Package_WithACentralVersion_IsLockedToIt() => Assert.All(LockFiles.OfProjects, file =>
        Assert.All(
            LockFiles.ReadNuGet(file).Where(package => _central.ContainsKey(package.Id)),
            package => Assert.Equal(_central[package.Id], package.Version)));

    [Fact]
    public void LockFile_ForGpus_DiffersInOnnxRuntimeOnly()
    {
        var files = LockFiles.OfProjects.Where(file => Path.GetFileName(file) == LockFiles.NameForGpus).ToList();
        var names = files.Select(LockFiles.Short).ToList();

        Assert.Contains($"services/Encoder/{LockFiles.NameForGpus}", names);
        Assert.Contains($"services/Standalone/{LockFiles.NameForGpus}", names);
        Assert.Contains($"loadtests/{LockFiles.NameForGpus}", names);
        Assert.All(files, file =>
        {
            var usual = Path.Combine(Path.GetDirectoryName(file)!, LockFiles.Name);
            Assert.Equal(WithoutOnnxRuntime(usual), WithoutOnnxRuntime(file));
        });
    }

    [Fact]
    public void NpmPackage_Any_HasAHashAndNoAddress()
    {
        var packages = LockFiles.OfNpm.SelectMany(LockFiles.ReadNpm).ToList();

        Assert.True(packages.Count > 100, $"{packages.Count} packages of npm.");
        Assert.All(packages, package => Assert.StartsWith("sha512-", package.Hash, StringComparison.Ordinal));
        Assert.All(packages, package => Assert.Null(package.Address));
    }

    [Fact]
    public void LockFile_Any_NamesNoHost() => Assert.All(
        LockFiles.OfProjects, file => Assert.DoesNotContain("://", File.ReadAllText(file), StringComparison.Ordinal));

    private static IEnumerable<LockedPackage> WithoutOnnxRuntime(string file) => LockFiles.ReadNuGet(file)
        .Where(package => !package.Id.StartsWith(OnnxRuntime, StringComparison.Ordinal));

    /// <summary>Tells a reference that the usual build leaves out: that for GPUs, and the tools that write migrations.</summary>
    private static bool IsOfAnotherBuild(XElement reference) =>
        (reference.Attribute("Condition") ?? reference.Parent!.Attribute("Condition"))?.Value is { } condition
        && (condition.Contains("'Gpu'", StringComparison.Ordinal)
            || condition.Contains("'$(MigrationTools)' == 'true'", StringComparison.Ordinal));
}
