using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Segmentation.Architecture.Tests;

/// <summary>
/// The uses between an assembly's folders, read from its compiled code. A folder is a namespace; it uses another when a
/// type in it names a type of the other in a signature, in code or in an attribute. Constants leave no trace there.
/// </summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<string, SortedSet<string>> _uses = [];
    private readonly string _root;

    /// <param name="path">The assembly's file.</param>
    /// <param name="root">
    /// Namespace of the assembly's root folder. Types in other namespaces are generated and left out.
    /// </param>
    public FolderGraph(string path, string root)
    {
        _root = root;
        using var module = ModuleDefinition.ReadModule(path);
        foreach (var type in module.GetAllTypes())
        {
            foreach (var used in Named(type).SelectMany(Parts).Where(used => used.Scope == module))
            {
                Add(FolderOf(type), FolderOf(used));
            }
        }
    }

    /// <summary>The folders, and those that each uses directly.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Uses => _uses;

    private void Add(string? user, string? used)
    {
        if (user is null || used is null)
        {
            return;
        }

        _uses.TryAdd(user, []);
        _uses.TryAdd(used, []);
        if (user != used)
        {
            _uses[user].Add(used);
        }
    }

    /// <summary>The folder of a type below the root; null for a generated type.</summary>
    private string? FolderOf(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace == _root ? "root"
            : type.Namespace.StartsWith($"{_root}.", StringComparison.Ordinal) ? type.Namespace[(_root.Length + 1)..]
            : null;
    }

    /// <summary>Every type that a type names.</summary>
    private static IEnumerable<TypeReference?> Named(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(one => one.InterfaceType),
        .. type.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Properties.Select(property => property.PropertyType),
        .. type.Methods.SelectMany(Named),
        .. Attributes(type),
        .. type.Fields.SelectMany(Attributes),
        .. type.Properties.SelectMany(Attributes),
        .. type.Methods.SelectMany(Attributes),
    ];

    private static IEnumerable<TypeReference?> Named(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(Named) : [],
    ];

    private static IEnumerable<TypeReference?> Named(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        MethodReference method =>
        [
            method.DeclaringType,
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
        ],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider place) =>
        place.CustomAttributes.SelectMany<CustomAttribute, TypeReference?>(one =>
            [one.AttributeType, .. one.ConstructorArguments.Select(argument => argument.Value as TypeReference)]);

    /// <summary>A type and the types in it: elements of arrays and references, arguments of generic types.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
