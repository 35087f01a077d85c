using Grpc.Core;
using Segmentation.Projects.Errors;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>Makes the errors of files that are no usable images.</summary>
internal static class ImageProblems
{
    /// <summary>INVALID_ARGUMENT with the gateway's reasons for images.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="error">What is wrong with the file.</param>
    public static RpcException Of(string name, ImageException error) => ProjectProblem.Of(
        StatusCode.InvalidArgument, ReasonOf(error.Error), $"{ProjectProblem.Quoted(name)}: {error.Message}");

    private static string ReasonOf(ImageError error) => error switch
    {
        ImageError.Empty => "IMAGE_EMPTY",
        ImageError.UnsupportedFormat => "IMAGE_UNSUPPORTED_FORMAT",
        ImageError.TooLarge => "IMAGE_TOO_LARGE",
        ImageError.TooComplex => "IMAGE_TOO_COMPLEX",
        _ => "IMAGE_DAMAGED",
    };
}
