using Google.Protobuf.Reflection;
using Google.Rpc;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Hosting;

/// <summary>Messages that the details of errors hold, which JSON needs to know by name.</summary>
internal static class RestTypes
{
    /// <summary>Google's error details, and the objects that conflicts show.</summary>
    public static TypeRegistry Registry { get; } = TypeRegistry.FromMessages(
        ErrorInfo.Descriptor,
        BadRequest.Descriptor,
        RetryInfo.Descriptor,
        RequestInfo.Descriptor,
        ResourceInfo.Descriptor,
        QuotaFailure.Descriptor,
        PreconditionFailure.Descriptor,
        Project.Descriptor,
        Label.Descriptor,
        Picture.Descriptor,
        Annotation.Descriptor,
        Job.Descriptor,
        Lease.Descriptor);
}
