using Mono.Cecil;

namespace Segmentation.Architecture.Tests;

/// <summary>
/// A type's name stands in one assembly only, so that a search for it finds one thing. Protocol is generated and left
/// out: its messages are called what the model's types are called.
/// </summary>
public sealed class TypeNameTests
{
    [Fact]
    public void Names_OfTypes_StandInOneAssembly()
    {
        var found = OwnAssemblies.Names
            .Where(assembly => assembly != "Segmentation.Protocol")
            .SelectMany(assembly => TypesOf(assembly).Select(name => (name, assembly)))
            .GroupBy(one => one.name, one => one.assembly, StringComparer.Ordinal)
            .Where(one => one.Count() > 1)
            .Select(one => $"{one.Key}: {string.Join(", ", one)}");

        Assert.Empty(found);
    }

    /// <summary>Names of the types that stand in no other type and were written by hand, each once.</summary>
    private static IEnumerable<string> TypesOf(string assembly)
    {
        var root = OwnAssemblies.RootOf(assembly);
        using var module = ModuleDefinition.ReadModule(OwnAssemblies.FileOf(assembly));
        return [.. module.Types.Where(type => IsBelow(type, root) && !IsGenerated(type)).Select(NameOf).Distinct()];
    }

    private static bool IsBelow(TypeDefinition type, string root) =>
        type.Namespace == root || type.Namespace.StartsWith($"{root}.", StringComparison.Ordinal);

    private static bool IsGenerated(TypeDefinition type) =>
        type.Name.StartsWith('<') || type.CustomAttributes.Any(
            one => one.AttributeType.Name is "GeneratedCodeAttribute" or "CompilerGeneratedAttribute");

    /// <summary>The name without the number of its type parameters.</summary>
    private static string NameOf(TypeDefinition type) => type.Name.Split('`')[0];
}
