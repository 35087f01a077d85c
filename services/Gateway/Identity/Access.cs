using Segmentation.Identity;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Right that a caller of an RPC or a route needs. Every endpoint has one of these in its metadata: one without is refused
/// to everybody.
/// </summary>
/// <param name="scope">The right; <see cref="Scope.None"/>: any caller with a credential.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class NeedsAttribute(Scope scope) : Attribute
{
    /// <summary>The right.</summary>
    public Scope Scope { get; } = scope;
}

/// <summary>Marks an RPC or a route that answers everybody, with a credential or without: health, the studio's page.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class OpenToAllAttribute : Attribute;
