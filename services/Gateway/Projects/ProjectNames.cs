using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.Contract;

namespace Segmentation.Gateway.Projects;

/// <summary>Finds the project that a call is about, for the audit log.</summary>
internal static class ProjectNames
{
    private const string None = "-";
    private const int HeadBytes = 5;
    private const int LongestName = 64;

    /// <summary>
    /// The project's id: of the path, or of the first message's first field, which every request of the contract names
    /// the project in. <c>-</c> where there is none, as for a project that is created.
    /// </summary>
    public static string Of(HttpContext context, ProjectCall call, MeteredBody? body)
    {
        var values = context.Request.RouteValues;
        var inPath = values.GetValueOrDefault("project") ?? values.GetValueOrDefault("project.id");
        if (inPath is string { Length: > 0 } project)
        {
            return project;
        }

        return GrpcRequest.Is(context.Request) && call.Request is { } type && body is { Beginning: { Length: > HeadBytes } bytes }
            && bytes.Span[0] == 0
            ? InMessage(type, bytes[HeadBytes..]) ?? None
            : None;
    }

    private static string? InMessage(MessageDescriptor type, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var input = new CodedInputStream(bytes.ToArray());
            while (type.FindFieldByNumber(1) is { } field && input.ReadTag() == (1 << 3 | 2))
            {
                if (field.FieldType == FieldType.String)
                {
                    return input.ReadString() is { Length: > 0 and <= LongestName } name ? name : null;
                }

                if (field.FieldType != FieldType.Message)
                {
                    return null;
                }

                input.ReadLength();
                type = field.MessageType;
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // The service says what is wrong with the message.
        }

        return null;
    }
}
