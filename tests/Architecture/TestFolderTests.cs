using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Tests stand where the code stands: tests/X/Y tests services/X/Y.</summary>
public sealed class TestFolderTests
{
    /// <summary>Folders under tests/ that test more than one project, or none, and the reason.</summary>
    private static readonly Dictionary<string, string> _projects = new()
    {
        ["Architecture"] = "rules for the sources of all projects",
        ["Browser"] = "the studio in real browsers",
        ["Charts"] = "the objects that the Helm chart renders",
        ["Cluster"] = "several real processes: failures, dashboards",
        ["Fuzz"] = "a program that sends damaged inputs to all that read them",
        ["Garnet"] = "a Redis server as a program, for tests and load tests",
        ["LoadTests"] = "tests loadtests/",
        ["Robot"] = "a program that annotates, for tests that kill it",
        ["Security"] = "attacks on real processes, with credentials and without",
        ["Shared"] = "sources that several test projects compile",
    };

    /// <summary>Folders in test projects without a counterpart, and the reason.</summary>
    private static readonly Dictionary<string, string> _folders = new()
    {
        ["Decoder/Fakes"] = "engine, image and store that a test steers",
        ["Gateway/Fakes"] = "encoder, silo and store that a test steers",
        ["ModelBuilder/Published"] = "reads the published graphs",
        ["Projects/Fixtures"] = "databases, servers and projects that tests share",
        ["Sam/Decoding/Cpu/Reference"] = "the published decoder's mathematics in plain loops",
        ["Sam/Parity"] = "the whole model against what the published one computes",
        ["Standalone/Metrics"] = "the metrics of all tiers against documents, alerts and dashboards",
    };

    [Fact]
    public void Folders_OfTests_AreThoseOfTheirProject()
    {
        var tests = Path.Combine(Repository.Root, "tests");
        var found = OwnAssemblies.SourcesOf("tests").Concat(_projects.Keys.Select(name => $"tests/{name}/"))
            .Select(file => Path.GetDirectoryName(file)!.Replace('\\', '/')["tests/".Length..])
            .Distinct(StringComparer.Ordinal)
            .Where(folder => !_projects.ContainsKey(folder.Split('/')[0]))
            .Where(folder => !Directory.Exists(Path.Combine(Repository.Root, "services", folder)));

        Assert.Equal(_folders.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }
}
