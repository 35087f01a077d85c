using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.LabelStudio;

/// <summary>Answers to tasks: one a task, with the masks of a person's prompts or with all masks.</summary>
internal sealed class PredictionAnswers(TaskPictures pictures, IOptions<LabelStudioOptions> options)
{
    private readonly LabelStudioOptions _options = options.Value;

    /// <summary>Writes the answer to one task.</summary>
    /// <param name="asked">The request.</param>
    /// <param name="task">The task.</param>
    /// <param name="field">Its path in the request, for errors.</param>
    /// <returns>A JSON object.</returns>
    public async Task<ReadOnlyMemory<byte>> AnswerAsync(AskedPredictions asked, JsonElement task, string field)
    {
        if (asked.Config is not { } config || !(asked.IsWarming || asked.Prompts is { IsEmpty: false } || asked.IsAutomatic))
        {
            return Empty(asked.Version, null);
        }

        var picture = await pictures.OpenAsync(asked.Call, asked.Project, task, config, field);
        if (asked.IsWarming)
        {
            await picture.KeepWarmAsync();
            return Empty(picture.Known!.Version, null);
        }

        var known = picture.Known!;
        var frame = new PictureFrame(known.Width, known.Height, asked.Prompts?.Rotation ?? 0);
        var masks = await MasksAsync(picture, asked.Prompts, frame);
        return Write(known.Version, masks, null, json =>
        {
            var writer = new RegionWriter(config, _options, json);
            var label = config.LabelOf(asked.Prompts?.Label);
            foreach (var mask in masks)
            {
                writer.Write(mask, frame, label, asked.Call.Aborted);
            }
        });
    }

    /// <summary>The answer without regions.</summary>
    /// <param name="version">The model's version.</param>
    /// <param name="error">Why there are none; null: nothing was asked for.</param>
    public static ReadOnlyMemory<byte> Empty(string version, string? error) => Write(version, [], error, _ => { });

    private async Task<IReadOnlyList<Mask>> MasksAsync(OpenPicture picture, ContextPrompts? prompts, PictureFrame frame)
    {
        if (prompts is null)
        {
            var found = await picture.EverythingAsync();
            return [.. found.Masks.Take(_options.MaxAutomaticMasks).Select(one => one.Mask)];
        }

        var isAll = _options.Masks == MaskChoice.All;
        var answer = await picture.SegmentAsync(
            prompts.ToPrompt(frame), isAll ? MaskCount.Three : MaskCount.Unspecified);
        return [.. answer.Results[0].Masks.Take(isAll ? int.MaxValue : 1)];
    }

    private static ReadOnlyMemory<byte> Write(
        string version, IReadOnlyList<Mask> masks, string? error, Action<Utf8JsonWriter> regions)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("result");
            regions(json);
            json.WriteEndArray();
            json.WriteNumber("score", masks.Count == 0 ? 0 : masks.Average(RegionWriter.ScoreOf));
            json.WriteString("model_version", version);
            if (error is not null)
            {
                json.WriteString("error", error);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

/// <summary>What is asked for tasks.</summary>
/// <param name="Call">The request.</param>
/// <param name="Project">The project's number.</param>
/// <param name="Version">The door's model and its version.</param>
/// <param name="Config">The labelling configuration; null where it is not needed.</param>
/// <param name="Prompts">A person's prompts; null: nobody has prompted.</param>
/// <param name="IsWarming">True where pictures are only to be encoded.</param>
/// <param name="IsAutomatic">True where all masks are wanted.</param>
internal sealed record AskedPredictions(
    DoorCall Call,
    string Project,
    string Version,
    LabelConfig? Config,
    ContextPrompts? Prompts,
    bool IsWarming,
    bool IsAutomatic);
