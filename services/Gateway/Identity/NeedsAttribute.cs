using Microsoft.AspNetCore.Authorization;
using Segmentation.Identity;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Scope that a caller of an RPC or a route needs. Every endpoint has one of these in its metadata, or
/// <see cref="IAllowAnonymous"/>: an endpoint with neither is refused to everybody.
/// </summary>
/// <param name="scope">The scope; <see cref="Scope.None"/>: any caller with a credential.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class NeedsAttribute(Scope scope) : Attribute
{
    /// <summary>The scope.</summary>
    public Scope Scope { get; } = scope;
}
