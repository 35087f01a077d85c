using Segmentation.Protocol.V1;

namespace Segmentation.Doors.XAnyLabeling;

/// <summary>What the client shows for a model: its name, its two tasks, and the controls of each.</summary>
internal static class ModelPanel
{
    /// <summary>Id of the task of points and rectangles.</summary>
    public const string Prompt = "prompt";

    /// <summary>Id of the task of everything in a picture.</summary>
    public const string Everything = "everything";

    private const double DefaultConfidence = 0.88;
    private const double DefaultOverlap = 0.7;

    // In thousandths of a mask's outline.
    private const int DefaultFineness = 10;

    private static readonly string[] _prompting =
    [
        "button_add_point", "button_remove_point", "button_add_rect", "button_clear", "button_finish_object",
        "mask_fineness_slider", "mask_fineness_value_label",
    ];

    private static readonly string[] _searching =
    [
        "button_run", "input_conf", "edit_conf", "input_iou", "edit_iou", "toggle_preserve_existing_annotations",
        "mask_fineness_slider", "mask_fineness_value_label",
    ];

    /// <summary>Describes a model.</summary>
    public static object Of(Model model) => new
    {
        model_id = model.Id,
        display_name = model.Id,
        widgets = _prompting.Union(_searching).Select(name => new { name, value = ValueOf(name) }),
        @params = new { multimask_output = false, show_masks = true, show_boxes = false },
        capabilities = new { },
        batch_processing_mode = "default",
        available_tasks = new object[]
        {
            new { id = Prompt, name = "Points and rectangles", batch_processing_mode = (string?)null, active_widgets = Shown(_prompting) },
            new { id = Everything, name = "Everything", batch_processing_mode = "default", active_widgets = Shown(_searching) },
        },
    };

    private static object? ValueOf(string widget) => widget switch
    {
        "edit_conf" => DefaultConfidence,
        "edit_iou" => DefaultOverlap,
        "mask_fineness_slider" => DefaultFineness,
        "toggle_preserve_existing_annotations" => true,
        _ => null,
    };

    private static Dictionary<string, object> Shown(string[] widgets) =>
        widgets.ToDictionary(name => name, _ => (object)new { });
}
