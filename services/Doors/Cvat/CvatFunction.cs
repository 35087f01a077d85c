using System.Text.Json;
using Grpc.Core;
using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Cvat;

/// <summary>Task of a function that CVAT is offered.</summary>
internal enum CvatKind
{
    /// <summary>A mask of points: an interactor.</summary>
    Points,

    /// <summary>A mask of a box, and points in it: an interactor.</summary>
    Box,

    /// <summary>All masks of a picture: a detector.</summary>
    Everything,
}

/// <summary>
/// A function that CVAT is offered. It takes each for a container of Nuclio's; here it is a model and a task.
/// </summary>
/// <param name="Model">Name of the model in requests.</param>
/// <param name="Kind">What it does.</param>
internal sealed record CvatFunction(string Model, CvatKind Kind)
{
    /// <summary>Its id in CVAT, for example <c>minisam.points</c>.</summary>
    public string Id => $"{Model}.{Suffix}";

    private string Suffix => Kind switch
    {
        CvatKind.Points => "points",
        CvatKind.Box => "box",
        _ => "everything",
    };

    private string Title => Kind switch
    {
        CvatKind.Points => "points",
        CvatKind.Box => "box and points",
        _ => "everything",
    };

    private string Help => Kind switch
    {
        CvatKind.Points => "Click on the object. Click with the right button on what does not belong to it.",
        CvatKind.Box =>
            "Draw a box around the object, then click to add to the mask, or with the right button to take away.",
        _ => "Finds the masks of everything in the picture. A higher threshold keeps only surer masks.",
    };

    /// <summary>The functions that a model can answer.</summary>
    /// <param name="name">Name of the model in requests.</param>
    /// <param name="prompts">The prompts that it takes.</param>
    public static IEnumerable<CvatFunction> Of(string name, PromptSupport prompts)
    {
        if (prompts.Points)
        {
            yield return new(name, CvatKind.Points);
        }

        if (prompts.Box)
        {
            yield return new(name, CvatKind.Box);
        }

        if (prompts.Points)
        {
            yield return new(name, CvatKind.Everything);
        }
    }

    /// <summary>The function of an id.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="RpcException">NOT_FOUND: no id of a function.</exception>
    public static CvatFunction Parse(string id)
    {
        var dot = id.LastIndexOf('.');
        CvatKind? kind = dot <= 0 ? null : id[(dot + 1)..] switch
        {
            "points" => CvatKind.Points,
            "box" => CvatKind.Box,
            "everything" => CvatKind.Everything,
            _ => null,
        };
        return kind is { } known ? new(id[..dot], known) : throw Unknown(id);
    }

    /// <summary>The error of an id that no function has.</summary>
    public static RpcException Unknown(string id)
    {
        var shown = id.Length <= 80 ? id : $"{id[..80]}...";
        return DoorProblem.Of(
            StatusCode.NotFound,
            "FUNCTION_UNKNOWN",
            $"There is no function '{shown}'. GET api/functions lists those that there are: reload CVAT's page.");
    }

    /// <summary>Writes it as Nuclio's dashboard describes a function.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="prompts">The prompts that the model takes.</param>
    /// <param name="label">Label of what the detector finds.</param>
    public void Write(Utf8JsonWriter writer, PromptSupport prompts, string label)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("metadata");
        writer.WriteString("name", Id);
        writer.WriteString("namespace", "nuclio");
        writer.WriteStartObject("labels");
        writer.WriteString("nuclio.io/project-name", "cvat");
        writer.WriteEndObject();
        WriteAnnotations(writer, prompts, label);
        writer.WriteEndObject();
        writer.WriteStartObject("spec");
        writer.WriteString("description", $"{Help} Model: {Model}.");
        writer.WriteEndObject();
        writer.WriteStartObject("status");
        writer.WriteString("state", "ready");
        writer.WriteNumber("httpPort", 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteAnnotations(Utf8JsonWriter writer, PromptSupport prompts, string label)
    {
        writer.WriteStartObject("annotations");
        writer.WriteString("name", $"Segmentation {Model}: {Title}");
        writer.WriteString("type", Kind == CvatKind.Everything ? "detector" : "interactor");
        writer.WriteString("framework", "segmentation");
        if (Kind == CvatKind.Everything)
        {
            writer.WriteString("spec", JsonSerializer.Serialize(new[] { new { id = 0, name = label, type = "mask" } }));
            writer.WriteEndObject();
            return;
        }

        writer.WriteString("version", "2");
        writer.WriteString("spec", "[]");
        writer.WriteString("min_pos_points", Kind == CvatKind.Points ? "1" : "0");
        // -1 takes the right button's clicks away.
        writer.WriteString("min_neg_points", prompts.BackgroundPoints ? "0" : "-1");
        if (Kind == CvatKind.Box)
        {
            // CVAT asks whether the annotation is there, whatever it says: others leave it out.
            writer.WriteString("startswith_box", "true");
        }

        writer.WriteString("help_message", Help);
        writer.WriteString("animated_gif", "");
        writer.WriteEndObject();
    }
}
