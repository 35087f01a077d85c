namespace Segmentation.Architecture.Tests;

/// <summary>No folders of an assembly use each other in a circle: each can be understood from those below it.</summary>
public sealed class CircleTests
{
    private const string Cli = "segctl";

    /// <summary>Circles that are still there, by assembly. One that is gone must be taken out of here.</summary>
    private static readonly Dictionary<string, string[]> _known = new()
    {
        ["Segmentation.Decoder"] = ["root, Addressing, Everything, Hosting, Images, Masks, Scheduling"],
        ["Segmentation.Encoder"] = ["root, Pipeline, Queue"],
        ["Segmentation.Gateway"] =
        [
            "Answers, Errors, Everything, Hosting, Identity, Images, ModelFiles, OpenApi, ProtoJson, Receiving, Rest, "
                + "Segmenting, Streaming, Web",
        ],
    };

    /// <summary>This project's own assemblies.</summary>
    public static TheoryData<string> Assemblies { get; } = new(
        Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(name => name == Cli || name.StartsWith("Segmentation.", StringComparison.Ordinal))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Folders_OfAnAssembly_UseEachOtherInNoCircle(string assembly)
    {
        var graph = new FolderGraph(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"), RootOf(assembly));
        foreach (var (folder, used) in graph.Uses)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{folder} -> {string.Join(", ", used)}");
        }

        var found = graph.Circles().Select(circle => string.Join(", ", circle)).Order(StringComparer.Ordinal);
        Assert.Equal(string.Join("\n", _known.GetValueOrDefault(assembly, [])), string.Join("\n", found));
    }

    private static string RootOf(string assembly) => assembly == Cli ? "Segmentation.Cli" : assembly;
}
