using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Contract;

/// <summary>Fields that a request changes.</summary>
internal sealed class UpdateMask
{
    private readonly HashSet<string> _paths;

    private UpdateMask(HashSet<string> paths) => _paths = paths;

    /// <summary>Reads a mask.</summary>
    /// <param name="mask">The request's mask; null or empty: all fields that are set.</param>
    /// <param name="allowed">
    /// Fields that can be changed; <c>field.*</c> stands for the fields below <c>field</c>.
    /// </param>
    /// <param name="set">Fields of the message that are set.</param>
    /// <typeparam name="T">The message.</typeparam>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a path is no field that can be changed.</exception>
    public static UpdateMask Of<T>(FieldMask? mask, IReadOnlyList<string> allowed, IEnumerable<string> set)
        where T : IMessage, new()
    {
        if (mask is null || mask.Paths.Count == 0)
        {
            return new UpdateMask([.. set]);
        }

        foreach (var path in mask.Paths)
        {
            if (!FieldMask.IsValid<T>(path)
                || (!allowed.Contains(path) && !allowed.Contains($"{path.Split('.')[0]}.*")))
            {
                throw ProjectProblem.Invalid(
                    "update_mask",
                    $"has {ProjectProblem.Quoted(path)}; fields that can be changed are {string.Join(", ", allowed)}.");
            }
        }

        return new UpdateMask([.. mask.Paths]);
    }

    /// <summary>True if the field itself is changed.</summary>
    public bool Has(string field) => _paths.Contains(field);

    /// <summary>True if the field is changed and no other.</summary>
    public bool IsOnly(string field) => _paths.SetEquals([field]);

    /// <summary>Fields below a field that are changed.</summary>
    public IEnumerable<string> Below(string field) => _paths
        .Where(path => path.StartsWith(field + ".", StringComparison.Ordinal))
        .Select(path => path[(field.Length + 1)..]);
}
