using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Listing;

/// <summary>Translates pictures between rows and messages.</summary>
internal static class PictureMessages
{
    private const int MaxAttributeBytes = 64 * 1024;

    private static readonly JsonParser _parser = new(new JsonParser.Settings(recursionLimit: 32));

    /// <summary>The message of a picture.</summary>
    /// <param name="row">The picture.</param>
    /// <param name="lease">Its lease, where one lasts.</param>
    public static Picture Of(PictureRow row, LeaseRow? lease = null) => new()
    {
        Id = row.Id,
        Name = row.Name,
        ImageId = ImageIdOf(row.Sha256),
        Width = row.Width,
        Height = row.Height,
        SizeBytes = row.SizeBytes,
        MediaType = row.MediaType,
        ExifOrientation = row.ExifOrientation,
        Attributes = row.AttributesJson.Length == 0 ? null : _parser.Parse<Struct>(row.AttributesJson),
        Split = row.Split,
        State = row.State,
        Priority = row.Priority,
        ExcludedReason = row.ExcludedReason,
        Revision = row.Revision,
        AnnotationCount = row.AnnotationCount,
        ProposalCount = row.ProposalCount,
        UnsatisfactoryCount = row.UnsatisfactoryCount,
        OpenIssueCount = row.OpenIssueCount,
        MeanPredictedIou = row.MeanPredictedIou,
        Agreement = row.Agreement,
        Lease = lease is null ? null : Leases.MessageOf(lease),
        Source = row.SourceId,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
        UpdateTime = Timestamp.FromDateTimeOffset(row.UpdateTime),
    };

    /// <summary>Id of an image: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public static string ImageIdOf(byte[] sha256) => $"sha256:{Convert.ToHexStringLower(sha256)}";

    /// <summary>Reads an image's id.</summary>
    /// <returns>32 bytes.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: another form.</exception>
    public static byte[] Sha256Of(string field, string imageId)
    {
        const string Prefix = "sha256:";
        if (imageId.Length == Prefix.Length + 64 && imageId.StartsWith(Prefix, StringComparison.Ordinal))
        {
            try
            {
                return Convert.FromHexString(imageId.AsSpan(Prefix.Length));
            }
            catch (FormatException)
            {
                // Said below.
            }
        }

        throw ProjectProblem.Invalid(
            field, $"is {ProjectProblem.Quoted(imageId)}; it must be 'sha256:' and the 64 hexadecimal digits of the "
                + "file");
    }

    /// <summary>Attributes as they are stored: a JSON object, or empty.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: too large.</exception>
    public static string JsonOf(string field, Struct? attributes)
    {
        if (attributes is null || attributes.Fields.Count == 0)
        {
            return "";
        }

        // Names in order, so that equal attributes are equal texts.
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            Write(json, Value.ForStruct(attributes));
        }

        return bytes.Length <= MaxAttributeBytes
            ? System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length)
            : throw ProjectProblem.Invalid(
                field, $"has {bytes.Length} bytes as JSON; the attributes of a picture have at most "
                    + $"{MaxAttributeBytes}");
    }

    private static void Write(Utf8JsonWriter json, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StructValue:
                json.WriteStartObject();
                var sorted = value.StructValue.Fields.OrderBy(pair => pair.Key, StringComparer.Ordinal);
                foreach (var (name, field) in sorted)
                {
                    json.WritePropertyName(name);
                    Write(json, field);
                }

                json.WriteEndObject();
                break;
            case Value.KindOneofCase.ListValue:
                json.WriteStartArray();
                foreach (var item in value.ListValue.Values)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                json.WriteNumberValue(value.NumberValue);
                break;
            case Value.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
