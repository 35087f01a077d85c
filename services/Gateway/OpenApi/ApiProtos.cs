using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Protocol.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Segmentation.Gateway.OpenApi;

/// <summary>The public protos with their comments, which the descriptors in generated code lack.</summary>
internal static class ApiProtos
{
    private const string Resource = "segmentation.protoset";

    private static readonly IReadOnlyList<FileDescriptor> _files = Load();

    /// <summary>The public services, in the order of their files.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services => [.. _files.SelectMany(file => file.Services)];

    /// <summary>google.rpc.Status.</summary>
    public static MessageDescriptor Status { get; } = Message("google.rpc.Status");

    /// <summary>A message of the protos.</summary>
    /// <param name="fullName">For example <c>segmentation.v1.Image</c>.</param>
    public static MessageDescriptor Message(string fullName) => _files
        .SelectMany(file => file.MessageTypes)
        .First(message => message.FullName == fullName);

    /// <summary>The comment above a declaration; a blank line separates paragraphs.</summary>
    public static string CommentOf(DescriptorBase descriptor)
    {
        var lines = (descriptor.Declaration?.LeadingComments ?? "").Split('\n').Select(line => line.Trim());
        return string.Join('\n', lines).Trim();
    }

    private static IReadOnlyList<FileDescriptor> Load()
    {
        using var stream = typeof(ImageService).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not part of the assembly of the protos.");
        var registry = new ExtensionRegistry { AnnotationsExtensions.Http };
        var set = FileDescriptorSet.Parser.ParseFrom(stream);
        return FileDescriptor.BuildFromByteStrings(set.File.Select(file => file.ToByteString()), registry);
    }
}
