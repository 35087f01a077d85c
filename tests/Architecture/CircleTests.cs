namespace Segmentation.Architecture.Tests;

/// <summary>No folders of an assembly use each other in a circle: each can be understood from those below it.</summary>
public sealed class CircleTests
{
    /// <summary>This project's own assemblies.</summary>
    public static TheoryData<string> Assemblies { get; } = new(OwnAssemblies.Names);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Folders_OfAnAssembly_UseEachOtherInNoCircle(string assembly)
    {
        var graph = new FolderGraph(OwnAssemblies.FileOf(assembly), OwnAssemblies.RootOf(assembly));
        var arrows = new Arrows(graph.Uses);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("\n", arrows.Lines()));

        Assert.Empty(arrows.Circles().Select(circle => string.Join(", ", circle)));
    }
}
