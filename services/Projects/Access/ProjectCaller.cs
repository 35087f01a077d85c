using Segmentation.Common;

namespace Segmentation.Projects.Access;

/// <summary>The caller of a request, as the gateway found it.</summary>
/// <param name="Tenant">Tenant, whose projects alone the caller may see.</param>
/// <param name="Subject">Name of the person or program, as the audit log has it.</param>
internal sealed record ProjectCaller(string Tenant, string Subject)
{
    /// <summary>The caller of a request.</summary>
    /// <exception cref="InvalidOperationException">
    /// A bug: the request did not come through a gateway, which names the caller.
    /// </exception>
    public static ProjectCaller Of(HttpContext context)
    {
        string? tenant = context.Request.Headers[CallerHeaders.Tenant];
        string? subject = context.Request.Headers[CallerHeaders.Subject];
        return string.IsNullOrEmpty(tenant) || string.IsNullOrEmpty(subject)
            ? throw new InvalidOperationException("The request names no caller: it did not come through a gateway.")
            : new ProjectCaller(tenant, Uri.UnescapeDataString(subject));
    }
}
