using Segmentation.Protocol.Projects.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Segmentation.Gateway.Contract;

/// <summary>The services of segmentation.projects.v1.</summary>
internal static class ProjectContract
{
    /// <summary>The services.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } =
    [
        ProjectService.Descriptor, PictureService.Descriptor, AnnotationService.Descriptor, JobService.Descriptor,
        RunService.Descriptor, ReviewService.Descriptor, TransferService.Descriptor,
    ];
}
