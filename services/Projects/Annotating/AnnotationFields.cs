using System.Text;
using System.Text.Json;
using Segmentation.Projects.Errors;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Checks the fields of an annotation that need neither the picture nor the database.</summary>
internal static class AnnotationFields
{
    private const int MaxJsonBytes = 64 * 1024;
    private const int MaxProvenanceBytes = 1024 * 1024;
    private const int MaxParents = 1000;
    private const int BoxNumbers = 4;
    private const int MaxDigest = 200;

    /// <summary>Checks an annotation.</summary>
    /// <param name="field">Path of the annotation within the operation.</param>
    /// <param name="values">The annotation.</param>
    /// <exception cref="RefusedOperationException">A field is wrong.</exception>
    public static void Check(string field, Annotation values)
    {
        AtLeastZero($"{field}.group", values.Group);
        AtLeastZero($"{field}.label", values.Label);
        CheckJson($"{field}.attributes_json", values.AttributesJson);
        if (!Enum.IsDefined(values.State) || values.State == AnnotationState.Rejected)
        {
            throw new RefusedOperationException(
                $"{field}.state", "must be active or proposed; a proposal is rejected by the operation reject.");
        }

        if (values.Provenance is { } provenance)
        {
            CheckProvenance($"{field}.provenance", provenance);
        }
    }

    /// <summary>The value, which must not be negative.</summary>
    /// <exception cref="RefusedOperationException">It is.</exception>
    public static int AtLeastZero(string field, int value) => (int)AtLeastZero(field, (long)value);

    /// <inheritdoc cref="AtLeastZero(string, int)"/>
    public static long AtLeastZero(string field, long value) => value >= 0
        ? value
        : throw new RefusedOperationException(field, $"is {value}; it must be 0 or greater.");

    private static void CheckProvenance(string field, Provenance provenance)
    {
        var size = provenance.CalculateSize();
        if (size > MaxProvenanceBytes)
        {
            throw new RefusedOperationException(
                field,
                $"has {size} bytes; at most {MaxProvenanceBytes} are stored. Leave out masks among the prompts.");
        }

        if (!Enum.IsDefined(provenance.Source))
        {
            throw new RefusedOperationException(
                $"{field}.source", $"is {(int)provenance.Source}, which is no AnnotationSource.");
        }

        CheckScore($"{field}.predicted_iou", provenance.PredictedIou);
        CheckScore($"{field}.stability_score", provenance.StabilityScore);
        CheckJson($"{field}.thresholds_json", provenance.ThresholdsJson);
        AtLeastZero($"{field}.active_ms", provenance.ActiveMs);
        AtLeastZero($"{field}.clicks", provenance.Clicks);
        AtLeastZero($"{field}.run", provenance.Run);
        if (provenance.ModelDigest.Length > MaxDigest)
        {
            throw new RefusedOperationException(
                $"{field}.model_digest",
                $"has {provenance.ModelDigest.Length} characters; at most {MaxDigest} are allowed.");
        }

        if (provenance.CropBox.Count is not (0 or BoxNumbers))
        {
            throw new RefusedOperationException(
                $"{field}.crop_box", $"has {provenance.CropBox.Count} numbers; a box has x, y, width and height.");
        }

        CheckParents($"{field}.parents", provenance);
    }

    private static void CheckParents(string field, Provenance provenance)
    {
        if (provenance.Parents.Count > MaxParents)
        {
            throw new RefusedOperationException(
                field, $"names {provenance.Parents.Count} annotations; at most {MaxParents} are allowed.");
        }

        for (var index = 0; index < provenance.Parents.Count; index++)
        {
            if (!Guid.TryParseExact(provenance.Parents[index], "D", out _))
            {
                throw new RefusedOperationException(
                    $"{field}[{index}]", $"is {ProjectProblem.Quoted(provenance.Parents[index])}; it must be a UUID.");
            }
        }
    }

    private static void CheckScore(string field, float value)
    {
        if (!float.IsFinite(value))
        {
            throw new RefusedOperationException(field, $"is {value}; it must be a finite number.");
        }
    }

    private static void CheckJson(string field, string json)
    {
        if (json.Length == 0)
        {
            return;
        }

        if (Encoding.UTF8.GetByteCount(json) > MaxJsonBytes)
        {
            throw new RefusedOperationException(
                field, $"has {json.Length} characters; at most {MaxJsonBytes} bytes are allowed.");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new RefusedOperationException(field, "must be a JSON object, for example {\"truncated\":true}.");
            }
        }
        catch (JsonException wrong)
        {
            throw new RefusedOperationException(
                field, $"is no JSON: wrong at byte {wrong.BytePositionInLine} of line {wrong.LineNumber + 1}.");
        }
    }
}
