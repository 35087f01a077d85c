using Google.Protobuf.Reflection;
using Segmentation.Gateway.Quotas;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// A call of segmentation.projects.v1: metadata of each of its endpoints, whether the service answers in this process or
/// in another one.
/// </summary>
/// <param name="Name">The RPC, <c>/package.Service/Method</c>; for a file's route, HTTP method and path.</param>
/// <param name="Changes">True for a call that changes something: it costs more, and the audit log has it.</param>
/// <param name="IsStream">True for a call whose answer comes in pieces, for as long as the client likes.</param>
/// <param name="Request">Type of the request; null for a file's route.</param>
internal sealed record ProjectCall(string Name, bool Changes, bool IsStream, MessageDescriptor? Request)
{
    // The names that the contract gives to methods that change nothing.
    private static readonly string[] _reads = ["Get", "List", "Read", "Watch"];

    /// <summary>Work that the call is charged, besides its bytes.</summary>
    public Work Work => Changes ? Work.ProjectChange : Work.ProjectRead;

    /// <summary>
    /// True for a call whose body may be of any length: it passes in pieces, and the service bounds the whole.
    /// </summary>
    public bool IsUpload { get; private init; }

    /// <summary>An RPC.</summary>
    public static ProjectCall Of(MethodDescriptor method) => new(
        $"/{method.Service.FullName}/{method.Name}",
        !_reads.Any(read => method.Name.StartsWith(read, StringComparison.Ordinal)),
        method.IsServerStreaming,
        method.InputType)
    {
        IsUpload = method.IsClientStreaming,
    };

    /// <summary>A route on which files travel.</summary>
    /// <param name="verb">The HTTP method.</param>
    /// <param name="path">The route.</param>
    public static ProjectCall OfFile(string verb, string path)
    {
        var isChange = !HttpMethods.IsGet(verb) && !HttpMethods.IsHead(verb);
        return new($"{verb} {path}", isChange, IsStream: false, Request: null) { IsUpload = isChange };
    }

    /// <summary>The RPC of a service; null when the service has none of this name.</summary>
    public static ProjectCall? Of(IEnumerable<ServiceDescriptor> services, string fullName)
    {
        var method = services.SelectMany(service => service.Methods)
            .FirstOrDefault(method => $"/{method.Service.FullName}/{method.Name}" == fullName);
        return method is null ? null : Of(method);
    }
}
