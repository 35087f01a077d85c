using System.Text;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Masks;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Change = Segmentation.Protocol.Projects.V1.Operation.ChangeOneofCase;

namespace Segmentation.Projects.Annotating;

/// <summary>Reads operations before a transaction begins: masks are read here, outside of all locks.</summary>
internal static class OperationReader
{
    /// <summary>Reads an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="width">Width of the upright picture in pixels.</param>
    /// <param name="height">Height of the upright picture in pixels.</param>
    public static OperationDraft Read(Operation operation, int width, int height)
    {
        try
        {
            return ReadChange(operation, width, height);
        }
        catch (RefusedOperationException refused)
        {
            return new OperationDraft(operation.Id) { Refusal = RefusalOf(operation.Id, refused) };
        }
    }

    /// <summary>The outcome of an operation that is wrong.</summary>
    public static OperationOutcome RefusalOf(string id, RefusedOperationException refused) => new()
    {
        Id = id, Result = OperationResult.Refused, Reason = refused.Message, Field = refused.Field,
    };

    private static OperationDraft ReadChange(Operation operation, int width, int height)
    {
        var draft = new OperationDraft(operation.Id)
        {
            ClientId = IdOf("id", operation.Id),
            BaseRevision = operation.BaseRevision,
            ClientTime = TimeOf(operation.ClientTime) is { } time ? RecordClock.Of(time) : null,
            ActiveMs = AnnotationFields.AtLeastZero("active_ms", operation.ActiveMs),
            Clicks = AnnotationFields.AtLeastZero("clicks", operation.Clicks),
        };
        return operation.ChangeCase switch
        {
            Change.Create => WithValues(draft, OperationKind.Create, "create", operation.Create, width, height),
            Change.Update => WithValues(draft, OperationKind.Update, "update", operation.Update, width, height),
            Change.Delete => WithId(draft, OperationKind.Delete, "delete", operation.Delete),
            Change.Undelete => WithId(draft, OperationKind.Undelete, "undelete", operation.Undelete),
            Change.Accept => WithId(draft, OperationKind.Accept, "accept", operation.Accept),
            Change.Reject => WithId(draft, OperationKind.Reject, "reject", operation.Reject),
            _ => throw new RefusedOperationException(
                "change", "is missing: give one of create, update, delete, undelete, accept or reject."),
        };
    }

    private static OperationDraft WithId(OperationDraft draft, OperationKind kind, string field, string id) =>
        draft with { Kind = kind, AnnotationId = IdOf(field, id) };

    private static OperationDraft WithValues(
        OperationDraft draft, OperationKind kind, string field, Annotation values, int width, int height)
    {
        AnnotationFields.Check(field, values);
        var mask = MaskOf($"{field}.mask", values, width, height);
        return draft with
        {
            Kind = kind,
            AnnotationId = IdOf($"{field}.id", values.Id),
            Values = values,
            Counts = Encoding.ASCII.GetBytes(mask.ToCocoString()),
            Box = mask.Box,
            Area = mask.Area,
        };
    }

    private static RunLengths MaskOf(string field, Annotation values, int width, int height)
    {
        if (values.Mask is not { } mask)
        {
            throw new RefusedOperationException(field, "is missing: an annotation has a mask.");
        }

        if (mask.Size is not [var rows, var columns] || rows != height || columns != width)
        {
            throw new RefusedOperationException(
                $"{field}.size",
                $"is [{string.Join(", ", mask.Size.Take(4))}]; the mask must have the size of the upright picture, "
                + $"height then width: [{height}, {width}].");
        }

        try
        {
            return RunLengths.FromCocoString(height, width, mask.Counts);
        }
        catch (RunLengthsFormatException wrong)
        {
            throw new RefusedOperationException($"{field}.counts", wrong.Message + ".");
        }
    }

    private static Guid IdOf(string field, string text) =>
        Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty
            ? id
            : throw new RefusedOperationException(
                field, $"is {ProjectProblem.Quoted(text)}; it must be a UUID made by the client.");

    private static DateTimeOffset? TimeOf(Timestamp? time)
    {
        try
        {
            return time?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw new RefusedOperationException("client_time", "is no time between the years 1 and 9999.");
        }
    }
}
