using Google.Protobuf.Reflection;
using Segmentation.Protocol.Inference;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Contract;

/// <summary>
/// Bounds on requests that hold before objects are made of them: a sub-message of two bytes on the wire becomes an
/// object of eighty. They are a few times the contract's own limits, so that whoever exceeds those by little is told by
/// how much.
/// </summary>
internal static class RequestBounds
{
    /// <summary>Bytes of a JSON text outside of its strings, which hold images and logits in base64.</summary>
    public const long JsonBytes = BaseBytes + (48L * GridPoints);

    /// <summary>Bytes of a message that comes compressed, unpacked. Images gain nothing from compression.</summary>
    public const long UnpackedBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Fields that a message's type does not have, as newer clients may send them, in a whole request.
    /// </summary>
    public const int UnknownFields = 1_000;

    /// <summary>
    /// Messages within a request, at all its places together: the points of a grid, and the largest Segment twice over.
    /// </summary>
    public const int Objects = GridPoints + (32 * 1024);

    /// <summary>Levels of messages within messages; the contract has five.</summary>
    public const int Depth = 16;

    /// <summary>Elements of a repeated field that is not named below.</summary>
    private const int AnyElements = 256;

    /// <summary>
    /// Points of a caller's own grid for everything in a picture, twice the default of Everything:MaxPoints.
    /// </summary>
    private const int GridPoints = 128 * 1024;

    /// <summary>
    /// Elements of a repeated field of requests on projects, and bytes of packed ids: the contract has 10,000 ids.
    /// </summary>
    private const int ProjectElements = 128 * 1024;

    /// <summary>Bytes of a tensor's packed numbers: twice those of the door's largest.</summary>
    private const int TensorElements = 16 * 1024;

    /// <summary>Bytes of masks and texts in a request on a project: the contract has 16 MiB of operations.</summary>
    private const long ProjectBytes = (16 * 1024 * 1024) + BaseBytes;

    private const int BaseBytes = 1024 * 1024;

    private static readonly Dictionary<string, int> _elements = new()
    {
        // The contract has 256 and 64.
        [Name(SegmentRequest.Descriptor, SegmentRequest.PromptsFieldNumber)] = 1024,
        [Name(Prompt.Descriptor, Prompt.PointsFieldNumber)] = 256,
        [Name(PointGrid.Descriptor, PointGrid.PointsFieldNumber)] = GridPoints,
        [Name(InferTensorContents.Descriptor, InferTensorContents.Fp32ContentsFieldNumber)] = TensorElements,
        [Name(InferTensorContents.Descriptor, InferTensorContents.IntContentsFieldNumber)] = TensorElements,
    };

    /// <summary>Elements of a repeated field, in each message that has the field.</summary>
    public static int ElementsOf(FieldDescriptor field) =>
        _elements.GetValueOrDefault(field.FullName, IsOfProjects(field.File) ? ProjectElements : AnyElements);

    /// <summary>Bytes of a request besides those of its <c>bytes</c> fields: images and mask logits.</summary>
    /// <param name="type">Type of the request.</param>
    public static long OtherBytesOf(MessageDescriptor type) =>
        IsOfProjects(type.File) ? ProjectBytes : BaseBytes + (16L * GridPoints);

    private static bool IsOfProjects(FileDescriptor file) =>
        file.Package == AnnotationServiceReflection.Descriptor.Package;

    private static string Name(MessageDescriptor type, int field) => type.FindFieldByNumber(field).FullName;
}
