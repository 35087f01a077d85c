using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Cvat;

/// <summary>The functions that CVAT is offered: a set for each model.</summary>
internal sealed class CvatCatalogue(CvatOptions options)
{
    /// <summary>Answers with all functions, an object by their ids.</summary>
    public async Task<IResult> ListAsync(DoorCall call)
    {
        var models = await ModelsAsync(call);
        return Answer(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, prompts) in models)
            {
                foreach (var function in CvatFunction.Of(name, prompts))
                {
                    writer.WritePropertyName(function.Id);
                    function.Write(writer, prompts, options.Label);
                }
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>Answers with one function.</summary>
    public async Task<IResult> GetAsync(DoorCall call)
    {
        var id = call.Variable("name");
        foreach (var (name, prompts) in await ModelsAsync(call))
        {
            if (CvatFunction.Of(name, prompts).FirstOrDefault(function => function.Id == id) is { } found)
            {
                return Answer(writer => found.Write(writer, prompts, options.Label));
            }
        }

        throw CvatFunction.Unknown(id);
    }

    private static IResult Answer(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return Results.Bytes(buffer.ToArray(), "application/json");
    }

    /// <summary>Models by their names in requests, with the prompts that they take.</summary>
    private async Task<IReadOnlyList<(string Name, PromptSupport Prompts)>> ModelsAsync(DoorCall call)
    {
        var models = (await call.Model.ListModelsAsync(call.Aborted)).Models;
        if (options.Model.Length == 0)
        {
            return [.. models.Take(options.MaxModels).Select(model => (model.Id, model.Prompts))];
        }

        var chosen = models.FirstOrDefault(model => model.Id == options.Model)
            ?? models.FirstOrDefault(model => model.RollOuts.Any(rollOut => rollOut.Name == options.Model));
        return chosen is not null ? [(options.Model, chosen.Prompts)] : throw DoorProblem.Of(
            StatusCode.NotFound,
            "MODEL_UNKNOWN",
            $"The server has no model '{options.Model}', which {DoorOptions.Section}:{CvatOptions.Name}:Model names.");
    }
}
